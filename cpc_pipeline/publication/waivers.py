"""The annex of waivers: which findings were allowed, of whom, why, by whom, until when, and how many there were."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Waiver
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.numbers import dated


def waivers_table(release: Release, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """One row per waiver that allowed a finding of the year's submissions.

    findings: how many it allowed. indicators, places: ids, separated by spaces; empty means all.
    """
    own = release.findings.filter(pl.col("reporting_year") == year)
    used = [json.loads(params).get("waiver") for params in own["params"]]
    rows = [_row(waiver, used.count(waiver.id), catalogue) for waiver in catalogue.waivers if waiver.id in used]
    texts = ("waiver", "organisation", "rule", "code", "indicators", "places")
    more = ("granted", "until", "allowed_by", "decision", *(f"reason_{x}" for x in catalogue.languages))
    schema = dict.fromkeys((*texts, *more), pl.String) | {"findings": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _row(waiver: Waiver, findings: int, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "waiver": waiver.id,
        "organisation": waiver.organisation,
        "rule": waiver.rule or "",
        "code": waiver.code or next(rule.code for rule in catalogue.rules if rule.id == waiver.rule),
        "indicators": " ".join(waiver.indicators),
        "places": " ".join(waiver.places),
        "granted": waiver.granted.isoformat(),
        "until": waiver.until.isoformat(),
        "allowed_by": waiver.allowed_by,
        "decision": waiver.decision,
        **{f"reason_{x}": waiver.reason[x] for x in catalogue.languages},
        "findings": findings,
    }


def waiver_lines(table: pl.DataFrame, catalogue: Catalogue) -> list[tuple[str, ...]]:
    """The rows in words, all languages side by side: waiver, what, for whom, why, who, when, decision, how many."""
    return [tuple(_line(row, catalogue)) for row in table.iter_rows(named=True)]


def _line(row: dict[str, Any], catalogue: Catalogue) -> list[str]:
    def both(texts: list[str]) -> str:
        return " / ".join(dict.fromkeys(texts))

    languages = catalogue.languages
    places = [catalogue.places.label(place, languages[0]) for place in row["places"].split()]
    scope = [both([catalogue.organisations[row["organisation"]].short[x] for x in languages])]
    return [
        row["waiver"],
        both([catalogue.wording.text(f"findings.{row['code']}.title", x) for x in languages]),
        ", ".join([*scope, *row["indicators"].split(), *places]),
        both([row[f"reason_{x}"] for x in languages]),
        row["allowed_by"],
        both([dated(f"{row['granted']} – {row['until']}", x, catalogue) for x in languages]),
        row["decision"],
        str(row["findings"]),
    ]

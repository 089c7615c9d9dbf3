"""The rules of the compact, run over all submissions of a batch at once; each gives findings.

A rule is data (rules.yaml): kind, severity, wording code, parameters, dates. A kind is a function here, from the
observations that count and the rule to one row per finding: observation_id, found, expected, and params.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, Rule
from cpc_pipeline.contracts import TOTAL, Severity, Status
from cpc_pipeline.validation.schema import hold_to_contract

Hit = tuple[dict[str, object], str, str, dict[str, object], str | None, str | None]
"""Observation, found, expected, params, and a wording code and severity other than the rule's, where needed."""
Kind = Callable[[pl.DataFrame, Rule, Catalogue], Iterator[Hit]]


def validate(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Findings of every rule with scope submission; raises BrokenContract for a mistake of ours."""
    hold_to_contract(observations, catalogue)
    counted = observations.filter(pl.col("status") != str(Status.REJECTED))
    rows = []
    for rule in catalogue.rules:
        if rule.scope != "submission":
            continue
        due = counted.filter(_in_force(rule))
        for row, found, expected, params, code, severity in KINDS[rule.kind](due, rule, catalogue):
            rows.append(
                {
                    "submission_id": row["submission_id"],
                    "organisation": row["organisation"],
                    "reporting_year": row["reporting_year"],
                    "sheet": row["sheet"],
                    "cell": row["cell"],
                    "code": code or rule.code,
                    "severity": severity or rule.severity,
                    "rule": rule.id,
                    "observation_id": row["observation_id"],
                    "found": found,
                    "expected": expected,
                    "params": json.dumps(params, sort_keys=True, ensure_ascii=False),
                }
            )
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.FINDINGS))


def _in_force(rule: Rule) -> pl.Expr:
    """Observations whose period ends while the rule is valid."""
    due = pl.lit(value=True)
    if rule.valid_from:
        due &= pl.col("period_end") >= rule.valid_from
    if rule.valid_to:
        due &= pl.col("period_end") <= rule.valid_to
    return due


def plain(number: object) -> str:
    """A number as people write it: no .0 on whole ones."""
    return f"{number:g}" if isinstance(number, float) and abs(number) < 1e6 else str(number).removesuffix(".0")


def _range(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    for row in observations.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        indicator = catalogue.indicators.get(row["series"])
        # Limits are stated in the indicator's unit; a value in another is the business of unit_matches.
        if indicator is None or row["unit"] != indicator.unit:
            continue
        low, high = indicator.minimum, indicator.maximum
        if (low is not None and row["value"] < low) or (high is not None and row["value"] > high):
            limits: dict[str, object] = {
                "minimum": "-" if low is None else plain(low),
                "maximum": "-" if high is None else plain(high),
            }
            yield row, plain(row["value"]), "", limits, None, None


def _whole_number(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    counts = [i.id for i in catalogue.indicators.values() if i.kind == "count"]
    odd = pl.col("series").is_in(counts) & (pl.col("value") != pl.col("value").floor())
    for row in observations.filter(odd & (pl.col("unit") != "percent")).iter_rows(named=True):
        yield row, plain(row["value"]), "", {}, None, None


def _unit_matches(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    for row in observations.filter(pl.col("series_kind") == "indicator").iter_rows(named=True):
        due = catalogue.indicators[row["series"]].unit
        if catalogue.units[row["unit"]].family != catalogue.units[due].family:
            yield row, row["unit"], due, {"codes": "units"}, None, None


def _period_in_year(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    long = (pl.col("period_end") - pl.col("period_start")).dt.total_days() > 366
    for row in observations.filter(long & (pl.col("series_kind") == "indicator")).iter_rows(named=True):
        yield row, f"{row['period_start']} / {row['period_end']}", "", {}, None, None


def _note_mark(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    # Only the mark is quoted: the rest of a note is free text, and free text may name a child.
    marks = sorted(rule.params["marks"], key=len, reverse=True)
    said = pl.col("note").str.extract(rf"\b({'|'.join(marks)})\b").alias("mark")
    for row in observations.with_columns(said).filter(pl.col("mark").is_not_null()).iter_rows(named=True):
        yield row, row["mark"], "", {}, None, None


def _key(catalogue: Catalogue) -> list[str]:
    return [
        *("submission_id", "organisation", "series", "period_start", "period_end", "place"),
        *catalogue.dimension_ids,
        "unit",
    ]


def _repeated_key(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    """Said of each later cell against the first: repeated (same), revised (marked as revision), or conflicting."""
    known = observations.with_columns(pl.coalesce("value", "lower", "upper").alias("said"))
    known = known.filter(pl.col("said").is_not_null()).sort("revision", "sheet", "row")
    for group in known.partition_by(_key(catalogue), maintain_order=True):
        rows = group.to_dicts()
        for row in rows[1:]:
            before = rows[0]
            code, severity = None, None
            if row["said"] == before["said"]:
                code, severity = "repeated_value", str(Severity.NOTE)
            elif row["revision"] > before["revision"]:
                code, severity = "revised_value", str(Severity.NOTE)
            yield row, plain(row["said"]), plain(before["said"]), {"other": before["cell"]}, code, severity


def _sum_of_parts(observations: pl.DataFrame, rule: Rule, catalogue: Catalogue) -> Iterator[Hit]:
    """Totals whose parts over one dimension are all there: at least two, and none of them unknown in value."""
    dimension = rule.params["dimension"]
    rest = [k for k in _key(catalogue) if k != dimension]
    for group in observations.filter(pl.col("status").is_not_null()).partition_by(rest):
        totals = group.filter(pl.col(dimension) == TOTAL)
        parts = group.filter(pl.col(dimension) != TOTAL)
        single = totals.height == 1 and parts[dimension].n_unique() == parts.height
        if not single or parts.height < 2 or group["value"].null_count():
            continue
        if (added := parts["value"].sum()) != (total := totals["value"][0]):
            yield totals.to_dicts()[0], plain(added), plain(total), {"dimension": dimension}, None, None


KINDS: dict[str, Kind] = {
    "range": _range,
    "whole_number": _whole_number,
    "unit_matches": _unit_matches,
    "period_in_year": _period_in_year,
    "note_mark": _note_mark,
    "repeated_key": _repeated_key,
    "sum_of_parts": _sum_of_parts,
}

"""Findings in words, and without what may be a name.

A child's name can be typed into any cell. The submitter sees what was typed on their own machine; what is stored,
shown in the UI or sent on is masked unless it is plainly harmless.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.naming import named

_HARMLESS = re.compile(r"[\d.,<>%/\-– ]{1,25}|#[A-Z0-9/!?]{2,8}|\S{1,3}")
NO_LIMIT = "-"
BAR, CHART_WIDTH = "█", 16
_MASK = "\x00"  # followed by the length; no cell of a workbook can hold it


def mask(findings: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """`found` kept where it is a number, a mark or a word of the catalogue; otherwise only its length is."""
    words = _known_words(catalogue)

    def masked(text: str) -> str:
        harmless = not text or _HARMLESS.fullmatch(text) or fold(text) in words
        return text if harmless and not _looks_like_a_document(text) else f"{_MASK}{len(text)}"

    return findings.with_columns(pl.col("found").map_elements(masked, return_dtype=pl.String))


def _looks_like_a_document(text: str) -> bool:
    """Seven digits and more can be an identity or phone number."""
    return sum(c.isdigit() for c in text) > 6 and not re.fullmatch(r"\d{4}-\d\d-\d\d / \d{4}-\d\d-\d\d", text)


_KNOWN: dict[str, set[str]] = {}


def _quoted(text: str, catalogue: Catalogue, language: str) -> str:
    return catalogue.wording.text("validation.quoted", language, text=text)


def _known_words(catalogue: Catalogue) -> set[str]:
    key = f"{catalogue.id} {catalogue.version}"
    if key not in _KNOWN:
        _KNOWN[key] = _words_of(catalogue)
    return _KNOWN[key]


def _words_of(catalogue: Catalogue) -> set[str]:
    lists = [*catalogue.codelists.values(), catalogue.places]
    marks = {fold(m) for rule in catalogue.rules for m in rule.params.get("marks", [])}
    words = marks | {
        fold(w) for li in lists for c in li.codes.values() for w in (c.code, *c.labels.values(), *c.aliases)
    }
    words |= set(catalogue.missing_marks) | {fold(u) for u in catalogue.units}
    words |= {
        fold(i)
        for i in (*catalogue.indicators, *catalogue.context_series, *catalogue.organisations, *catalogue.layouts)
    }
    return words | {fold(s.name) for s in catalogue.header.sheets.values()}


def question(finding: Mapping[str, Any]) -> str:
    """The question that a finding asks, whatever the language: its code, and what was found and expected as a hash."""
    said = f"{finding['found']}|{finding['expected']}"
    return f"{finding['code']}#{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _limits(minimum: object, maximum: object, catalogue: Catalogue, language: str) -> str:
    """From where to where a value may be; there is often no end to it, and sometimes no beginning."""
    ends = {"between": (minimum, maximum), "from": (minimum,), "up_to": (maximum,)}
    key = next((key for key, known in ends.items() if NO_LIMIT not in known), None)
    params = {"minimum": minimum, "maximum": maximum}
    return catalogue.wording.text(f"validation.limits.{key}", language, **params) if key else NO_LIMIT


def _short_list(cells: str, most: int = 60) -> str:
    """The first of many cells: a number that was added up from a list has all of them in its address."""
    return cells if len(cells) <= most else f"{cells[: cells.rfind(',', 0, most)]}, …"


def render(
    findings: pl.DataFrame, catalogue: Catalogue, language: str, replies: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """One row per finding: where, title, message, expected, action, beside columns of the frame.

    question: what a reply refers to. chart: earlier years as bars, where the rule gave them. indicator, indicator_name,
    definition: what the value is of, and what that counts; empty where it is of none. replies: text by `reply_key`, to
    be quoted where a finding was answered before; without them only the year is said.
    """
    rows = []
    for row in findings.iter_rows(named=True):
        found = row["found"] or ""
        if found.startswith(_MASK):
            found = catalogue.wording.text("validation.masked", language, length=found[1:])
        params = json.loads(row["params"]) | {k: row[k] for k in ("sheet", "cell", "expected")} | {"found": found}
        params |= {k: named(params[k], params.get("codes", ""), catalogue, language) for k in ("found", "expected")}
        params |= {k: v[language] for k, v in params.items() if isinstance(v, dict) and language in v}
        params["cell"] = _short_list(str(params["cell"]))
        ends = (params.get("minimum", NO_LIMIT), params.get("maximum", NO_LIMIT))
        params["limits"] = _limits(*ends, catalogue, language)
        organisations = catalogue.organisations
        params |= {k: organisations[params[k]].short[language] for k in ("by", "beside") if k in params}
        known = catalogue.indicators
        params |= {
            k: _quoted(known[params[k]].name[language], catalogue, language)
            for k in ("part", "whole")
            if params.get(k) in known
        }
        words = catalogue.wording.finding(row["code"], language, params)
        message = " ".join([words.message, *_known_already(params, catalogue, language, replies or {})])
        settled = params.get("answered") or params.get("waiver")
        action = catalogue.wording.text("validation.settled", language) if settled else words.action
        where = "validation.where" if row["sheet"] else "validation.where_file"
        if "aside" in params:
            where = f"validation.aside.{params['aside']}"
        on = f" {_quoted(row['sheet'], catalogue, language)}" if "aside" in params and row["sheet"] else ""
        indicator = catalogue.indicators.get(params.get("series", ""))
        rows.append(
            {
                k: row[k]
                for k in ("submission_id", "organisation", "reporting_year", "sheet", "cell", "code", "severity")
            }
            | {"where": catalogue.wording.text(where, language, **params) + on, "title": words.title}
            | {"message": message, "expected": words.expected, "action": action}
            | {"question": question(row), "chart": chart(params.get("earlier", ""), row)}
            | {"indicator": indicator.id if indicator else ""}
            | {"indicator_name": indicator.name[language] if indicator else ""}
            | {"definition": indicator.definition[language] if indicator else ""}
        )
    schema = ["submission_id", "organisation", "reporting_year", "sheet", "cell", "code", "severity", "where", "title"]
    types = {name: pl.Int32 if name == "reporting_year" else pl.String for name in schema}
    texts = ("message", "expected", "action", "question", "chart", "indicator", "indicator_name", "definition")
    return pl.DataFrame(rows, schema=types | dict.fromkeys(texts, pl.String))


def _known_already(
    params: Mapping[str, Any], catalogue: Catalogue, language: str, replies: Mapping[str, str]
) -> Iterator[str]:
    """What is known of the finding besides itself, a sentence each."""
    text = catalogue.wording.text
    waiver = next((w for w in catalogue.waivers if w.id == params.get("waiver")), None)
    if waiver is not None:
        by = {"by": waiver.allowed_by, "until": waiver.until.isoformat(), "reason": waiver.reason[language]}
        yield text("validation.waived", language, **by)
    if params.get("answered"):
        yield text("validation.answered", language)
    elif params.get("answered_in"):
        reason = replies.get(params["answered_by"])
        key = "validation.answered_before" if reason is None else "validation.answered_before_with"
        yield text(key, language, year=params["answered_in"], reason=reason)


def chart(earlier: str, finding: Mapping[str, Any]) -> str:
    """A bar of characters per year, the value in question last: "2023 ███ 40". Empty where there is nothing to draw."""
    points = [point.split(": ") for point in earlier.split(", ") if ": " in point]
    points.append([str(finding["reporting_year"]), str(finding["found"])])
    try:
        values = [float(value) for _, value in points]
    except ValueError:
        return ""
    largest = max(values, default=0)
    if len(points) < 2 or largest <= 0:
        return ""
    bars = [BAR * max(round(value / largest * CHART_WIDTH), 1 if value else 0) for value in values]
    return "\n".join(f"{year} {bar} {value}" for (year, value), bar in zip(points, bars, strict=True))

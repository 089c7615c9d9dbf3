"""Findings in words, and without what may be a name.

A child's name can be typed into any cell. The submitter sees what was typed on their own machine; what is stored,
shown in the UI or sent on is masked unless it is plainly harmless.
"""

from __future__ import annotations

import json
import re

import polars as pl

from cpc_pipeline.catalogue import Catalogue, fold

_HARMLESS = re.compile(r"[\d.,<>%/\-– ]{1,25}|#[A-Z0-9/!?]{2,8}|\S{1,3}")
NO_LIMIT = "-"
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


def _known_words(catalogue: Catalogue) -> set[str]:
    lists = [*catalogue.codelists.values(), catalogue.places]
    marks = {fold(m) for rule in catalogue.rules for m in rule.params.get("marks", [])}
    words = marks | {
        fold(w) for li in lists for c in li.codes.values() for w in (c.code, *c.labels.values(), *c.aliases)
    }
    words |= set(catalogue.missing_marks) | {fold(u) for u in catalogue.units}
    words |= {fold(i) for i in (*catalogue.indicators, *catalogue.context_series, *catalogue.organisations)}
    return words | {fold(s.name) for s in catalogue.header.sheets.values()}


def _named(text: str, codes: str, catalogue: Catalogue, language: str) -> str:
    """Codes as names of the language with the code to type beside them: people know the name, not the code."""
    if codes == "headings":
        headings = catalogue.headings
        return ", ".join(headings[t].labels[language] if t in headings else t for t in text.split(", "))
    if codes == "indicators":
        named = catalogue.indicators
        return "; ".join(f"{t} {named[t].name[language]}" if t in named else t for t in text.split(", "))
    if codes == "units":
        return catalogue.units[text].labels[language] if text in catalogue.units else text
    known = catalogue.places if codes == catalogue.places.id else catalogue.codelists.get(codes)
    if known is None:
        return text
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(f"{known.label(p, language)} ({p})" if p in known.codes else p for p in parts)


def render(findings: pl.DataFrame, catalogue: Catalogue, language: str) -> pl.DataFrame:
    """One row per finding: where, title, message, expected, action, beside the columns of the frame."""
    rows = []
    for row in findings.iter_rows(named=True):
        found = row["found"] or ""
        if found.startswith(_MASK):
            found = catalogue.wording.text("validation.masked", language, length=found[1:])
        params = json.loads(row["params"]) | {k: row[k] for k in ("sheet", "cell", "expected")} | {"found": found}
        params |= {k: _named(params[k], params.get("codes", ""), catalogue, language) for k in ("found", "expected")}
        unlimited = catalogue.wording.text("validation.no_limit", language)
        params |= {k: unlimited for k in ("minimum", "maximum") if params.get(k) == NO_LIMIT}
        organisations = catalogue.organisations
        params |= {k: organisations[params[k]].short[language] for k in ("by", "beside") if k in params}
        words = catalogue.wording.finding(row["code"], language, params)
        where = "validation.where" if row["sheet"] else "validation.where_file"
        rows.append(
            {
                k: row[k]
                for k in ("submission_id", "organisation", "reporting_year", "sheet", "cell", "code", "severity")
            }
            | {"where": catalogue.wording.text(where, language, **params), "title": words.title}
            | {"message": words.message, "expected": words.expected, "action": words.action}
        )
    schema = ["submission_id", "organisation", "reporting_year", "sheet", "cell", "code", "severity", "where", "title"]
    types = {name: pl.Int32 if name == "reporting_year" else pl.String for name in schema}
    return pl.DataFrame(rows, schema=types | dict.fromkeys(("message", "expected", "action"), pl.String))

"""The words of each message, from what is on record; every sentence is wording of the compact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Severity
from cpc_pipeline.notices.notice import Notice

OPEN = (Severity.RETURN, Severity.REJECT, Severity.QUERY)
"""Findings that wait for the organisation, the gravest first."""
MOST = 30
"""Questions that a message names; the annotated copy has all of them."""


def reminder(
    organisation: str,
    year: int,
    catalogue: Catalogue,
    found: pl.DataFrame,
    on: date,
    about: str,
    *,
    returned: bool = False,
) -> Notice:
    """A workbook that has not come, or that was returned; with the questions that are open.

    found: contracts.FINDINGS of the organisation, of this year and the one before. about: the step of the calendar.
    """
    language = _language(organisation, catalogue)
    closing, in_time = catalogue.header.closing(year), catalogue.header.due(year) is not None
    days = (closing - on).days
    when = "due" if in_time else "tables"
    timing = _text(
        catalogue,
        language,
        f"{when}_{'past' if days < 0 else 'ahead'}",
        day=_day(closing, catalogue, language),
        count=abs(days),
    )
    state = "returned" if returned else "missing"
    lines = [
        _text(catalogue, language, f"reminder.{state}", year=year, compact=catalogue.header.name[language]),
        timing,
        _text(catalogue, language, f"reminder.{state}_how", year=year),
    ]
    subject = _text(catalogue, language, f"reminder.subject_{state}", year=year)
    return _notice(
        "reminder", organisation, year, about, catalogue, subject, [*lines, *_asked(found, catalogue, language)]
    )


def result(receipt: Mapping[str, Any], catalogue: Catalogue, found: pl.DataFrame, marked: str | None) -> Notice:
    """What became of a file: its receipt, how many questions of which kind, and which.

    receipt: a row of contracts.RECEIPTS. found: contracts.FINDINGS of that submission as they are now. marked: the
    folder in which the annotated copy lies; None where there is none.
    """
    organisation, year = str(receipt["organisation"]), int(receipt["year"])
    language = _language(organisation, catalogue)
    status = catalogue.wording.text(f"receipts.status.{receipt['status']}", language)
    known = {"receipt": receipt["receipt_id"], "year": year, "version": receipt["revision"], "status": status}
    lines = [
        _text(catalogue, language, "result.status", **known, compact=catalogue.header.name[language]),
        _counts(found, catalogue, language),
    ]
    if marked is not None:
        lines.append(_text(catalogue, language, "result.marked", folder=marked))
    subject = _text(catalogue, language, "result.subject", **known)
    asked = _asked(found, catalogue, language)
    return _notice("result", organisation, year, str(receipt["receipt_id"]), catalogue, subject, [*lines, *asked])


def failure(job: str, step: str, run: str, catalogue: Catalogue) -> Notice:
    """A run that failed, to the secretariat: which job and step; never the text of an error, which may hold a value."""
    language = catalogue.languages[0]
    said = {"job": job, "step": step or "—", "run": run}
    lines = [_text(catalogue, language, f"failure.{key}", **said) for key in ("what", "how")]
    subject = _text(catalogue, language, "failure.subject", **said)
    return Notice("failure", catalogue.id, None, None, run, language, subject, "\n\n".join(lines) + "\n")


def _notice(
    kind: Any, organisation: str, year: int, about: str, catalogue: Catalogue, subject: str, lines: list[str]
) -> Notice:
    language = _language(organisation, catalogue)
    known = catalogue.organisations[organisation]
    greeting = _text(catalogue, language, "greeting", organisation=known.name[language])
    end = _text(catalogue, language, "end", compact=catalogue.header.name[language])
    caution = _text(catalogue, language, "caution")
    body = "\n\n".join([greeting, *lines, caution, end]) + "\n"
    return Notice(kind, catalogue.id, organisation, year, about, language, subject, body)


def _counts(found: pl.DataFrame, catalogue: Catalogue, language: str) -> str:
    waiting = found.filter(pl.col("severity").is_in([str(s) for s in OPEN]))
    if waiting.is_empty():
        return _text(catalogue, language, "result.nothing")
    by = [(s, waiting.filter(pl.col("severity") == str(s)).height) for s in OPEN]
    lines = [f"- {_text(catalogue, language, f'severity.{severity}', count=n)}" for severity, n in by if n]
    return "\n".join([_text(catalogue, language, "result.counts"), *lines])


def _asked(found: pl.DataFrame, catalogue: Catalogue, language: str) -> Iterator[str]:
    """The open questions, one line each, below a heading; nothing where none is open."""
    rank = {str(severity): number for number, severity in enumerate(OPEN)}
    rows = [row for row in found.iter_rows(named=True) if row["severity"] in rank]
    if not rows:
        return
    rows.sort(key=lambda r: (-r["reporting_year"], rank[r["severity"]], r["sheet"] or "", r["cell"] or "", r["code"]))
    said = list(dict.fromkeys(_question(row, catalogue, language) for row in rows))  # without values some are alike
    lines = [f"{number}. {words}" for number, words in enumerate(said[:MOST], start=1)]
    if len(said) > MOST:
        lines.append(_text(catalogue, language, "more", count=len(said) - MOST))
    yield "\n".join([_text(catalogue, language, "questions"), *lines])


def _question(row: Mapping[str, Any], catalogue: Catalogue, language: str) -> str:
    """Where, of which indicator and what is asked; of a sheet only a name that is ours, for others were typed."""
    ours = {sheet.name for sheet in catalogue.header.sheets.values()}
    where = "in_file"
    if row["cell"]:
        where = "in_cell" if row["sheet"] in ours else "in_a_cell"
    said = {"sheet": row["sheet"], "cell": str(row["cell"]).split(",")[0], "year": row["reporting_year"]}
    about = catalogue.indicators.get(str(json.loads(row["params"]).get("series", "")))
    title = catalogue.wording.text(f"findings.{row['code']}.title", language)
    parts = [_text(catalogue, language, where, **said), about.name[language] if about else "", title]
    return _text(catalogue, language, "question", year=row["reporting_year"], what=": ".join(p for p in parts if p))


def _language(organisation: str, catalogue: Catalogue) -> str:
    own = catalogue.organisations[organisation].language
    return own if own in catalogue.languages else catalogue.languages[0]


def _day(day: date, catalogue: Catalogue, language: str) -> str:
    month = catalogue.wording.text(f"report.month.m{day.month}", language)
    return catalogue.wording.text("report.date", language, day=day.day, month=month, year=day.year)


def _text(catalogue: Catalogue, language: str, key: str, **params: object) -> str:
    return catalogue.wording.text(f"notices.{key}", language, **params)

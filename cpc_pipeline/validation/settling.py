"""What is known of a finding besides itself: echo of another, allowed by a waiver, answered now or in earlier years.

A finding is never dropped for that, except an echo: it stays, marked in its parameters, and no longer returns, rejects
or asks. What does not belong here: finding (rules), and the words (words).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, Waiver
from cpc_pipeline.contracts import Severity, Status
from cpc_pipeline.validation.words import question

ECHOES = ("number_as_text",)
"""Remarks of the reader that say nothing more where a rule already speaks of the same cell."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Settled:
    """findings, each with what is known of it; replies, each with the rule and observation that it answers."""

    findings: pl.DataFrame
    replies: pl.DataFrame


def settle(
    found: pl.DataFrame,
    observations: pl.DataFrame,
    catalogue: Catalogue,
    replies: pl.DataFrame,
    earlier: pl.DataFrame,
    as_of: date,
) -> Settled:
    """Settle all findings of some submissions.

    observations: those that the findings are about. replies: sent with these submissions. earlier: replies on record
    (`about` says of what). as_of: the day on which a waiver must be in force.
    """
    # Of tens of thousands of observations a few are spoken of.
    observations = observations.filter(pl.col("observation_id").is_in(found["observation_id"].unique().implode()))
    waived = waive(_without_echoes(found), observations, catalogue, as_of)
    attached = _attached(replies, waived)
    known = pl.concat([earlier, about(attached, observations, catalogue)])
    settled = _recalled(_answered(waived, attached), observations, known, catalogue)
    return Settled(_with_series(settled, observations), attached)


def _with_series(found: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Findings about a value say of which series it is, so that their words can lead to its definition."""
    known = dict(observations.select("observation_id", "series").iter_rows())
    series = [known.get(observation) for observation in found["observation_id"]]
    return _frame(
        row if of is None else _marked(row, row["severity"], series=of)
        for row, of in zip(found.iter_rows(named=True), series, strict=True)
    )


def waivers_in_force(catalogue: Catalogue, organisation: str, as_of: date) -> list[Waiver]:
    """Those of one organisation that hold on a day."""
    return [w for w in catalogue.waivers if w.organisation == organisation and w.granted <= as_of <= w.until]


def waive(found: pl.DataFrame, observations: pl.DataFrame, catalogue: Catalogue, as_of: date) -> pl.DataFrame:
    """Findings with those that a waiver allows turned into notes that name it.

    A file that could not be read, or a value that the reader could not make out, is not there to be allowed.
    """
    if not any(w.granted <= as_of <= w.until for w in catalogue.waivers):
        return found
    rows = {row["observation_id"]: row for row in observations.iter_rows(named=True)}
    unread = {o for o, row in rows.items() if row["status"] == str(Status.REJECTED)}
    said = []
    for finding in found.iter_rows(named=True):
        in_force = waivers_in_force(catalogue, finding["organisation"], as_of)
        match = next((w for w in in_force if _covers(w, finding, rows.get(finding["observation_id"], {}))), None)
        refused = finding["severity"] == str(Severity.REJECT) and finding["observation_id"] in unread
        if match is not None and finding["sheet"] and not refused:
            finding = _marked(finding, waiver=match.id)  # noqa: PLW2901
        said.append(finding)
    return _frame(said)


def _covers(waiver: Waiver, finding: Row, about: Row) -> bool:
    named = finding["rule"] == waiver.rule if waiver.rule is not None else finding["code"] == waiver.code
    within = not waiver.years or finding["reporting_year"] in waiver.years
    scopes = ((waiver.indicators, about.get("series")), (waiver.places, about.get("place")))
    return named and within and all(not allowed or value in allowed for allowed, value in scopes)


def _without_echoes(found: pl.DataFrame) -> pl.DataFrame:
    """One thing wrong with one cell is one item: 12,5 typed as text is said to be no whole number, and that is all."""
    cell = ("submission_id", "sheet", "cell")
    others = found.filter(~pl.col("code").is_in(ECHOES)).select(cell).unique()
    echo = pl.col("code").is_in(ECHOES)
    heard = found.filter(echo).join(others, on=cell, how="semi").select(*cell, "code").unique()
    return found.join(heard, on=[*cell, "code"], how="anti", maintain_order="left")


def _attached(replies: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Replies with the rule and observation of the finding that they answer: same place, same question."""
    asked: dict[tuple[str, ...], Row] = {}
    for row in found.iter_rows(named=True):
        for cell in (row["cell"], ""):  # of a sheet that is not in the workbook the list names no cell
            asked.setdefault((row["submission_id"], row["sheet"], cell, question(row)), row)
    said = []
    for reply in replies.iter_rows(named=True):
        finding = asked.get((reply["submission_id"], reply["sheet"], reply["cell"], reply["question"]), {})
        said.append({**reply, "rule": finding.get("rule"), "observation_id": finding.get("observation_id")})
    return pl.DataFrame(said, schema=contracts.polars_schema(contracts.REPLIES))


def _answered(found: pl.DataFrame, replies: pl.DataFrame) -> pl.DataFrame:
    """A query with its answer no longer asks."""
    given = {
        (r["submission_id"], r["sheet"], r["question"], r["observation_id"])
        for r in replies.filter(pl.col("rule").is_not_null()).iter_rows(named=True)
    }
    asks = (str(Severity.QUERY), str(Severity.NOTE))
    said = [
        _marked(row, answered=True)
        if row["severity"] in asks
        and (row["submission_id"], row["sheet"], question(row), row["observation_id"]) in given
        else row
        for row in found.iter_rows(named=True)
    ]
    return _frame(said)


def about(replies: pl.DataFrame, observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Replies that answered something, with what their observation is about (null where it was about none)."""
    thing = ["series", "place", *catalogue.dimension_ids, "unit"]
    known = observations.select("observation_id", *thing).unique("observation_id")
    answers = replies.filter(pl.col("rule").is_not_null())
    return answers.join(known, on="observation_id", how="left", maintain_order="left")


def _recalled(
    found: pl.DataFrame, observations: pl.DataFrame, known: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """Findings that were answered in an earlier year say so: in which, and where the reply is kept."""
    thing = ["series", "place", *catalogue.dimension_ids, "unit"]
    rows = {row["observation_id"]: row for row in observations.select("observation_id", *thing).iter_rows(named=True)}
    answers: dict[tuple[object, ...], list[Row]] = {}
    for reply in known.sort("reporting_year", "submission_id").iter_rows(named=True):
        answers.setdefault(_topic(reply, reply, thing), []).append(reply)
    said = []
    for row in found.iter_rows(named=True):
        before = answers.get(_topic(row, rows.get(row["observation_id"], {}), thing), [])
        last = next((r for r in reversed(before) if r["reporting_year"] < row["reporting_year"]), None)
        if last is not None:
            marks = {"answered_in": last["reporting_year"], "answered_by": reply_key(last)}
            said.append(_marked(row, row["severity"], **marks))
        else:
            said.append(row)
    return _frame(said)


def _topic(who: Row, what: Row, thing: list[str]) -> tuple[object, ...]:
    """The same question about the same thing: who is asked, which question, and of which series, place and group."""
    return (who["organisation"], who["code"], *(what.get(column) for column in thing))


def reply_key(reply: Mapping[str, Any]) -> str:
    """Where the text of a reply is kept: the workbook it came in, the cell it is about, and the question."""
    return f"{reply['submission_id']}!{reply['sheet']}!{reply['cell']}!{reply['question']}"


def _marked(finding: Row, severity: str = str(Severity.NOTE), **marks: object) -> Row:
    params = {**json.loads(finding["params"]), **marks}
    text = json.dumps(params, sort_keys=True, ensure_ascii=False, default=str)
    return {**finding, "severity": severity, "params": text}


def _frame(rows: list[Row] | Iterator[Row]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=contracts.polars_schema(contracts.FINDINGS))

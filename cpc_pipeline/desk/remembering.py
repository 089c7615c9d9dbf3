"""What is on record when a workbook is looked at: what counts, what was replied, what was asked a year before.

A reply goes back to the organisation that wrote it, and only where it cannot name anybody. What does not belong here:
finding, and the workbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from cpc_pipeline import contracts, intake, validation
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Severity
from cpc_pipeline.project import Project

ASKS = (str(Severity.QUERY), str(Severity.REJECT))


def asked_before(project: Project, organisation: str, year: int) -> list[intake.Asked]:
    """Questions about numbers of the year before a year, in the order of the sheet; none where nothing is on record.

    A value that was refused was asked about as much as one that was questioned: both come up again.
    """
    if not project.folders.warehouse.exists():
        return []
    own = (pl.col("organisation") == organisation) & (pl.col("reporting_year") == year - 1)
    with project.read_warehouse() as warehouse:
        observations = warehouse.counting().filter(own).sort("sheet", "row")
        found, replies = warehouse.findings().filter(own), warehouse.replies().filter(own)
    questions = list(_questions(found, replies, project.catalogue, year - 1))
    about = {row["observation_id"]: row for row in observations.iter_rows(named=True)}
    order = {observation: number for number, observation in enumerate(about)}
    known = [(order[of], intake.Asked(about[of], texts)) for of, texts in questions if of in about]
    return [asked for _, asked in sorted(known, key=lambda pair: pair[0])]


def _questions(
    found: pl.DataFrame, replies: pl.DataFrame, catalogue: Catalogue, year: int
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The observation that a question is about, and the question with its answer in every language."""
    said = {(r["observation_id"], r["code"]): r["text"] for r in replies.iter_rows(named=True)}
    for row in found.filter(pl.col("observation_id").is_not_null()).sort("sheet", "cell", "code").iter_rows(named=True):
        answered = bool(json.loads(row["params"]).get("answered"))
        if row["severity"] not in ASKS and not answered:
            continue
        reply = said.get((row["observation_id"], row["code"]), "" if answered else None)
        yield row["observation_id"], {x: _sentence(row, reply, catalogue, x, year) for x in catalogue.languages}


def _sentence(row: Mapping[str, Any], reply: str | None, catalogue: Catalogue, language: str, year: int) -> str:
    text = catalogue.wording.text
    params = {"year": year, "title": text(f"findings.{row['code']}.title", language), "reply": reply}
    if reply is None:
        return text("template.asked.unanswered", language, **params)
    named = not reply or intake.personal.in_text(reply, catalogue)
    return text("template.asked.kept" if named else "template.asked.answered", language, **params)


def counting(project: Project) -> pl.DataFrame:
    """What counts already, for rules about history; nothing where there is no warehouse (a focal point's machine)."""
    if not project.folders.warehouse.exists():
        return contracts.empty(contracts.observations_frame(project.catalogue.dimension_ids))
    with project.read_warehouse() as warehouse:
        return warehouse.counting()


def replies(project: Project) -> pl.DataFrame:
    if not project.folders.warehouse.exists():
        nothing = contracts.empty(contracts.observations_frame(project.catalogue.dimension_ids))
        return validation.about(contracts.empty(contracts.REPLIES), nothing, project.catalogue)
    with project.read_warehouse() as warehouse:
        return validation.about(warehouse.replies(), warehouse.observations(), project.catalogue)

"""What a submitter wrote in the last column of the list of findings ("correct because …"), one row per reply.

The list is the sheet that our own feedback put into the workbook. Its rows may have been sorted and its columns moved:
they are found from the mark, wherever it stands. A reply is free text and goes into this frame alone.
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.reading import Cell, Workbook

_SHEET, _CELL, _REPLY, _QUESTION = 1, 2, 7, 8  # columns of the list, counted from its first


def list_about(sheets: Workbook, catalogue: Catalogue) -> str | None:
    """The name of the file that a list of findings is about, where a workbook is nothing but that list; else None."""
    filled = [name for name, block in sheets.blocks.items() if block]
    if len(filled) != 1 or fold(filled[0]) != fold(catalogue.header.sheets["feedback"].name):
        return None
    cells = sheets[filled[0]]
    mark = next((cell for cell in cells if cell.text == contracts.FEEDBACK_MARK), None)
    if mark is None:
        return None
    beside = (cell.text for cell in cells if (cell.row, cell.column) == (mark.row, mark.column + 1))
    return next(beside, "")


def replies_of(cells: list[Cell], catalogue: Catalogue, found: Found) -> pl.DataFrame:
    """Rows of REPLIES; rule and observation are null until validation knows which finding each answers."""
    schema = contracts.polars_schema(contracts.REPLIES)
    mark = next((cell for cell in cells if cell.text == contracts.FEEDBACK_MARK), None)
    if mark is None:
        return contracts.empty(contracts.REPLIES)
    first = mark.column - _QUESTION
    rows: dict[int, dict[int, str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, {})[cell.column - first] = cell.text
    language = _language(rows.get(mark.row, {}), catalogue)
    told = []
    for number, row in sorted(rows.items()):
        question, text = row.get(_QUESTION, ""), row.get(_REPLY, "").strip()
        if number == mark.row or not question or not text:
            continue
        about = {"sheet": row.get(_SHEET, ""), "cell": row.get(_CELL, "")}
        code = question.partition("#")[0]
        told.append({**about, "code": code, "question": question, "language": language, "text": text})
    who = {"submission_id": found.submission_id, "organisation": found.organisation, "reporting_year": found.year}
    return pl.DataFrame([{**who, **row} for row in told], schema=schema)


def _language(title: dict[int, str], catalogue: Catalogue) -> str | None:
    """The list is written in one language; its title says in which."""
    said = set(title.values())
    return next((x for x in catalogue.languages if catalogue.wording.text("feedback.title", x) in said), None)

"""The annual tables for people: performance_<language>.xlsx, one per language, and performance.xlsx, the flat data.

A file per language, because two languages in a cell made rows twice as high and pages unreadable in print. Both are
made by the same calls from the same rows, so that a number has the same address in each.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.further import sheets
from cpc_pipeline.publication.tables import performance_table
from cpc_pipeline.publication.waivers import waiver_lines, waivers_table
from cpc_pipeline.publication.workbook.annexes import Annexes
from cpc_pipeline.publication.workbook.book import Book
from cpc_pipeline.publication.workbook.crossed import crossed_sheets
from cpc_pipeline.publication.workbook.data import write_data
from cpc_pipeline.publication.workbook.objectives import BREAK, Objectives
from cpc_pipeline.publication.writing import write_bytes

__all__ = ["BREAK", "write_workbooks"]


def write_workbooks(release: Release, catalogue: Catalogue, year: int, folder: Path) -> list[Path]:
    """Write the workbook of each language and the flat data; returns the paths."""
    paths = []
    for language in catalogue.languages:
        content = _of_language(release, speaking(catalogue, language), year)
        paths.append(write_bytes(folder / f"performance_{language}.xlsx", content))
    return [*paths, write_bytes(folder / "performance.xlsx", write_data(release, catalogue, year))]


def speaking(catalogue: Catalogue, language: str) -> Catalogue:
    """The same compact with one language: whatever is written from it is in that language alone."""
    header = catalogue.header.model_copy(update={"languages": [language]})
    return catalogue.model_copy(update={"header": header})


def _of_language(release: Release, catalogue: Catalogue, year: int) -> bytes:
    """Contents, a sheet per objective, cross-tables, what the release has besides, annexes."""
    book = Book(release, catalogue, year)
    table = performance_table(release, catalogue, year)
    objectives, annexes = Objectives(book), Annexes(book)
    book.contents()
    for objective in catalogue.objectives:
        objectives.write(objective, table.filter(pl.col("objective") == objective.id))
    for crossed in crossed_sheets(table, catalogue):
        book.crossed(crossed)
    annexes.completeness(table)
    for further in sheets(release, catalogue, year):
        annexes.further(further)
    annexes.restated()
    annexes.restated_series()
    annexes.findings()
    annexes.waivers(waiver_lines(waivers_table(release, catalogue, year), catalogue))
    annexes.definitions()
    annexes.notes()
    objectives.summary(table)
    return book.finished()

"""Children who were never there, as one edition of Arcadia counts them; and editions that were tampered with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import publishing
from cpc_pipeline.disclosure.rows import key_of
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import write_submission
from tests.victims import Child, tables

YEAR = 2023


def a_project(root: Path, arcadia: Catalogue) -> Project:
    return Project(Folders(root, "arcadia"), arcadia)


def send(project: Project, found: list[Child], year: int = YEAR) -> None:
    """Put the tables of these children in the place of what was sent before, and compute."""
    write_submission(project, "care", year, tables(found))
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


def table(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "tables" / "performance.csv", infer_schema=False)


def truth_of(project: Project) -> dict[str, int]:
    frame = pipeline.release_for(project, YEAR).measures.filter(indicator="PRO-1", year=YEAR)
    rows = frame.filter(pl.col("actual").is_not_null()).iter_rows(named=True)
    return {key_of(row, project.catalogue): int(row["actual"]) for row in rows}


def tampered(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Let a careless renderer change the files after they were written."""
    publish = publishing.publish

    def careless(release: Release, catalogue: Catalogue, year: int, folder: Path, **_: Any) -> list[Path]:
        paths = publish(release, catalogue, year, folder)
        change(folder)
        return paths

    monkeypatch.setattr(publishing, "publish", careless)


def in_the_sheet_for_people(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance_en.xlsx")
    cell = next(
        c
        for s in book
        for row in s.iter_rows()
        for c in row
        if c.value == "c" and c.column == 8 and s.title[0].isdigit()
    )
    cell.value = "3"
    book.save(folder / "tables" / "performance_en.xlsx")


def in_a_table_of_two_ways(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance_es.xlsx")
    cells = [c for row in book["Por lugar"].iter_rows(min_row=6, min_col=3) for c in row if str(c.value).isdigit()]
    cells[0].value = next(c.value for c in cells if c.value != cells[0].value)
    book.save(folder / "tables" / "performance_es.xlsx")


def in_the_parquet(folder: Path) -> None:
    path = folder / "tables" / "performance.parquet"
    frame = pl.read_parquet(path)
    hidden = pl.when(pl.col("status") == "hidden").then(3.0).otherwise(pl.col("actual"))
    frame.with_columns(hidden.alias("actual")).write_parquet(path, statistics=False)


def in_the_data_sheet(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance.xlsx")
    sheet = next(s for s in book if s["A1"].value == "indicator")
    heads = [c.value for c in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2) if r[heads.index("status")].value == "hidden")
    row[heads.index("actual")].value = 3
    book.save(folder / "tables" / "performance.xlsx")


def in_the_words_of_a_figure(folder: Path) -> None:
    path = folder / "figures" / "trend.protection_en.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("PRO-1"))
    lines[at] += f"; {YEAR}: 3 (people)"
    path.write_text("\n".join(lines), encoding="utf-8")


def in_the_data_of_a_figure(folder: Path) -> None:
    path = folder / "figures" / "trend.protection_en.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("PRO-1"))
    cells = lines[at].split(",")
    cells[7] = "3"
    path.write_text("\n".join([*lines, ",".join(cells)]), encoding="utf-8")

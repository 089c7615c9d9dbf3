"""The audit of the files of an edition: every number in them is one that may be there, and nothing else is in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.artefacts import exchange
from cpc_pipeline.artefacts.books import misplaced, misplaced_in_crossed, sheets_of, table_of
from cpc_pipeline.artefacts.opening import UnknownFile, strange_parts, texts_of
from cpc_pipeline.artefacts.pages import astray
from cpc_pipeline.artefacts.stores import frames_of
from cpc_pipeline.artefacts.tokens import numbers_in


@dataclass(frozen=True)
class Leak:
    """Something in a file that must not be there. What: number, unknown_file, strange_part, row. Never a value."""

    file: str
    where: str
    what: str


@dataclass(frozen=True)
class Shown:
    """How a workbook for people shows the table: heading -> columns under it; its rows in the order of the sheets."""

    columns: Mapping[str, Sequence[str]]
    order: Sequence[Mapping[str, Any]]


def audit_files(
    folder: Path,
    names: Iterable[str],
    allowed: Set[float],
    rows: pl.DataFrame,
    shown: Mapping[str, Shown] | None = None,
    own: Mapping[str, Set[float]] | None = None,
) -> list[Leak]:
    """Every leak in the files of an edition.

    allowed: numbers that may stand in a text (those of the masked frame, of the words and codes of the compact, and
    dates). rows: the masked table as text, one row per number: every table of data in the edition holds these rows or
    some of their columns, and no other numbers. shown: by the name of a workbook how it shows them to
    people, for each that does.
    own: file -> numbers that may stand in it besides: of its chapters, tables and pages.
    """
    leaks = []
    said = _said(rows)
    for name in sorted(names):
        path = folder / name
        try:
            texts = texts_of(path)
        except UnknownFile:
            leaks.append(Leak(name, "-", "unknown_file"))
            continue
        leaks += [Leak(name, part, "strange_part") for part in strange_parts(path)]
        may = allowed | (own or {}).get(name, frozenset())
        for where, text in texts:
            if any(may.isdisjoint(readings) for readings in numbers_in(text)):
                leaks.append(Leak(name, where, "number"))
        if path.suffix == ".csv":
            leaks += _rows(pl.read_csv(path, infer_schema=False), name, rows)
            leaks += [leak for told in exchange.sdmx(path.read_bytes()) for leak in _rows(told, name, rows)]
        elif path.suffix == ".xml":
            leaks += [leak for told in exchange.iati(path.read_bytes(), rows) for leak in _rows(told, name, rows)]
        elif path.suffix == ".txt":
            leaks += [Leak(name, where, "row") for where, text in texts if not _agrees(text, said)]
        elif path.suffix == ".parquet":
            leaks += _rows(pl.read_parquet(path), name, rows)
        elif path.suffix == ".duckdb":
            for where, table in frames_of(path.read_bytes()).items():
                leaks += [Leak(name, f"{where} {leak.where}", leak.what) for leak in _rows(table, name, rows)]
        elif path.suffix == ".html":
            leaks += [Leak(name, trace, "row") for trace in astray(path, rows)]
        elif path.suffix == ".xlsx":
            leaks += _book(path, name, rows, (shown or {}).get(name))
    return leaks


def _book(path: Path, name: str, rows: pl.DataFrame, shown: Shown | None) -> list[Leak]:
    sheets = sheets_of(path)
    tables = [table for sheet in sheets.values() if (table := table_of(sheet)) is not None]
    leaks = [leak for table in tables for leak in _rows(table, name, rows)]
    for sheet, line in misplaced_in_crossed(sheets, rows):
        leaks.append(Leak(name, f"{sheet} {line}", "row"))
    if shown is not None:
        leaks += [Leak(name, f"{sheet} {line}", "row") for sheet, line in misplaced(sheets, shown.columns, shown.order)]
    return leaks


def _said(rows: pl.DataFrame) -> dict[tuple[str, str], set[float]]:
    """Indicator and year -> every number that may be said of them."""
    said: dict[tuple[str, str], set[float]] = defaultdict(set)
    for row in rows.iter_rows(named=True) if "actual" in rows.columns else ():
        numbers = {float(row[c]) for c in ("actual", "lower", "upper") if row[c] is not None}
        said[row["indicator"], str(row["year"])] |= numbers
    return said


def _agrees(text: str, said: Mapping[tuple[str, str], set[float]]) -> bool:
    """Whether a sentence that names an indicator says of each year only what the table says of it."""
    indicator = text.split(" ", 1)[0]
    if indicator not in {name for name, _ in said}:
        return True
    return all(
        said.get((indicator, year), set()) & set(readings)
        for year, value in _YEARS.findall(text)
        for readings in numbers_in(value)
    )


_YEARS = re.compile(r"\b((?:19|20)\d\d): ([^;(]*)")


def _rows(table: pl.DataFrame, name: str, rows: pl.DataFrame) -> list[Leak]:
    """Rows of data with an indicator that are not rows of the masked table, in the columns that both have."""
    shared = [c for c in table.columns if c in rows.columns]
    if "indicator" not in shared:
        return []
    numbered = table.select(_plain(c) for c in shared).with_row_index("line", offset=2)
    known = rows.select(_plain(c) for c in shared).unique()
    strange = numbered.join(known, on=shared, how="anti", nulls_equal=True)
    return [Leak(name, f"line {line}", "row") for line in strange["line"]]


def _plain(column: str) -> pl.Expr:
    """As text, a whole number without its point and truth in small letters: files of other kinds write them so."""
    text = pl.col(column).cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1")
    return text.replace({"": None, "True": "true", "False": "false"}).alias(column)

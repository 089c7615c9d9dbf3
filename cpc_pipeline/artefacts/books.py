"""The sheets of a rendered workbook, held row by row against the masked table that they were made from.

A number that is somewhere in the table is not thereby right in another row: a 3 that is true of meetings must not stand
where a count of children is withheld. So each cell is looked at with the row that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.artefacts.tokens import numbers_in

Row = Mapping[str, Any]
Sheets = dict[str, list[list[str]]]


def sheets_of(path: Path) -> Sheets:
    """Every sheet as rows of texts."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    names = book.sheet_names
    return {name: [[_text(v) for v in row] for row in book.get_sheet_by_name(name).to_python()] for name in names}


def table_of(rows: Sequence[Sequence[str]]) -> pl.DataFrame | None:
    """A sheet of data under machine names as a frame of texts; None for a sheet made for people."""
    if not rows or "indicator" not in rows[0]:
        return None
    heads = list(rows[0])
    return pl.DataFrame(
        [dict(zip(heads, row, strict=False)) for row in rows[1:]], schema=dict.fromkeys(heads, pl.String)
    )


def misplaced(sheets: Sheets, columns: Mapping[str, Sequence[str]], order: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Sheet and line of every cell for people with a number that its own row of the masked table does not have.

    columns: heading of a column -> columns of the table whose numbers may stand under it. order: the rows of the table
    as the sheets have them, one sheet after the other.
    """
    left = iter(order)
    for name, rows in sheets.items():
        top = next((i for i, row in enumerate(rows) if set(columns) <= set(row)), None)
        if top is None:
            continue
        at = {heading: rows[top].index(heading) for heading in columns}
        for line, row in enumerate(rows[top + 1 :], start=top + 2):
            if not any(cell.strip("–") for cell in row):
                continue
            own = next(left, None)
            if own is None or any(not _fits(row[at[h]], own, names) for h, names in columns.items()):
                yield name, f"line {line}"
    if next(left, None) is not None:
        yield "-", "missing"


def misplaced_in_crossed(sheets: Sheets, table: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Sheet and line of every cell of a table of two ways with a number that no row of the table with its codes has.

    Such a sheet has a line of codes that begins with what crosses, in words: `rows × columns`; the code of each line
    stands below it. A row's code and a column's are together the name of the number: INDICATOR/YEAR, a place, or
    column=code.
    """
    for name, rows in sheets.items():
        found = next(((i, j) for i, row in enumerate(rows) for j in range(len(row)) if _crossing(row[j:], table)), None)
        if found is None:
            continue
        top, left = found
        codes = rows[top][left + 1 :]
        below = rows[top + 1 :]
        there = _said(table, _part(below[0][left])[0], _part(codes[0])[0]) if below else {}
        for line, row in enumerate(below, start=top + 2):
            for code, text in zip(codes, row[left + 1 :], strict=False):
                said = there.get((_part(row[left])[1], _part(code)[1]), set())
                if any(said.isdisjoint(readings) for readings in numbers_in(text)):
                    yield name, f"line {line}"


CROSS = " × "


def _crossing(cells: Sequence[str], table: pl.DataFrame) -> bool:
    codes = [code for code in cells[1:] if code]
    return CROSS in cells[0] and bool(codes) and all(_part(code)[0] in table.columns for code in codes)


def _part(code: str) -> tuple[str, str]:
    """Column and code of what a row or column adds to the name of its numbers."""
    column, equals, value = code.partition("=")
    if equals:
        return column, value
    indicator, slash, _ = code.partition("/")
    return ("indicator", indicator) if slash else ("place", code)


def _said(table: pl.DataFrame, down: str, across: str) -> dict[tuple[str, str], set[float]]:
    said: dict[tuple[str, str], set[float]] = {}
    for row in table.select(down, across, "actual", "lower", "upper").iter_rows():
        said.setdefault((row[0], row[1]), set()).update(float(v) for v in row[2:] if v is not None)
    return said


def _fits(text: str, own: Row, names: Sequence[str]) -> bool:
    """Whether every number of a cell is one of its row's."""
    there = {float(own[name]) for name in names if own[name] is not None}
    return all(there & set(readings) for readings in numbers_in(text))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

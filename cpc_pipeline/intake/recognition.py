"""Which sheet is which, where the headings are, and which column holds which field."""

from __future__ import annotations

from dataclasses import dataclass

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.reading import Cell, Sheets
from cpc_pipeline.intake.workbook import COVER_FIELDS, heading

HEADING_WITHIN = 30  # rows
ENOUGH = 3  # headings that make a row the heading row
NEEDED = ("indicator", "value")


@dataclass(frozen=True)
class Table:
    """A data sheet, understood: its rows below the headings as field -> cell."""

    sheet: str
    columns: dict[str, int]
    rows: list[tuple[int, dict[str, Cell]]]


def heading_index(catalogue: Catalogue) -> dict[str, str]:
    """Folded heading in any language, alias or bilingual form -> field."""
    index: dict[str, str] = {}
    for field, known in catalogue.headings.items():
        for name in (*known.aliases, *known.labels.values(), heading(catalogue, field), field):
            index[fold(name)] = field
    return index


def find_sheets(sheets: Sheets, catalogue: Catalogue, found: Found) -> dict[str, str]:
    """Role -> name of the sheet as it is in the file; what is missing or not expected becomes a finding."""
    by_name = {fold(name): name for name in sheets}
    roles: dict[str, str] = {}
    for role, sheet in catalogue.header.sheets.items():
        if (name := by_name.get(fold(sheet.name))) is not None:
            roles[role] = name
        elif sheet.missing != "nothing":
            found.add("missing_sheet", sheet.missing, sheet.name, "A1", expected=sheet.name)
    for name in sheets:
        if name not in roles.values() and sheets[name]:
            found.add("unknown_sheet", "note", name, "A1", found=name)
    return roles


def read_cover(cells: list[Cell], catalogue: Catalogue) -> dict[str, Cell]:
    """Lines of the cover: a known label in column A, its value in column B."""
    index = heading_index(catalogue)
    values = {cell.row: cell for cell in cells if cell.column == 2}
    lines = {}
    for cell in cells:
        field = index.get(fold(cell.text)) if cell.column == 1 else None
        if field in COVER_FIELDS and cell.row in values:
            lines[field] = values[cell.row]
    return lines


def find_table(sheet: str, cells: list[Cell], catalogue: Catalogue, found: Found) -> Table | None:
    """The table of a data sheet, or None with the reason among the findings."""
    index = heading_index(catalogue)
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    top = next(
        (
            row
            for row in sorted(by_row)
            if row <= HEADING_WITHIN and sum(fold(c.text) in index for c in by_row[row]) >= ENOUGH
        ),
        None,
    )
    if top is None:
        if cells:
            found.add("missing_heading", "return", sheet, "A1", expected=heading(catalogue, "indicator"))
        return None
    columns: dict[str, int] = {}
    unknown: dict[int, Cell] = {}
    for cell in by_row[top]:
        field = index.get(fold(cell.text))
        if field is None:
            unknown[cell.column] = cell
        elif field in columns:
            found.add("duplicate_heading", "return", sheet, cell.address, found=cell.text)
        else:
            columns[field] = cell.column
    lacking = [field for field in NEEDED if field not in columns]
    for field in lacking:
        found.add("missing_heading", "return", sheet, f"A{top}", expected=heading(catalogue, field))
    if lacking:
        return None
    return Table(sheet, columns, _rows(sheet, by_row, top, columns, unknown, found))


def _rows(
    sheet: str,
    by_row: dict[int, list[Cell]],
    top: int,
    columns: dict[str, int],
    unknown: dict[int, Cell],
    found: Found,
) -> list[tuple[int, dict[str, Cell]]]:
    """Rows below the headings. Content in a column that has no known heading is named, once per column."""
    fields = {column: field for field, column in columns.items()}
    rows, outside = [], {}
    for row in sorted(r for r in by_row if r > top):
        known = {fields[c.column]: c for c in by_row[row] if c.column in fields}
        outside.update({c.column: c for c in by_row[row] if c.column not in fields and c.column not in outside})
        if {"indicator", "value"} & set(known):
            rows.append((row, known))
        elif known:
            first = next(iter(known.values()))
            found.add("content_outside_table", "query", sheet, first.address)
    for column, cell in outside.items():
        title = unknown.get(column)
        if title is not None:
            found.add("unknown_heading", "query", sheet, title.address, found=title.text)
        else:
            found.add("content_outside_table", "query", sheet, cell.address)
    return rows

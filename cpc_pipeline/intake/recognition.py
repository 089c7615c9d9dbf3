"""Which sheet is which, where the headings are, and which column holds which field."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.reading import Cell, Sheets
from cpc_pipeline.intake.template.layout import KEY, SHOWN_ONLY, split_key
from cpc_pipeline.intake.versions import say_if_old, version_of
from cpc_pipeline.intake.workbook import COVER_FIELDS, fields, heading

HEADING_WITHIN = 30  # rows
ENOUGH = 3  # headings that make a row the heading row
NEEDED = ("indicator", "value")
_INDEX: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Table:
    """A data sheet, understood: its rows below the headings as field -> cell."""

    sheet: str
    columns: dict[str, int]
    rows: list[tuple[int, dict[str, Cell]]]


def heading_index(catalogue: Catalogue) -> dict[str, str]:
    """Folded heading in any language, alias or bilingual form -> field; made once for each version of the data."""
    key = f"{catalogue.id} {catalogue.version}"
    if key not in _INDEX:
        _INDEX[key] = _heading_index(catalogue)
    return _INDEX[key]


def _heading_index(catalogue: Catalogue) -> dict[str, str]:
    index: dict[str, str] = {}
    for field, known in catalogue.headings.items():
        for name in (*known.aliases, *known.labels.values(), heading(catalogue, field), field):
            index[fold(name)] = field
    return index


def is_ours(sheets: Sheets, catalogue: Catalogue) -> bool:
    """Whether a file is our workbook, whole or in part: any of the sheets that it must have is there."""
    names = {fold(name) for name in sheets}
    return any(fold(sheet.name) in names for sheet in catalogue.header.sheets.values() if sheet.missing != "nothing")


def find_sheets(sheets: Sheets, catalogue: Catalogue, found: Found) -> dict[str, str]:
    """Role -> name of the sheet as it is in the file; what is missing or not expected becomes a finding."""
    by_name = {fold(name): name for name in sheets}
    declared = catalogue.header.sheets
    roles = {role: by_name[fold(sheet.name)] for role, sheet in declared.items() if fold(sheet.name) in by_name}
    line = read_cover(sheets[roles["cover"]], catalogue).get("format_version") if "cover" in roles else None
    version = version_of(line, roles.get("cover", ""), found)
    for role, sheet in declared.items():
        if role not in roles and sheet.missing != "nothing" and sheet.belongs_to(version):
            found.add("missing_sheet", sheet.missing, sheet.name, "A1", expected=sheet.name)
    say_if_old(version, line, roles, catalogue, found)
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


def find_table(
    sheet: str,
    cells: list[Cell],
    catalogue: Catalogue,
    found: Found,
    needed: tuple[str, ...] = NEEDED,
    severity: str = "return",
    reads: tuple[str, ...] | None = None,
) -> Table | None:
    """The table of a sheet, or None with the reason among the findings, which have the severity given.

    A row is data if it has content under a heading that is needed. reads: the fields that are read from the sheet
    (None: those of a sheet of numbers); a heading of another field is as unknown as any other.
    """
    expected = {*(fields(catalogue) if reads is None else reads), *SHOWN_ONLY}
    index = heading_index(catalogue)
    top = _heading_row(cells, index)
    if top is None:
        if cells:
            found.add("missing_heading", severity, sheet, "A1", expected=heading(catalogue, needed[0]))
        return None
    columns: dict[str, int] = {}
    unknown: dict[int, Cell] = {}
    for cell in (c for c in cells if c.row == top):
        field = index.get(fold(cell.text))
        if field is None or field not in expected:
            unknown[cell.column] = cell
        elif field in columns:
            found.add("duplicate_heading", severity, sheet, cell.address, found=cell.text)
        else:
            columns[field] = cell.column
    lacking = [field for field in needed if field not in columns]
    for field in lacking:
        found.add("missing_heading", severity, sheet, f"A{top}", expected=heading(catalogue, field))
    if lacking:
        return None
    return Table(sheet, columns, _rows(sheet, cells, top, columns, unknown, found, needed))


def _heading_row(cells: list[Cell], index: dict[str, str]) -> int | None:
    """The row of field names that a template has below its headings, else the first row of headings."""
    fields = set(index.values())
    by_row: dict[int, list[Cell]] = {}
    for cell in takewhile(lambda cell: cell.row <= HEADING_WITHIN, cells):
        by_row.setdefault(cell.row, []).append(cell)
    within = sorted(by_row)
    for known in (fields, set(index)):
        for row in within:
            texts = [c.text if known is fields else fold(c.text) for c in by_row[row]]
            if sum(text in known for text in texts) >= ENOUGH:
                return row
    return None


def _rows(
    sheet: str,
    cells: list[Cell],
    top: int,
    columns: dict[str, int],
    unknown: dict[int, Cell],
    found: Found,
    needed: tuple[str, ...],
) -> list[tuple[int, dict[str, Cell]]]:
    """Rows below the headings. Content in a column that has no known heading is named, once per column."""
    fields = {column: field for field, column in columns.items()}
    told: dict[int, dict[str, Cell]] = {}
    outside: dict[int, Cell] = {}
    for cell in cells:
        if cell.row > top:
            field = fields.get(cell.column)
            if field is None:
                outside.setdefault(cell.column, cell)
            elif cell.row in told:
                told[cell.row][field] = cell
            else:
                told[cell.row] = {field: cell}
    rows = []
    labelled = not columns.keys().isdisjoint(SHOWN_ONLY)
    for row, own in told.items():
        known = _labelled(own) if labelled else own
        if KEY in known or not known.keys().isdisjoint(needed):
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


def _labelled(known: dict[str, Cell]) -> dict[str, Cell]:
    """Without the columns that are there for people, and with labels whose formula lost its result from the row key."""
    key = split_key(known[KEY].text) if KEY in known else {}
    return {
        field: cell._replace(kind="text", text=key[field]) if cell.kind == "formula" and field in key else cell
        for field, cell in known.items()
        if field not in SHOWN_ONLY or field == KEY
    }

"""Which sheet is which, where the headings are, and which column holds which field."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.blocks import Column
from cpc_pipeline.intake.cells import address
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.reading import Block, Cell, Sheets
from cpc_pipeline.intake.template.layout import KEY, SHOWN_ONLY, split_key
from cpc_pipeline.intake.versions import say_if_old, version_of
from cpc_pipeline.intake.workbook import COVER_FIELDS, fields, heading

HEADING_WITHIN = 30  # rows
ENOUGH = 3  # headings that make a row the heading row
NEEDED = ("indicator", "value")
_INDEX: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Table:
    """A data sheet, understood. columns: field -> number of its column. numbers: the rows of data below the headings.

    fields: what stands in the columns of these rows, from left to right, a place for each row; blank ones are left out.
    """

    sheet: str
    columns: dict[str, int]
    numbers: list[int]
    fields: dict[str, Column]

    def cell(self, field: str, at: int) -> Cell | None:
        """The cell of a field in the row at a place; None where it is blank."""
        own = self.fields.get(field)
        if own is None or not own.places[at]:
            return None
        return Cell(self.numbers[at], self.columns[field], *own.contents[own.places[at] - 1])

    @property
    def rows(self) -> list[tuple[int, dict[str, Cell]]]:
        """Row by row, as field -> cell."""
        fields = self.fields
        return [(row, {f: c for f in fields if (c := self.cell(f, at))}) for at, row in enumerate(self.numbers)]


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
    block: Block,
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
    top = _heading_row(block, index)
    if top is None:
        if block:
            found.add("missing_heading", severity, sheet, "A1", expected=heading(catalogue, needed[0]))
        return None
    columns: dict[str, int] = {}
    unknown: dict[int, Cell] = {}
    for cell in block.row(top):
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
    return _table(sheet, block, top, columns, unknown, found, needed)


def _heading_row(block: Block, index: dict[str, str]) -> int | None:
    """The row of field names that a template has below its headings, else the first row of headings."""
    fields = set(index.values())
    rows = block.within(HEADING_WITHIN)
    for known in (fields, index.keys()):
        for row, cells in rows.items():
            texts = [text if known is fields else fold(text) for _, (_, text, _) in cells]
            if sum(text in known for text in texts) >= ENOUGH:
                return row
    return None


def _table(
    sheet: str,
    block: Block,
    top: int,
    columns: dict[str, int],
    unknown: dict[int, Cell],
    found: Found,
    needed: tuple[str, ...],
) -> Table:
    """The rows below the headings. Content in a column that has no known heading is named, once per column."""
    below = max(top + 1 - block.top, 0)
    own = {field: block.columns[n] for field, n in sorted(columns.items(), key=lambda c: c[1]) if n in block.columns}
    labelled = not columns.keys().isdisjoint(SHOWN_ONLY)
    known = {field: own[field] for field in own if not labelled or field not in SHOWN_ONLY or field == KEY}
    wanted = _filled((known[field] for field in (KEY, *needed) if field in known), below)
    kept = sorted(wanted)
    whole = kept == list(range(below, below + len(kept)))
    rest = _filled(known.values(), below + len(kept) if whole else below) - wanted
    for at in sorted(rest):
        column = next(columns[field] for field, told in known.items() if told.places[at])
        found.add("content_outside_table", "query", sheet, address(block.top + at, column))
    outside = (c for n in block.columns if n not in columns.values() and (c := _first_below(block, n, top)) is not None)
    for cell in sorted(outside):
        title = unknown.get(cell.column)
        if title is not None:
            found.add("unknown_heading", "query", sheet, title.address, found=title.text)
        else:
            found.add("content_outside_table", "query", sheet, cell.address)
    fields = {}
    for field, (contents, places) in known.items():
        cut = places[below : below + len(kept)] if whole else array(places.typecode, [places[at] for at in kept])
        if any(cut):
            fields[field] = Column(contents, cut)
    return Table(sheet, columns, [block.top + at for at in kept], _labelled(fields) if labelled else fields)


def _filled(columns: Iterable[Column], below: int) -> set[int]:
    """Places of the rows, from one on, in which one of these columns has content."""
    return set[int]().union(*(compress(range(below, len(places)), places[below:]) for _, places in columns))


def _first_below(block: Block, column: int, top: int) -> Cell | None:
    places = block.columns[column].places
    below = max(top + 1 - block.top, 0)
    first = next(compress(range(below, len(places)), places[below:]), None)
    return None if first is None else block.at(block.top + first, column)


def _labelled(fields: dict[str, Column]) -> dict[str, Column]:
    """With labels whose formula lost its result from the row key."""
    if KEY not in fields:
        return fields
    keys = fields[KEY]
    made = dict(fields)
    for field, (contents, places) in fields.items():
        lost = {number for number, content in enumerate(contents, start=1) if content[0] == "formula"}
        if not lost:
            continue
        told, cut = list(contents), array("I", places)
        for at, place in enumerate(places):
            key = split_key(keys.contents[keys.places[at] - 1][1]) if place in lost and keys.places[at] else {}
            if field in key:
                told.append(("text", key[field], None))
                cut[at] = len(told)
        made[field] = Column(told, cut)
    return made

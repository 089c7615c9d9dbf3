"""What was typed into an older workbook, put where the template of today asks for it; and what has no place there.

An older template, another language, other rows or columns, an age band that is no more: each cell that somebody
wrote is either carried over or listed with its sheet, cell and reason. A wrong value is carried as typed: nothing is
judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.preflight import Refused, address
from cpc_pipeline.intake.reading import Cell, Workbook, read
from cpc_pipeline.intake.recognition import NEEDED, Table, find_sheets, find_table, is_ours, read_cover
from cpc_pipeline.intake.template.layout import KEY, NARRATIVE, SIGN_OFF, Layout, join_key, split_key

Slot = tuple[str, str, str]
"""Role of the sheet, key or number of the row, field: one cell to be filled in."""
FILLED = ("value", "numerator", "denominator", "note")
NAMED = {"unknown_sheet", "unknown_heading", "content_outside_table", "missing_heading", "duplicate_heading"}


@dataclass(frozen=True)
class Lost:
    """A cell that could not be carried over; reason is a key below template.lost."""

    sheet: str
    cell: str
    reason: str


@dataclass
class Carried:
    """typed: what goes into which cell of the new workbook. lost: what has no place in it."""

    typed: dict[Slot, Cell] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def carry_over(content: bytes, layout: Layout) -> Carried:
    """Read an older workbook of the same organisation and year; raises Refused where it is none."""
    catalogue, sheets = layout.catalogue, read(content)
    if not is_ours(sheets, catalogue):
        raise Refused("not_a_template")
    found = Found("", layout.organisation, layout.year)
    roles = find_sheets(sheets, catalogue, found)
    said = (
        {k: c.text.strip() for k, c in read_cover(sheets[roles["cover"]], catalogue).items()}
        if "cover" in roles
        else {}
    )
    if (said.get("organisation"), said.get("year")) != (layout.organisation, str(layout.year)):
        raise Refused("other_sender")
    return _Move(layout, sheets, roles, found).done()


class _Move:
    def __init__(self, layout: Layout, sheets: Workbook, roles: dict[str, str], found: Found) -> None:
        self.layout, self.catalogue, self.sheets, self.roles, self.found = (
            layout,
            layout.catalogue,
            sheets,
            roles,
            found,
        )
        self.carried = Carried()
        self.added = 0

    def done(self) -> Carried:
        columns: list[str] = [c.field for c in self.catalogue.header.contributions]
        self._numbers("indicators")
        self._numbers("breakdowns")
        if (context := self.roles.get("context")) and (table := self._table("context")):
            for number, line in table.rows:
                self._lose(context, line.get("value"), "no_context", number)
        self._texts("narrative", NARRATIVE, ("text", "language"), self._asked("narrative"))
        self._texts("sign_off", SIGN_OFF, ("text",), self._asked("sign_off"))
        self._rows("contributions", columns)
        for said in self.found.frame().iter_rows(named=True):
            if said["code"] in NAMED:
                self.carried.lost.append(Lost(said["sheet"], said["cell"], said["code"]))
        return self.carried

    def _table(self, role: str, needed: tuple[str, ...] = NEEDED, reads: tuple[str, ...] | None = None) -> Table | None:
        if role not in self.roles:
            return None
        sheet = self.roles[role]
        return find_table(sheet, self.sheets.blocks[sheet], self.catalogue, self.found, needed, reads=reads)

    def _lose(self, sheet: str, cell: Cell | None, reason: str, row: int = 1) -> None:
        self.carried.lost.append(Lost(sheet, cell.address if cell else address(row, 1), reason))

    def _keep(self, slot: Slot, sheet: str, cell: Cell) -> None:
        """A value as typed; an error, or a formula without a result, has no value to carry."""
        if cell.kind in ("error", "formula"):
            self._lose(sheet, cell, "error_cell" if cell.kind == "error" else "formula_without_result")
        else:
            self.carried.typed[slot] = cell

    # --- numbers ---

    def _numbers(self, role: str) -> None:
        table = self._table(role)
        asked = {entry.key for entry in self.layout.entries}
        for row, cells in table.rows if table else []:
            typed = {f: c for f, c in cells.items() if f in FILLED}
            if table is None or (KEY in cells and not typed):
                continue
            key, reason = self._about(cells)
            if reason is not None:
                for cell in typed.values() or [None]:
                    self._lose(table.sheet, cell, reason, row)
            elif key in asked and ("indicators", key, "value") not in self.carried.typed:
                self._fill(table.sheet, "indicators", key, cells, (*FILLED, "indicator"))
            else:
                self._add(table.sheet, cells)

    def _about(self, cells: Mapping[str, Cell]) -> tuple[str, str | None]:
        """The key of the row in the template of today, or why there is none."""
        old = split_key(cells[KEY].text) if KEY in cells else {}
        said = {f: old.get(f) or (cells[f].text.strip() if f in cells else "") for f in ("indicator", "place", "unit")}
        indicator = self.catalogue.find_series(said["indicator"], "indicator")
        own = {i.id: i for i in self.layout.indicators}
        if indicator not in own:
            return "", "indicator_gone"
        place = self.catalogue.places.find(said["place"]) if said["place"] else NATION
        unit = self.catalogue.find_unit(said["unit"]) if said["unit"] else own[indicator].unit
        if place is None or unit != own[indicator].unit:
            return "", "place_gone" if place is None else "unit_changed"
        calendar = self.catalogue.calendars[self.catalogue.default_calendar]
        year = dict(zip(("period_start", "period_end"), calendar.year(self.layout.year), strict=True))
        period = {f: old.get(f) or (cells[f].text.strip() if f in cells else str(day)) for f, day in year.items()}
        groups = {}
        for dimension in self.catalogue.dimension_ids:
            text = old.get(dimension) or (cells[dimension].text.strip() if dimension in cells else TOTAL)
            codes = self.catalogue.codelist_of(dimension)
            code = codes.codes.get(codes.find(text) or "")
            last = str(year["period_end"])
            if code is None or not str(code.valid_from or last) <= last <= str(code.valid_to or last):
                return "", "category_gone"
            groups[dimension] = code.code
        parts = {"indicator": indicator, "place": place, **period, **groups, "unit": unit}
        return join_key(parts), None

    def _fill(self, sheet: str, role: str, key: str, cells: Mapping[str, Cell], named: tuple[str, ...]) -> None:
        for name, cell in cells.items():
            if name in FILLED and (name in self.layout.entry_columns):
                self._keep((role, key, name), sheet, cell)
            elif name not in named and name not in (KEY, *self.layout.breakdown_columns, "unit"):
                self._lose(sheet, cell, "column_gone")

    def _add(self, sheet: str, cells: Mapping[str, Cell]) -> None:
        """A row for the breakdowns, as it was typed; what the reader took from a key is written out."""
        number, key = str(self.added), split_key(cells[KEY].text) if KEY in cells else {}
        self.added += 1
        for name in self.layout.breakdown_columns:
            cell = cells.get(name)
            if cell is None and key.get(name) not in (None, TOTAL):
                cell = Cell(0, 0, "text", key[name])
            if cell is not None:
                self._keep(("breakdowns", number, name), sheet, cell)
        for name, cell in cells.items():
            if name not in (*self.layout.breakdown_columns, KEY, "unit"):
                self._lose(sheet, cell, "column_gone")

    # --- words ---

    def _asked(self, role: str) -> set[str]:
        header = self.catalogue.header
        if role == "sign_off":
            return {join_key({"section": f"sign_off.{line}"}) for line in header.sign_off}
        return {join_key({"objective": o, "section": s.id}) for o in self.layout.objectives for s in header.sections}

    def _texts(self, role: str, reads: tuple[str, ...], fields: tuple[str, ...], asked: set[str]) -> None:
        table = self._table(role, ("text", KEY), reads)
        for _, cells in table.rows if table else []:
            if table is None or "text" not in cells:
                continue
            if KEY in cells and cells[KEY].text in asked:
                for name in fields:
                    if name in cells:
                        self._keep((role, cells[KEY].text, name), table.sheet, cells[name])
            else:
                self._lose(table.sheet, cells["text"], "section_gone")

    def _rows(self, role: str, fields: list[str]) -> None:
        table = self._table(role, tuple(fields), tuple(fields)) if fields else None
        filled = [cells for _, cells in (table.rows if table else []) if any(c.text.strip() for c in cells.values())]
        for number, cells in enumerate(filled):
            for name, cell in cells.items():
                self._keep((role, str(number), name), table.sheet if table else "", cell)


def rows_of(typed: Mapping[Slot, Cell], role: str) -> int:
    """How many rows were carried over to a sheet of added rows."""
    return 1 + max((int(row) for known, row, _ in typed if known == role), default=-1)


def lines(lost: list[Lost], catalogue: Catalogue, language: str) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell, and the reason in words, in the order of the workbook."""
    order = {fold(s.name): n for n, s in enumerate(catalogue.header.sheets.values())}
    for item in sorted(set(lost), key=lambda x: (order.get(fold(x.sheet), 99), len(x.cell), x.cell)):
        key = f"template.lost.{item.reason}"
        words = catalogue.wording
        known = words.text(key if words.has(key, language) else f"findings.{item.reason}.title", language)
        yield item.sheet, item.cell, known

"""A row of a table: what its labels say it is about, or why it is not counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cpc_pipeline.catalogue import PLACE_FIELDS, Catalogue, Confirmed, LayoutColumn, Meaning, Text
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.dates import Order, order_of, read_date, read_year
from cpc_pipeline.intake.foreign.grid import Account, At, Grid, Role, squash
from cpc_pipeline.intake.foreign.headings import Match
from cpc_pipeline.intake.foreign.places import NOTE_MARK, Places, Resolved, Resolver
from cpc_pipeline.intake.foreign.tally import Tally

_KEPT = ("note", "source_title", "institution")
ROLES = {
    **dict.fromkeys(PLACE_FIELDS, Role.PLACE),
    **dict.fromkeys(("year", "date", "period_start", "period_end"), Role.PERIOD),
    **dict.fromkeys((*_KEPT, "ignored"), Role.UNUSED),
    "unit": Role.UNIT,
    "value": Role.VALUE,
}


@dataclass
class Row:
    """A row of data. says: field -> code. apart: what it is, where it is known and not counted. refused: a finding says
    why. days: the day or days of its period."""

    number: int
    cells: dict[str, Cell] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    day: date | None = None
    span: tuple[date, date] | None = None
    apart: Text | None = None
    refused: bool = False


class Labels:
    """Reads the labels of the rows of one table; remembers what a value of a column means."""

    def __init__(
        self, grid: Grid, match: Match, catalogue: Catalogue, known: list[Confirmed], found: Found, tally: Tally
    ) -> None:
        self.grid, self.match, self.catalogue = grid, match, catalogue
        self.found, self.tally = found, tally
        self.places = Places(catalogue)
        self._values = {(m.field, squash(m.value)): m.code for m in known if m.value is not None}
        self._above: dict[int, Cell] = {}
        levels = {c.field: c.level for c in match.layout.columns if c.field in PLACE_FIELDS}
        suffix = next((c.code_suffix for c in match.layout.columns if c.field == "place_code"), "")
        for column in match.layout.columns:
            self.places.also_around |= column.also_around
        self._resolve = Resolver(self.places, levels, suffix)
        self._meanings = {
            id(column): {squash(text): meaning for meaning in reversed(column.values) for text in meaning.says}
            for column in match.layout.columns
        }
        self._orders: dict[int, Order] = {}
        self._unsure: set[At] = set()
        self.filled: dict[int, list[int]] = {}

    def prepare(self, rows: list[int]) -> None:
        """Decide the order of day and month of each column of dates from all its cells."""
        for column, declared in self.match.columns.items():
            if declared.field in ("date", "period_start", "period_end"):
                cells = [self.grid.cells[(r, column)] for r in rows if (r, column) in self.grid.cells]
                self._orders[column] = order_of(cells, declared.dates)
                self._say_order(column, cells, self._orders[column])
            elif declared.field == "place" and not self._beside_places:
                self._levels(column, [self.grid.cells[(r, column)] for r in rows if (r, column) in self.grid.cells])

    @property
    def _beside_places(self) -> bool:
        """Whether another column says a code, or the larger place that a name lies in."""
        return any(c.field in PLACE_FIELDS and c.field != "place" for c in self.match.columns.values())

    def _levels(self, column: int, cells: list[Cell]) -> None:
        """Names that may be those of smaller places: moved to the right, or in a column that has such names too.

        Sucre is a region; below Santander, in a list that goes on to towns, it is a town.
        """
        moved = {(c.row, c.column) for c in cells if c.text[:1].isspace() or (c.row, c.column) in self.grid.indented}
        mixed = any(self.places.smaller(c.text) and self.places.by_name(c.text) is None for c in cells)
        self._unsure = moved if len(moved) < len(cells) else set()
        self._unsure |= {(c.row, c.column) for c in cells if mixed and self.places.smaller(c.text)}

    def _say_order(self, column: int, cells: list[Cell], order: Order) -> None:
        if not order.of or not (order.torn or (order.day_first is None and order.open)):
            return
        code = "dates_torn" if order.torn else "dates_undecided"
        at = (cells[0].row, column)
        params = {"open": order.open, "of": order.of}
        self.tally.add(code, "reject", at, found=order.example or cells[0].text, params=params)

    def is_label(self, own: dict[int, Cell]) -> bool:
        """Whether the labels alone make a row one of data: they name a place, or else a period."""
        columns = self.match.columns
        places = {columns[c].field: cell for c, cell in own.items() if columns[c].field in PLACE_FIELDS}
        if any(c.field in PLACE_FIELDS for c in columns.values()):
            return bool(places) and self._resolve(places, None).code is not None
        years = [cell for c, cell in own.items() if columns[c].field == "year"]
        return any(read_year(cell, self.catalogue.reading_words.year)[0] for cell in years)

    def read(self, number: int, own: dict[int, Cell]) -> Row:
        """The row with this number; what is wrong with it goes to the tally, once."""
        row = Row(number, says=dict(self.match.layout.sets))
        for column, declared in self.match.columns.items():
            if declared.field in ("ignored", "value"):
                continue
            cell = own.get(column) or self._from_above(number, column, declared)
            if cell is None:
                if declared.required and declared.field not in PLACE_FIELDS:
                    self._blank(row, column, declared)
                continue
            self._above[column] = cell
            if declared.field in _KEPT:
                row.kept[declared.field] = cell.text.strip()
            else:
                key = declared.field if declared.field != "condition" else f"condition {column}"
                row.cells[key] = cell
                if declared.field not in PLACE_FIELDS:
                    self._one(row, cell, column, declared)
            if row.refused or row.apart:
                break
        if not row.refused and not row.apart:
            self._place(row)
        return row

    def _from_above(self, number: int, column: int, declared: LayoutColumn) -> Cell | None:
        """The label that a merged block shows here, or that the layout says goes on downwards."""
        merged = self.grid.shown(number, column)
        if merged is not None:
            self.filled.setdefault(column, []).append(number)
            return merged
        if declared.fill_down and column in self._above:
            self.filled.setdefault(column, []).append(number)
            return self._above[column]
        return None

    def _blank(self, row: Row, column: int, declared: LayoutColumn) -> None:
        meaning = self._meanings[id(declared)].get("")
        if meaning is not None and not meaning.refuse:
            self._apply(row, meaning, declared)
            return
        row.refused = True
        self.tally.add("label_missing", "reject", (row.number, column), field=declared.field)

    def _one(self, row: Row, cell: Cell, column: int, declared: LayoutColumn) -> None:
        meaning = self._meanings[id(declared)].get(squash(cell.text))
        if meaning is not None:
            if meaning.refuse:
                self._refuse(row, cell, declared)
            else:
                self._apply(row, meaning, declared)
            return
        kind = declared.field
        if kind == "condition":
            self._otherwise(row, cell, declared)
        elif kind == "year":
            year, repaired = read_year(cell, self.catalogue.reading_words.year)
            if year is None:
                self._refuse(row, cell, declared)
            else:
                row.says["year"] = str(year)
                if repaired:
                    self.tally.add("years_repaired", "note", (cell.row, cell.column), expected=str(year))
        elif kind in ("date", "period_start", "period_end"):
            self._date(row, cell, column, declared)
        else:
            self._code(row, cell, declared)

    def _code(self, row: Row, cell: Cell, declared: LayoutColumn) -> None:
        kind = declared.field
        code = self._values.get((kind, squash(cell.text)))
        if code is None:
            if kind == "indicator":
                code = self.catalogue.find_series(cell.text, "indicator") or self.catalogue.find_series(
                    cell.text, "context"
                )
            elif kind == "unit":
                code = self.catalogue.find_unit(cell.text)
            else:
                code = self.catalogue.codelist_of(kind).find(cell.text)
        if code is None:
            self._otherwise(row, cell, declared)
        else:
            row.says[kind] = code

    def _date(self, row: Row, cell: Cell, column: int, declared: LayoutColumn) -> None:
        order = self._orders.get(column, Order())
        day = read_date(cell, order, serials=declared.serials)
        if day is None:
            row.refused = True
            if not order.torn and not (order.day_first is None and order.open):
                self.tally.add("date_unreadable", "reject", (cell.row, cell.column), found=cell.text)
        elif declared.field == "date":
            row.day = day
        else:
            row.says[declared.field] = day.isoformat()

    def _otherwise(self, row: Row, cell: Cell, declared: LayoutColumn) -> None:
        if declared.otherwise is not None:
            row.apart = declared.otherwise
        else:
            self._refuse(row, cell, declared)

    def _apply(self, row: Row, meaning: Meaning, declared: LayoutColumn) -> None:
        if meaning.apart is not None:
            row.apart = meaning.apart
            return
        if meaning.code is not None:
            row.says[declared.field] = meaning.code
        row.says |= meaning.sets

    def _refuse(self, row: Row, cell: Cell, declared: LayoutColumn) -> None:
        row.refused = True
        valid, codes = valid_values(declared, self.catalogue)
        self.tally.add(
            "value_not_in_list",
            "reject",
            (cell.row, cell.column),
            field=declared.field,
            found=cell.text,
            expected=valid,
            codes=codes,
        )

    def _place(self, row: Row) -> None:
        cells = {f: row.cells[f] for f in PLACE_FIELDS if f in row.cells}
        expects = any(c.required and c.field in PLACE_FIELDS for c in self.match.columns.values())
        if expects and not cells:
            row.refused = True
            column = next(c for c, d in self.match.columns.items() if d.field in PLACE_FIELDS)
            self.tally.add("label_missing", "reject", (row.number, column), field="place")
            return
        fixed = row.says.get("place")
        seen = self._resolve(cells, fixed)
        if seen.code is not None and "place" in cells and (row.number, cells["place"].column) in self._unsure:
            seen = Resolved(problem="place_level", field="place")
        if seen.code is None:
            row.refused = True
            cell = cells[seen.field]
            self.tally.add(
                seen.problem,
                "reject",
                (row.number, cell.column),
                found=cell.text,
                expected=seen.expected,
                codes=self.catalogue.places.id,
                field="place",
            )
            return
        row.says["place"] = seen.code
        for repair, kind in dict.fromkeys(seen.repairs):
            named = cells[kind]
            params = {"example": named.text}
            # A note may say that the number of this row is another thing: a person must look.
            severity = "query" if repair == NOTE_MARK else "note"
            self.tally.add(f"code_{repair}", severity, (row.number, named.column), field=kind, params=params)


def valid_values(declared: LayoutColumn, catalogue: Catalogue) -> tuple[str, str]:
    """What a column may hold, and the list that the codes are of."""
    said = [m.says[0] for m in declared.values if not m.refuse]
    if said and (declared.field == "condition" or declared.field not in catalogue.dimension_ids):
        return ", ".join(said), ""
    if declared.field in catalogue.dimension_ids:
        codes = catalogue.codelist_of(declared.field)
        return ", ".join(list(codes.codes)[:12]), codes.id
    if declared.field == "year":
        return f"{catalogue.years[0]}-{catalogue.years[-1]}", ""
    return "", ""


def enter_labels(account: Account, match: Match, cells: dict[int, Cell]) -> None:
    """The labels of a row that was loaded."""
    from cpc_pipeline.intake.foreign.grid import Fate

    for column, declared in match.columns.items():
        if column in cells and declared.field not in ("value", "ignored"):
            account.enter([cells[column]], Fate.LOADED, ROLES.get(declared.field, Role.CATEGORY))

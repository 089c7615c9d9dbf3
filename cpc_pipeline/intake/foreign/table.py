"""One table of one sheet, read by its layout: labels, numbers, totals, and an account of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cpc_pipeline.catalogue import Catalogue, Confirmed, LayoutColumn, Unit
from cpc_pipeline.contracts import NATION, Status
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign import totals
from cpc_pipeline.intake.foreign.body import Body, split
from cpc_pipeline.intake.foreign.closing import Apart, say_apart, say_filled, say_forms, say_rest
from cpc_pipeline.intake.foreign.grid import Account, At, Fate, Role
from cpc_pipeline.intake.foreign.hazards import say_hazards
from cpc_pipeline.intake.foreign.headings import Match, heading_cells
from cpc_pipeline.intake.foreign.items import (
    Item,
    add_up,
    cut_short,
    differences,
    observations,
    span_of,
    unit_of,
    whole,
    without_conflicts,
)
from cpc_pipeline.intake.foreign.numbers import Form, Marks, form_of, is_value, marks_of, read, unclear
from cpc_pipeline.intake.foreign.rows import Labels, Row, enter_labels, valid_values
from cpc_pipeline.intake.foreign.surroundings import say_surroundings, sound
from cpc_pipeline.intake.foreign.tally import Tally
from cpc_pipeline.intake.numbers import Value
from cpc_pipeline.intake.reading.formats import percent, shown_otherwise


@dataclass
class Outcome:
    """What a table gave. returned: the whole table was refused."""

    rows: list[dict[str, object]] = field(default_factory=list)
    returned: bool = False


class TableReader:
    """Reads one table; `read` is called once."""

    def __init__(
        self, account: Account, match: Match, catalogue: Catalogue, known: Sequence[Confirmed], found: Found
    ) -> None:
        self.account, self.grid, self.match = account, account.grid, match
        self.catalogue, self.found = catalogue, found
        self.tally = Tally(found, self.grid.name)
        self.labels = Labels(self.grid, match, catalogue, list(known), found, self.tally)
        self.marks: Marks = marks_of(match.layout, catalogue)
        self.forms: dict[int, Form] = {}
        self.numbers: dict[At, float | None] = {}
        self.days: dict[At, date] = {}
        self._shares: dict[int, bool] = {}
        self._width = max((column for _, column in heading_cells(self.grid, match)), default=0)
        self.apart: dict[str, Apart] = {}

    def read(self) -> Outcome:
        body = self._body()
        say_surroundings(self.account, self.match, body, self.found)
        outcome = Outcome()
        hazards = say_hazards(self.grid, self.match, body, self.catalogue, self.found, self.tally)
        if hazards or not sound(self.grid, self.match, body, self.found):
            outcome.returned = True
            self.account.refuse(self.account.open)
            self.account.refuse(heading_cells(self.grid, self.match))
        else:
            outcome.rows = self._observations(body)
            totals.check_rows(self.grid, self.match, body, self.numbers, self.account, self.catalogue, self.tally)
            totals.check_columns(self.match, body, self.numbers, self.tally)
            say_filled(self.match, self.labels.filled, self.tally)
            say_apart(self.apart, self.tally)
            say_rest(self.account, self.match, self.tally)
        self.tally.flush()
        return outcome

    # --- the shape -------------------------------------------------------------------------------------------

    def _body(self) -> Body:
        below = [row for row in self.grid.rows if row > self.match.rows[-1]]
        declared = self.match.layout.numbers
        for column in self.match.values:
            cells = [self.grid.cells[(r, column)] for r in below if (r, column) in self.grid.cells]
            self.forms[column] = form_of(cells, declared)
        self.labels.prepare(below)
        any_form = next(iter(self.forms.values()), Form())
        nation = not self._has_smaller_places(below)

        def valued(cell: Cell) -> bool:
            return is_value(cell, self.forms.get(cell.column, any_form), self.marks)

        return split(self.grid, self.match, self.catalogue, valued, self.labels.is_label, nation)

    def _has_smaller_places(self, rows: Sequence[int]) -> bool:
        """Whether any label is a place below the country: then a row about the country is a total."""
        columns = [c for c, d in self.match.columns.items() if d.field in ("place", "within")]
        texts = {self.grid.cells[(r, c)].text for r in rows for c in columns if (r, c) in self.grid.cells}
        return any(self.labels.places.by_name(text) not in (None, NATION) for text in texts)

    # --- the numbers -----------------------------------------------------------------------------------------

    def _observations(self, body: Body) -> list[dict[str, object]]:
        items: list[Item] = []
        labels = set(self.match.columns)
        for number in body.data:
            cells = self.grid.rows[number]
            beyond = [c for c in cells if c > self._width]
            if self.grid.text and beyond:
                self.tally.add("ragged_row", "reject", (number, beyond[0]))
                self._aside(Row(number, refused=True), cells)
                continue
            row = self.labels.read(number, {c: cell for c, cell in cells.items() if c in labels})
            if row.refused or row.apart is not None:
                self._aside(row, cells)
            else:
                items += self._items(row, cells)
                enter_labels(self.account, self.match, cells)
        for number in body.totals:
            for column in self.match.values:
                self._value(number, column, percent=True)
        say_forms(self.match, self.forms, self.numbers, self.tally)
        return self._combined(items)

    def _aside(self, row: Row, cells: dict[int, Cell]) -> None:
        """A row that is refused, or known and not counted; its numbers still belong to the sums of total rows."""
        for column in self.match.values:
            self._value(row.number, column, percent=True)
        if row.refused:
            self.account.refuse(cells.values())
            return
        self.account.enter(cells.values(), Fate.REPORTED, Role.UNUSED)
        for column in self.match.values or [min(cells)]:
            at = (row.number, column)
            number = self.numbers.get(at) if self.match.values else 1.0
            what = row.apart or {}
            self.apart.setdefault(str(what), (what, []))[1].append((at, number))

    def _items(self, row: Row, cells: dict[int, Cell]) -> list[Item]:
        if self.match.layout.shape == "wide":
            made = [self._item(row, cells, column, self.match.spread[column].says) for column in self.match.spread]
            self._refused_columns(row, cells)
        elif self.match.values:
            made = [self._item(row, cells, self.match.values[0], {})]
        else:
            at = (row.number, min(cells))  # an event without a quantity is one
            item = self._placed(row, at, Value(Status.REPORTED, value=1), dict(row.says), None)
            made = [item]
        return [item for item in made if item is not None]

    def _refused_columns(self, row: Row, cells: dict[int, Cell]) -> None:
        """Values below a heading that is outside the list of its level."""
        for column, (name, text) in self.match.refused.items():
            self._value(row.number, column, percent=True)
            if column in cells:
                self.account.refuse([cells[column]])
                level = next(level for level in self.match.layout.spread if level.field == name)
                valid, codes = valid_values(LayoutColumn(field=name, values=level.values), self.catalogue)
                at = (self.match.rows[-1], column)
                self.tally.add("value_not_in_list", "reject", at, field=name, found=text, expected=valid, codes=codes)

    def _unclear_shares(self, column: int, unit: Unit | None) -> bool:
        """Whether all values of a column of percentages lie between 0 and 1 and no cell shows a percent sign."""
        if unit is None or unit.family != "percent":
            return False
        if column not in self._shares:
            cells = [c for (r, k), c in self.grid.cells.items() if k == column and r > self.match.rows[-1]]
            numbers = [c.number for c in cells if c.number is not None]
            shown = any(percent(self.grid.formats.get((c.row, c.column), "")) for c in cells)
            signed = any(c.kind == "text" and "%" in c.text for c in cells)
            small = bool(numbers) and all(0 <= n <= 1 for n in numbers) and any(n % 1 for n in numbers)
            self._shares[column] = small and not shown and not signed
            if self._shares[column]:
                self.tally.add("percent_or_share", "reject", (cells[0].row, column))
        return self._shares[column]

    def _item(self, row: Row, cells: dict[int, Cell], column: int, says: dict[str, str]) -> Item | None:
        about = {**row.says, **says}
        cell = cells.get(column)
        unit = self.catalogue.units.get(unit_of(about, self.catalogue)) if about.get("indicator") else None
        share = unit is not None and unit.family == "percent"
        value = self._value(row.number, column, percent=share)
        if not loaded_or_parts(self.match, column):
            self.account.enter([cell] if cell else [], Fate.REPORTED, Role.TOTAL)
            return None
        at = (row.number, column)
        problem = value.problem
        if at in self._shared:
            problem = "merged_value"
        if problem is None and value.value is not None and self._unclear_shares(column, unit):
            self.account.refuse([at])
            return None
        if problem is None and self.match.layout.shape == "events" and value.value is not None:
            counted = value.value >= 0 and (value.value.is_integer() or not whole(about, self.catalogue))
            problem = None if counted else "not_a_count"
        if problem is not None:
            if problem != "ambiguous_number" or not unclear(self.forms[column]):
                seen = cell or self.grid.shown(*at)
                self.tally.add(problem, "reject", at, field="value", found=seen.text if seen else "")
            self.account.refuse([cell] if cell else [])
            return None
        if value.value is not None and shown_otherwise(self.grid.formats.get(at, ""), value.value, share=share):
            self.tally.add("shown_otherwise", "query", at, found=cell.text if cell else "")
        return self._placed(row, at, value, about, cell)

    @cached_property
    def _shared(self) -> set[At]:
        """Cells of values that are merged with other cells of values: one number, and nobody can tell of which."""
        shared: set[At] = set()
        for area in self.grid.merged:
            columns = [c for c in self.match.values if area.left <= c <= area.right]
            rows = [r for r in self.grid.rows if area.top <= r <= area.bottom and r > self.match.rows[-1]]
            if len(columns) * len(rows) > 1:
                shared.update((row, column) for row in rows for column in columns)
        return shared

    def _value(self, row: int, column: int, *, percent: bool) -> Value:
        at, shown = (row, column), self.grid.formats.get((row, column), "")
        value = read(self.grid.cells.get(at), self.forms[column], self.marks, percent=percent, number_format=shown)
        self.numbers[(row, column)] = value.value if value.status == Status.REPORTED else None
        if value.status == Status.BLANK:
            del self.numbers[(row, column)]
        return value

    def _placed(self, row: Row, at: At, value: Value, says: dict[str, str], cell: Cell | None) -> Item | None:
        """The item with its period; None where it lies outside the compact's years, which is said."""
        span = self._span(row, says)
        if span is None:
            self.tally.add(
                "years_outside", "note", at, expected=f"{self.catalogue.years[0]}-{self.catalogue.years[-1]}"
            )
            self.account.enter([at], Fate.REPORTED, Role.UNUSED)
            return None
        if row.day is not None:
            self.days[at] = row.day
        self.account.enter([at], Fate.LOADED, Role.VALUE)
        raw = cell.text if cell is not None and len(cell.text) <= 24 else None
        return Item(at, value, says, span, raw, row.kept)

    def _span(self, row: Row, says: dict[str, str]) -> tuple[date, date] | None:
        if "period_start" in says and "period_end" in says:
            start, end = date.fromisoformat(says["period_start"]), date.fromisoformat(says["period_end"])
            return (start, end) if start <= end else None
        if row.day is not None:
            return span_of(row.day, self.match.layout.period, self.catalogue)
        year = int(says["year"]) if "year" in says else self.found.year
        return (
            self.catalogue.calendars[self.catalogue.default_calendar].year(year)
            if year in self.catalogue.years
            else None
        )

    def _combined(self, items: list[Item]) -> list[dict[str, object]]:
        layout = self.match.layout
        if layout.shape == "events":
            self._cut(items)
            items = add_up(items, self.catalogue)
        else:
            items, refused = without_conflicts(items, self.catalogue, self.tally, self._undeclared)
            self.account.refuse([item.at for item in refused])
        if layout.cumulative_since is not None:
            items, aside = differences(items, self.catalogue, self.tally, layout.cumulative_since)
            used = {at for item in items for at in item.all_cells}
            for at in (i.at for i in aside if i.at not in used and i.at in self.grid.cells):
                self.account.fates[at], self.account.roles[at] = Fate.REPORTED, Role.UNUSED
        return observations(items, self.grid.name, self.catalogue, self.found)

    def _undeclared(self, at: At) -> tuple[str, ...]:
        """What stands beside a cell in columns that nobody declared."""
        cells = self.grid.rows.get(at[0], {})
        return tuple(cells[c].text for c in self.match.unknown if c in cells)

    def _cut(self, items: list[Item]) -> None:
        """The last period of a list of events ends where the list does, if that is well before its end."""
        cut = cut_short(items, self.days)
        if cut is None:
            return
        last, span = cut
        for item in items:
            if item.span == span:
                item.span = (span[0], last)
        at = next(at for at, day in self.days.items() if day == last)
        params = {"start": span[0].isoformat(), "end": span[1].isoformat()}
        self.tally.say("period_cut", "query", at, expected=last.isoformat(), params=params)


def loaded_or_parts(match: Match, column: int) -> bool:
    """False for a column of totals that is only held against its parts."""
    return column not in match.spread or not match.spread[column].totals or totals.loaded_total(match, column)

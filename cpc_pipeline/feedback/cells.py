"""Cells of one sheet's XML: the format number of marked ones is changed, and nothing else.

A finding can be about a cell that is not there (a blank): it is added, empty, in its place, with the format that
the row or column would give it. What does not belong here: which format that is (styles) and comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import groupby

from cpc_pipeline.feedback.markup import (
    CannotEdit,
    Edits,
    Element,
    attributes,
    element_at,
    elements,
    parse,
    prefix,
    start_tags,
    with_attributes,
)

TABLE = "sheetData"
"""The element with the rows: nearly all of a sheet."""
Place = tuple[int, int]
"""Row and column, from 1."""

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_NUMBERED = re.compile(rb'<row r="([0-9]+)"(?:\s+(?!r[\s=])[\w:.-]+="[^"<&]*")*\s*/?>')
"""The tag of a row as nearly every program writes it: of thousands of rows only the number is wanted."""


def place(address: str) -> Place | None:
    """Row and column of D14; None for what is no address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


class Grid:
    """One sheet: where its rows and cells stand in the XML."""

    def __init__(self, data: bytes) -> None:
        """Raises CannotEdit where rows or cells do not say their address."""
        self.data, self.root = data, parse(data, hollow=TABLE)
        table = self.root.first(TABLE)
        if self.root.name != "worksheet" or table is None:
            raise CannotEdit("unusual")
        self.table = table
        self._tags = {_number(tag[0]): tag for tag in start_tags(data, table, "row")} if table.unread else {}
        self._rows = {_said(row.attributes): row for row in table.all("row")}
        self._cells: dict[int, dict[Place, Element]] = {}

    @property
    def rows(self) -> list[int]:
        """The numbers of the rows that are there, as they stand."""
        return list(self._tags or self._rows)

    def row(self, number: int) -> Element | None:
        """A row, looked at when somebody asks: of thousands a few are marked."""
        if number not in self._rows and number in self._tags:
            self._rows[number] = element_at(self.data, self.table, self._tags[number])
        return self._rows.get(number)

    def cells(self, row: int) -> dict[Place, Element]:
        """The cells of a row, looked for when somebody asks. Raises CannotEdit where one does not say its address."""
        if row not in self._cells:
            self._cells[row] = {}
            there = self.row(row)
            for cell in elements(self.data, there, "c") if there else ():
                at = place(cell.attributes.get("r", ""))
                if at is None or at[0] != row:
                    raise CannotEdit("addresses")
                self._cells[row][at] = cell
        return self._cells[row]

    def shown_at(self, at: Place) -> Place:
        """The cell that shows this one: the first of its merged block, else itself."""
        merged = self.root.first("mergeCells")
        for block in merged.all("mergeCell") if merged else []:
            first, _, last = block.attributes.get("ref", "").partition(":")
            ends = place(first), place(last or first)
            if ends[0] and ends[1] and ends[0][0] <= at[0] <= ends[1][0] and ends[0][1] <= at[1] <= ends[1][1]:
                return ends[0]
        return at

    def format_of(self, at: Place) -> int:
        """The number of the format that this cell has, or would have."""
        if at in (cells := self.cells(at[0])):
            return int(cells[at].attributes.get("s", "0"))
        row = self.row(at[0])
        if row and row.attributes.get("customFormat") in {"1", "true"}:
            return int(row.attributes.get("s", "0"))
        for columns in self.root.all("cols"):
            for column in columns.all("col"):
                if int(column.attributes["min"]) <= at[1] <= int(column.attributes["max"]):
                    return int(column.attributes.get("style", "0"))
        return 0

    def reformatted(self, change: Callable[[int], int]) -> bytes:
        """The sheet with the format number of every cell put through `change`."""
        edits = Edits(self.data)
        for cell in (cell for row in self.rows for cell in self.cells(row).values()):
            now = int(cell.attributes.get("s", "0"))
            if (then := change(now)) != now:
                edits.attribute(cell, {"s": str(then)})
        return edits.done()

    def with_formats(self, wanted: Mapping[Place, int]) -> bytes:
        """The sheet with these format numbers in these cells; cells and rows that are not there are added."""
        edits = Edits(self.data)
        for at, number in wanted.items():
            if at in (cells := self.cells(at[0])):
                edits.attribute(cells[at], {"s": str(number)})
        missing = sorted(at for at in wanted if at not in self.cells(at[0]))
        before = prefix(self.data, self.table)
        new_rows = []
        for row, places in groupby(missing, key=lambda at: at[0]):
            made = [(at[1], f'<{before}c r="{address(*at)}" s="{wanted[at]}"/>'.encode()) for at in places]
            if there := self.row(row):
                self._into_row(edits, there, made)
            else:
                inner = b"".join(xml for _, xml in made)
                new_rows.append((row, f'<{before}row r="{row}">'.encode() + inner + f"</{before}row>".encode()))
        if new_rows:
            self._into_order(edits, self.table, new_rows, [(n, row) for n in self.rows if (row := self.row(n))])
        return edits.done()

    def _into_row(self, edits: Edits, row: Element, made: list[tuple[int, bytes]]) -> None:
        low, _, high = row.attributes.get("spans", "").partition(":")
        narrow = low.isdigit() and high.isdigit() and any(not int(low) <= c <= int(high) for c, _ in made)
        tag = self.data[row.start : row.inner]
        tag = with_attributes(tag, {"spans": None}) if narrow else tag
        if row.inner == row.end:
            name = f"{prefix(self.data, row)}row".encode()
            edits.replace(row.start, row.end, tag[:-2] + b">" + b"".join(x for _, x in made) + b"</" + name + b">")
            return
        if narrow:
            edits.replace(row.start, row.inner, tag)
        there = [(column, cell) for (_, column), cell in self.cells(int(row.attributes["r"])).items()]
        self._into_order(edits, row, made, there)

    @staticmethod
    def _into_order(
        edits: Edits, parent: Element, made: list[tuple[int, bytes]], there: list[tuple[int, Element]]
    ) -> None:
        """Each new element before the first one with a higher number, or last."""
        if parent.inner == parent.end:
            if made:
                edits.append(parent, b"".join(xml for _, xml in made))
            return
        in_order = sorted(there, key=lambda item: item[0])
        for number, xml in made:
            after = next((e for n, e in in_order if n > number), None)
            edits.insert(after.start if after else parent.inner_end, xml)


def _number(tag: bytes) -> int:
    numbered = _NUMBERED.fullmatch(tag)
    return int(numbered[1]) if numbered else _said(attributes(tag))


def _said(row: Mapping[str, str]) -> int:
    """The number of a row, from its attributes. Raises CannotEdit where it says none."""
    if not row.get("r", "").isdigit():
        raise CannotEdit("addresses")
    return int(row["r"])

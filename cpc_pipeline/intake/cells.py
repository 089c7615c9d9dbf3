"""What a file holds as its submitter sees it: cells with addresses, and what is known about their sheets and file.

`SheetFacts` is what is known about a sheet besides its cells, `FileFacts` what is known about the file, a `Remark`
what was assumed, repaired or left aside while reading, and `Beside` what the file holds besides its visible cells.
`blocks.Workbook` holds them together.

What does not belong here: how any of it was found out (reading), and what it means (recognition). These modules
are also loaded by the small process that opens the files: nothing heavy is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Cell(NamedTuple):
    """One cell with content, by the address that the submitter sees.

    kind: number, text, bool, date, error, formula (a formula with no stored result).
    text: exactly what was typed for text; the shortest exact form of a number, with the zeros that a format like
    00000 shows; ISO for a date (and `YYYY-MM-DD HH:MM:SS` where it has a time of day); the error as Excel shows it.
    number: the value of a number; null for every other kind, and for a whole number that no float holds exactly.
    A tuple, because a workbook of 500 rows has thousands of them and a frozen dataclass takes three times as long.
    """

    row: int
    column: int
    kind: str
    text: str
    number: float | None = None

    @property
    def address(self) -> str:
        return address(self.row, self.column)


class Area(NamedTuple):
    """A rectangle of cells, both ends included; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class SheetFacts:
    """What the reader knows about one sheet besides its cells.

    kind: worksheet, pivot (its cells are a pivot table), chart, macro, dialog; the last three have no cells.
    visibility: visible, hidden, very_hidden (only the Visual Basic editor shows it).
    formats: number format of a cell by (row, column), only where it changes what is seen: percent, leading zeros
    (00000), dates and times. indented: cells moved to the right of their column (.xlsx). formulas: how many cells are
    formulas, stored result or not; uncalculated: those without.
    lines: row -> first line in the file, only for text files, and only where the two differ.
    """

    kind: str = "worksheet"
    visibility: str = "visible"
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    indented: frozenset[tuple[int, int]] = frozenset()
    formulas: int = 0
    uncalculated: int = 0
    comments: int = 0
    lines: Mapping[int, int] = field(default_factory=dict)

    def hides(self, row: int, column: int) -> bool:
        """Whether the submitter does not see this cell although the sheet is shown."""
        return row in self.hidden_rows or column in self.hidden_columns


@dataclass(frozen=True)
class FileFacts:
    """What the reader knows about the file.

    format, by content and not by name: xlsx, xlsm, xls, xlsb, ods, csv. date1904: days are counted from 1904 (dates
    are right already). encoding, separator: how a text file was read (utf-8, utf-16, cp1252; the sign itself).
    """

    format: str = "xlsx"
    date1904: bool = False
    macros: bool = False
    external_links: int = 0
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class Remark:
    """Something that the reader assumed, repaired or left aside: a finding without its submission.

    code is a message key of the wording, severity that of contracts.Severity; cell is A1 where the whole sheet is
    meant. params is what the message needs; values that a submitter typed are only ever in `found`.
    """

    code: str
    severity: str
    sheet: str = ""
    cell: str = "A1"
    found: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Beside:
    """texts: (sheet, cell, text, place) of notes, boxes and the like; sheet "" where it is of the whole file. place:
    where it is found, as the wording names it (validation.aside); "" for a note, which has a cell.

    tables: caches and lists, as cells, by place and number. hidden_*: of each sheet by name. unread: kind -> how many
    things no rule can read; pictures: the same by sheet.
    """

    texts: list[tuple[str, str, str, str]] = field(default_factory=list)
    tables: dict[str, list[Cell]] = field(default_factory=dict)
    hidden_sheets: set[str] = field(default_factory=set)
    hidden_columns: dict[str, set[int]] = field(default_factory=dict)
    hidden_rows: dict[str, set[int]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> None:
        self.unread[kind] = self.unread.get(kind, 0) + 1


class Refused(Exception):
    """The file is not to be read; `code` is the finding, `sheet` and `cell` where, and `params` what it needs."""

    def __init__(self, code: str, *, sheet: str = "", cell: str = "A1", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.params = params


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """A1 as Excel shows it."""
    return f"{column_letters(column)}{row}"


_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def position(reference: str) -> tuple[int, int] | None:
    """(row, column) of an address like D14; None for anything else."""
    match = _ADDRESS.fullmatch(reference)
    return (int(match[2]), column_number(match[1])) if match else None

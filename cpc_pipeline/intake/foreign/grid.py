"""A sheet as a grid, and the account of what became of each of its cells.

The law of this room: every cell with content is loaded, refused or reported, exactly once. `Account` keeps it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from cpc_pipeline.catalogue import fold
from cpc_pipeline.intake.blocks import Workbook
from cpc_pipeline.intake.cells import Area, Cell, SheetFacts, address, column_letters

At = tuple[int, int]
"""Row and column, from 1, as the submitter sees them."""


class Fate(StrEnum):
    """What became of a cell."""

    LOADED = "loaded"  # an observation was read from it
    REFUSED = "refused"  # a finding says why its row or itself was not read
    REPORTED = "reported"  # a finding says that it was not read as data: titles, notes, totals, other columns


class Role(StrEnum):
    """What a cell was taken for; the picture of the reading shows it."""

    HEADING = "heading"
    VALUE = "value"
    PLACE = "place"
    PERIOD = "period"
    CATEGORY = "category"
    UNIT = "unit"
    TOTAL = "total"
    NOTE = "note"  # titles above, notes and sources below
    UNUSED = "unused"  # columns and rows that are known and not counted
    REFUSED = "refused"


@dataclass(frozen=True)
class Grid:
    """One sheet: what cells.SheetFacts knows of it, and its cells by row and column."""

    name: str
    cells: dict[At, Cell]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    pivot: bool = False  # the cells are a pivot table
    formats: Mapping[At, str] = field(default_factory=dict)
    indented: frozenset[At] = frozenset()
    text: bool = False  # a text file: a row is a line, and a field too many moves all that follow it

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            rows.setdefault(row, {})[column] = cell
        return rows

    @cached_property
    def anchors(self) -> dict[At, At]:
        """Every cell of a merged block but the first -> the first."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.merged
            for row in range(top, min(bottom, top + 5000) + 1)
            for column in range(left, min(right, left + 500) + 1)
            if (row, column) != (top, left)
        }

    def shown(self, row: int, column: int) -> Cell | None:
        """The cell, or the one whose merged block lies over it."""
        at = (row, column)
        return self.cells.get(at) or self.cells.get(self.anchors.get(at, at))


@dataclass
class Account:
    """Fate and role of the cells of one sheet; a cell is entered once, and later entries do not change it."""

    grid: Grid
    fates: dict[At, Fate] = field(default_factory=dict)
    roles: dict[At, Role] = field(default_factory=dict)

    def enter(self, cells: Iterable[Cell | At], fate: Fate, role: Role) -> None:
        for cell in cells:
            at = (cell.row, cell.column) if isinstance(cell, Cell) else cell
            if at in self.grid.cells and at not in self.fates:
                self.fates[at] = fate
                self.roles[at] = role

    def refuse(self, cells: Iterable[Cell | At]) -> None:
        """Refused cells, also where they had been entered as something else."""
        for cell in cells:
            at = (cell.row, cell.column) if isinstance(cell, Cell) else cell
            if at in self.grid.cells:
                self.fates[at] = Fate.REFUSED
                self.roles[at] = Role.REFUSED

    @property
    def open(self) -> list[At]:
        """Cells of which nothing is said yet."""
        return [at for at in self.grid.cells if at not in self.fates]


_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Letters and digits alone, folded: how headings and values are compared."""
    return "".join(c for c in fold(text) if c.isalnum() or c in "#%<>+")


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """A place's name without accents, case, punctuation and what stands in brackets behind it."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(_BRACKETS.sub("", text)).replace(".", "")).split())


def begins(text: str, words: Iterable[str]) -> str | None:
    """The longest of the words (folded) that the text begins with, as whole words."""
    folded = fold(text).lstrip("*·•- ")
    hits = [w for w in map(fold, words) if folded == w or (folded.startswith(w) and not folded[len(w)].isalnum())]
    return max(hits, key=len, default=None)


def contains(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that stands in the text, not inside another word."""
    folded = f" {fold(text)} "
    return next((w for w in map(fold, words) if re.search(_alone(w), folded)), None)


@lru_cache(maxsize=4096)
def _alone(word: str) -> re.Pattern[str]:
    """A word that is not inside another; a bracket or sign ends a word by itself."""
    return re.compile(
        (r"(?<!\w)" if word[:1].isalnum() else "") + re.escape(word) + (r"(?!\w)" if word[-1:].isalnum() else "")
    )


def printable(text: str) -> str:
    """Text for a message: no line breaks, no control or direction marks."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text).split())


def ranges(cells: Iterable[At]) -> str:
    """Addresses as Excel's name box takes them: runs within a column as G5:G8, lists with commas."""
    parts: list[str] = []
    run: list[int] = []
    column = 0
    for col, row in sorted((c, r) for r, c in cells):
        if run and col == column and row == run[-1] + 1:
            run.append(row)
            continue
        if run:
            parts.append(_run(column, run))
        column, run = col, [row]
    if run:
        parts.append(_run(column, run))
    return ",".join(parts)


def _run(column: int, rows: list[int]) -> str:
    letters = column_letters(column)
    return f"{letters}{rows[0]}" if len(rows) == 1 else f"{letters}{rows[0]}:{letters}{rows[-1]}"


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers in words of numbers: 1-7, 9."""
    parts: list[list[int]] = []
    for row in sorted(set(rows)):
        if parts and row == parts[-1][-1] + 1:
            parts[-1].append(row)
        else:
            parts.append([row])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def where(at: At) -> str:
    return address(*at)


def grids_of(workbook: Workbook) -> list[Grid]:
    """The sheets of a file as grids, with what the reader knows about each."""
    text = workbook.file.format == "csv"
    return [_grid(name, cells, workbook.about[name], text) for name, cells in workbook.items()]


def _grid(name: str, cells: Iterable[Cell], facts: SheetFacts, text: bool) -> Grid:
    return Grid(
        name,
        {(cell.row, cell.column): cell for cell in cells},
        facts.merged,
        facts.hidden_rows,
        facts.hidden_columns,
        facts.visibility != "visible",
        facts.kind == "pivot",
        facts.formats,
        facts.indented,
        text,
    )

"""One sheet, turned so that rules can ask: columns, the heading above a cell, which column is of the template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from cpc_pipeline.catalogue import fold
from cpc_pipeline.intake.reading import Cell

HEADING_WITHIN = 30  # rows
_MARKS = re.compile(r"[_\W]+")
LONGEST_HEADING = 80


def heading_words(text: str) -> str:
    """A heading as the patterns see it: folded, marks and underscores as spaces."""
    return _MARKS.sub(" ", fold(text)).strip()


@dataclass
class Sheet:
    """label: how the sheet is named in a finding (its tab's number where the name is not the template's)."""

    label: str
    cells: list[Cell]
    fields: dict[int, str] = field(default_factory=dict)  # column -> field, where the template's headings stand

    @cached_property
    def texts(self) -> set[str]:
        """Every text that stands in a cell, once: a sheet of thousands of cells has a hundred."""
        return {cell[3] for cell in self.cells if cell[2] == "text"}

    @cached_property
    def short(self) -> set[str]:
        return {text for text in self.texts if len(text) <= LONGEST_HEADING}

    def holding(self, texts: set[str]) -> Iterator[Cell]:
        """The cells with one of these texts, in reading order."""
        return (cell for cell in self.cells if cell[3] in texts and cell[2] == "text") if texts else iter(())

    @cached_property
    def columns(self) -> dict[int, list[Cell]]:
        made: dict[int, list[Cell]] = {}
        for cell in self.cells:
            made.setdefault(cell.column, []).append(cell)
        return made

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        made: dict[int, list[Cell]] = {}
        for cell in self.cells:
            made.setdefault(cell.row, []).append(cell)
        return made

    def below(self, cell: Cell) -> list[Cell]:
        return [c for c in self.columns[cell.column] if c.row > cell.row]

    def beside(self, cell: Cell) -> list[Cell]:
        """The next cell with content in the row, as in a form."""
        return [c for c in self.rows[cell.row] if c.column > cell.column][:1]

    def headings_of(self, column: int) -> list[str]:
        """Texts of the first rows of a column, as headings."""
        return [
            heading_words(c.text)
            for c in self.columns[column]
            if c.row <= HEADING_WITHIN and c.kind == "text" and len(c.text) <= LONGEST_HEADING
        ]

    @cached_property
    def heading_row(self) -> int | None:
        """The row with most texts that have something below them."""
        last = max(self.rows, default=0)
        counts = {
            row: sum(c.kind == "text" and len(c.text) <= LONGEST_HEADING for c in cells)
            for row, cells in self.rows.items()
            if row <= HEADING_WITHIN and row < last
        }
        best = max(counts, key=lambda row: (counts[row], -row), default=None)
        return best if best is not None and counts[best] >= 2 else None

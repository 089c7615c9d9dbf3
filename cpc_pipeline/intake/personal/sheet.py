"""One sheet, turned so that rules can ask: columns, the heading above a cell, which column is of the template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from cpc_pipeline.catalogue import fold
from cpc_pipeline.intake.reading import Block, Cell

HEADING_WITHIN = 30  # rows
_MARKS = re.compile(r"[_\W]+")
_JOINED = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")
_PLURAL = re.compile(r"\((e?s)\)", re.IGNORECASE)
LONGEST_HEADING = 80


def heading_words(text: str) -> str:
    """A heading as the patterns see it: folded, marks and underscores as spaces, words joined by capitals apart."""
    if " " not in text and _JOINED.search(text):
        text = _JOINED.sub(" ", text)
    if "(" in text:
        text = _PLURAL.sub(r"\1", text)
    return _MARKS.sub(" ", fold(text)).strip()


@dataclass
class Sheet:
    """label: how the sheet is named in a finding (its tab's number where the name is not the template's).

    A clean sheet is judged by its contents alone, each once; cells are made where something has to be looked at.
    """

    label: str
    block: Block
    fields: dict[int, str] = field(default_factory=dict)  # column -> field, where the template's headings stand
    _made: dict[int, list[Cell]] = field(default_factory=dict)

    @cached_property
    def texts(self) -> set[str]:
        """Every text that stands in a cell, once: a sheet of thousands of cells has a hundred."""
        return {c[1] for column in self.block.columns.values() for c in column.contents if c[0] == "text"}

    @cached_property
    def short(self) -> set[str]:
        return {text for text in self.texts if len(text) <= LONGEST_HEADING}

    def holding(self, texts: set[str]) -> list[Cell]:
        """The cells with one of these texts, in reading order."""
        return self.block.holding(texts)

    def column(self, number: int) -> list[Cell]:
        if number not in self._made:
            self._made[number] = self.block.column(number)
        return self._made[number]

    def below(self, cell: Cell) -> list[Cell]:
        return [c for c in self.column(cell.column) if c.row > cell.row]

    def beside(self, cell: Cell) -> list[Cell]:
        """The next cell with content in the row, as in a form."""
        return [c for c in self.block.row(cell.row) if c.column > cell.column][:1]

    def headings_of(self, column: int) -> list[str]:
        """Texts of the first rows of a column, as headings."""
        return [
            heading_words(c.text)
            for c in self.column(column)
            if c.row <= HEADING_WITHIN and c.kind == "text" and len(c.text) <= LONGEST_HEADING
        ]

    @cached_property
    def heading_row(self) -> int | None:
        """The row with most texts that have something below them."""
        top = self.block.within(min(HEADING_WITHIN, self.block.last - 1))
        rows = {
            row: sum(kind == "text" and len(text) <= LONGEST_HEADING for _, (kind, text, _) in cells)
            for row, cells in top.items()
        }
        best = max(rows, key=lambda row: (rows[row], -row), default=None)
        return best if best is not None and rows[best] >= 2 else None

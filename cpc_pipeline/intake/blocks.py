"""The sheets of a file by their columns: what stands in a column, each content once, and where.

The same few contents stand in hundreds of rows. They cross from the process that read them, are guarded and are judged
once each; `Cell`s, which have an address each, are made of them only where somebody asks for these.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from cpc_pipeline.intake.cells import Beside, Cell, FileFacts, Remark, SheetFacts

Content = tuple[str, str, float | None]
"""What stands in a cell, wherever it is: kind, text and number of `Cell`."""
Rows = dict[int, list[tuple[int, Content]]]
"""Row -> column and content of each of its cells, from left to right."""
_ROW = itemgetter(0)
Sheets = Mapping[str, list[Cell]]
"""Sheet name -> cells, in reading order: all that most of the intake needs of a Workbook."""


class Column(NamedTuple):
    """contents: what stands in the column. places: for each row from the block's first one on, the number of its
    content, counted from 1; 0 where the cell is blank."""

    contents: list[Content]
    places: array[int]


@dataclass
class Block:
    """The cells of one sheet. top: the row of the first place. columns: by number, from left to right."""

    top: int = 1
    columns: dict[int, Column] = field(default_factory=dict)
    _tops: dict[int, Rows] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Block:
        """The block of some cells; addresses occur once."""
        by_column: dict[int, list[Cell]] = {}
        for cell in cells:
            by_column.setdefault(cell.column, []).append(cell)
        rows = [cell.row for own in by_column.values() for cell in own]
        if not rows:
            return cls()
        top, height = min(rows), max(rows) - min(rows) + 1
        made = cls(top)
        for number in sorted(by_column):
            contents: dict[Content, int] = {}
            places = array("I", bytes(4 * height))
            for cell in by_column[number]:
                places[cell.row - top] = contents.setdefault(cell[2:], len(contents) + 1)
            made.columns[number] = Column(list(contents), places)
        return made

    def __bool__(self) -> bool:
        return bool(self.columns)

    @cached_property
    def cells(self) -> list[Cell]:
        """All cells, in reading order."""
        return in_rows(cell for number in sorted(self.columns) for cell in self.column(number))

    @cached_property
    def last(self) -> int:
        """The last row with content; 0 where there is none."""
        return max(map(self.last_in, self.columns), default=0)

    def last_in(self, number: int) -> int:
        """The last row in which a column has content."""
        places = self.columns[number].places
        return next(compress(range(len(places) - 1, -1, -1), reversed(places)), -1) + self.top

    @cached_property
    def first(self) -> Cell:
        """The first cell in reading order; there must be one."""
        firsts = (next(self._cells(number, len(column.places))) for number, column in self.columns.items())
        return min(firsts)

    def holds(self, text: str) -> bool:
        """Whether a text stands in any cell."""
        return any(content[1] == text for column in self.columns.values() for content in column.contents)

    def holding(self, texts: Set[str]) -> list[Cell]:
        """The cells with one of these texts, in reading order."""
        found: list[Cell] = []
        for number in sorted(self.columns) if texts else ():
            contents, places = self.columns[number]
            wanted = {place for place, c in enumerate(contents, start=1) if c[1] in texts and c[0] == "text"}
            rows = compress(range(len(places)), places) if wanted else ()
            found += (Cell(self.top + at, number, *contents[places[at] - 1]) for at in rows if places[at] in wanted)
        return in_rows(found)

    def column(self, number: int) -> list[Cell]:
        """The cells of a column, from the top; none where it is blank."""
        return list(self._cells(number, len(self.columns[number].places))) if number in self.columns else []

    def row(self, number: int) -> list[Cell]:
        """The cells of a row, from left to right."""
        return [cell for column in self.columns if (cell := self.at(number, column)) is not None]

    def within(self, last: int) -> Rows:
        """What stands in the rows down to this one, from the top; rows without content are left out."""
        if last not in self._tops:
            rows: Rows = {}
            for number in sorted(self.columns):
                contents, places = self.columns[number]
                for at in compress(range(max(last - self.top + 1, 0)), places):
                    rows.setdefault(self.top + at, []).append((number, contents[places[at] - 1]))
            self._tops[last] = dict(sorted(rows.items()))
        return self._tops[last]

    def at(self, row: int, column: int) -> Cell | None:
        """The cell of an address; None where it is blank."""
        own, at = self.columns.get(column), row - self.top
        if own is None or not 0 <= at < len(own.places) or not own.places[at]:
            return None
        return Cell(row, column, *own.contents[own.places[at] - 1])

    def _cells(self, number: int, count: int) -> Iterator[Cell]:
        """Cells of the first so many rows of a column."""
        contents, places = self.columns[number]
        new = tuple.__new__  # half the time of Cell(...), and there are thousands
        for at in compress(range(count), places):  # a million blank rows are passed over at no cost
            yield new(Cell, (self.top + at, number, *contents[places[at] - 1]))


def in_rows(columns: Iterable[Cell]) -> list[Cell]:
    """The cells of columns, given from left to right, in reading order: they are sorted by nothing but their row."""
    return sorted(columns, key=_ROW)


class Workbook(Sheets):
    """A file, read: sheet name -> its cells, and beside it what is known about sheets and file.

    blocks: the same sheets by their columns. about[name]: what is known of a sheet. file, remarks, beside: of the file.
    """

    def __init__(
        self,
        blocks: Mapping[str, Block],
        about: Mapping[str, SheetFacts] | None = None,
        file: FileFacts | None = None,
        remarks: Iterable[Remark] = (),
        beside: Beside | None = None,
    ) -> None:
        self.blocks = dict(blocks)
        self.about: dict[str, SheetFacts] = {name: SheetFacts() for name in self} | dict(about or {})
        self.file = file or FileFacts()
        self.remarks = tuple(remarks)
        self.beside = beside or Beside()

    def __getitem__(self, name: str) -> list[Cell]:
        return self.blocks[name].cells

    def __iter__(self) -> Iterator[str]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)

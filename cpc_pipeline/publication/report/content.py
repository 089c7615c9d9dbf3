"""What the parts of a report are made from, and how its tables, figures and notes are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Objective
from cpc_pipeline.contracts import NATION, TOTAL, Release
from cpc_pipeline.counted import counted
from cpc_pipeline.naming import reference
from cpc_pipeline.publication.report.drawings import Drawing
from cpc_pipeline.publication.report.model import Cell, Column, Row, Table
from cpc_pipeline.publication.report.speech import Speech
from cpc_pipeline.publication.tables import performance_table

Record = dict[str, Any]


@dataclass
class Content:
    """The release of one year in one language. drawings: figures of that language, in their order."""

    release: Release
    catalogue: Catalogue
    year: int
    say: Speech
    drawings: Sequence[Drawing] = ()
    tables: int = 0
    pictures: int = 0
    shown: set[str] = field(default_factory=set)  # figures that stand somewhere: none is printed twice

    @cached_property
    def rows(self) -> list[Record]:
        """The performance table, each row with its notes as a measure has them."""
        own = self.release.measures.filter(pl.col("year") == self.year)
        notes = {reference(r, self.catalogue): r["notes"] for r in own.iter_rows(named=True)}
        table = performance_table(self.release, self.catalogue, self.year)
        return [row | {"notes": notes.get(row["trace"])} for row in table.iter_rows(named=True)]

    @cached_property
    def narrative(self) -> list[Record]:
        """Reviewed texts; no rows where there are none."""
        return [] if self.release.narrative is None else self.release.narrative.to_dicts()

    def stands_for(self, row: Record) -> bool:
        """Whether the row stands for its indicator: whole country, the group it is about, the compact's own years."""
        head = dict.fromkeys(self.catalogue.dimension_ids, TOTAL) | self.catalogue.indicators[row["indicator"]].headline
        own = row["place"] == NATION and row["calendar"] == self.catalogue.default_calendar
        return own and row["series"] == "record" and all(row[d] == code for d, code in head.items())

    def beside(self, row: Record) -> bool:
        """Whether another institution says this of the whole country: in the same group, or of everybody."""
        total = dict.fromkeys(self.catalogue.dimension_ids, TOTAL)
        head = total | self.catalogue.indicators[row["indicator"]].headline
        own = row["place"] == NATION and row["calendar"] == self.catalogue.default_calendar
        return own and row["series"] != "record" and any(all(row[d] == g[d] for d in total) for g in (head, total))

    def count(self, what: str, *of: object) -> str:
        """The name of a number of things of this edition."""
        return counted("count", self.year, self.release.edition, what, *of)

    def owner(self, row: Record) -> str:
        """Whose value it is; one that is computed from two indicators is nobody's, and named by them."""
        derived = self.catalogue.indicators[row["indicator"]].derived
        if not row["organisation"] and derived is not None and derived != "pipeline":
            return f"{derived.numerator} / {derived.denominator}"
        return self.say.organisation(row["organisation"])

    def table(
        self,
        key: str,
        caption: str,
        columns: Iterable[Column],
        rows: Iterable[Row],
        notes: Notes | None = None,
        foot: str = "",
    ) -> Table:
        """The next table, numbered."""
        self.tables += 1
        made = tuple(rows)
        said = notes.listed if notes else ()
        number = self.say("table_number", number=self.tables)
        return Table(key, number, caption, tuple(columns), made, said, foot)

    def columns(self, *named: tuple[str, float] | tuple[str, float, str]) -> tuple[Column, ...]:
        """Columns by the key of their title, width and side."""
        return tuple(
            Column(self.say(f"col.{name}", year=self.year), width, "right" if side == ["right"] else "left")
            for name, width, *side in named
        )


class Notes:
    """Letters for the notes below a table; the same sentence has one letter."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def mark(self, sentences: Iterable[str]) -> str:
        """The letters of some sentences, as they stand beside a value."""
        return ",".join(self._letter(s) for s in sentences)

    def _letter(self, sentence: str) -> str:
        if sentence not in self._letters:
            before = len(self._letters)
            self._letters[sentence] = (chr(96 + before // 26) if before >= 26 else "") + chr(97 + before % 26)
        return self._letters[sentence]

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        return tuple((letter, sentence) for sentence, letter in self._letters.items())


Made = Iterator[Any]
Where = tuple[str, Objective | None]
"""Id of the part, and the objective at hand."""


def plain(*texts: str) -> Row:
    """A row of texts."""
    return Row(tuple(Cell(t) for t in texts))

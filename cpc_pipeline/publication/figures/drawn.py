"""A drawing that is finished: pictures, words and data of one figure in one language."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Drawn:
    """One figure in one language.

    id: kind and subject, `<kind>.<subject>`, the same in every language and year. alt: what it shows, in words and
    numbers, with its source. data: the rows that are drawn, as text in printed precision.
    """

    id: str
    language: str
    title: str
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)
    alt: str = field(repr=False)
    data: pl.DataFrame = field(repr=False)

    @property
    def stem(self) -> str:
        """Name of its files, without what comes after the last dot."""
        return f"{self.id}_{self.language}"

"""What the codebook is made of before it is a page or a workbook, and how it finds its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cpc_pipeline.catalogue import Catalogue

Line = tuple[str, str]
"""Label and what it says."""


@dataclass(frozen=True)
class Sheet:
    """The reference sheet of one indicator."""

    anchor: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """links: per row the anchor that its first cell leads to. anchors: per row its own."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    note: str = ""
    sheets: tuple[Sheet, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Words:
    """The words of one language: `words("field.unit")` is the text codebook.field.unit."""

    catalogue: Catalogue
    language: str

    def __call__(self, key: str, **params: object) -> str:
        return self.catalogue.wording.text(f"codebook.{key}", self.language, **params)

    def heads(self, *fields: str) -> tuple[str, ...]:
        return tuple(self(f"field.{name}") for name in fields)

    def organisation(self, name: str) -> str:
        return self.catalogue.organisations[name].name[self.language]

    def unit(self, name: str) -> str:
        return self.catalogue.units[name].labels[self.language]

    def indicator(self, name: str) -> str:
        return f"{name} {self.catalogue.indicators[name].name[self.language]}"

    def dimension(self, name: str) -> str:
        return next(d.name[self.language] for d in self.catalogue.dimensions if d.id == name)

    def group(self, categories: dict[str, str]) -> str:
        """Categories by dimension, as people name them."""
        codes = ((d, self.catalogue.codelist_of(d).label(c, self.language)) for d, c in categories.items())
        return "; ".join(f"{self.dimension(d)}: {label}" for d, label in codes)

    def decision(self, name: str) -> str:
        titles = {d.id: d.title[self.language] for d in self.catalogue.decisions}
        return f"{name}: {titles[name]}" if name in titles else name

    def span(self, start: date | None, end: date | None) -> str:
        if start and end:
            return self("span", start=start, end=end)
        if start or end:
            return self("since", start=start) if start else self("until", end=end)
        return self("always")

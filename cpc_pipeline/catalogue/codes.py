"""Lists of codes and what people call them: categories, places, units, headings. Found by name, never by likeness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from cpc_pipeline.catalogue.base import Model, Text
from cpc_pipeline.catalogue.text import fold


class Unit(Model):
    id: str
    labels: Text
    family: str
    decimals: int = 0
    aliases: tuple[str, ...] = ()


class Code(Model):
    """One category or place. `extra` holds further columns of the list (level, tile_row, ...).

    lower, upper: first and last of a band of numbers (completed years of age). residual: what is not known or not
    reported; with it the categories beside it name everything.

    `extra["partition"]` names a set of codes that exclude each other and together make their parent, the unknown ones
    among them: only such a set is ever added up.
    """

    code: str
    labels: Text
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    lower: float | None = None
    upper: float | None = None
    residual: bool = False
    extra: Mapping[str, str] = {}

    def valid_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class CodeList(Model):
    id: str
    codes: dict[str, Code]

    @cached_property
    def _index(self) -> dict[str, str]:
        index: dict[str, str] = {}
        # Later writes win: a code beats a label, a label beats an alias.
        for names in ("aliases", "labels", "code"):
            for code in self.codes.values():
                given = getattr(code, names)
                values = given.values() if isinstance(given, dict) else [given] if isinstance(given, str) else given
                index.update({fold(value): code.code for value in values if value})
        return index

    def find(self, text: str) -> str | None:
        """The code for what was typed: code, label in any language, or alias; never a guess."""
        return self._index.get(fold(text))

    def suggest(self, text: str, limit: int = 3) -> list[str]:
        """Near names, for a message; never applied unasked."""
        from rapidfuzz import fuzz, process

        near = process.extract(fold(text), list(self._index), scorer=fuzz.ratio, limit=limit, score_cutoff=70)
        return sorted({self._index[name] for name, _, _ in near})

    def label(self, code: str, language: str) -> str:
        return self.codes[code].labels[language] if code in self.codes else code


class Heading(Model):
    """A column of the workbook, or a line of its cover, by the names people give it."""

    field: str
    labels: Text
    aliases: tuple[str, ...] = ()

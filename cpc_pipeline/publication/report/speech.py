"""How the report speaks: words, counted things, dates and names in one language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.publication.numbers import dated, day, note_key, rounded, written
from cpc_pipeline.publication.report.model import Paragraph

FEW = 6  # names of a long list that a note spells out


@dataclass(frozen=True)
class Speech:
    """`say("part.summary")` is the text report.part.summary in the language."""

    catalogue: Catalogue
    language: str

    def __call__(self, key: str, **params: object) -> str:
        return self.word(f"report.{key}", **params)

    def word(self, key: str, **params: object) -> str:
        """Any text of the wording."""
        return self.catalogue.wording.text(key, self.language, **params)

    def has(self, key: str) -> bool:
        return self.catalogue.wording.has(f"report.{key}", self.language)

    def text(self, texts: dict[str, str]) -> str:
        return texts[self.language]

    def counted(self, key: str, count: int, **params: object) -> str:
        """A number of things: report.<key>.one or .other, by the numbers that the language calls singular."""
        form = "one" if str(count) in self.word("report.singular").split() else "other"
        return self(f"{key}.{form}", count=self.whole(count), **params)

    def sentence(self, key: str, count: int, name: str, **params: object) -> Paragraph:
        """A counted sentence, its number known by the key; name: what `cpc trace` takes for it."""
        return Paragraph(self.counted(key, count, **params), counts=((key, self.whole(count), name),))

    def whole(self, count: int) -> str:
        thousands, _ = self.catalogue.header.number_format[self.language]
        return f"{count:,}".replace(",", thousands)

    def number(self, value: float | None, unit: str) -> str:
        return written(value, unit, self.language, self.catalogue)

    def decimal(self, value: float | None, places: int = 2) -> str:
        """A number without a unit, at most so many decimals, with the separators of the language."""
        if value is None:
            return ""
        near = rounded(value, places) or 0.0
        plain = f"{near:,.0f}" if near.is_integer() else f"{near:,.{places}f}".rstrip("0")
        return self._separated(plain)

    def percentage(self, value: float | None, sign: bool = False) -> str:
        """One decimal, as in the table for machines; a plus where a sign is wanted, and a true minus."""
        if value is None:
            return ""
        near = rounded(value, 1) or 0.0
        plain = f"{near:+.1f}" if sign and near else f"{near:.1f}"
        return self._separated(plain).replace("-", "\u2212")

    def _separated(self, plain: str) -> str:
        thousands, point = self.catalogue.header.number_format[self.language]
        return plain.replace(",", "\0").replace(".", point).replace("\0", thousands)

    def day(self, when: date) -> str:
        return day(when, self.language, self.catalogue)

    def dated(self, text: str) -> str:
        return dated(text, self.language, self.catalogue)

    def place(self, code: str) -> str:
        return self.catalogue.places.label(code, self.language)

    def unit(self, name: str) -> str:
        return self.catalogue.units[name].labels[self.language]

    def organisation(self, name: str) -> str:
        known = self.catalogue.organisations.get(name)
        return known.short[self.language] if known else name or "–"

    def indicator(self, name: str) -> str:
        return self.catalogue.indicators[name].name[self.language]

    def group(self, row: dict[str, Any]) -> str:
        """Calendar, categories and place of a row, as far as they differ from the whole."""
        parts = []
        if row["calendar"] != self.catalogue.default_calendar:
            parts.append(self.catalogue.calendars[row["calendar"]].name[self.language])
        if row["place"] != NATION:
            parts.append(self.place(row["place"]))
        codes = ((d, row[d]) for d in self.catalogue.dimension_ids if row[d] != TOTAL)
        parts += [self.catalogue.codelist_of(d).label(c, self.language) for d, c in codes]
        return "; ".join(parts)

    def code(self, row: dict[str, Any], field: str) -> str:
        """The label of a code of the contributions."""
        lists = {c.field: c.codelist for c in self.catalogue.header.contributions}
        codes = self.catalogue.codelists.get(lists.get(field) or "")  # type: ignore[call-overload]
        value = row[field]
        return "–" if value is None else str(value) if codes is None else codes.label(str(value), self.language)

    def notes(self, notes: str | None, without: tuple[str, ...] = ()) -> list[str]:
        """The notes of a measure as sentences; days and places by name, long lists cut and their rest counted."""
        return [
            self.word(note_key(n), **{k: self._param(k, v) for k, v in n["params"].items()})
            for n in json.loads(notes or "[]")
            if n["code"] not in without
        ]

    def _param(self, name: str, value: object) -> str:
        if not isinstance(value, list):
            if isinstance(value, float | int) and not isinstance(value, bool):
                return str(value) if name in ("number", "version") else self.decimal(float(value))
            return self.dated(str(value))
        known = self.catalogue.places.codes
        named = [self.place(v) if isinstance(v, str) and v in known else self._item(v) for v in value]
        shown = ", ".join(named[:FEW])
        rest = len(named) - FEW
        return shown if rest <= 0 else self.word("report.and_more", shown=shown, count=self.whole(rest))

    def _item(self, value: object) -> str:
        if isinstance(value, float | int):
            return self.decimal(float(value))
        return " – ".join(self.dated(part) for part in str(value).split("/"))

"""Which place a row is about, from its code, its name and the larger place it lies in.

A code stands; a name beside it must not contradict it. A name alone is looked for inside one larger place only: the
same name occurs in several. What was repaired is counted, what contradicts itself is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cpc_pipeline.catalogue import Catalogue, Code
from cpc_pipeline.contracts import NATION
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.foreign.grid import name_key, squash
from cpc_pipeline.intake.foreign.numbers import EXPONENT

_DIGITS = re.compile(r"\d+")
_NOTE_MARK = re.compile(r"[*†‡§]+\s*$|\((?:\d{1,2}|[a-zA-Z]|[*†‡§]+)\)\s*$")
"""What stands behind a name where a note below the table says something of this row alone."""


_INSIDE = re.compile(r"\(([^()]*)\)\s*$")
NOTE_MARK = "note_mark"


@dataclass(frozen=True)
class Resolved:
    """A place, with what was repaired on the way (wording keys); or the problem, its field, and what is right."""

    code: str | None = None
    repairs: tuple[tuple[str, str], ...] = ()  # (wording key, field)
    problem: str = ""
    field: str = ""
    expected: str = ""


class Places:
    """The place list, by what tables write."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.list = catalogue.places
        self.levels = {code.code: code.extra.get("level", "") for code in self.list.codes.values()}
        self._kinds = {name_key(word) for word in catalogue.reading_words.place_kinds}
        self._lengths = sorted({len(code) for code in self.list.codes})
        self.also_around: dict[str, list[str]] = {}
        self._names: dict[str, dict[str, str]] = {}
        for code in self.list.codes.values():
            for name in self.names(code.code):
                self._names.setdefault(code.parent or "", {}).setdefault(name, code.code)

    def part(self, text: str, code: str) -> bool:
        """Whether brackets behind a name say that only a part of the place is meant: Antioquia (sin Medellín)."""
        inside = _INSIDE.search(text)
        if inside is None or _NOTE_MARK.search(text):
            return False
        key, parent = name_key(inside[1]), self.list.codes[code].parent
        known = self.list.codes[code]
        if key in self._kinds or key in self.names(code) or (parent and parent != NATION and key in self.names(parent)):
            return False
        return squash(text) not in {squash(name) for name in (*known.labels.values(), *known.aliases)}

    def names(self, code: str) -> set[str]:
        known: Code = self.list.codes[code]
        return {name_key(text) for text in (*known.labels.values(), *known.aliases)} - {""}

    def inside(self, name: str, parent: str) -> str | None:
        """A place by its name among those that lie in the parent, or the parent itself."""
        key = name_key(name)
        return self._names.get(parent, {}).get(key) or (parent if key in self.names(parent) else None)

    def by_name(self, name: str) -> str | None:
        """The country or one of its first divisions."""
        key = name_key(name)
        if key in self.names(NATION):
            return NATION
        return self._names.get(NATION, {}).get(key)

    def smaller(self, name: str) -> bool:
        """Whether a place inside one of the first divisions has this name, other than a part that is called like it."""
        key = name_key(name)
        return any(
            key in names and key not in self.names(parent)
            for parent, names in self._names.items()
            if parent not in ("", NATION)
        )

    def lies_in(self, code: str, within: str) -> bool:
        """Whether a place is another or lies in it, or the source is known to write it there."""
        parent = self.list.codes[code].parent or ""
        return within in (code, parent) or bool({code, parent} & set(self.also_around.get(within, ())))

    def code(self, cell: Cell, level: str | None, suffix: str, field: str) -> Resolved:
        """The code in a cell: lost zeros, decimals of a number, a known suffix and an apostrophe are repaired."""
        text = cell.text.strip()
        if EXPONENT.fullmatch(text):
            return Resolved(problem="code_exponent")
        repairs = []
        digits = text.lstrip("'’ ")
        if digits != text:
            repairs.append("apostrophe")
        if re.fullmatch(r"\d+\.0+", digits):
            digits = digits.split(".")[0]
            repairs.append("decimals")
        found = self._known(digits, level)
        if found is None and suffix and digits.endswith(suffix) and _DIGITS.fullmatch(digits):
            found = self._known(digits.removesuffix(suffix), level)
            if found is not None:
                repairs.append("suffix")
                digits = digits.removesuffix(suffix)
        if found is None:
            near = self.list.suggest(text)
            return Resolved(problem="unknown_place", expected=", ".join(near))
        if found != digits:
            repairs.append("zeros")
        return Resolved(found, tuple((repair, field) for repair in repairs))

    def _known(self, digits: str, level: str | None) -> str | None:
        for length in self._lengths:
            code = digits.zfill(length)
            if code in self.list.codes and (level is None or self.levels[code] == level):
                return code
        return None

    def says_otherwise(self, code: str, name: str) -> bool:
        """Whether a name beside a code is that of another place: it is neither a name of it nor a slip of one."""
        from rapidfuzz import fuzz

        key = name_key(name)
        own = self.names(code)
        if key in own:
            return False
        siblings = self._names.get(self.list.codes[code].parent or "", {})
        if key in siblings:
            return True
        words = set(key.split())
        if any(words <= set(known.split()) for known in own):  # Cúcuta for San José de Cúcuta: the code says which
            return not words
        return max((fuzz.ratio(key, known) for known in own), default=0) < 85


class Resolver:
    """Resolves the places of the rows of one table; a row like an earlier one is not looked up again."""

    def __init__(self, places: Places, levels: dict[str, str | None], suffix: str) -> None:
        self.places, self.levels, self.suffix = places, levels, suffix
        self._known: dict[tuple[tuple[str, str], ...], Resolved] = {}

    def __call__(self, cells: dict[str, Cell], fixed: str | None) -> Resolved:
        if not cells:
            return Resolved(fixed or NATION)
        key = tuple((field, cell.text) for field, cell in cells.items())
        if key not in self._known:
            self._known[key] = resolve(self.places, cells, self.levels, self.suffix, fixed)
        return self._known[key]


def resolve(
    places: Places, cells: dict[str, Cell], levels: dict[str, str | None], suffix: str, fixed: str | None
) -> Resolved:
    """The place of a row from its cells by field (PLACE_FIELDS); fixed: where no cell says it."""
    if not cells:
        return Resolved(fixed or NATION)
    within: Resolved | None = None
    for field in ("within_code", "within"):
        if field in cells:
            seen = (
                places.code(cells[field], levels.get(field), "", field)
                if field == "within_code"
                else Resolved(places.by_name(cells[field].text))
            )
            if seen.code is None or places.part(cells[field].text, seen.code):
                return Resolved(problem=seen.problem or "unknown_place", field=field, expected=seen.expected)
            if within is not None and within.code != seen.code:
                return Resolved(problem="code_contradicted", field=field, expected=_label(places, within.code))
            repairs = (*(within.repairs if within else ()), *seen.repairs, *_noted(cells[field], field))
            within = Resolved(seen.code, repairs)
    if "place_code" in cells:
        return _by_code(places, cells, levels, suffix, within)
    if "place" in cells:
        return _by_name(places, cells["place"], within)
    return within or Resolved(fixed or NATION)


def _by_code(
    places: Places, cells: dict[str, Cell], levels: dict[str, str | None], suffix: str, within: Resolved | None
) -> Resolved:
    seen = places.code(cells["place_code"], levels.get("place_code"), suffix, "place_code")
    if seen.code is None:
        return Resolved(problem=seen.problem, field="place_code", expected=seen.expected)
    repairs = (*(within.repairs if within else ()), *seen.repairs)
    if within and within.code and not places.lies_in(seen.code, within.code):
        return Resolved(problem="code_contradicted", field="place_code", expected=_label(places, seen.code))
    if "place" in cells:
        if places.says_otherwise(seen.code, cells["place"].text):
            return Resolved(problem="code_contradicted", field="place", expected=_label(places, seen.code))
        noted = _noted(cells["place"], "place", part=places.part(cells["place"].text, seen.code))
        if cells["place"].text.rstrip().endswith(")") and not noted:
            repairs = (*repairs, ("brackets", "place"))
        repairs = (*repairs, *noted)
    return Resolved(seen.code, repairs)


def _by_name(places: Places, cell: Cell, within: Resolved | None) -> Resolved:
    text = cell.text.strip()
    if _DIGITS.fullmatch(text) and text in places.list.codes:  # a code in the column of names; a running number is none
        return Resolved(text)
    code = places.inside(cell.text, within.code) if within and within.code else places.by_name(cell.text)
    if code is None or places.part(cell.text, code):
        near = places.list.suggest(cell.text)
        if within:
            near = [c for c in near if places.list.codes[c].parent == within.code]
        return Resolved(problem="unknown_place", field="place", expected=", ".join(near))
    return Resolved(code, (*(within.repairs if within else ()), *_noted(cell, "place")))


def _noted(cell: Cell, field: str, *, part: bool = False) -> tuple[tuple[str, str], ...]:
    return ((NOTE_MARK, field),) if part or _NOTE_MARK.search(cell.text) else ()


def _label(places: Places, code: str | None) -> str:
    return code or ""

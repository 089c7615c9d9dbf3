"""Two readings of one report, or a reading and the data: every number that is not the same, and where it stands."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cpc_pipeline.artefacts.parity.reading import Cell, Numbers, Reading, masked

_SHORT = 60
What = Literal["cell", "text", "tables", "rows", "file", "tags"]


@dataclass(frozen=True)
class Difference:
    """One number, or one table, that two files do not share.

    file: where it was found. other: what it was held against. found, expected: as each of them shows it; empty where
    one shows nothing. what: cell, text (a number in a sentence), tables, rows (how many there are), file (it is not
    there), tags (a PDF without them). table, row, column: from 1. around: words beside it.
    """

    file: str
    other: str
    found: str
    expected: str
    what: What
    table: int = 0
    row: int = 0
    column: int = 0
    around: str = ""


def compare(
    one: Reading, other: Reading, numbers: Numbers, names: tuple[str, str], words: bool = True
) -> list[Difference]:
    """The same report in two formats of one language: `one` against `other`. words: also the words of figures."""
    own = _Held(numbers, numbers, names)
    found = [*own.tables(one.tables, other.tables), *own.texts(one.texts, other.texts)]
    return [*found, *(own.texts(one.words, other.words) if words and one.words else ())]


def compare_languages(
    one: Reading,
    other: Reading,
    numbers: tuple[Numbers, Numbers],
    names: tuple[str, str],
    own: tuple[Collection[float], Collection[float]],
    told: tuple[Collection[str], Collection[str]],
) -> list[Difference]:
    """The same report in two languages: `one` against `other`.

    own: numbers that stand in the fixed words of one language alone (the number of an article in a name). told: texts
    of people, which are held against each other elsewhere.
    """
    held = _Held(*numbers, names, own)
    found = list(held.tables(one.tables, other.tables))
    left = [_without(texts, people) for texts, people in zip((one.texts, other.texts), told, strict=True)]
    return [*found, *held.loose(*left), *held.loose(one.words, other.words)]


def compare_with_data(
    page: Reading, numbers: Numbers, data: Mapping[str, Mapping[str, str | None]], names: tuple[str, str]
) -> list[Difference]:
    """Each cell that carries the name of a number, against the row of the data with that name. data: trace -> row."""
    found = []
    for table, rows in enumerate(page.tables, start=1):
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row, start=1):
                if cell.trace not in data or cell.column not in data[cell.trace]:
                    continue
                expected = data[cell.trace][cell.column] or ""
                shown = numbers.of(cell.text)
                if not (_printed(shown, expected) if expected else _of_row(shown, data[cell.trace])):
                    found.append(Difference(*names, cell.text, expected, "cell", table, line, at, _name(row, at)))
    return found


def _printed(shown: Sequence[float], expected: str) -> bool:
    """Whether a cell shows what the data have: the number, in front of what else it says; its sign may be in words."""
    known = [abs(number) for number in _PLAIN.of(expected)]
    first = [abs(number) for number in shown][: len(known)]
    return len(first) == len(known) and all(_same(a, b) for a, b in zip(first, known, strict=True))


def _of_row(shown: Sequence[float], row: Mapping[str, str | None]) -> bool:
    """Whether a cell without a value of its own shows only what its row has: the ends of a range, reports received."""
    known = {abs(number) for text in row.values() for number in _PLAIN.of(text or "")}
    return all(abs(number) in known for number in shown)


def _same(shown: float, known: float) -> bool:
    """The same, or rounded to whole numbers, as percentages are said in a sentence."""
    return abs(shown - known) < 1e-9 or (shown.is_integer() and abs(shown - known) <= 0.5)


_PLAIN = Numbers(",", ".")


class _Held:
    """One file held against another, each read as its language writes numbers."""

    def __init__(
        self,
        numbers: Numbers,
        others: Numbers,
        names: tuple[str, str],
        own: tuple[Collection[float], Collection[float]] | None = None,
    ) -> None:
        self.numbers, self.others, self.names = numbers, others, names
        self.own = own or ((), ())
        self.languages = own is not None

    def tables(self, ours: Sequence[list[list[Cell]]], theirs: Sequence[list[list[Cell]]]) -> Iterator[Difference]:
        if len(ours) != len(theirs):
            yield Difference(*self.names, str(len(ours)), str(len(theirs)), "tables")
        for number, (one, other) in enumerate(zip(ours, theirs, strict=False), start=1):
            if len(one) != len(other):
                yield Difference(*self.names, str(len(one)), str(len(other)), "rows", number)
            if self.languages and self._sorted_anew(one, other):
                continue
            for line, (left, right) in enumerate(zip(one, other, strict=False), start=1):
                yield from self._row(number, line, left, right)

    def _sorted_anew(self, ours: Sequence[Sequence[Cell]], theirs: Sequence[Sequence[Cell]]) -> bool:
        """Whether two tables of words (a glossary) have the same rows, each in the order of its language."""
        if any(cell.trace for row in (*ours, *theirs) for cell in row):
            return False
        left = sorted(sorted(self.numbers.of(" ".join(c.text for c in row))) for row in ours)
        return left == sorted(sorted(self.others.of(" ".join(c.text for c in row))) for row in theirs)

    def _row(self, table: int, line: int, ours: Sequence[Cell], theirs: Sequence[Cell]) -> Iterator[Difference]:
        if len(ours) != len(theirs):
            ours = [Cell(" ".join(c.text for c in ours))]
            theirs = [Cell(" ".join(c.text for c in theirs))]
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
            if self._differ(one, other):
                yield Difference(*self.names, one.text, other.text, "cell", table, line, at, _name(ours, at))

    def _differ(self, one: Cell, other: Cell) -> bool:
        if _packed(one.text) == _packed(other.text):
            return False
        left, right = Counter(self.numbers.of(one.text)), Counter(self.others.of(other.text))
        if one.trace or other.trace:
            return left != right
        more, less = left - right, right - left
        return any(n not in self.own[0] for n in more) or any(n not in self.own[1] for n in less)

    def texts(self, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
        """Paragraphs of the same words, number by number; of the others, which numbers one has and the other not."""
        waiting: dict[str, list[str]] = defaultdict(list)
        for text in theirs:
            waiting[masked(text)].append(text)
        left = []
        for text in ours:
            same = waiting.get(masked(text))
            if not same:
                left.append(text)
                continue
            other = same.pop(0)
            if _packed(text) != _packed(other) and self.numbers.of(text) != self.others.of(other):
                yield Difference(*self.names, text, other, "text", around=_short(text))
        yield from self.loose(left, [text for texts in waiting.values() for text in texts])

    def loose(self, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
        """Numbers that stand in the one more often than in the other, with the words around them."""
        left = Counter(n for text in ours for n in self.numbers.of(text))
        right = Counter(n for text in theirs for n in self.others.of(text))
        for value in sorted((left - right) + (right - left)):
            ours_more = left[value] > right[value]
            if value in self.own[0 if ours_more else 1]:
                continue
            texts, read = (ours, self.numbers) if ours_more else (theirs, self.others)
            around = next((_short(text) for text in texts if value in read.of(text)), "")
            shown = f"{value:g}"
            sides = (shown, "") if ours_more else ("", shown)
            yield Difference(*self.names, *sides, "text", around=around)


def _packed(text: str) -> str:
    """Without any blanks: a format may set one where a long name can be broken, or a mark stands apart."""
    return "".join(text.split())


def _without(texts: Sequence[str], people: Collection[str]) -> list[str]:
    """Paragraphs that are no part of what people wrote, without the numbers of headings (2.1), which are no values."""
    own = [text for text in texts if not any(text in told for told in people)]
    return [re.sub(r"^\d+(?:\.\d+)+\s+", "", text) for text in own]


def _name(row: Sequence[Cell], at: int) -> str:
    """What a row is called: its first cell, for those behind it."""
    return _short(row[0].text) if row and at > 1 else ""


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"

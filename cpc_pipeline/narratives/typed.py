"""Numbers that a person typed in a sentence: in digits of the language, in words, with percent and rounding words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.catalogue.typed import TypedNumbers

_DIGITS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Typed:
    """One number of a sentence. start, end: where in the folded sentence. step: the precision it was typed in.

    about: it was called rounded. least: it was called a lower bound. counts: a word for a child or victim follows.
    spelt: it is a word.
    """

    value: float
    start: int
    end: int
    step: float
    percent: bool = False
    about: bool = False
    least: bool = False
    counts: bool = False
    spelt: bool = False

    def fits(self, value: float) -> bool:
        """Whether a printed value may be written like this."""
        if abs(abs(value) - self.value) <= self.step / 2:
            return True
        if self.least:
            return self.value <= value <= 1.25 * self.value
        return self.about and abs(value - self.value) <= 0.1 * abs(value)


def sentences(text: str) -> Iterator[tuple[int, int, str]]:
    """Paragraph and sentence, numbered from 1, with its words folded; a line break inside a paragraph is a blank."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text), start=1):
        flat = " ".join(paragraph.split())
        for at, sentence in enumerate(re.split(r"(?<=[.!?;])\s+(?=\D)", flat), start=1):
            yield number, at, fold(sentence)


def numbers_of(sentence: str, language: str, catalogue: Catalogue) -> list[Typed]:
    """Every number of a folded sentence that is a count or a share; years, laws, ages and days are none."""
    words = _words(catalogue.typed_numbers, language)
    spans = [m.span() for pattern in catalogue.typed_numbers.skip for m in _compiled(pattern).finditer(sentence)]
    skipped = [span for span in spans if not _followed(sentence, span[1], words.percent)]
    separators = catalogue.header.number_format.get(language, (",", "."))
    least = tuple(fold(word) for word in catalogue.reading_words.at_least)
    found = []
    for match in words.number.finditer(sentence):
        if any(start < match.end() and match.start() < end for start, end in skipped):
            continue
        counts = _counts(sentence, match.end(), words.people)
        read = _value(match, words, separators, counts)
        if read is None:
            continue
        value, step = read
        before = sentence[: match.start()].rstrip()
        percent = _followed(sentence, match.end(), words.percent)
        called = {"about": before.endswith(words.about), "least": before.endswith(least)}
        found.append(Typed(value, *match.span(), step, percent, counts=counts, spelt=bool(match["word"]), **called))
    return found


@dataclass(frozen=True)
class _Language:
    number: re.Pattern[str]
    words: dict[str, int]
    one: tuple[str, ...]
    times: dict[str, int]
    percent: tuple[str, ...]
    about: tuple[str, ...]
    people: tuple[str, ...]


def _words(typed: TypedNumbers, language: str) -> _Language:
    words, times = typed.words.get(language, {}), typed.times.get(language, {})
    one = tuple(typed.one.get(language, ()))
    spelt = "|".join(sorted((*words, *one), key=len, reverse=True)) or "(?!)"
    large = "|".join(sorted(times, key=len, reverse=True)) or "(?!)"
    pattern = rf"(?<![\w.,/-])(?:(?P<digits>{_DIGITS})|(?P<word>{spelt}))(?:\s+(?P<times>{large}))?(?![\w/])"
    return _Language(
        _compiled(pattern),
        *(words, one, times, tuple(typed.percent.get(language, ("%",)))),
        tuple(typed.about.get(language, ())),
        tuple(typed.people.get(language, ())),
    )


def _value(
    match: re.Match[str], words: _Language, separators: Sequence[str], counts: bool
) -> tuple[float, float] | None:
    """Value and precision; None for an article and for what is no number in this language."""
    factor = words.times.get(match["times"] or "", 1)
    if match["word"]:
        if match["word"] in words.one:
            return (1.0, 1.0) if counts else None
        return float(words.words[match["word"]] * factor), float(factor)
    digits, decimals = _digits(match["digits"], separators)
    return digits * factor, factor / 10.0**decimals


def _digits(text: str, separators: Sequence[str]) -> tuple[float, int]:
    """As the language writes it; a point or comma that groups no thousands stands before decimals."""
    grouped, decimal = separators
    plain = re.sub(r"['\u00a0\u202f ]", "", text)
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouped)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
        plain = plain.replace(grouped, "").replace(decimal, ".")
    elif len(re.findall(r"[.,]", plain)) > 1:
        # Both marks, the other way round: the last one stands before decimals.
        whole, _, rest = re.sub(r"[.,](?=.*[.,])", "", plain).replace(",", ".").partition(".")
        plain = f"{whole}.{rest}"
    else:
        plain = plain.replace(",", ".")
    return float(plain), len(plain.partition(".")[2])


def _followed(sentence: str, at: int, words: Sequence[str]) -> bool:
    return sentence[at:].lstrip().startswith(tuple(words))


def _counts(sentence: str, at: int, people: Sequence[str]) -> bool:
    """Whether one of the three words that follow is a word for a child or victim: 4 of the girls."""
    following = re.findall(r"[^\W\d_]+", sentence[at : at + 60])[:3]
    return any(word.startswith(tuple(people)) for word in following) if people else False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)

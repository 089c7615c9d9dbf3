"""Numbers that people typed in the texts of a report, held against what the edition prints and what it hides.

A number is *wrong* where an indicator is named near it that has no such value. It *discloses* where it is a count of
children below the threshold, or a value that the edition hides; such a value is never told. It *differs* where the
same text in another language does not have it. It is *nowhere* where no indicator is named near it and no table of the
text's objective has it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.narratives.typed import Typed, numbers_of, sentences

What = Literal["wrong", "unpublished", "discloses", "differs", "nowhere"]
_NEAR = 3
_SHORTEST = 4


@dataclass(frozen=True)
class Facts:
    """What an edition says of one indicator.

    counts, shares: every number printed of it, in its unit and as percentages, changes between years among them.
    hidden: true values behind its markers. right: its value of the year as printed, by language; None where it is
    hidden (withheld) or nobody knows it.
    """

    indicator: str
    objective: str
    counts: Collection[float]
    shares: Collection[float]
    hidden: Collection[float] = frozenset()
    right: Mapping[str, str] | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Doubt:
    """One number of a text. found: as typed; None where it must not be told. right: what the table says."""

    objective: str | None
    section: str
    language: str
    paragraph: int
    sentence: int
    what: What
    indicator: str | None = None
    found: str | None = None
    right: str | None = None


@dataclass(frozen=True)
class _Named:
    facts: Facts
    places: list[tuple[int, int]] = field(default_factory=list)


def lint(texts: Sequence[Mapping[str, Any]], facts: Sequence[Facts], catalogue: Catalogue, k: int) -> list[Doubt]:
    """Every number of the texts that is wrong or discloses. texts: rows of REVIEWED_TEXTS; k: 0 hides nothing."""
    doubts = [doubt for text in texts for doubt in _text(text, facts, catalogue, k)]
    telling = {(d.objective, d.section) for d in doubts if d.what == "discloses"}
    return [*doubts, *(d for d in _languages(texts, catalogue) if (d.objective, d.section) not in telling)]


def _languages(texts: Sequence[Mapping[str, Any]], catalogue: Catalogue) -> Iterator[Doubt]:
    """Numbers that stand in a text in one language and not in another: the reader of each must learn the same."""
    together: dict[tuple[str | None, str], list[Mapping[str, Any]]] = defaultdict(list)
    for text in texts:
        together[text["objective"], text["section"]].append(text)
    for (objective, section), same in together.items():
        said = {text["language"]: _said(text, catalogue) for text in same}
        for language, own in said.items():
            others = [Counter(n for n, *_ in other) for x, other in said.items() if x != language]
            left = [Counter(other) for other in others]
            for number, paragraph, at, found in own:
                lacking = [other for other in left if not other[number]]
                for other in left:
                    other[number] -= 1
                if lacking:
                    yield Doubt(objective, section, language, paragraph, at, "differs", found=found)


def _said(text: Mapping[str, Any], catalogue: Catalogue) -> list[tuple[tuple[float, bool], int, int, str]]:
    """Value and whether it is a share, where it stands, and how it is written."""
    aside = _aside(text)
    return [
        ((number.value, number.percent), paragraph, at, sentence[number.start : number.end])
        for paragraph, at, sentence in sentences(text["text"])
        for number in numbers_of(sentence, text["language"], catalogue)
        if not _set_aside(number, sentence, aside)
    ]


def _aside(text: Mapping[str, Any]) -> list[str]:
    return [fold(part) for part in (text.get("other_numbers") or "").split("|") if part.strip()]


def _text(text: Mapping[str, Any], facts: Sequence[Facts], catalogue: Catalogue, k: int) -> Iterator[Doubt]:
    language = text["language"]
    aside = _aside(text)
    for paragraph, at, sentence in sentences(text["text"]):
        named = _named(sentence, language, facts, catalogue)
        typed = numbers_of(sentence, language, catalogue)
        near = {n.facts.indicator: _near(typed, n, sentence) for n in named}
        for number in typed:
            where = (text["objective"], text["section"], language, paragraph, at)
            telling = _discloses(number, named, facts, k)
            if telling is not None:
                yield Doubt(*where, "discloses", telling or None)
                continue
            judged = [n for n in named if number in near[n.facts.indicator]]
            if _set_aside(number, sentence, aside) or any(_fits(number, n.facts) for n in judged):
                continue
            told = sentence[number.start : number.end] + (" %" if number.percent else "")
            if not judged:
                if not named and not number.spelt and _nowhere(number, text["objective"], facts):
                    yield Doubt(*where, "nowhere", found=told)
                continue
            own = next((n for n in judged if n.facts.objective == text["objective"]), judged[0]).facts
            if own.withheld:
                yield Doubt(*where, "discloses", own.indicator)
            else:
                right = None if own.right is None else own.right[language]
                yield Doubt(*where, "unpublished" if right is None else "wrong", own.indicator, told, right)


def _discloses(number: Typed, named: Sequence[_Named], facts: Sequence[Facts], k: int) -> str | None:
    """The indicator of which a number says what is hidden; empty where it is none in particular; None: it does not."""
    if number.percent:
        return None
    if number.counts and 0 < number.value < k:
        return named[0].facts.indicator if named else ""
    about = [n.facts for n in named] or ([f for f in facts if f.hidden] if number.counts else [])
    printed = any(number.fits(value) for one in about for value in one.counts)
    hiding = [one for one in about if number.value in one.hidden]
    return hiding[0].indicator if hiding and not printed else None


def _fits(number: Typed, facts: Facts) -> bool:
    return any(number.fits(value) for value in (facts.shares if number.percent else facts.counts))


def _nowhere(number: Typed, objective: str | None, facts: Sequence[Facts]) -> bool:
    """Whether no table of the objective has the number; of a text about the whole report, no table at all."""
    return not any(_fits(number, one) for one in facts if objective is None or one.objective == objective)


def _set_aside(number: Typed, sentence: str, aside: Sequence[str]) -> bool:
    """Whether the reviewer said of a phrase with this number that no table has it."""
    for phrase in aside:
        for match in re.finditer(re.escape(phrase), sentence):
            if match.start() <= number.start and number.end <= match.end():
                return True
    return False


def _named(sentence: str, language: str, facts: Sequence[Facts], catalogue: Catalogue) -> list[_Named]:
    """Indicators that a sentence names: by their id, or by most words of their name."""
    found: list[tuple[float, _Named]] = []
    for one in facts:
        places = [m.span() for m in re.finditer(rf"\b{re.escape(fold(one.indicator))}\b", sentence)]
        if places:
            found.append((2.0, _Named(one, places)))
            continue
        words = _telling(catalogue.indicators[one.indicator].name[language])
        hits = {w: [m.span() for m in re.finditer(rf"\b{re.escape(_stem(w))}\w*", sentence)] for w in words}
        there = [spans for spans in hits.values() if spans]
        if len(there) >= min(2, len(words)) and len(there) / len(words) > 0.6:
            found.append((len(there) / len(words), _Named(one, [s for spans in there for s in spans])))
    best = max((score for score, _ in found), default=0.0)
    return [named for score, named in found if score == best]


def _telling(name: str) -> list[str]:
    """Words of a name that are long enough to mean something, without what stands in brackets."""
    plain = re.sub(r"\([^)]*\)", " ", fold(name))
    words = [w for w in re.findall(r"[^\W\d_]+", plain) if len(w) >= _SHORTEST]
    return list(dict.fromkeys(words)) or re.findall(r"[^\W\d_]+", plain)


def _stem(word: str) -> str:
    """Without most endings of number and gender: ninas and ninos, opened and opening."""
    return word[: max(_SHORTEST - 1, len(word) - 3)] if len(word) > _SHORTEST else word[:-1] or word


def _near(typed: Sequence[Typed], named: _Named, sentence: str) -> list[Typed]:
    """The numbers of a sentence that are said of an indicator: a single one, those beside its name, and those that
    follow these (from 47 to 61). A small number in a word must have the name behind it: three talks.
    """
    if len(typed) == 1:
        return list(typed)
    found: list[Typed] = []
    for number in typed:
        behind = any(_gap(sentence[number.end : start]) for start, _ in named.places if start >= number.end)
        before = any(_gap(sentence[end : number.start]) for _, end in named.places if end <= number.start)
        chained = bool(found) and _gap(sentence[found[-1].end : number.start])
        if behind or (not number.spelt and (before or chained)):
            found.append(number)
    return found


def _gap(between: str) -> bool:
    """Whether at most a few words stand between; what is in brackets is passed over."""
    return len(re.sub(r"\([^)]*\)", " ", between).split()) < _NEAR

"""The compact's data about personal data, compiled once: patterns, place names, words that are the catalogue's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.catalogue.personal import HeadingRule, PersonalData, Shape

Patterns = re.Pattern[str] | None
OTHER = ("sex_words",)  # of RowWords, what is no pattern of a heading
_PARTS = re.compile(r"[|;]| \(.*\)$")


def compiled(patterns: list[str]) -> Patterns:
    """One pattern that matches where any of them does; None for none."""
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else None


def found(pattern: Patterns, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


class Harmless:
    """Texts in which a rule found nothing in an earlier file: months, codes and words of templates come in every one.

    In memory alone, and forgotten with the process; bounded, because a text that is no word of a template comes once.
    """

    MOST = 20_000

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def new(self, rule: str, texts: set[str]) -> set[str]:
        """Those that the rule has not yet found harmless."""
        return texts - self._of.get(rule, set())

    def add(self, rule: str, texts: set[str]) -> None:
        known = self._of.setdefault(rule, set())
        if len(known) + len(texts) > self.MOST:
            known.clear()
        known |= texts


@dataclass
class Knowledge:
    """What the rules look things up in."""

    personal: PersonalData
    places: frozenset[str]  # folded names of places below the whole country
    place_codes: frozenset[str]
    known: frozenset[str]  # folded words of the catalogue: labels, headings, names of organisations
    headings: list[tuple[HeadingRule, re.Pattern[str]]]
    exempt: Patterns
    money: Patterns
    in_text: list[Shape]
    bare: list[Shape]
    rows: dict[str, Patterns]
    sexes: frozenset[str]
    child: Patterns
    age: Patterns
    date: Patterns
    institution: Patterns
    offices: Patterns
    told_places: frozenset[str] = frozenset()  # the same, and what people call them: Tumaco for San Andrés de Tumaco
    longest_place: int = field(default=1)
    harmless: Harmless = field(default_factory=Harmless)


_MADE: dict[str, Knowledge] = {}


def knowledge(catalogue: Catalogue) -> Knowledge:
    key = f"{catalogue.id} {catalogue.version}"
    if key not in _MADE:
        _MADE[key] = _make(catalogue)
    return _MADE[key]


def _make(catalogue: Catalogue) -> Knowledge:
    personal = catalogue.personal
    places: set[str] = set()
    codes: set[str] = set()
    for code in catalogue.places.codes.values():
        codes.add(code.code)
        for name in (*code.labels.values(), *code.aliases):
            places.update(fold(part) for part in _PARTS.split(name) if part)
    text = personal.text
    return Knowledge(
        personal=personal,
        places=frozenset(places),
        place_codes=frozenset(codes),
        known=_known(catalogue) | places,
        headings=[(rule, re.compile("|".join(f"(?:{p})" for p in rule.patterns))) for rule in personal.headings],
        exempt=compiled(personal.exempt_headings),
        money=compiled(personal.money_headings),
        in_text=[s for s in personal.shapes if not s.whole],
        bare=[s for s in personal.shapes if s.whole],
        rows={
            name: compiled(getattr(personal.rows, name))
            for name in type(personal.rows).model_fields
            if name not in OTHER
        },
        sexes=frozenset(personal.rows.sex_words),
        child=compiled(text.child),
        age=compiled(text.age),
        date=compiled(text.date),
        institution=compiled(text.institution),
        offices=compiled(personal.offices),
        told_places=frozenset(places | {p.rpartition(" de ")[2] for p in places if p.count(" ") > 1 and " de " in p}),
        longest_place=max((len(p.split()) for p in places), default=1),
    )


def _known(catalogue: Catalogue) -> frozenset[str]:
    """Everything that a template or table says in the catalogue's own words."""
    words: set[str] = set()
    for codes in catalogue.codelists.values():
        for code in codes.codes.values():
            words.update(fold(name) for name in (code.code, *code.labels.values(), *code.aliases))
    for heading in catalogue.headings.values():
        words.update(fold(name) for name in (heading.field, *heading.labels.values(), *heading.aliases))
        both = [heading.labels[x] for x in reversed(catalogue.languages)]
        words.add(fold(" / ".join(dict.fromkeys(both))))
    for organisation in catalogue.organisations.values():
        names = (*organisation.name.values(), *organisation.short.values(), *organisation.aliases)
        words.update(fold(name) for name in names)
    words.update(fold(n) for i in catalogue.indicators.values() for n in (i.id, *i.name.values()))
    words.update(fold(n) for s in catalogue.context_series.values() for n in (s.id, *s.name.values()))
    words.update(fold(n) for u in catalogue.units.values() for n in (u.id, *u.labels.values(), *u.aliases))
    words.update(fold(text) for texts in catalogue.wording.texts.values() for text in texts.values())
    for i in catalogue.indicators.values():
        told = (i.definition, i.numerator, i.denominator, i.limitation)
        words.update(fold(text) for texts in told if texts for text in texts.values())
    return frozenset(words | set(catalogue.missing_marks))

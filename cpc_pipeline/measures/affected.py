"""Which measures may have become others when some observations came, changed or went, and what each is made of.

Measures fall into parts that know nothing of each other: those of one indicator and one organisation, in all years,
places and groups. All years, because baselines, running totals and wholes reach across them. Between parts there
are three bonds, all of them named here: a ratio of two indicators, people met by several organisations, and the row
that says that the system of record sent nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from cpc_pipeline.catalogue import Catalogue

Part = tuple[str, str]
"""An indicator and an organisation; of rows that no organisation reported, the organisation is ''."""
PART = {"indicator": pl.String, "organisation": pl.String}


@dataclass(frozen=True)
class Affected:
    """measures: parts to be computed again. observations: parts of which all observations are needed for that."""

    measures: frozenset[Part]
    observations: frozenset[Part]


def affected(changed: Iterable[Part], there: Iterable[Part], catalogue: Catalogue) -> Affected:
    """What follows from a change.

    changed: parts in which some observation came, changed or went, or began or ceased to count. there: parts of which
    there is any observation now.
    """
    known = {(i, o) for i, o in changed if i in catalogue.indicators}
    wanted = set(known)
    for indicator in catalogue.indicators.values():
        if _made_of(indicator.id, catalogue) & known:
            wanted.add(_own(indicator.id, catalogue))
        if indicator.overlap == "possible" and any(i == indicator.id for i, _ in known):
            wanted.add((indicator.id, ""))
    return _with_needed(wanted, there, catalogue)


def divided(there: Mapping[Part, int], catalogue: Catalogue, most: int) -> Iterator[Affected]:
    """All parts, some at a time, so that not everything must be in memory at once.

    there: parts of which there is an observation or a measure, with how many observations. most: about how many
    observations at a time; those of one organisation about one indicator stay together (spans.py divides their years),
    and all of an indicator are needed at once for the people whom several organisations may have met.
    """
    by_indicator: dict[str, set[Part]] = {}
    for indicator in catalogue.indicators.values():
        own = by_indicator.setdefault(indicator.id, {_own(indicator.id, catalogue)})
        if indicator.overlap == "possible":
            own.add((indicator.id, ""))
    for part in there:
        by_indicator.setdefault(part[0], set()).add(part)
    wanted, size = set[Part](), 0
    for one in (piece for parts in by_indicator.values() for piece in _pieces(parts, there, most)):
        more = sum(there.get(part, 0) for part in one)
        if wanted and size + more > most:
            yield _with_needed(wanted, there, catalogue)
            wanted, size = set(), 0
        wanted |= one
        size += more
    if wanted:
        yield _with_needed(wanted, there, catalogue)


def _pieces(parts: set[Part], there: Mapping[Part, int], most: int) -> Iterator[set[Part]]:
    """The parts of one indicator together, or, where they are too many observations, a few organisations at a time."""
    if sum(there.get(part, 0) for part in parts) <= most:
        yield parts
        return
    piece, size = set[Part](), 0
    for part in sorted(parts):
        if piece and size + there.get(part, 0) > most:
            yield piece
            piece, size = set(), 0
        piece.add(part)
        size += there.get(part, 0)
    yield piece


def _with_needed(wanted: set[Part], there: Iterable[Part], catalogue: Catalogue) -> Affected:
    needed = set(wanted)
    for name, organisation in wanted:
        if name not in catalogue.indicators:
            continue  # of an indicator that is no longer in the catalogue: its measures go
        if (name, organisation) == _own(name, catalogue):
            needed |= _made_of(name, catalogue)
        if organisation == "" and catalogue.indicators[name].overlap == "possible":
            needed |= {(i, o) for i, o in there if i == name}
    return Affected(frozenset(wanted), frozenset(needed))


def frame_of(parts: Iterable[Part]) -> pl.DataFrame:
    """The parts as rows: indicator, organisation."""
    return pl.DataFrame(sorted(parts), schema=PART, orient="row")


def _own(indicator: str, catalogue: Catalogue) -> Part:
    """The part that holds the row that stands for an indicator: its record's, or nobody's."""
    return indicator, catalogue.indicators[indicator].record or ""


def _made_of(indicator: str, catalogue: Catalogue) -> set[Part]:
    """The records of the two indicators of which a ratio is made, and of those of which they are made in turn."""
    found: set[Part] = set()
    ask = [indicator]
    while ask:
        derived = catalogue.indicators[ask.pop()].derived
        if derived is None or derived == "pipeline":
            continue
        parts = {_own(i, catalogue) for i in (derived.numerator, derived.denominator)} - found
        found |= parts
        ask += [i for i, _ in parts]
    return found

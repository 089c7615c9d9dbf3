"""Some years at a time: what one organisation says of one indicator can be more than fits, and years hardly meet.

Two things reach from one year into another. A running total is the difference to the year before: it is not divided.
A baseline is the earliest whole year of its series: spans follow on each other, and each is told what was earliest
(comparing.earliest).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.measures.placing import Keyed

Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class Span:
    """Years by their label, in every calendar: from first to last, both in it. None: no bound on that side."""

    first: int | None = None
    last: int | None = None

    def holds(self, year: int) -> bool:
        return (self.first is None or year >= self.first) and (self.last is None or year <= self.last)


ALL_YEARS = Span()


def spans(counts: Mapping[int, int], indicators: Iterable[str], catalogue: Catalogue, most: int) -> Iterator[Span]:
    """All years, in spans that follow on each other.

    counts: how many observations end in each year. indicators: those that are observed. most: about how many
    observations there may be in a span; one year is never divided.
    """
    running = {i.id for i in catalogue.indicators.values() if i.over_periods == "cumulative"}
    if running.intersection(indicators):
        yield ALL_YEARS
        return
    first, size = None, 0
    for year, count in sorted(counts.items()):
        if size and size + count > most:
            yield Span(first, year - 1)
            first, size = year, 0
        size += count
    yield Span(first)


def days_of(span: Span, catalogue: Catalogue) -> Days:
    """First and last day of a span in any calendar: a period that belongs to one of its years has a day in between."""
    calendars = catalogue.calendars.values()
    first = None if span.first is None else min(calendar.year(span.first)[0] for calendar in calendars)
    last = None if span.last is None else max(calendar.year(span.last)[1] for calendar in calendars)
    return first, last


def of_span(found: Keyed, span: Span) -> Keyed:
    """Only the keys of some years, and their observations; what belongs to no year stays as it is."""
    if span == ALL_YEARS:
        return found
    after = pl.lit(value=True) if span.first is None else pl.col("year") >= span.first
    before = pl.lit(value=True) if span.last is None else pl.col("year") <= span.last
    keys = found.keys.filter(after & before)
    members, refused = (f.join(keys.select("key"), on="key", how="semi") for f in (found.members, found.refused))
    return Keyed(keys, members, refused.sort("key"), found.left_out, found.ids)

"""Where a series breaks: from which day an indicator, or one that it is made of, has another definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpc_pipeline.catalogue.indicator import Derived
from cpc_pipeline.catalogue.models import Catalogue


@dataclass(frozen=True)
class Break:
    """indicator: whose series breaks. of: whose definition changed: itself, or a part of its ratio.

    since: first day of the newer definition. until: day on which a later break follows, if one does.
    """

    indicator: str
    of: str
    since: date
    until: date | None
    version: int
    decision: str

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def breaks(catalogue: Catalogue) -> list[Break]:
    """Every break, by indicator and day; a version that is comparable with the one before makes none."""
    made = []
    for indicator in catalogue.indicators.values():
        parts = [indicator]
        if isinstance(indicator.derived, Derived):
            parts += [catalogue.indicators[n] for n in (indicator.derived.numerator, indicator.derived.denominator)]
        found = [(v.valid_from, p.id, v) for p in parts for v in p.history[1:] if v.comparable == "no"]
        by_day = {day: (part, version) for day, part, version in sorted(found, key=lambda f: f[:2])}
        days = [*by_day, None]
        for (day, (part, version)), until in zip(by_day.items(), days[1:], strict=True):
            made.append(Break(indicator.id, part, day, until, version.number, version.decision))
    return made

"""Which year a period belongs to: exactly one of a calendar, a part of one, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpc_pipeline.catalogue import Catalogue


@dataclass(frozen=True)
class Placed:
    """A period's place in a calendar; whole is False for a part of the year."""

    calendar: str
    year: int
    whole: bool


def place_period(start: date | None, end: date | None, catalogue: Catalogue) -> Placed | None:
    """The year this period is, or lies in; None where it is longer than a year or crosses one.

    A period that crosses years is never split: a running total cannot become the value of a year by arithmetic.
    """
    if start is None or end is None:
        return None
    for name, calendar in catalogue.calendars.items():
        for label in (start.year, start.year + 1):
            if calendar.year(label) == (start, end):
                return Placed(name, label, whole=True)
    default = catalogue.calendars[catalogue.default_calendar]
    for label in (start.year, start.year + 1):
        first, last = default.year(label)
        if first <= start and end <= last:
            return Placed(catalogue.default_calendar, label, whole=False)
    return None

"""Which years a period belongs to: at most one of each calendar, whole or as a part; it is never split."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpc_pipeline.catalogue import Calendar, Catalogue

Period = tuple[date, date]
MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}


@dataclass(frozen=True)
class Placed:
    """A period's place in a calendar; whole is False for a part of the year."""

    calendar: str
    year: int
    whole: bool


def place_period(start: date | None, end: date | None, catalogue: Catalogue) -> Placed | None:
    """The year this period is, or else the year of the default calendar in which it lies; None where there is none.

    A period that crosses years is never split: a running total cannot become the value of a year by arithmetic.
    """
    placed = years_of(start, end, catalogue)
    whole = next((p for p in placed if p.whole), None)
    return whole or next((p for p in placed if p.calendar == catalogue.default_calendar), None)


def years_of(start: date | None, end: date | None, catalogue: Catalogue) -> list[Placed]:
    """One year at most of each calendar in which the period lies whole: 15 October 2024 lies in calendar year 2024,
    in the fiscal year that ends in 2025, and in the compact year that began in April 2024; once in each."""
    placed = []
    for name, calendar in catalogue.calendars.items():
        if start is None or end is None:
            break
        label = year_around(start, calendar)
        first, last = calendar.year(label)
        if first <= start <= end <= last:
            placed.append(Placed(name, label, (first, last) == (start, end)))
    return placed


def year_around(day: date, calendar: Calendar) -> int:
    """Label of the year of the calendar that holds the day."""
    years = ((label, calendar.year(label)) for label in (day.year - 1, day.year, day.year + 1))
    return next(label for label, (first, last) in years if first <= day <= last)


def periods_due(calendar: Calendar, year: int, frequency: str) -> list[Period]:
    """First and last day of each report that is due for the year by the frequency."""
    return calendar.periods(year, MONTHS[frequency])


def covered(due: list[Period], start: date, end: date) -> int:
    """Which of the reports due a period covers: a number with the bit of each of them set."""
    return sum(1 << n for n, (first, last) in enumerate(due) if start <= first and last <= end)

"""On which days whoever has not sent is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from cpc_pipeline.catalogue.header import Header


def step(header: Header, year: int, on: date) -> int | None:
    """The last day of the calendar that has come, in days from the closing day; None before the first.

    Whoever looks a day late, after a weekend or a power cut, still finds that step, and it is taken once. After the
    longest silence that the calendar knows between two steps (a week at least), its last step is over too: nobody is
    reminded of a year long past.
    """
    closing = header.closing(year)
    come = [days for days in sorted(header.reminders) if closing + timedelta(days) <= on]
    if not come:
        return None
    ordered = sorted(header.reminders)
    longest = max((b - a for a, b in pairwise(ordered)), default=7)
    ended = come[-1] == ordered[-1] and on > closing + timedelta(ordered[-1] + max(longest, 7))
    return None if ended else come[-1]

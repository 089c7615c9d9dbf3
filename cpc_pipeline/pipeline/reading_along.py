"""Files read while others are judged and loaded, so that neither waits for the other.

What a file says is a function of its bytes and of what was agreed (reading_ahead.py): it may be read at any time before
it is asked for. The order in which files are judged stays that in which they lie there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from cpc_pipeline import intake
from cpc_pipeline.project import Project

AT_ONCE = 2
"""Files in the hands of readers: while what one holds is looked at, the next is being opened."""
MOST = 60
"""Readings that wait to be asked for: so much memory do they take, and for so long do readers go on beside a load."""


@contextmanager
def reading_along(project: Project, arrivals: Iterable[intake.Arrival]) -> Iterator[Project]:
    """The project with the readings of these arrivals, which are asked for in this order; some are made ahead."""
    readers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reader")
    coming = iter(arrivals)
    made: dict[intake.Arrival, Future[intake.Intake]] = {}

    def fill() -> None:
        while len(made) < MOST and (following := next(coming, None)) is not None:
            made[following] = readers.submit(_read, project, following)

    def reading(arrival: intake.Arrival) -> intake.Intake | None:
        found = made.pop(arrival, None)
        fill()
        return None if found is None else found.result()

    try:
        fill()
        yield replace(project, ahead=reading)
    finally:
        readers.shutdown(cancel_futures=True)


def _read(project: Project, arrival: intake.Arrival) -> intake.Intake:
    taken: intake.Intake = project.ahead(arrival) or intake.take_in_arrival(arrival, project.catalogue)
    return taken if taken.personal else taken.without_cells()

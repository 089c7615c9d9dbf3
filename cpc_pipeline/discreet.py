"""An error whose text may hold what a submitter typed is passed on without it: its kind and place, and nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Undisclosed(Exception):
    """Something broke while values of submitters were at hand; says which error and where in the code."""


@contextmanager
def without_values(*passed: type[Exception]) -> Iterator[None]:
    """Errors of libraries (they print the values they choke on) leave as Undisclosed; those in `passed` as they are."""
    told = ""
    try:
        yield
        return
    except Exception as error:
        if isinstance(error, (Undisclosed, *passed)):
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    # Raised outside of the handler: the first error is not kept as its context.
    raise Undisclosed(told)

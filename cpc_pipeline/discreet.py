"""An error whose text may hold what a submitter typed is passed on without it: its kind and place, and nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ResultT = TypeVar("ResultT")


class Undisclosed(Exception):
    """Something broke while values of submitters were at hand; says which error and where in the code.

    errno, filename: of an error of the operating system (a full disk), the number and the file's name; else None, "".
    """

    errno: int | None = None
    filename: str = ""


def without_values(work: Callable[[], ResultT], *passed: type[Exception]) -> ResultT:
    """Do the work; errors of libraries (they print the values they choke on) leave as Undisclosed.

    Those in `passed` leave as they are.
    """
    try:
        return work()
    except Exception as error:
        if isinstance(error, (Undisclosed, *passed)):
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        number = error.errno if isinstance(error, OSError) else None
        name = Path(str(error.filename or "")).name if isinstance(error, OSError) else ""
        told = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    # Raised outside of the handler: the first error is not kept as the context of this one.
    undisclosed = Undisclosed(told)
    undisclosed.errno, undisclosed.filename = number, name
    raise undisclosed

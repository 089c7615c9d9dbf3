"""Python's search for garbage, while thousands of workbooks are taken in."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_what_stays() -> Iterator[None]:
    """Search for garbage only in what is made from here on.

    The catalogue and the libraries stay anyway, and to go through them takes longer than through all workbooks.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()

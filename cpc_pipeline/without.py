"""Libraries that another one would import though nothing here asks it for them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _NotThere:
    """Says in one thread that a library is not installed; first among those whom Python asks where a library is."""

    def __init__(self, library: str) -> None:
        self._library, self._thread = library, threading.get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == self._library and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextmanager
def unasked(library: str) -> Iterator[None]:
    """What is imported meanwhile finds this library not installed; one that is imported already stays.

    For imports of which half a second is that of a library they only look for. Whoever wants it afterwards imports it.
    """
    nowhere = _NotThere(library)
    sys.meta_path.insert(0, nowhere)
    try:
        yield
    finally:
        sys.meta_path.remove(nowhere)

"""Libraries that another one would import though nothing here asks it for them.

What does not belong here: doing without a library that this project uses.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class _NotThere:
    """Says in one thread that libraries are not installed; first among those whom Python asks where a library is."""

    def __init__(self, libraries: Collection[str]) -> None:
        self._libraries, self._thread = libraries, threading.get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in self._libraries and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextmanager
def unasked(*libraries: str) -> Iterator[None]:
    """What is imported meanwhile finds these libraries not installed; one that is imported already stays.

    For imports of which half a second is that of a library they only look for. Whoever wants it afterwards imports it.
    """
    nowhere = _NotThere(libraries)
    sys.meta_path.insert(0, nowhere)
    try:
        yield
    finally:
        sys.meta_path.remove(nowhere)

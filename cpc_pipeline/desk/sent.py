"""The book of sent messages: one file per message, so that none is sent twice, whatever is killed and when.

A page is opened before a message is handed over and says *sent* after the mail server has taken it. A page that does
not say so, of a process that is gone, means that nobody knows: such a message is not sent again by itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

State = Literal["free", "busy", "sent", "unclear"]
SENT = "sent"


class Taken(Exception):
    """The message was handed over before, or is being handed over now."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class Page:
    """The page of one message that is being handed over."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    def say_sent(self, at: datetime) -> None:
        """The mail server has taken it."""
        os.write(self._handle, f"{SENT} {at.isoformat(timespec='seconds')}\n".encode())
        os.fsync(self._handle)

    def tear_out(self) -> None:
        """The mail server has said that it did not take it: the message is as if nobody had tried."""
        self._path.unlink()


def state(folder: Path, identity: str) -> State:
    """What the book says of a message."""
    try:
        handle = os.open(folder / identity, os.O_RDWR)
    except FileNotFoundError:
        return "free"
    try:
        if any(line.startswith(SENT) for line in os.read(handle, 4096).decode().splitlines()):
            return "sent"
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return "busy"
        return "unclear"
    finally:
        os.close(handle)


@contextmanager
def page(folder: Path, identity: str) -> Iterator[Page]:
    """Open the page of a message that is about to be handed over; raises Taken where there is one already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / identity
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Taken(state(folder, identity)) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.write(handle, b"handing over\n")
        os.fsync(handle)
        _sync(folder)
        yield Page(path, handle)
    finally:
        os.close(handle)


def strike(folder: Path, identity: str) -> bool:
    """A person has looked and says that the message may be sent again; False where the book has no such page."""
    path = folder / identity
    if not identity.isalnum() or not path.is_file():
        return False
    path.unlink()
    return True


def _sync(folder: Path) -> None:
    """A new file is in its folder for good only when the folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

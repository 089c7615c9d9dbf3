"""Whether a path may be read at all, before anything is: a regular file, opened once, followed nowhere."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.intake.cells import Refused, address

__all__ = ["Received", "Refused", "address", "receive", "received", "shown"]

LONGEST_NAME = 200
_CONTROLS = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
MAX_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Received:
    """The bytes of a file and their hash, both from the same open file: nothing can be put in between."""

    content: bytes
    sha256: str


def receive(path: Path) -> Received:
    """The bytes of a regular file; raises Refused for a link, pipe, folder or device, and for one that is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:  # a link (ELOOP), a socket (ENXIO), or gone
        raise Refused("not_a_file") from None
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise Refused("not_a_file")
    with open(descriptor, "rb") as stream:  # noqa: PTH123  (a descriptor, not a path)
        if state.st_size > MAX_BYTES:
            raise Refused("too_many_bytes", size=state.st_size, megabytes=MAX_BYTES >> 20)
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused("too_many_bytes", size=len(content), megabytes=MAX_BYTES >> 20)
    return Received(content, hashlib.sha256(content).hexdigest())


def received(path: Path, sha256: str | None = None) -> bytes | Refused:
    """The bytes of a file, or why they are not read; sha256: what its content was when it arrived."""
    try:
        found = receive(path)
    except Refused as refused:
        return refused
    return found.content if sha256 in (None, found.sha256) else Refused("changed_file")


def shown(name: str, most: int = 120) -> str:
    """A file name as it may be printed: what is no visible sign (line breaks, right-to-left marks) is escaped."""
    visible = "".join(c if _is_visible(c) else f"\\u{ord(c):04x}" for c in name)
    return visible if len(visible) <= most else f"{visible[: most - 1]}…"


def is_odd(name: str) -> bool:
    """Whether a file's name may be taken for what it is not: a pattern of names, a line of its own, another ending.

    Nothing here uses a name as a pattern or a path. Whoever it is sent on to, in whatever program, may.
    """
    return len(name) > LONGEST_NAME or any(c in "*?" or unicodedata.category(c) in _CONTROLS for c in name)


def _is_visible(sign: str) -> bool:
    return sign == " " or unicodedata.category(sign)[0] not in "CZ"

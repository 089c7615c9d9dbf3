"""Which files have arrived, and from whom: the folder says it, the content proves it by its hash."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

IGNORED = {"README.md"}
DEPTH = 3  # <year>/<organisation>/<file>


@dataclass(frozen=True)
class Arrival:
    """One regular file below data/raw/<compact>/<year>/<organisation>/."""

    path: Path
    relative: str
    organisation: str
    year: int
    sha256: str
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    hashed_ns: int = 0

    @property
    def stamp(self) -> tuple[int, int, int]:
        """What the file system says of it: another stamp means that it was written again."""
        return (self.size, self.mtime_ns, self.inode)

    @property
    def submission_id(self) -> str:
        """organisation/year/file name: a file of the same name replaces its predecessor."""
        return f"{self.organisation}/{self.year}/{self.path.name}"


Seen = Mapping[str, Mapping[str, int | str]]
"""Relative path -> size, mtime_ns, inode, hashed_ns and sha256 of a file when it was last hashed."""
RACY_NS = 2_000_000_000
"""A file that changed this shortly before it was hashed may change again under the same time: it is hashed again."""


def arrivals(raw: Path, seen: Seen | None = None) -> list[Arrival]:
    """Every regular file in its place, in a fixed order. Links, pipes and folders are not followed or read.

    seen: what need not be hashed again while size, time of change and inode are the same; without it all is hashed.
    """
    found = []
    for path in sorted(raw.glob("*/*/*")):
        year, organisation, name = path.relative_to(raw).parts
        hidden = name.startswith((".", "~$")) or name in IGNORED
        if hidden or not year.isdigit():
            continue
        state = path.lstat()
        if stat.S_ISREG(state.st_mode):
            relative = path.relative_to(raw).as_posix()
            digest, when = _hash(path, state, (seen or {}).get(relative))
            stamp = (state.st_size, state.st_mtime_ns, state.st_ino)
            found.append(Arrival(path, relative, organisation, int(year), digest, *stamp, when))
    return found


def _hash(path: Path, state: os.stat_result, seen: Mapping[str, int | str] | None) -> tuple[str, int]:
    """The hash of a file, and when it was taken: the one that is known, if nothing says that the file has changed."""
    if seen is not None:
        stamp = (seen["size"], seen["mtime_ns"], seen["inode"])
        settled = int(seen["mtime_ns"]) + RACY_NS < int(seen["hashed_ns"])
        if settled and stamp == (state.st_size, state.st_mtime_ns, state.st_ino):
            return str(seen["sha256"]), int(seen["hashed_ns"])
    now = time.time_ns()
    return hashlib.sha256(path.read_bytes()).hexdigest(), now


def misplaced(raw: Path) -> list[str]:
    """Files that are not where organisation and year can be read from; they are listed, never guessed."""
    files = [p for p in sorted(raw.rglob("*")) if p.is_file() and not p.name.startswith((".", "~$"))]
    return [p.relative_to(raw).as_posix() for p in files if not _in_place(p, raw) and p.name not in IGNORED]


def _in_place(path: Path, raw: Path) -> bool:
    parts = path.relative_to(raw).parts
    return len(parts) == DEPTH and parts[0].isdigit() and not path.is_symlink()


def fingerprint(raw: Path, seen: Seen | None = None) -> str:
    """One hash of everything that lies there: the same while nothing arrives, changes, moves or goes."""
    digest = hashlib.sha256()
    for arrival in arrivals(raw, seen):
        # The time of the last change: a file that is put there again unchanged has arrived again.
        digest.update(f"{arrival.relative} {arrival.sha256} {arrival.mtime_ns}\n".encode())
    for name in misplaced(raw):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()[:16]

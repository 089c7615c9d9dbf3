"""Which files have arrived, and from whom: the folder says it, the content proves it by its hash."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.preflight import receive

IGNORED = {"README.md"}
FIRST_YEAR = 1900
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
    continues: str | None = None

    @property
    def stamp(self) -> tuple[int, int, int]:
        """What the file system says of it: another stamp means that it was written again."""
        return (self.size, self.mtime_ns, self.inode)

    @property
    def name(self) -> str:
        """The file's name as text, whatever bytes it is made of; never used as a path."""
        return self.relative.rpartition("/")[2]

    @property
    def submission_id(self) -> str:
        """organisation/year/file name, or the submission that it continues under another name.

        A file of the same name replaces its predecessor.
        """
        return self.continues or f"{self.organisation}/{self.year}/{self.name}"


Names = tuple[str, ...]
"""A file or folder by its names from the folder of all files on."""
Seen = Mapping[str, Mapping[str, int | str]]
"""Relative path -> size, mtime_ns, inode, hashed_ns and sha256 of a file when it was last hashed."""
RACY_NS = 2_000_000_000
"""A file that changed this shortly before it was hashed may change again under the same time: it is hashed again."""


def arrivals(raw: Path, seen: Seen | None = None, keys: Collection[tuple[str, int]] | None = None) -> list[Arrival]:
    """Every regular file in its place, in a fixed order. Links, pipes and folders are not followed or read.

    seen: what need not be hashed again while size, time of change and inode are the same; without it all is hashed.
    keys: the organisations and years that are asked for; all of them, if not given.
    """
    found = []
    folders = None if keys is None else {part for o, y in keys for part in ((str(y),), (str(y), o))}
    for names, entry in _entries(raw, DEPTH, folders):
        year, organisation, _ = names
        if not _is_year(year) or (keys is not None and (organisation, int(year)) not in keys):
            continue
        state = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(state.st_mode):
            continue
        path, relative = Path(entry.path), _text(names)
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
    try:
        return receive(path).sha256, now
    except Refused as refused:  # too large, or no file any more: of that, its hash is why and how large
        return hashlib.sha256(f"{refused.code} {state.st_size}".encode()).hexdigest(), now


def misplaced(raw: Path) -> list[str]:
    """Files that are not where organisation and year can be read from; they are listed, never guessed."""
    return [_text(names) for names, entry in _entries(raw) if _is_regular(entry) and not _in_place(names)]


def irregular(raw: Path) -> list[str]:
    """What lies there and is neither file nor folder: links, pipes. They are listed, never followed or read."""
    return [_text(names) for names, entry in _entries(raw) if not _is_regular(entry)]


def fingerprint(raw: Path, seen: Seen | None = None) -> str:
    """One hash of everything that lies there: the same while nothing arrives, changes, moves or goes."""
    digest = hashlib.sha256()
    for arrival in arrivals(raw, seen):
        # The time of the last change: a file that is put there again unchanged has arrived again.
        digest.update(f"{arrival.relative} {arrival.sha256} {arrival.mtime_ns}\n".encode())
    for name in misplaced(raw) + irregular(raw):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()[:16]


def _entries(
    raw: Path, depth: int | None = None, within: Collection[Names] | None = None
) -> Iterator[tuple[Names, os.DirEntry[str]]]:
    """Everything below that is no folder, in a fixed order, without following a link; at one depth, if asked.

    As names and entries of folders: paths of thousands of files cost more than to look at them. within: the folders
    that are looked into; all of them, if not given.
    """
    waiting: list[tuple[Names, str]] = [((), str(raw))]
    while waiting:
        above, folder = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:  # gone, or not to be read
            continue
        below = []
        for entry in entries:
            names = (*above, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if within is None or names in within:
                    below.append((names, entry.path))
            elif entry.name.startswith((".", "~$")) or entry.name in IGNORED:
                continue
            elif depth is None or len(names) == depth:
                yield names, entry
        waiting += reversed(below)


def _is_regular(entry: os.DirEntry[str]) -> bool:
    return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)


def _in_place(names: Names) -> bool:
    return len(names) == DEPTH and _is_year(names[0])


def _is_year(name: str) -> bool:
    """Four digits of a year that a calendar has: a folder named 99999999999 must not stop the files of all others."""
    return name.isascii() and name.isdigit() and len(name) == 4 and int(name) >= FIRST_YEAR


def _text(names: Names) -> str:
    """A path as text that any program takes: bytes that are no text are written as \\xNN."""
    return os.fsencode("/".join(names)).decode("utf-8", "backslashreplace")

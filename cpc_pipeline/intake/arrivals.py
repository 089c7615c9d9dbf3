"""Which files have arrived, and from whom: the folder says it, the content proves it by its hash."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.preflight import receive

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

    @property
    def name(self) -> str:
        """The file's name as text, whatever bytes it is made of; never used as a path."""
        return self.relative.rpartition("/")[2]

    @property
    def submission_id(self) -> str:
        """organisation/year/file name: a file of the same name replaces its predecessor."""
        return f"{self.organisation}/{self.year}/{self.name}"


def arrivals(raw: Path) -> list[Arrival]:
    """Every regular file in its place, in a fixed order. Links, pipes and folders are not followed or read."""
    found = []
    for path in _entries(raw, DEPTH):
        year, organisation, _ = path.relative_to(raw).parts
        if not _is_year(year) or not stat.S_ISREG(path.lstat().st_mode):
            continue
        found.append(Arrival(path, _text(path.relative_to(raw)), organisation, int(year), _hash(path)))
    return found


def misplaced(raw: Path) -> list[str]:
    """Files that are not where organisation and year can be read from; they are listed, never guessed."""
    files = (p for p in _entries(raw) if stat.S_ISREG(p.lstat().st_mode))
    return [_text(p.relative_to(raw)) for p in files if not _in_place(p.relative_to(raw))]


def irregular(raw: Path) -> list[str]:
    """What lies there and is neither file nor folder: links, pipes. They are listed, never followed or read."""
    return [_text(p.relative_to(raw)) for p in _entries(raw) if not stat.S_ISREG(p.lstat().st_mode)]


def fingerprint(raw: Path) -> str:
    """One hash of everything that lies there: the same while nothing arrives, changes, moves or goes."""
    digest = hashlib.sha256()
    for arrival in arrivals(raw):
        digest.update(f"{arrival.relative} {arrival.sha256}\n".encode())
    for name in misplaced(raw) + irregular(raw):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()[:16]


def _entries(raw: Path, depth: int | None = None) -> Iterator[Path]:
    """Everything below that is no folder, in a fixed order, without following a link; at one depth, if asked."""
    for folder, folders, files in os.walk(raw):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in links)
        for name in sorted(files + links):
            path = here / name
            if name.startswith((".", "~$")) or name in IGNORED:
                continue
            if depth is None or len(path.relative_to(raw).parts) == depth:
                yield path


def _in_place(relative: Path) -> bool:
    return len(relative.parts) == DEPTH and _is_year(relative.parts[0])


def _is_year(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _hash(path: Path) -> str:
    """Of the content; of a file that is not read (too large, gone meanwhile) a hash of why."""
    try:
        return receive(path).sha256
    except Refused as refused:
        return hashlib.sha256(f"{refused.code} {path.lstat().st_size if path.exists() else 0}".encode()).hexdigest()


def _text(relative: Path) -> str:
    """A path as text that any program takes: bytes that are no text are written as \\xNN."""
    return os.fsencode(relative.as_posix()).decode("utf-8", "backslashreplace")

"""Which files have arrived, and from whom: the folder says it, the content proves it by its hash."""

from __future__ import annotations

import hashlib
import stat
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

    @property
    def submission_id(self) -> str:
        """organisation/year/file name: a file of the same name replaces its predecessor."""
        return f"{self.organisation}/{self.year}/{self.path.name}"


def arrivals(raw: Path) -> list[Arrival]:
    """Every regular file in its place, in a fixed order. Links, pipes and folders are not followed or read."""
    found = []
    for path in sorted(raw.glob("*/*/*")):
        year, organisation, name = path.relative_to(raw).parts
        hidden = name.startswith((".", "~$")) or name in IGNORED
        if hidden or not year.isdigit() or not stat.S_ISREG(path.lstat().st_mode):
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.append(Arrival(path, path.relative_to(raw).as_posix(), organisation, int(year), digest))
    return found


def misplaced(raw: Path) -> list[str]:
    """Files that are not where organisation and year can be read from; they are listed, never guessed."""
    files = [p for p in sorted(raw.rglob("*")) if p.is_file() and not p.name.startswith((".", "~$"))]
    here = {a.path for a in arrivals(raw)}
    return [p.relative_to(raw).as_posix() for p in files if p not in here and p.name not in IGNORED]


def fingerprint(raw: Path) -> str:
    """One hash of everything that lies there: the same while nothing arrives, changes, moves or goes."""
    digest = hashlib.sha256()
    for arrival in arrivals(raw):
        digest.update(f"{arrival.relative} {arrival.sha256}\n".encode())
    for name in misplaced(raw):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()[:16]

"""A restore drill: a backup is read back into an empty folder, held against what should be in it, and deleted again.

What does not belong here: making and reading backups (backups.py), the laws that are checked (verifying.py).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cpc_pipeline.agreements import Problem
from cpc_pipeline.desk import backups, verifying
from cpc_pipeline.project import Project

NOT_KEPT = {"files"}
"""Tables that a backup leaves empty: how files lie on this disk means nothing on another."""


@dataclass(frozen=True)
class Drilled:
    """How many files came back, how many rows of the warehouse, and what of it does not hold."""

    files: int
    rows: int
    problems: tuple[Problem, ...]


def drill(project: Project, source: Path | None = None, identity: Path | None = None) -> Drilled:
    """Restore a backup aside and verify it as `cpc verify` does; nothing of the project is touched.

    source, identity: a backup and the file with its private key. Without them one is made now, with a key of its own,
    and each table of the warehouse must come back with the rows that it has. Raises backups.BackupRefused.
    """
    with _aside(project) as aside:
        if source is None:
            source, identity = aside / "drill.age", aside / "drill.key"
            backups.back_up(project, source, backups.new_key(identity))
            asked = _rows(project)
        else:
            asked = {}
        there = replace(project, folders=replace(project.folders, root=aside / "restored"))
        files = backups.restore(there, source, there.folders.root, identity)
        problems = verifying.verify(there)
        came = _rows(there)
    lost = [Problem(table, "rows_differ", {"had": n, "came": came.get(table, 0)}) for table, n in asked.items()]
    differing = [p for p in lost if p.params["had"] != p.params["came"]]
    return Drilled(files, sum(came.values()), (*problems, *differing))


@contextmanager
def _aside(project: Project) -> Iterator[Path]:
    """A folder on the project's own disk, which is encrypted where the project's is; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".drill-", dir=project.folders.root))
    try:
        yield folder
    finally:
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)


def _rows(project: Project) -> dict[str, int]:
    """How many rows each table of the warehouse has, with those that no longer count."""
    if not (project.folders.warehouse.exists() or project.folders.copy.exists()):
        return {}
    with project.open_warehouse() as warehouse:
        return {
            name: warehouse.count(f"SELECT count(*) FROM {name}") for name in warehouse.tables if name not in NOT_KEPT
        }

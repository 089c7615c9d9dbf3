"""Readings made ahead of the taking in, by other processes or machines, where one alone takes too long.

To read a workbook is a function of its bytes and of what was agreed: it asks nothing of the warehouse and of no other
workbook. So it can be done anywhere, in any order, twice or never; what is not here is read by whoever takes it in.
Judging and loading stay with one, who finds the readings beside the warehouse.

A reading lies under everything it depends on (the version of the compact and of this code, the content, whose it is).
What the guard of personal data refuses is not kept: it is read again by the one that puts it away.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import contracts, intake
from cpc_pipeline.project import Project
from cpc_pipeline.receiving import Key

FRAMES = ("observations", "findings", "narratives", "contributions", "replies")
INDEX = "index.json"


def read_ahead(project: Project, keys: Iterable[Key]) -> int:
    """Read every workbook of these organisations and years and keep what it says; returns how many were kept.

    Whoever was killed in the middle left nothing that counts; what is there already is not read again.
    """
    arrived = intake.arrivals(project.folders.raw, None, set(keys))
    home = _home(project) / _portion(arrived)
    if (home / INDEX).exists():
        return len(_index(home))
    read = [(arrival, taken) for arrival in arrived if (taken := _read(project, arrival)) is not None]
    part = home.with_name(f".{home.name}.{os.getpid()}")
    part.mkdir(mode=0o700, parents=True)
    schemas = _empty(project)
    for name in FRAMES:
        rows = pl.concat([schemas[name], *(getattr(taken, name) for _, taken in read)])
        rows.write_ipc(part / f"{name}.arrow", compression="zstd")
    said = {_name(a): {"kind": t.kind, "by_layout": t.by_layout, "about": t.about} for a, t in read}
    (part / INDEX).write_text(json.dumps(said), encoding="utf-8")
    for path in part.iterdir():
        path.chmod(0o600)
    try:
        part.rename(home)
    except OSError:  # another has done the same in the meantime
        shutil.rmtree(part, ignore_errors=True)
    return len(read)


def forget_ahead(project: Project) -> None:
    """Delete every reading: what was taken in lies in the warehouse, and the rest is of another version."""
    shutil.rmtree(project.folders.ahead, ignore_errors=True)


class Ahead:
    """The readings that are there, by the arrival that they are of."""

    def __init__(self, project: Project) -> None:
        self.empty = _empty(project)
        homes = sorted(path.parent for path in _home(project).glob(f"[!.]*/{INDEX}"))
        self.where = {name: (home, said) for home in homes for name, said in _index(home).items()}
        # Taking in goes on in the order of the portions: two are enough, and thousands of readings are too many.
        self.frames = lru_cache(maxsize=2)(_frames)

    def __call__(self, arrival: intake.Arrival) -> intake.Intake | None:
        """The reading of an arrival; None where nobody has made it."""
        if (found := self.where.get(_name(arrival))) is None:
            return None
        home, said = found
        own = {n: f.get((arrival.submission_id,), self.empty[n]) for n, f in self.frames(home).items()}
        return intake.Intake(
            observations=own["observations"],
            findings=own["findings"],
            kind=said["kind"],
            narratives=own["narratives"],
            contributions=own["contributions"],
            replies=own["replies"],
            by_layout=said["by_layout"],
            about=said["about"],
        )


def _read(project: Project, arrival: intake.Arrival) -> intake.Intake | None:
    try:
        taken = intake.take_in_arrival(arrival, project.catalogue)
    except Exception:  # whoever takes it in meets the same, and tells of it
        return None
    return None if taken.personal else taken.without_cells()


def _frames(home: Path) -> dict[str, dict[tuple[Any, ...], pl.DataFrame]]:
    read = {name: pl.read_ipc(home / f"{name}.arrow") for name in FRAMES}
    return {n: f.partition_by("submission_id", maintain_order=True, as_dict=True) for n, f in read.items()}


def _empty(project: Project) -> dict[str, pl.DataFrame]:
    frames = {
        "observations": contracts.observations_frame(project.catalogue.dimension_ids),
        "findings": contracts.FINDINGS,
        "narratives": contracts.NARRATIVES,
        "contributions": contracts.CONTRIBUTIONS,
        "replies": contracts.REPLIES,
    }
    return {name: contracts.empty(frame) for name, frame in frames.items()}


def _home(project: Project) -> Path:
    return project.folders.ahead / project.version


def _index(home: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads((home / INDEX).read_text(encoding="utf-8")))


def _portion(arrived: list[intake.Arrival]) -> str:
    return sha256("\n".join(map(_name, arrived)).encode()).hexdigest()[:24]


def _name(arrival: intake.Arrival) -> str:
    """Content and whose it is. Not the name itself, which may be anybody's."""
    return sha256(f"{arrival.sha256} {arrival.submission_id}".encode()).hexdigest()

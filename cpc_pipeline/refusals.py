"""Files refused for personal data, between the door and the warehouse: put away first, then told of as returned.

What is told (status, findings, receipts) comes from the register of the quarantine, so that it is the same after the
warehouse was made again. What does not belong here: what personal data are (intake/personal), where the file goes
(quarantine.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import intake
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.project import Project, today
from cpc_pipeline.quarantine import CannotRelease, Held, Quarantine
from cpc_pipeline.receiving import Key, Known
from cpc_pipeline.warehouse import Load, Warehouse

NOBODY = "unknown"
"""Instead of the name of a folder that is no organisation of the compact: it may be anything."""
KIND = "refused"
KeepReceipt = Callable[[dict[str, Any]], object]


def quarantine(project: Project) -> Quarantine:
    return Quarantine(project.folders.quarantine, project.catalogue.id)


def read(project: Project, arrival: intake.Arrival) -> intake.Intake | None:
    """What an arrival holds; None where it was refused for personal data and has been put away."""
    taken: intake.Intake = project.ahead(arrival) or intake.take_in_arrival(arrival, project.catalogue)
    if not taken.personal:
        return taken.without_cells()
    away = quarantine(project)
    if away.allows(arrival.path.read_bytes()):
        return intake.take_in_arrival(arrival, project.catalogue, released=True).without_cells()
    organisation = arrival.organisation if arrival.organisation in project.catalogue.organisations else NOBODY
    year = arrival.year if arrival.year in project.catalogue.years else 0
    away.hold(arrival.path, organisation, year, [asdict(hit) for hit in taken.personal], today())
    return None


def release(project: Project, held: Held, by: tuple[str, str], reason: str, on: date, file: Path | None = None) -> Path:
    """Give a false positive back; raises CannotRelease, also where the reason itself holds personal data."""
    if not reason.strip():
        raise CannotRelease("reason_needed")
    if any(hit.blocks for hit in intake.personal.in_text(reason, project.catalogue)):
        raise CannotRelease("private_reason")
    return quarantine(project).release(held, by, reason, on, project.folders.raw, file)


def owed(project: Project) -> list[Held]:
    """Refused files for which no corrected one has come, of organisations and years of the compact."""
    return [h for h in quarantine(project).records() if h.open and h.organisation != NOBODY and h.year]


def told(project: Project, warehouse: Warehouse, keys: set[Key], keep: KeepReceipt) -> None:
    """Load each refused file that is owed as a returned submission: its rules and addresses, and nothing else."""
    known = set(warehouse.submissions().filter(pl.col("verdict") != Verdict.WITHDRAWN)["submission_id"])
    for held in owed(project):
        if (held.organisation, held.year) in keys and held.submission_id not in known:
            _load(project, warehouse, held, keep)


def answered(
    project: Project, before: Iterable[Held], known: Known, taken: Iterable[tuple[intake.Arrival, intake.Intake]]
) -> None:
    """What was owed before is answered by a new file of the same organisation and year that was not refused.

    A file that was given back is none. Where the warehouse is being made again every file is new to it: there the
    time of the file decides.
    """
    owed_before = list(before)
    if not owed_before:
        return
    fresh = [a for a, read in taken if _is_new(a, known) and not _given_back(read)]
    done = [
        h
        for h in owed_before
        if any((a.organisation, a.year) == (h.organisation, h.year) and _came_after(a, h, known) for a in fresh)
    ]
    quarantine(project).answer(done, today())


def _is_new(arrival: intake.Arrival, known: Known) -> bool:
    loaded = known.loaded.get(arrival.relative)
    return loaded is None or loaded["sha256"] != arrival.sha256


def _given_back(read: intake.Intake) -> bool:
    return "personal_released" in read.findings["code"].to_list()


def _came_after(arrival: intake.Arrival, held: Held, known: Known) -> bool:
    return held.path in known.loaded or arrival.mtime_ns > held.at


def _load(project: Project, warehouse: Warehouse, held: Held, keep: KeepReceipt) -> None:
    found = intake.Found(held.submission_id, held.organisation, held.year)
    intake.personal.say([intake.personal.Hit(**hit) for hit in held.hits], found)
    frame = found.frame()
    submission = {
        "submission_id": held.submission_id,
        "organisation": held.organisation,
        "year": held.year,
        "path": held.path,
        "sha256": None,  # of a file of a known form, a hash gives away the few digits that are not known
        "catalogue_version": project.version,
        "kind": KIND,
        "verdict": str(Verdict.RETURNED),
        "observations": 0,
        "findings": frame.height,
        "size": None,
        "signed": None,
    }
    warehouse.replace_submission(Load(submission, findings=frame), keep)

"""After a killed process: its runs are declared failed and what they held is given back.

A run that was killed says *started* for ever and keeps its place in the pool, so that the next one would wait for ever.
Whether a process still lives is told by a lock of the operating system, which ends with the process however it ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

REFRESH, UI = "refresh", "ui"
TAG = "cpc/door"
"""Which door started a run: refresh for the command line; runs of the UI have no such tag."""

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@contextmanager
def door(home: Path, name: str) -> Iterator[bool]:
    """Hold a door of this project while the block runs; False where another process holds it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def bury_the_dead(instance: dg.DagsterInstance, name: str) -> int:
    """Declare failed what an earlier process of this door left unfinished; call only while holding the door."""
    buried = 0
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        # A queued run of the UI is not dead: its daemon takes it up again.
        waits = name == UI and run.status == dg.DagsterRunStatus.QUEUED
        if (run.tags.get(TAG, UI) == name) and not waits:
            instance.report_run_failed(run, "its process was killed; nothing is lost, the next run completes it")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            buried += 1
    return buried

"""After a killed process: its runs are declared failed and what they held is given back.

A run that was killed says *started* for ever and keeps its place in the pool, so that the next one would wait for ever.
Whether a process still lives is told by a lock of the operating system, which ends with the process however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from cpc_pipeline.orchestration.settings import BROKER

REFRESH, UI = "refresh", "ui"
TAG = "cpc/door"
"""Which door started a run: refresh for the command line; runs of the UI have no such tag."""
MACHINE = "cpc/machine"
"""Which home on which machine a run of the command line belongs to, where several share one history."""

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def machine() -> str:
    """Names this home on this machine, and says nothing about either."""
    return hashlib.sha256(f"{socket.gethostname()} {os.environ.get('DAGSTER_HOME')}".encode()).hexdigest()[:12]


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


@contextmanager
def turn(warehouse: Path) -> Iterator[None]:
    """Wait until nobody else takes in workbooks, and let nobody else begin while the block runs.

    The place in the pool is the rule. This is for the one who lost it and does not know: a step whose run was given up
    when its other machine died.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with warehouse.with_name(f".{warehouse.stem}.turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def bury_the_dead(instance: dg.DagsterInstance, name: str, killed: str) -> int:
    """Declare failed what an earlier process of this door left unfinished; call only while holding the door.

    killed: what the history then says of them. Runs that workers execute are theirs: who finds a dead worker's run
    buries it (workers.py).
    """
    buried = 0
    if name == UI and os.environ.get(BROKER):
        return buried
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        # A queued run of the UI is not dead: its daemon takes it up again.
        waits = name == UI and run.status == dg.DagsterRunStatus.QUEUED
        elsewhere = run.tags.get(MACHINE, machine()) != machine()
        if (run.tags.get(TAG, UI) == name) and not waits and not elsewhere:
            instance.report_run_failed(run, killed)
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            buried += 1
    return buried

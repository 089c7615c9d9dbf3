"""Two hundred runs killed without warning, several in a row, and completed: as if nothing had ever happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline.folders import Folders
from cpc_pipeline.ledger import AuditLog
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse, changed, faults

KILLS = int(os.environ.get("CPC_KILLS", "200"))
"""Processes that must really have died: a run that ended before its kill does not count."""
IN_A_ROW = 8
"""Runs that are killed one after the other before one is let through: each finds what several others left."""
MOST = KILLS
"""Rounds after which the test gives up: kills that come too late are a fault of the test."""
TIMES = ["received_at", "clock_at"]


class Runs:
    """Runs of take_in and compute_measures in processes of their own (crashing.py)."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("crashing.py")
        pipe = subprocess.PIPE
        tree = os.environ | {"PYTHONPATH": str(script.parent.parent)}  # the code that is tested, not an installed one
        self.parent = subprocess.Popen([sys.executable, str(script)], stdin=pipe, stdout=pipe, text=True, env=tree)
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().strip()

    def run(self, project: Project, kill_after: float | None = None) -> tuple[bool, float]:
        """Whether it was killed before its end, and how many seconds it took."""
        assert self.parent.stdin is not None
        started = time.monotonic()
        print(project.folders.root, file=self.parent.stdin, flush=True)
        child = int(self._said())
        timer = None
        if kill_after is not None:
            timer = threading.Timer(kill_after, _kill, [child])
            timer.start()
        status = int(self._said())
        if timer is not None:
            timer.cancel()
            timer.join()
        killed = os.WIFSIGNALED(status)
        assert killed or os.waitstatus_to_exitcode(status) == 0
        return killed, time.monotonic() - started

    def close(self) -> None:
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        self.parent.stdin.close()
        self.parent.wait()
        self.parent.stdout.close()


def _kill(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def known(project: Project) -> list[pl.DataFrame]:
    """Everything that is on record, without the moments at which it came."""
    with Warehouse(project.folders.warehouse, project.catalogue.dimension_ids) as memory:
        assert faults(memory) == []
        frames = [memory.read(t) for t in ("submissions", "observations", "findings", "measures", "lineage")]
        frames.append(memory.receipts())
    return [f.drop(c for c in TIMES if c in f.columns) for f in frames]


def readable(project: Project) -> None:
    """Whoever reads is never shut out and never sees half of a load."""
    if project.folders.copy.exists():
        dimensions = project.catalogue.dimension_ids
        with Warehouse(project.folders.copy, dimensions, read_only=True) as copy:
            assert faults(copy) == []
            assert copy.submissions()["observations"].sum() == copy.observations().height


@pytest.mark.long
def test_runs_killed_at_random_moments_are_completed_as_if_nothing_had_happened(
    project: Project, send: Any, capsys: Any
) -> None:
    twin = replace(project, folders=Folders(project.folders.root.with_name("twin"), "colombia"))
    draw, runs, killed, longest = random.Random(20260101), Runs(), 0, 1.0
    started = time.monotonic()
    try:
        number = -1
        while killed < KILLS and number < MOST:
            number += 1
            organisation = ("icbf", "mininterior", "fiscalia")[number % 3]
            rows = [{"indicator": "PREV-1", "age": "child", "value": number}, {"indicator": "PROT-11", "value": 7}]
            path = send(organisation, 2023, rows)
            copied = twin.folders.root / path.relative_to(project.folders.root)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copied)
            if number == 0:
                _, longest = runs.run(twin)
            for _ in range(min(IN_A_ROW, KILLS - killed)):
                killed += runs.run(project, draw.uniform(0, 0.9 * longest))[0]
                readable(project)
            assert runs.run(project)[0] is False
            if number:
                longest = 0.8 * longest + 0.2 * runs.run(twin)[1]
            readable(project)
            for ours, theirs in zip(known(project), known(twin), strict=True):
                assert ours.equals(theirs)
            assert changed(project.folders.originals) == []
            assert AuditLog(project.folders.audit).check() == []
            if number % 5 == 4:
                with capsys.disabled():
                    spent = time.monotonic() - started
                    print(f"\n{killed} killed before their end in {number + 1} rounds, {spent:.0f} s", flush=True)
    finally:
        runs.close()
    assert killed == KILLS

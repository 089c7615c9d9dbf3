"""The whole command, killed without warning through the front door: the next one completes it, to the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline.orchestration.healing import REFRESH, door
from cpc_pipeline.project import Project

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "cpc_pipeline.cli", "refresh", "--year", "2023", "--lang", "en"]
MOMENTS = [("2023", 0.0), ("2023", 0.3), ("measures", 0.3), ("measures", 1.2), ("quality", 1.0)]
EVERYDAY = [("measures", 0.3)]
"""Word that the command prints, and seconds to wait after it before the kill."""


def environment(root: Path) -> dict[str, str]:
    return os.environ | {"CPC_HOME": str(root)}


def kill_at(root: Path, word: str, later: float) -> None:
    """Start a refresh, wait until it says the word, and kill its whole process group."""
    run = subprocess.Popen(
        COMMAND,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert run.stdout is not None
    with run.stdout:
        for line in run.stdout:
            if word in line and line.startswith("  "):
                break
        time.sleep(later)
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def refresh(root: Path) -> str:
    done = subprocess.run(COMMAND, env=environment(root), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def published(root: Path) -> dict[str, bytes]:
    folder = root / "data" / "published"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("moments", [EVERYDAY, pytest.param(MOMENTS, marks=pytest.mark.long)], ids=["one", "all"])
def test_a_refresh_killed_at_any_moment_is_completed_by_the_next_to_the_same_bytes(
    project: Project, send: Any, moments: list[tuple[str, float]]
) -> None:
    for organisation in ("icbf", "mininterior", "fiscalia"):
        send(
            organisation,
            2023,
            [{"indicator": "PREV-7", "value": 4}, {"indicator": "PROT-1", "age": "child", "value": 9}],
        )
    root = project.folders.root
    twin = root.with_name("the same project")
    shutil.copytree(root, twin)
    for word, later in moments:
        kill_at(root, word, later)
    refresh(root)
    refresh(twin)
    assert published(root) == published(twin)
    assert len(published(root)) > 20
    assert "Nothing has changed" in refresh(root)


def test_a_second_refresh_is_told_to_wait(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PREV-7", "value": 4}])
    with door(project.folders.root / ".dagster", REFRESH) as ours:
        assert ours
        second = subprocess.run(
            COMMAND, env=environment(project.folders.root), capture_output=True, text=True, timeout=60, check=False
        )
    assert second.returncode == 2
    assert "Another run" in second.stdout
    assert published(project.folders.root) == {}


@pytest.mark.long
def test_of_two_refreshes_at_once_one_does_everything_and_the_other_is_told(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PREV-7", "value": 4}])
    root = project.folders.root
    pipe = subprocess.PIPE
    both = [subprocess.Popen(COMMAND, env=environment(root), stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    said = [run.communicate(timeout=240)[0] for run in both]
    codes = sorted(run.returncode for run in both)
    assert codes in ([0, 2], [0, 0]), said
    assert codes == [0, 0] or any("Another run" in words for words in said)
    assert "Nothing has changed" in refresh(root)
    with project.read_warehouse() as warehouse:
        assert warehouse.receipts().height == 1

"""A full disk, a folder that may not be written, a warehouse of a later version: a sentence, and nothing is lost."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.cli.door import main
from cpc_pipeline.project import Project

pytestmark = pytest.mark.slow

TAKE_IN = """
import sys
from pathlib import Path
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import load
from cpc_pipeline.cli import door
from cpc_pipeline.cli.speaker import Speaker
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
project = Project(Folders(Path(sys.argv[1]), "colombia"), load("colombia"))
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
except Exception as error:
    sys.exit(door._explain(error, Speaker(project, "en")))
"""


def receipts(project: Project) -> int:
    with project.open_warehouse() as warehouse:
        return warehouse.receipts().height


def take_in(project: Project, limit: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", TAKE_IN, str(project.folders.root), limit]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def run_all(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


@pytest.mark.parametrize("limit", ["8192", pytest.param("1000000", marks=pytest.mark.long)])
def test_on_a_full_disk_what_is_on_record_stays_and_the_next_run_completes(
    project: Project, send: Any, limit: str
) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    for organisation in ("mininterior", "fiscalia"):
        send(organisation, 2023, [{"indicator": "PROT-11", "value": n} for n in range(3)])
    done = take_in(project, limit)
    assert (done.returncode, done.stderr) == (2, ""), done
    assert "disk is full" in done.stdout
    assert receipts(project) >= 1
    run_all(project)
    assert receipts(project) == 3


def as_anybody() -> None:
    """In the child before it starts: whoever runs the tests as root may write everywhere, and nobody else may."""
    pr_capbset_drop, dac_override = 24, 1
    ctypes.CDLL(None).prctl(pr_capbset_drop, dac_override, 0, 0, 0)


@pytest.mark.parametrize("language,words", [("en", "may not be written"), ("es", "No se puede escribir")])
def test_in_a_folder_that_may_only_be_read_a_sentence_says_so_and_nothing_changes(
    project: Project, send: Any, language: str, words: str
) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    send("fiscalia", 2023, [{"indicator": "PROT-11", "value": 31}])
    kept = project.folders.warehouse.read_bytes()
    project.folders.warehouse.chmod(0o400)
    project.folders.warehouse.parent.chmod(0o500)
    try:
        command = [sys.executable, "-c", TAKE_IN.replace('"en"', f'"{language}"'), str(project.folders.root), "-1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, preexec_fn=as_anybody)
    finally:
        project.folders.warehouse.parent.chmod(0o700)
        project.folders.warehouse.chmod(0o600)
    assert (done.returncode, done.stderr) == (2, ""), done
    assert words in done.stdout
    assert str(project.folders.root) not in done.stdout
    assert project.folders.warehouse.read_bytes() == kept
    run_all(project)
    assert receipts(project) == 2


def test_where_nothing_may_be_written_a_sentence_says_so(
    project: Project, send: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere/a folder/colombia.duckdb")

    monkeypatch.setattr("cpc_pipeline.pipeline.todo", refused)
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    assert main(["refresh", "--lang", "en"]) == 2
    said = capsys.readouterr().out
    assert "may not be written (colombia.duckdb)" in said
    assert "/somewhere" not in said


def test_a_later_warehouse_is_left_alone_and_the_program_to_be_updated(
    project: Project, send: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    project.folders.copy.unlink()
    with project.open_warehouse() as warehouse:
        warehouse._remember("schema_version", "999")
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    assert main(["status", "2023", "--lang", "en"]) == 2
    assert "later version" in capsys.readouterr().out

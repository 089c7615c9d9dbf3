"""A benchmark compares only what does the same work: this project and every peer find the same faults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
pytestmark = pytest.mark.long
WORKBOOKS = 20


def run(*command: str | Path, cwd: Path = BENCHMARKS) -> Any:
    """What a command said in its last line."""
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("country")
    made = f"import country, json, pathlib; f = country.sample(pathlib.Path({str(there / 's')!r}), {WORKBOOKS})"
    run("-c", f"{made}; print(json.dumps(str(f)))")
    return there / "s"


@pytest.fixture(scope="module")
def planted(folder: Path) -> list[list[str]]:
    said = run(
        "-c", f"import country, json, pathlib; print(json.dumps(country.planted(pathlib.Path({str(folder)!r}))))"
    )
    assert len(said) > WORKBOOKS / 2, "there is something to find"
    return said  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["by_hand", "with_pandera", "with_great_expectations", "with_frictionless"])
def test_a_peer_finds_what_was_planted_and_nothing_else(
    name: str, folder: Path, planted: list[list[str]], tmp_path: Path
) -> None:
    pytest.importorskip({"with_pandera": "pandera", "with_frictionless": "frictionless"}.get(name, "openpyxl"))
    raw = folder / "data" / "raw"
    said = run(f"peers/{name}.py", next(raw.iterdir()), folder / "agreed.json", tmp_path)
    assert said["faults"] == planted


def test_this_project_finds_what_was_planted_and_nothing_else_through_both_doors(
    folder: Path, planted: list[list[str]]
) -> None:
    alone = run("jobs/pipeline_job.py", folder)
    through = run("jobs/dagster_job.py", folder, "in_process")
    assert alone["faults"] == through["faults"] == planted
    assert through["partitions"] == WORKBOOKS, "each workbook is in its own partition"


def test_the_page_tells_ratios_of_medians_and_what_does_not_count() -> None:
    line = {"cpu": 3.0, "work": 2.0, "wall": 5.0, "peak": 10.0, "runs": 3, "said": {}}
    found = {"whole job": {"20": {"planted": 7, "bare": line, "by_hand": line | {"work": 9.0, "same faults": False}}}}
    said = run("-c", f"import json, rendering; print(json.dumps(list(rendering.page({found!r}))))")
    (told,) = [row for row in said if "by hand" in row and "4.5" in row]
    assert "does not count" in told

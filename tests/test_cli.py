"""The `cpc` command as a person meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline import cli
from cpc_pipeline.project import Project


@pytest.fixture(autouse=True)
def _here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))


def test_a_good_workbook_passes_and_a_bad_one_says_where_and_what_to_do(
    project: Project, send: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    good = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    assert cli.main(["check", str(good), "--lang", "es"]) == 0
    assert "sin observaciones" in capsys.readouterr().out
    bad = send("icbf", 2023, [{"indicator": "PROT-99", "value": 30}])
    assert cli.main(["check", str(bad), "--lang", "es"]) == 0
    said = capsys.readouterr().out
    assert "celda A5" in said or "A5" in said
    assert "no es un indicador" in said
    assert "Qué hacer" in said


def test_a_file_that_cannot_be_read_returns_one_and_a_file_that_is_not_there_two(tmp_path: Path) -> None:
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"nothing")
    assert cli.main(["check", str(broken)]) == 1
    assert cli.main(["check", str(tmp_path / "none.xlsx")]) == 2


def test_the_catalogue_is_audited_with_every_missing_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue", "check", "--lang", "en"]) == 0
    assert "PROT-1: no target for 2022, 2023, 2024, 2025, 2026" in capsys.readouterr().out


def test_help_answers_without_loading_the_heavy_libraries() -> None:
    code = "import sys; from cpc_pipeline import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert not {'polars','dagster','duckdb','matplotlib'} & set(sys.modules), sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_checking_a_workbook_waits_for_no_heavy_library(send: Any) -> None:
    path = send("icbf", 2023, [{"indicator": "PROT-11", "value": -30}])
    code = f"import sys; from cpc_pipeline import cli\nassert cli.main(['check', {str(path)!r}, '--json']) == 0\n"
    code += "heavy = {'dagster', 'great_expectations', 'matplotlib', 'pandas', 'numpy', 'duckdb', 'scipy'}\n"
    code += "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["code"], finding["indicator"]) == ("out_of_range", "PROT-11")
    assert finding["definition"].startswith("Staff of ICBF")
    assert finding["codebook"] == "codebook_en.html#indicator-PROT-11"


def test_a_reader_that_stops_reading_gets_no_traceback() -> None:
    """`cpc catalogue check | head -1`, with a reader that is gone before the first line."""
    command = [sys.executable, "-m", "cpc_pipeline.cli", "catalogue", "check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (2, b"")

"""The notebooks run on the results of a refresh, show what they promise, and carry no outputs in git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import jupytext
import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("0*.py"))
FIRST = FOLDER / "01_trends_across_objectives.py"


def test_only_text_is_kept_in_git() -> None:
    listed = subprocess.run(["git", "ls-files", "notebooks"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    assert {Path(name).suffix for name in listed.stdout.split()} <= {".py", ".toml", ".md"}


def test_there_are_five_and_the_first_is_there_in_spanish_too_cell_by_cell() -> None:
    assert [p.stem[:2] for p in NOTEBOOKS] == ["01", "01", "02", "03", "04", "05"]
    english, spanish = (jupytext.read(path).cells for path in (FIRST, FOLDER / "01_tendencias_por_objetivo.py"))
    assert [c.cell_type for c in english] == [c.cell_type for c in spanish]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_begins_with_a_summary_in_the_other_language_and_ends_with_what_can_be_said(path: Path) -> None:
    cells = jupytext.read(path).cells
    assert cells[0].cell_type == "markdown"
    assert "*Resumen en español" in cells[0].source or "*Summary in English" in cells[0].source
    assert max(len(c.source.splitlines()) for c in cells if c.cell_type == "code") <= 25


def pictures(path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run every cell; how many pictures came out."""
    from nbclient import NotebookClient

    monkeypatch.setenv("CPC_HOME", str(home))
    notebook = jupytext.read(path)
    where = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    return sum("image/png" in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", []))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the Jupyter client, not of ours
def test_the_first_runs_from_the_first_cell_to_the_last(
    published_colombia: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pictures(FIRST, published_colombia, monkeypatch) == 3


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p != FIRST], ids=lambda p: p.stem)
def test_every_other_runs_from_the_first_cell_to_the_last(
    path: Path, published_colombia: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pictures(path, published_colombia, monkeypatch) >= 1

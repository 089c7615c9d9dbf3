"""Every arrival has a receipt, a resubmission says what it changes, and what is identical is refused as identical."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.desk import questions, revisions
from cpc_pipeline.folders import Folders
from cpc_pipeline.pipeline import taking_in
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy, faults

from tests.conftest import COMPACTS, write_submission

CHILD = {"age": "child"}
FIRST = [
    {"indicator": "PRO-1", **CHILD, "value": 90},
    {"indicator": "PRO-1", **CHILD, "place": "02", "sex": "female", "value": 41},
    {"indicator": "PRO-1", **CHILD, "place": "03", "value": "<5"},
    {"indicator": "PRO-1", **CHILD, "place": "04", "value": 7},
]
SECOND = [
    {"indicator": "PRO-1", **CHILD, "value": 93},
    {"indicator": "PRO-1", **CHILD, "place": "02", "sex": "female", "value": 44},
    {"indicator": "PRO-1", **CHILD, "place": "03", "value": "ND"},
    {"indicator": "PRO-1", **CHILD, "place": "04", "value": 7},
]


@pytest.fixture
def country(tmp_path: Path, arcadia: Catalogue) -> Project:
    start = datetime(2025, 3, 1, 9, tzinfo=UTC).replace(tzinfo=None)
    moments = (start + timedelta(hours=n) for n in itertools.count())
    return Project(Folders(tmp_path, "arcadia"), arcadia, clock=lambda: next(moments))


Drop = Callable[..., Path]


@pytest.fixture
def drop(country: Project) -> Drop:
    """drop(rows, name): put a workbook of the care organisation where it arrives, and take it in."""

    def put(rows: list[dict[str, Any]], name: str = "annual.xlsx") -> Path:
        path = write_submission(country, "care", 2024, rows, name)
        run(country)
        return path

    return put


def run(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.compute_measures(project)


def given(project: Project) -> list[tuple[Any, ...]]:
    columns = ("receipt_id", "status", "revision", "predecessor")
    return questions.receipts(project).select(columns).rows()


def counted(project: Project) -> dict[str, Any]:
    with project.read_warehouse() as warehouse:
        assert faults(warehouse) == []
        return dict(warehouse.counting().select("place", "value").iter_rows())


def words(project: Project, language: str) -> list[str]:
    (found,) = questions.revised(project, "care", 2024)
    return revisions.in_words(found.changes, project.catalogue, language)


def test_resubmit_without_fear(country: Project, drop: Drop) -> None:
    drop(FIRST)
    first = (country.folders.raw / "2024" / "care" / "annual.xlsx").read_bytes()
    path = drop(SECOND)
    # The receipt shows version, time and hash ...
    said = (country.folders.receipts / "2024" / "care-2024-002.txt").read_text(encoding="utf-8")
    loaded = questions.receipts(country).row(1, named=True)
    for part in (
        loaded["sha256"],
        f"{loaded['received_at']:%Y-%m-%d %H:%M}",
        "care-2024-001",
    ):
        assert part in said, said
    assert re.search(r"^Version +2$", said, re.M) and re.search(r"^Versión +2$", said, re.M)
    assert "44" not in said.replace(loaded["sha256"], "").replace(str(loaded["size"]), ""), "a receipt holds no value"
    # ... a diff lists exactly three values in words ...
    assert words(country, "en") == [
        "PRO-1, Under 18: 90 → 93",
        "PRO-1, Eastvale, Girls and women Under 18: 41 → 44",
        "PRO-1, Southsea, Under 18: up to 4 → not available",
    ]
    assert words(country, "es") == [
        "PRO-1, Menores de 18: 90 → 93",
        "PRO-1, Eastvale, Mujeres Menores de 18: 41 → 44",
        "PRO-1, Southsea, Menores de 18: hasta 4 → no disponible",
    ]
    # ... tables use version 2, version 1 can still be opened ...
    assert counted(country) == {"00": 93, "02": 44, "03": None, "04": 7}
    kept = questions.original(country, "care", 2024, 1)["annual.xlsx"]
    assert kept is not None and kept.read_bytes() == first
    # ... and version 2 again is refused as identical.
    again = path.read_bytes()
    path.unlink()
    path.write_bytes(again)
    run(country)
    assert given(country) == [
        ("care-2024-001", "accepted_with_queries", 1, None),
        ("care-2024-002", "accepted_with_queries", 2, "care-2024-001"),
        ("care-2024-003", "identical", 2, "care-2024-002"),
    ]
    assert "byte for byte" in (country.folders.receipts / "2024" / "care-2024-003.txt").read_text(encoding="utf-8")
    assert pipeline.todo(country, years=()).submissions == ()


def test_the_same_file_under_another_name_is_refused_and_counted_once(country: Project, drop: Drop) -> None:
    path = drop(FIRST)
    shutil.copy(path, path.with_name("annual (1).xlsx"))
    run(country)
    assert [r[1:] for r in given(country)][1] == ("identical", 1, "care-2024-001")
    assert counted(country) == {"00": 90, "02": 41, "03": None, "04": 7}
    run(country)
    assert len(given(country)) == 2
    # When the first one is taken away, the other still says it.
    path.unlink()
    run(country)
    assert counted(country)["00"] == 90
    assert pipeline.todo(country, years=()).submissions == ()


def test_a_workbook_under_a_new_name_that_says_everything_again_is_the_next_version(
    country: Project, drop: Drop
) -> None:
    old = drop(FIRST)
    drop(SECOND, "annual corrected.xlsx")
    assert [r[2:] for r in given(country)] == [(1, None), (2, "care-2024-001")]
    assert counted(country) == {"00": 93, "02": 44, "03": None, "04": 7}
    assert len(words(country, "en")) == 3
    assert pipeline.todo(country, years=()).submissions == (), "the first file lies there and asks for nothing"
    old.unlink()
    assert pipeline.todo(country, years=()).submissions == ()
    assert counted(country)["00"] == 93


def test_two_versions_that_arrive_together_are_taken_in_by_their_age(country: Project, drop: Drop) -> None:
    newer = write_submission(country, "care", 2024, SECOND, "a.xlsx")
    older = write_submission(country, "care", 2024, FIRST, "b.xlsx")
    os.utime(older, (1_700_000_000, 1_700_000_000))
    assert newer.exists()
    run(country)
    assert counted(country)["00"] == 93
    assert [r[2] for r in given(country)] == [1, 2]
    assert pipeline.todo(country, years=()).submissions == ()


def test_a_workbook_that_says_only_a_part_again_replaces_nothing(country: Project, drop: Drop) -> None:
    drop(FIRST)
    drop([{"indicator": "PRO-1", **CHILD, "value": 95}, {"indicator": "PRO-3", "value": 8}], "more.xlsx")
    with country.read_warehouse() as warehouse:
        assert warehouse.submissions()["revision"].to_list() == [1, 1]
        assert warehouse.counting().height == 6


def test_a_value_that_goes_back_to_what_it_was_is_a_third_version(country: Project, drop: Drop) -> None:
    drop(FIRST)
    drop(SECOND)
    drop(FIRST)
    assert [r[2] for r in given(country)] == [1, 2, 3]
    assert counted(country)["00"] == 90
    (found,) = questions.revised(country, "care", 2024, (1, 3))
    assert found.changes.is_empty()


def test_a_cell_that_only_moved_is_no_change_and_rows_that_come_and_go_are_named(country: Project, drop: Drop) -> None:
    drop(FIRST)
    drop([*reversed(FIRST[:3]), {"indicator": "PRO-3", "value": 8}])
    (found,) = questions.revised(country, "care", 2024)
    assert sorted(found.changes["kind"]) == ["gone", "new"]
    said = words(country, "en")
    assert any(line.endswith("(new)") for line in said) and any("(no longer given)" in line for line in said)


def test_a_touched_folder_of_unchanged_files_is_hashed_once_and_never_again(
    country: Project, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(FIRST)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    run(country)
    arrivals = sys.modules["cpc_pipeline.intake.arrivals"]

    def never(*_: Any) -> Any:
        raise AssertionError("hashed again")

    with country.open_warehouse() as warehouse:
        seen = {r["path"]: r for r in warehouse.files().iter_rows(named=True)}
    monkeypatch.setattr(arrivals.hashlib, "sha256", never)
    assert [a.sha256 for a in arrivals.arrivals(country.folders.raw, seen)]
    with pytest.raises(AssertionError, match="hashed again"):
        arrivals.arrivals(country.folders.raw)


def test_a_person_sees_receipts_differences_and_the_first_version_at_the_terminal(
    country: Project, drop: Drop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drop(FIRST)
    drop(SECOND)
    monkeypatch.setenv("CPC_HOME", str(country.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    arcadia = ["--compact", "arcadia"]
    assert main(["receipts", "care", "2024", "--lang", "es", *arcadia]) == 0
    assert "care-2024-002" in (out := capsys.readouterr().out) and "versión 2" in out
    assert main(["diff", "care", "2024", "--lang", "en", *arcadia]) == 0
    assert ": 41 → 44" in (out := capsys.readouterr().out) and "version 1 → version 2: 3 values" in out
    assert main(["diff", "care", "2024", "--revisions", "2", "1", *arcadia]) == 2
    assert main(["original", "care", "2024", "--revision", "1", "-o", str(tmp_path / "out"), *arcadia]) == 0
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["annual.version-1.xlsx"]
    assert main(["original", "care", "2024", "--revision", "7", *arcadia]) == 2
    assert main(["diff", "care", "2024", "-o", str(tmp_path / "diff.txt"), *arcadia]) == 0
    assert "versión 1 → versión 2" in (tmp_path / "diff.txt").read_text(encoding="utf-8")
    assert (tmp_path / "diff.txt").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("said", [5, 4], ids=["another content", "the same content"])
def test_a_run_that_dies_before_it_remembers_how_files_lie_gives_no_receipt_twice(
    project: Project, send: Any, monkeypatch: pytest.MonkeyPatch, said: int
) -> None:
    rows = [{"indicator": "PREV-7", "value": 4}]
    path = send("icbf", 2023, rows)
    content = path.read_bytes()
    pipeline.take_in(project, pipeline.todo(project).submissions)
    if said == 4:
        path.unlink()
        path.write_bytes(content)
    else:
        send("icbf", 2023, [{"indicator": "PREV-7", "value": said}])

    def died(*_: object) -> None:
        raise WarehouseBusy

    with monkeypatch.context() as patched:
        patched.setattr(taking_in, "remember_files", died)
        with pytest.raises(WarehouseBusy):
            pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    assert pipeline.todo(project).submissions == ()
    with project.open_warehouse() as warehouse:
        assert warehouse.receipts().height == 2

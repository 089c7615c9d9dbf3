"""What was known at a moment can be rebuilt to the byte, whatever arrived and was agreed later."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import agreements, pipeline
from cpc_pipeline.catalogue import load
from cpc_pipeline.cli import main
from cpc_pipeline.desk import publishing, rebuilding
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import send_all
from tests.conftest import COMPACTS, write_submission

pytestmark = pytest.mark.slow

CHILD = {"age": "child"}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def by(project: Project, moment: datetime, compacts: Path) -> Project:
    """The project at a moment, with what is agreed by then."""
    return dataclasses.replace(project, clock=lambda: moment, catalogue=load("arcadia", extra=[compacts]))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an edition, but for what is of the day on which it was issued."""
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {n: p.read_bytes() for n, p in files.items() if not n.startswith(("manifest", "changes"))}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, bytes], Path]:
    """Arcadia at the end of 2025; in 2026 the table is signed, then a value is corrected, a file is withdrawn and the
    age bands are changed.
    """
    root = tmp_path_factory.mktemp("as known")
    compacts = root / "compacts"
    shutil.copytree(COMPACTS / "arcadia", compacts / "arcadia")
    project = by(Project(Folders(root, "arcadia"), load("arcadia", extra=[compacts])), utc(2025, 11, 3), compacts)
    send_all(project)
    publishing.issue(project, 2024, "internal")
    before = contents(project.folders.edition(2024, "internal"))
    agreements.sign(project, 2024, next(p.id for p in project.catalogue.header.parties), "Office", date(2026, 1, 15))
    for path in (p for p in (compacts / "arcadia").rglob("*") if p.suffix in (".csv", ".yaml")):
        text = path.read_text(encoding="utf-8")
        for old, new in (("0_11", "0_9"), ("12_17", "10_17")):
            text = text.replace(f"child_{old}", f"child_{new}").replace(
                f",child,{old.replace('_', '-')}", f",child,{new.replace('_', '-')}"
            )
        path.write_text(text, encoding="utf-8")
    targets = compacts / "arcadia" / "targets.csv"
    targets.write_text(targets.read_text(encoding="utf-8").replace(",1200,", ",1300,"), encoding="utf-8")
    later = by(project, utc(2026, 2, 1), compacts)
    write_submission(later, "guards", 2024, [{"indicator": "PRO-1", **CHILD, "value": 59}])
    (later.folders.raw / "2024" / "harbour" / "annual.xlsx").unlink()
    pipeline.take_in(later, pipeline.todo(later, years=()).submissions)
    pipeline.compute_measures(later)
    publishing.issue(later, 2024, "internal")
    return later, before, compacts


def test_an_old_date_gives_the_same_bytes_after_later_submissions_and_definitions(
    story: tuple[Project, dict[str, bytes], Path],
) -> None:
    project, before, _ = story
    assert contents(project.folders.edition(2024, "internal")) != before, "something did change since"
    rebuilding.rebuild(project, "2025-12-31", [2024])
    folder = project.folders.edition(2024, "internal", as_of="2025-12-31")
    assert contents(folder) == before
    assert {"report/report_es.pdf", "report/report_en.docx", "data/duckdb/arcadia_2024.duckdb"} <= set(before)
    assert {"pack/slides_es.pptx", "pack/pages_en.pdf", "pack/targets_2025.xlsx"} <= set(before)
    assert folder.parts[-3:] == ("as-of-2025-12-31", "2024", "internal")


def test_todays_date_gives_what_is_known_now(story: tuple[Project, dict[str, bytes], Path]) -> None:
    project, _, _ = story
    rebuilding.rebuild(project, "2026-03-01", [2024])
    now = contents(project.folders.edition(2024, "internal"))
    assert contents(project.folders.edition(2024, "internal", as_of="2026-03-01")) == now


def test_what_was_agreed_has_its_two_times_too(story: tuple[Project, dict[str, bytes], Path]) -> None:
    project, _, _ = story
    with project.read_warehouse() as warehouse:
        bands = pl.col("id").str.starts_with("age/child_")
        then = warehouse.definitions(utc(2025, 12, 31)).filter(bands)["id"].to_list()
        now = warehouse.read("definitions", stored=True).filter(bands)
    assert then == ["age/child_0_11", "age/child_12_17"]
    assert now["id"].to_list() == ["age/child_0_9", "age/child_10_17"]
    assert now["recorded_from"].min() >= utc(2026, 2, 1)


def test_a_person_asks_for_an_old_date_and_is_told_where_it_is_or_why_not(
    story: tuple[Project, dict[str, bytes], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, before, compacts = story
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(compacts))
    ask = ["refresh", "--compact", "arcadia", "--lang", "es", "--year", "2024", "--as-of"]
    assert main([*ask, "2025-12-30"]) == 0
    assert "como se conocía el 2025-12-30" in capsys.readouterr().out
    assert contents(project.folders.edition(2024, "internal", as_of="2025-12-30")) == before
    assert main([*ask, "2020-01-01"]) == 2
    assert "se conserva desde 2025-11-03" in capsys.readouterr().out
    assert main([*ask, "ayer"]) == 2
    assert "«ayer» no es un día" in capsys.readouterr().out

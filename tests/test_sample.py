"""The synthetic country: the same request gives the same bytes, and what is planted is what is found."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import cli, pipeline
from cpc_pipeline.catalogue import audit, load
from cpc_pipeline.desk import checking
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT, Request, TooFewRows, write_sample

Place = tuple[str, str, str, str]


def project_of(folder: Path) -> Project:
    catalogue = load(COMPACT, extra=[folder / "compacts"])
    return Project(Folders(folder, COMPACT), catalogue)


def planted(folder: Path) -> list[Place]:
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted((r["file"], r["sheet"], r["cell"], r["code"]) for r in rows if r["code"])


def found(project: Project) -> list[Place]:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    with project.open_warehouse() as warehouse:
        rows = warehouse.findings().join(warehouse.submissions().select("submission_id", "path"), on="submission_id")
    return sorted(rows.select("path", "sheet", "cell", "code").iter_rows())


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        write_sample(tmp_path / name, Request(2, (2021,), 90, mess=3, seed=seed))
    one, again, other = (files(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one.keys() == other.keys() and one != other


@pytest.mark.parametrize(("organisations", "level"), [(6, 1), (6, 2), (5, 3), (14, 2)])
def test_what_is_planted_is_found_and_nothing_else(tmp_path: Path, organisations: int, level: int) -> None:
    write_sample(tmp_path, Request(organisations, (2021, 2022), 80, mess=level, seed=4))
    told = planted(tmp_path)
    assert len(told) >= 2 * organisations * level
    assert found(project_of(tmp_path)) == told


def test_only_one_workbook_in_so_many_has_faults(tmp_path: Path) -> None:
    write_sample(tmp_path, Request(6, (2021, 2022), 80, mess=2, every=4))
    messy = {file for file, *_ in planted(tmp_path)}
    assert messy == {"2021/invented_001/annual.xlsx", "2021/invented_003/annual.xlsx", "2021/invented_005/annual.xlsx"}


def test_five_sound_years_raise_no_question(tmp_path: Path) -> None:
    write_sample(tmp_path, Request(6, tuple(range(2021, 2026)), 60, seed=2))
    assert found(project_of(tmp_path)) == []


def test_the_compact_is_complete_and_holds_every_kind_of_accumulation(tmp_path: Path) -> None:
    write_sample(tmp_path, Request(1, (2024,), 150))
    catalogue = project_of(tmp_path).catalogue
    assert audit(catalogue) == []
    indicators = catalogue.indicators.values()
    kinds = {"flujo", "acumulado", "stock", "capacidad", "reduccion", "reduccion_anual"}
    assert {i.accumulation for i in indicators} == kinds
    assert {i.kind for i in indicators} == {"count", "ratio", "average", "milestone", "money"}
    for language in catalogue.languages:
        names = [o.name[language] for o in catalogue.organisations.values()]
        assert all("nvent" in name for name in names)


@pytest.mark.parametrize("rows", [60, 77, 500])
def test_a_workbook_has_as_many_rows_as_were_asked_for(tmp_path: Path, rows: int) -> None:
    write_sample(tmp_path, Request(13, (2024,), rows))
    project = project_of(tmp_path)
    for path in sorted(project.folders.raw.rglob("*.xlsx"))[::4]:
        _, verdict, values = checking.check_file(project, path)
        assert (verdict, values) == ("accepted", rows), path


def test_fewer_rows_than_indicators_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(TooFewRows) as caught:
        write_sample(tmp_path / "new", Request(1, (2024,), 3))
    assert not (tmp_path / "new").exists()
    write_sample(tmp_path / "new", Request(1, (2024,), caught.value.minimum))


def test_the_command_says_what_to_do_next_and_writes_into_no_folder_with_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["sample", str(tmp_path / "new"), "--organisations", "2", "--years", "2024", "--rows", "90", "--lang", "en"]
    assert cli.main(asked) == 0
    assert f"cpc refresh --compact {COMPACT}" in capsys.readouterr().out
    before = files(tmp_path)
    assert cli.main(asked) == 2
    assert cli.main([*asked[:1], str(tmp_path / "other"), "--years", "soon"]) == 2
    assert cli.main([*asked[:1], str(tmp_path / "other"), "--rows", "1", "--years", "2024"]) == 2
    assert files(tmp_path) == before


def test_a_year_of_the_sample_becomes_numbers_beside_targets(tmp_path: Path) -> None:
    write_sample(tmp_path, Request(6, (2021, 2022), 120))
    project = project_of(tmp_path)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    with project.open_warehouse() as warehouse:
        measures = warehouse.measures()
    national = measures.filter(
        pl.col("year") == 2022,
        pl.col("place") == "00",
        series="record",
        calendar="calendar",
        sex="all",
        age="all",
        form="all",
    )
    told = national.filter(pl.col("status") == "reported")
    indicators = project.catalogue.indicators.values()
    # What counts people over quarters has bounds and no number.
    due = {i.id for i in indicators if i.over_periods != "unduplicated"}
    assert set(told["indicator"]) == due
    assert national["target"].null_count() == 0

"""Editions in situations of their own: earlier years, later cases, counts of others, groups that hold one row."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import changes, publishing, verifying
from cpc_pipeline.disclosure import register
from cpc_pipeline.disclosure.printed import read_printed
from cpc_pipeline.disclosure.rows import key_of

from tests.arcadia_data import send_all
from tests.conftest import write_submission
from tests.edition_data import YEAR, a_project, send, table, truth_of
from tests.victims import PLACES, children

pytestmark = pytest.mark.slow


def test_the_auditor_counts_what_the_trends_print_of_earlier_years_as_known(tmp_path: Path, arcadia: Catalogue) -> None:
    project = a_project(tmp_path, arcadia)
    for year in (YEAR - 1, YEAR):
        send(project, children(600, seed=year), year)
    folder = publishing.issue(project, YEAR, "public", seconds=5).folder
    (record, _), *_ = register.entries(project.folders.printed)
    known = read_printed(folder / "tables", arcadia, {*record.printed, *record.hidden})
    assert {key.split("|")[2] for key in record.printed} == {str(YEAR - 1), str(YEAR)}
    assert known.numbers == record.printed


@pytest.mark.parametrize(("added", "taken"), [(12, 0), (3, 4)], ids=["late cases", "corrections"])
def test_two_editions_with_late_cases_and_corrections_together_tell_nothing(
    tmp_path: Path, arcadia: Catalogue, added: int, taken: int
) -> None:
    project = a_project(tmp_path, arcadia)
    first = children(300, seed=5)
    send(project, first)
    one = table(publishing.issue(project, YEAR, "public", seconds=5).folder)
    kept = random.Random(3).sample(first, len(first) - taken)
    send(project, kept + children(added, seed=9))
    two = table(publishing.issue(project, YEAR, "public", seconds=5).folder)
    keys = ["indicator", "year", "place", "sex", "form", "age", "organisation"]
    joined = one.join(two, on=keys, suffix="_two", nulls_equal=True).filter(indicator="PRO-1")
    before = joined.filter(status="hidden")
    assert before["status_two"].unique().to_list() == ["hidden"]
    both = joined.filter((pl.col("status") == "reported") & (pl.col("status_two") == "reported"))
    changes = both.with_columns((pl.col("actual_two").cast(int) - pl.col("actual").cast(int)).alias("change"))
    below = changes.filter((pl.col("place") != "00") | (pl.col("sex") != "all") | (pl.col("form") != "all"))
    assert not [c for c in below["change"] if 0 < abs(c) < 5]
    assert (project.folders.edition(YEAR, "public").with_name("public.1") / "manifest.json").exists()
    assert len(register.editions(project.folders.printed)) == 2


def test_a_small_count_that_others_published_is_counted_as_known_told_of_and_not_printed(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    found = children(600, seed=1)
    project = a_project(tmp_path, arcadia)
    send(project, found)
    plain = publishing.issue(project, YEAR, "public", seconds=5)
    hidden = table(plain.folder).filter(indicator="PRO-1", status="hidden")
    row = next(r for r in hidden.iter_rows(named=True) if 0 < truth_of(project)[key_of(r, arcadia)] < 5)
    told = {c: row[c] for c in ("indicator", "place", *arcadia.dimension_ids)} | {"year": YEAR}
    told["value"] = float(truth_of(project)[key_of(row, arcadia)])
    schema = arcadia.known_elsewhere.schema
    frame = pl.DataFrame([{c: told.get(c) for c in schema}], schema=schema)
    informed = replace(
        a_project(tmp_path / "twin", arcadia), catalogue=arcadia.model_copy(update={"known_elsewhere": frame})
    )
    send(informed, found)
    done = publishing.issue(informed, YEAR, "public", seconds=5)
    assert done.review == (key_of(row, arcadia),)
    same = {c: row[c] for c in ("indicator", "place", *arcadia.dimension_ids, "organisation")}
    assert table(done.folder).filter(**same)["actual"].to_list() == [None]
    assert verifying.verify(informed, done.folder) == []


def test_an_edition_that_prints_one_hidden_count_more_does_not_go_out(
    tmp_path: Path, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(tmp_path, arcadia)
    send(project, children(600, seed=1))
    truth = truth_of(project)

    def careless(release: Release, catalogue: Catalogue, year: int, folder: Path, **_: Any) -> list[Path]:
        rows = []
        done = False
        for row in release.measures.iter_rows(named=True):
            value = truth.get(key_of(row, catalogue))
            if row["status"] == "hidden" and value and not done:
                row |= {"status": "reported", "actual": float(value)}
                done = True
            rows.append(row)
        leaky = pl.DataFrame(rows, schema=release.measures.schema)
        return publish(Release(**{**vars(release), "measures": leaky}), catalogue, year, folder)

    publish = publishing.publish
    monkeypatch.setattr(publishing, "publish", careless)
    with pytest.raises(publishing.NotReleasable) as raised:
        publishing.issue(project, YEAR, "public", seconds=5)
    assert any(what.startswith("audit_") for what, _ in raised.value.reasons)
    assert any(what == "leak_row" for what, _ in raised.value.reasons)
    assert not project.folders.edition(YEAR, "public").exists()
    assert register.editions(project.folders.printed) == []


def test_a_cell_that_the_source_suppressed_is_not_computed_from_the_cells_beside_it(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    """UNODC prints, for a country and year, 23 in all, 21 adults, and <5 children: which are 2."""
    project = a_project(tmp_path, arcadia)
    rows = [
        {"indicator": "PRO-1", "age": "all", "value": 23},
        {"indicator": "PRO-1", "age": "adult", "value": 21},
        {"indicator": "PRO-1", "age": "child", "value": "<5"},
    ]
    write_submission(project, "care", YEAR, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    shown = table(publishing.issue(project, YEAR, "public", seconds=5).folder).filter(indicator="PRO-1")
    printed = {row["age"]: row["actual"] for row in shown.iter_rows(named=True) if row["organisation"] == "care"}
    assert printed["child"] is None
    assert printed["all"] is None or printed["adult"] is None


def test_a_row_that_lies_whole_in_one_group_is_not_split_by_it(tmp_path: Path, arcadia: Catalogue) -> None:
    project = a_project(tmp_path, arcadia)
    rows = [{"indicator": "PRO-1", "age": "child", "place": place, "value": 40} for place in PLACES[:3]]
    rows.append({"indicator": "PRO-1", "age": "child", "value": 120})
    for place, counts in zip(PLACES[:3], ((40, 0), (22, 18), (25, 15)), strict=True):
        for form, value in zip(("labour", "sexual"), counts, strict=True):
            rows.append({"indicator": "PRO-1", "age": "child", "place": place, "form": form, "value": value})
    write_submission(project, "care", YEAR, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    shown = table(publishing.issue(project, YEAR, "public", seconds=5).folder).filter(indicator="PRO-1")
    split = shown.filter((pl.col("place") == PLACES[0]) & (pl.col("form") != "all"))
    assert split["status"].unique().to_list() == ["hidden"]


def test_an_edition_of_everything_that_arcadia_sent_goes_out(tmp_path: Path, arcadia: Catalogue) -> None:
    """Thousands, decimals, ratios, money and ranges in every kind of file are no false alarm."""
    project = a_project(tmp_path, arcadia)
    send_all(project)
    for edition in ("public", "partners"):
        assert publishing.issue(project, 2024, edition, seconds=5).folder.is_dir()


def test_what_changed_against_the_edition_before_is_told_in_it_and_in_the_log_of_the_data(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    project = a_project(tmp_path, arcadia)

    def report(cases: int) -> Path:
        write_submission(project, "courts", YEAR, [{"indicator": "JUS-1", "value": cases}])
        pipeline.take_in(project, pipeline.todo(project).submissions)
        pipeline.compute_measures(project)
        return publishing.issue(project, YEAR, "public", seconds=5).folder

    first = report(1047)
    assert "there is nothing to compare" in (first / "changes_en.txt").read_text()
    log = project.folders.published / "CHANGELOG.md"
    assert not log.exists()
    second = report(1048)
    name = arcadia.indicators["JUS-1"].name
    expected = {
        "en": f"- JUS-1 {name['en']} ({YEAR}), Arcadia, value: 1,048 instead of 1,047.",
        "es": f"- JUS-1 {name['es']} ({YEAR}), Arcadia, valor: 1.048 en lugar de 1.047.",
    }
    for language, line in expected.items():
        assert line in (second / f"changes_{language}.txt").read_text()
        assert line in log.read_text()
    assert "Published numbers changed" in log.read_text()
    again = {path.name: path.read_bytes() for path in second.glob("changes_*")}
    shutil.rmtree(second)
    assert {
        p.name: p.read_bytes() for p in publishing.issue(project, YEAR, "public", seconds=5).folder.glob("ch*")
    } == again
    assert log.read_text().count("Published numbers changed") == 1


def test_a_change_is_told_with_the_name_of_the_organisation_and_not_its_code(arcadia: Catalogue) -> None:
    row = dict.fromkeys(arcadia.dimension_ids, "all") | {
        "indicator": "JUS-1", "year": "2024", "place": "00", "series": "parallel", "organisation": "guards",
    }  # fmt: skip
    change = changes.Change(row, "actual", "61", "62")
    (told,) = changes.in_words([change], "es", arcadia)
    assert "Cuerpo de Guardias, valor: 62 en lugar de 61" in told and "guards" not in told


def test_an_edition_of_a_year_in_which_nothing_came_has_no_number_and_holds(tmp_path: Path, arcadia: Catalogue) -> None:
    project = a_project(tmp_path, arcadia)
    folder = publishing.issue(project, YEAR, "public", seconds=5).folder
    assert table(folder).is_empty()
    assert not verifying.verify(project)

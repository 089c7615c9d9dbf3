"""Targets: what is open, how progress is rated, and the sheet that goes to the meeting and comes back."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import contracts, intake, measures, pipeline, publication
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS
from tests.observed import like, observed

NONE = contracts.empty(contracts.EXPLANATIONS)
NO_CONTRIBUTIONS = contracts.empty(contracts.CONTRIBUTIONS)


def open_points(sent: list[str], catalogue: Catalogue, explained: pl.DataFrame = NONE) -> set[tuple[str, str]]:
    made = measures.compute(observed(sent, catalogue, "PRE-1"), catalogue).measures
    points = measures.open_points(made, explained, NO_CONTRIBUTIONS, catalogue, 2024)
    return set(points.filter(pl.col("code") != "contributions_missing").select("code", "indicator").iter_rows())


def test_a_removed_target_and_an_unexplained_miss_keep_the_edition_from_being_final(arcadia: Catalogue) -> None:
    without = arcadia.targets.filter(pl.col("indicator") != "JUS-1")
    catalogue = arcadia.model_copy(update={"targets": without})
    sent = ["2024@00=720", "2024@00=50 indicator=JUS-1"]  # 720 is 60 % of 1200
    points = open_points(sent, catalogue)
    assert {("no_target", "JUS-1"), ("explanation_required", "PRE-1")} <= points
    told = {"indicator": "PRE-1", "year": 2024, "organisation": "schools", "text": "invented", "observation_id": "s"}
    explained = pl.DataFrame([told], schema=contracts.polars_schema(contracts.EXPLANATIONS))
    assert ("explanation_required", "PRE-1") not in open_points(sent, catalogue, explained)


@pytest.mark.parametrize("value,due", [(1080, False), (1079, True), (1320, False), (1321, True)])
def test_a_deviation_beyond_ten_percent_must_be_explained_in_both_directions(
    value: int, due: bool, arcadia: Catalogue
) -> None:
    points = open_points([f"2024@00={value}"], arcadia)
    assert (("explanation_required", "PRE-1") in points) is due


def test_half_a_year_of_what_still_grows_is_incomplete_and_waits_for_no_explanation(arcadia: Catalogue) -> None:
    frame = observed(["2024Q1@00=100", "2024Q2@00=100"], arcadia, "PRE-1")
    rows = measures.compute(frame, arcadia).measures.filter(indicator="PRE-1", year=2024, calendar="calendar")
    assert rows.select("rating", "explanation_required").row(0) == ("incomplete", False)


@pytest.mark.parametrize(
    "last,assessment", [(1300, "significant"), (1050, "moderate"), (900, "insufficient"), (700, "away")]
)
def test_progress_is_rated_by_the_rate_of_growth_against_the_rate_the_target_needs(
    last: int, assessment: str, arcadia: Catalogue
) -> None:
    # Baseline 800 in 2021, target 1300 in 2025: 12.9 % a year are needed.
    made = measures.compute(observed([f"2024@00={last}"], arcadia, "PRE-1"), arcadia).measures
    row = measures.progress(made, arcadia, 2024).filter(indicator="PRE-1").to_dicts()[0]
    assert row["assessment"] == assessment
    assert row["required_rate"] == pytest.approx(((1300 / 800) ** 0.25 - 1) * 100)


@pytest.mark.parametrize("last,assessment", [(750, "significant"), (690, "away")])
def test_a_base_beyond_the_target_makes_a_fall_no_progress_where_more_is_better(
    last: int, assessment: str, arcadia: Catalogue
) -> None:
    # 800 in 2021 and a target of 700 in 2025: to fall is the way to the target, and still the wrong way.
    lower = arcadia.targets.with_columns(value=pl.when(pl.col("indicator") == "PRE-1").then(700.0).otherwise("value"))
    catalogue = arcadia.model_copy(update={"targets": lower})
    made = measures.compute(observed([f"2024@00={last}"], catalogue, "PRE-1"), catalogue).measures
    assert measures.progress(made, catalogue, 2024).filter(indicator="PRE-1")["assessment"][0] == assessment


def test_what_has_no_direction_is_never_rated(arcadia: Catalogue) -> None:
    catalogue = like(arcadia, "PRE-1", direction="none")
    made = measures.compute(observed(["2024@00=700"], catalogue, "PRE-1"), catalogue).measures
    assert measures.progress(made, catalogue, 2024).filter(indicator="PRE-1")["assessment"][0] == "no_direction"
    row = made.filter(indicator="PRE-1", year=2024, calendar="calendar")
    assert row.select("rating", "explanation_required").row(0) == ("no_direction", True)


def test_money_of_two_currencies_is_never_added_and_who_gave_nothing_is_missing(arcadia: Catalogue) -> None:
    given = {"submission_id": "s", "organisation": "care", "reporting_year": 2024, "contribution_kind": "staff"}
    rows = [given | {"amount": 5.0, "currency": "crowns"}, given | {"amount": 7.0, "currency": "shells"}]
    frame = pl.DataFrame(rows, schema=contracts.polars_schema(contracts.CONTRIBUTIONS))
    summary = measures.contributions_by_year(frame, arcadia)
    assert sorted(summary.filter(organisation="care")["amount"]) == [5, 7]
    assert "schools" in set(summary.filter(contribution_kind="missing")["organisation"])


def filled(catalogue: Catalogue, targets: dict[str, object], year: int = 2025) -> bytes:
    made = measures.compute(observed(["2024@00=1000"], catalogue, "PRE-1"), catalogue).measures
    content = publication.target_sheet(measures.headlines(made, catalogue), catalogue, year)
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=6):
        if row[0].value in targets:
            row[-2].value = targets[row[0].value]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_target_sheet_comes_back_as_targets_that_say_when_they_were_agreed(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    shutil.copytree(COMPACTS / "arcadia", tmp_path / "compacts" / "arcadia")
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    folder = tmp_path / "compacts" / "arcadia"
    content = filled(arcadia, {"JUS-1": 45, "PRO-3": 41.0})
    read, _ = pipeline.agree_targets(project, content, date(2025, 9, 25), "both participants", folder)
    assert read.faults.is_empty()
    table = pl.read_csv(folder / "targets.csv", infer_schema=False).filter(year="2025", agreed_on="2025-09-25")
    assert sorted(table.select("indicator", "value").iter_rows()) == [("JUS-1", "45.0"), ("PRO-3", "41.0")]


def test_a_target_sheet_with_one_fault_gives_no_target_at_all(tmp_path: Path, arcadia: Catalogue) -> None:
    read = intake.read_target_sheet(filled(arcadia, {"PRE-1": 1400, "JUS-1": -3, "PRO-3": "many", "PRO-4": 9}), arcadia)
    codes = set(read.faults.select("indicator", "code").iter_rows())
    assert codes == {("PRE-1", "contradicts"), ("JUS-1", "out_of_range"), ("PRO-3", "not_a_number")}
    folder = tmp_path / "compact"
    shutil.copytree(COMPACTS / "arcadia", folder)
    before = (folder / "targets.csv").read_bytes()
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    pipeline.agree_targets(project, filled(arcadia, {"PRO-4": 9, "JUS-1": -3}), date(2025, 9, 25), "both", folder)
    assert (folder / "targets.csv").read_bytes() == before


def test_another_file_is_no_target_sheet(arcadia: Catalogue) -> None:
    with pytest.raises(intake.NotATargetSheet):
        intake.read_target_sheet(b"no workbook", arcadia)

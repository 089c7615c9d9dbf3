"""The arithmetic of a year: worked examples by hand, from the cases that really went wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.combining import Point, over_the_year
from cpc_pipeline.project import Project

from tests.conftest import quarter


@pytest.fixture
def value_of(project: Project, send: Any) -> Any:
    """Send rows of one organisation and year, compute, and give the record row of the first indicator."""

    def run(rows: list[dict[str, Any]], organisation: str = "mininterior", year: int = 2023) -> dict[str, Any]:
        send(organisation, year, rows)
        pipeline.take_in(project, pipeline.todo(project).submissions)
        pipeline.compute_measures(project)
        measures = pipeline.release_for(project, year).measures
        own = measures.filter(
            (pl.col("indicator") == rows[0]["indicator"]) & (pl.col("year") == year) & (pl.col("series") == "record"),
            pl.col("calendar") == project.catalogue.default_calendar,
        )
        assert own.height == 1
        return own.to_dicts()[0]

    return run


def test_four_quarters_of_a_sum_are_the_year(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": n, **quarter(2023, n)} for n in (1, 2, 3, 4)])
    assert (row["actual"], row["status"], row["completeness"]) == (10, "reported", "12/12")


def test_three_quarters_are_a_part_of_the_year_and_say_so(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": n, **quarter(2023, n)} for n in (1, 2, 3)])
    assert (row["actual"], row["status"]) == (6, "partial")


def test_a_stock_takes_the_last_value_and_never_the_sum(value_of: Any) -> None:
    rows = [{"indicator": "PREV-10", "value": v, **quarter(2023, n)} for n, v in ((1, 900), (4, 880))]
    assert value_of(rows, "mintrabajo")["actual"] == 880


def test_people_counted_without_duplicates_are_bounded_and_never_added(value_of: Any) -> None:
    rows = [{"indicator": "PROT-5", "age": "child", "value": v, **quarter(2023, n)} for n, v in ((1, 40), (2, 35))]
    row = value_of(rows, "icbf")
    assert (row["actual"], row["lower"], row["upper"], row["status"]) == (None, 40, 75, "upper_bound")


def test_a_running_total_of_several_years_is_not_the_value_of_a_year(value_of: Any) -> None:
    total = {"period_start": date(2013, 1, 1), "period_end": date(2023, 12, 31)}
    row = value_of([{"indicator": "PREV-7", "value": 686, **total}])
    assert (row["actual"], row["status"]) == (None, "not_received")


def test_two_values_for_one_thing_are_shown_as_the_range_and_none_is_chosen(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": v} for v in (33, 39)])
    assert (row["actual"], row["lower"], row["upper"], row["status"]) == (None, 33, 39, "conflicting")


def test_a_revision_replaces_what_it_revises(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": 533}, {"indicator": "PREV-7", "value": 578, "revision": 1}])
    assert (row["actual"], row["status"]) == (578, "reported")


def test_more_than_is_a_bound_and_never_a_number(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": 400, "qualifier": "more_than"}])
    assert (row["actual"], row["lower"], row["status"]) == (None, 400, "lower_bound")


def test_zero_is_a_value_and_missing_is_not_zero(value_of: Any) -> None:
    assert value_of([{"indicator": "PREV-7", "value": 0}])["actual"] == 0


def test_a_value_of_nothing_that_arrived_is_not_received(value_of: Any, project: Project) -> None:
    value_of([{"indicator": "PREV-7", "value": 1}])
    rows = pipeline.release_for(project, 2023).measures.filter(indicator="PART-5", year=2023)
    assert rows.select("actual", "status", "rating").row(0) == (None, "not_received", "no_target")


def test_another_institution_stands_beside_the_record_and_is_never_added(value_of: Any, send: Any) -> None:
    send("fiscalia", 2023, [{"indicator": "PROT-1", "age": "child", "value": 124}])
    row = value_of([{"indicator": "PROT-1", "age": "child", "value": 100}])
    assert row["actual"] == 100


def test_cases_are_not_people(value_of: Any, project: Project) -> None:
    row = value_of([{"indicator": "PROT-1", "age": "child", "value": 9, "unit": "cases"}])
    assert row["status"] == "not_received"
    beside = pipeline.release_for(project, 2023).measures.filter(series="parallel", calendar="calendar")
    assert beside.select("actual", "unit").row(0) == (9, "cases")


def test_every_measure_keeps_the_observations_it_came_from(value_of: Any, project: Project) -> None:
    value_of([{"indicator": "PREV-7", "value": n, **quarter(2023, n)} for n in (1, 2, 3, 4)])
    from cpc_pipeline.warehouse import Warehouse

    with Warehouse(project.folders.warehouse, project.catalogue.dimension_ids) as warehouse:
        known = set(warehouse.observations()["observation_id"])
        lineage = warehouse.lineage()
    assert set(lineage["observation_id"]) == known
    assert set(lineage["role"]) == {"used"}


def test_what_came_later_is_no_baseline_of_an_earlier_year(value_of: Any, project: Project, send: Any) -> None:
    send("mininterior", 2024, [{"indicator": "PREV-7", "value": 9}])
    row = value_of([{"indicator": "PREV-7", "value": 4, **quarter(2023, 1)}])
    assert (row["status"], row["baseline"]) == ("partial", None)
    later = pipeline.release_for(project, 2024).measures.filter(indicator="PREV-7", year=2024)
    assert later.select("baseline", "baseline_year").row(0) == (9, 2024)


def test_what_was_refused_is_said_to_be_refused_and_not_missing(value_of: Any) -> None:
    row = value_of([{"indicator": "PREV-7", "value": "many"}])
    assert (row["actual"], row["status"]) == (None, "rejected")


def test_a_refused_quarter_leaves_the_others_standing_as_a_part_of_the_year(value_of: Any) -> None:
    rows = [{"indicator": "PREV-7", "value": v, **quarter(2023, n)} for n, v in ((1, 4), (2, 5), (3, "many"))]
    row = value_of(rows)
    assert (row["actual"], row["status"]) == (9, "partial")


def test_a_ratio_over_quarters_is_of_sums_and_in_the_unit_of_the_indicator(arcadia: Catalogue) -> None:
    points = [
        Point(date(2024, 1, 1), date(2024, 3, 31), Status.REPORTED, 75, numerator=30, denominator=40),
        Point(date(2024, 4, 1), date(2024, 6, 30), Status.REPORTED, 42.857, numerator=15, denominator=35),
    ]
    year = (date(2024, 1, 1), date(2024, 12, 31))
    assert over_the_year(points, "ratio_of_sums", year, multiplier=100).value == 60

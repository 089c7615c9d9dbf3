"""Wants 16, 19 and 20 of the people who use it, through the front door: drop a file, run, look at what comes out.

The others of this kind are seen elsewhere: 5 in test_performance.py and test_data_quality.py, 9 in
test_wants_travel.py, 12 and 21 in test_data_quality.py, 15 in test_worked_examples.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline, validation
from cpc_pipeline.project import Project
from cpc_pipeline.publication import performance_table

CHILD = {"age": "child"}


def run(project: Project) -> list[pipeline.TakenIn]:
    taken = pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    return taken


def codes(taken: list[pipeline.TakenIn]) -> dict[str, list[str]]:
    """Finding -> what was found and expected."""
    rows = [row for one in taken for row in one.findings.iter_rows(named=True)]
    return {row["code"]: [row["found"], row["expected"]] for row in rows}


def together(project: Project) -> list[tuple[Any, ...]]:
    table = performance_table(pipeline.release_for(project, 2024), project.catalogue, 2024)
    own = table.filter(indicator="PROT-1", series="together", calendar="calendar")
    return own.select("actual", "lower", "upper").rows()


def test_want_16_overlap_is_not_double_counting(project: Project, send: Any) -> None:
    send("mininterior", 2024, [{"indicator": "PROT-1", **CHILD, "value": 40}])
    send("fiscalia", 2024, [{"indicator": "PROT-1", **CHILD, "value": 35}])
    run(project)
    assert together(project) == [(None, 40.0, 75.0)]
    shared = {
        "indicator": "PROT-1",
        "year": 2024,
        "place": "00",
        "organisations": "fiscalia+mininterior",
        "count": 22.0,
    }
    overlaps = pl.DataFrame([shared | {"source": "invented"}], schema=project.catalogue.overlaps.schema)
    catalogue = project.catalogue.model_copy(update={"overlaps": overlaps, "version": "with an overlap sheet"})
    told = replace(project, catalogue=catalogue)
    run(told)
    assert together(told) == [(53.0, None, None)]


def test_want_16_cases_and_children_refuse_to_add(project: Project, send: Any) -> None:
    parts = [("05", 63, "cases"), ("11", 37, "people")]
    rows = [{"indicator": "PROT-1", **CHILD, "place": p, "value": v, "unit": u} for p, v, u in parts]
    send("mininterior", 2024, rows)
    run(project)
    with project.open_warehouse() as warehouse:
        made = warehouse.measures().filter(indicator="PROT-1", year=2024, calendar="calendar")
    assert {63.0, 37.0} == set(made.filter(pl.col("place") != "00")["actual"].to_list())
    assert set(made.filter(place="00")["status"].to_list()) == {"not_additive"}


@pytest.mark.parametrize("total,asked", [(38, False), (40, True)])
def test_want_19_parts_add_up_with_those_of_whom_nothing_is_known(
    project: Project, send: Any, total: int, asked: bool
) -> None:
    parts = [{"sex": s, "value": v} for s, v in (("female", 20), ("male", 15), ("unknown", 3))]
    send("mininterior", 2024, [{"indicator": "PROT-1", **CHILD, **row} for row in (*parts, {"value": total})])
    taken = run(project)
    found = [f for one in taken for f in one.findings.iter_rows(named=True) if f["code"] == "parts_do_not_add"]
    assert len(found) == asked
    if asked:
        frame = pl.DataFrame(found, infer_schema_length=None)
        for language in ("en", "es"):
            row = validation.render(frame, project.catalogue, language).to_dicts()[0]
            assert "38" in f"{row['message']} {row['expected']}"


def test_want_19_totals_alone_pass(project: Project, send: Any) -> None:
    send("mininterior", 2024, [{"indicator": "PROT-1", **CHILD, "value": 38}])
    (taken,) = run(project)
    assert taken.verdict in ("accepted", "accepted_with_queries")
    assert "parts_do_not_add" not in codes([taken])


def test_want_20_an_event_of_15_october_2024_is_counted_once_in_each_calendar(project: Project, send: Any) -> None:
    day = date(2024, 10, 15)
    send("icbf", 2024, [{"indicator": "PREV-7", "period_start": day, "period_end": day, "value": 1}])
    run(project)
    with project.open_warehouse() as warehouse:
        own = warehouse.measures().filter(indicator="PREV-7", place="00", actual=1)
    years = sorted(own.select("calendar", "year").iter_rows())
    assert {("calendar", 2024), ("us_fiscal", 2025)} < set(years)
    assert len({calendar for calendar, _ in years}) == len(years)
    (compact,) = (year for calendar, year in years if calendar == "compact")
    assert project.catalogue.calendars["compact"].number(compact) == 3


def test_want_20_a_workbook_labelled_fy_that_holds_calendar_months_is_questioned(project: Project, send: Any) -> None:
    months = [(date(2025, m, 1), date(2025, m + 1, 1).toordinal() - 1) for m in range(1, 12)]
    rows = [
        {"indicator": "PREV-7", "period_start": start, "period_end": date.fromordinal(end), "value": 2}
        for start, end in months
    ]
    send("icbf", 2025, rows, "FY2025.xlsx")
    (taken,) = run(project)
    assert codes([taken])["other_year_than_named"] == ["2025-10-01 / 2025-10-31", "2024-10-01 / 2025-09-30"]
    assert taken.verdict == "accepted_with_queries"

"""Laws of places, groups, calendars and workings, on generated reports of an invented country."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import measures
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION
from cpc_pipeline.measures.combining import Point, over_the_year
from cpc_pipeline.measures.placing import keyed
from cpc_pipeline.measures.points import agreed, notes_of
from cpc_pipeline.measures.years import over_years
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import COMPACTS, load
from tests.observed import like, observed

ARCADIA: Catalogue = load("arcadia", extra=[COMPACTS])
QUICK = settings(max_examples=20, deadline=None, derandomize=True)
REGIONS = ("01", "02", "03", "04", "05", "06")
PERIODS = ("2024", "2024Q1", "2024Q2", "2024Q3", "2024Q4", "2023-10-01/2023-12-31", "2024-01-01/2024-11-30")
ENDS = ("value", "lower", "upper")
COUNTED = ("PRE-1", "PRE-2", "PRE-3", "PRO-1", "PRO-3", "JUS-1", "JUS-2")

value = st.one_of(st.integers(0, 999).map(str), st.sampled_from(["not_available", "blank", ">40", "10..20"]))
lines = st.builds(
    lambda period, place, said, sex, indicator, org, revision: (
        f"{period}@{place}={said} sex={sex} indicator={indicator} revision={revision}" + (f" org={org}" if org else "")
    ),
    st.sampled_from(PERIODS),
    st.sampled_from([NATION, *REGIONS, "01001", "01002"]),
    value,
    st.sampled_from(["all", "female", "male", "unknown"]),
    st.sampled_from(COUNTED),
    st.sampled_from([None, "guards"]),
    st.integers(0, 1),
)
reports = st.lists(lines, min_size=1, max_size=14)


def computed(sent: list[str], catalogue: Catalogue = ARCADIA) -> tuple[pl.DataFrame, measures.Computed]:
    frame = observed(sent, catalogue, "PRE-1")
    return frame, measures.compute(frame, catalogue)


def nation(made: measures.Computed, **where: Any) -> dict[str, Any]:
    chosen = {
        "indicator": "PRE-1",
        "year": 2024,
        "calendar": "calendar",
        "place": NATION,
        "sex": "all",
        "series": "record",
    }
    rows = made.measures.filter(**(chosen | where))
    assert rows.height == 1, rows
    return rows.to_dicts()[0]


@QUICK
@given(reports)
def test_every_measure_is_reproduced_from_its_traced_observations_by_its_printed_rule(sent: list[str]) -> None:
    frame, made = computed(sent)
    rows = made.measures.with_columns(
        measure_id=pl.Series([measures.measure_id(r, ARCADIA) for r in made.measures.iter_rows(named=True)])
    )
    for row in rows.iter_rows(named=True):
        traced = frame.join(made.lineage.filter(measure_id=row["measure_id"]), on="observation_id")
        shown = measures.working(row, traced, ARCADIA)
        if shown is None:
            assert row["actual"] is None or row["basis"] in ("together", "converted")
            continue
        for name in ("value", "lower", "upper"):
            due = row["actual" if name == "value" else name]
            assert getattr(shown, name) == (None if due is None else pytest.approx(due)), (row, shown)


@QUICK
@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(sent: list[str], chance: Any) -> None:
    frame, made = computed(sent)
    order = list(range(frame.height))
    chance.shuffle(order)
    again = measures.compute(frame[order], ARCADIA)
    assert again.measures.equals(made.measures) and again.lineage.equals(made.lineage)


@QUICK
@given(reports)
def test_columns_say_what_the_rules_in_words_say(sent: list[str]) -> None:
    frame = observed(sent, ARCADIA, "PRE-1")
    found = keyed(frame, ARCADIA)
    points = agreed(found.members)
    values = over_years(points, found.keys, ARCADIA).values
    for row in values.join(found.keys, on="key").iter_rows(named=True):
        mine = points.points.filter(pl.col("key") == row["key"]).iter_rows(named=True)
        told = [
            Point(
                p["period_start"],
                p["period_end"],
                p["status"],
                p["value"],
                p["lower"],
                p["upper"],
                notes=notes_of(p["notes"]),
            )
            for p in mine
        ]
        rule = ARCADIA.indicators[row["indicator"]].over_periods
        due = over_the_year(told, rule, ARCADIA.calendars[row["calendar"]].year(row["year"]))
        assert (row["value"], row["lower"], row["upper"], row["status"]) == (
            due.value if due.value is None else pytest.approx(due.value),
            due.lower,
            due.upper,
            str(due.status),
        )
        assert notes_of(row["notes"]) == due.notes
        assert (row["period_start"], row["period_end"]) == (due.start, due.end)


@QUICK
@given(st.lists(st.integers(0, 500), min_size=5, max_size=5), st.integers(0, 5))
def test_a_zero_from_the_last_place_changes_the_completeness_and_not_the_sum(values: list[int], silent: int) -> None:
    places = [p for n, p in enumerate(REGIONS) if n != silent]
    sent = [f"2024@{p}={v}" for p, v in zip(places, values, strict=True)]
    before = nation(computed(sent)[1])
    after = nation(computed([*sent, f"2024@{REGIONS[silent]}=0"])[1])
    assert before["actual"] == after["actual"] == sum(values)
    assert (before["status"], before["completeness"]) == ("partial", "5/6")
    assert (after["status"], after["completeness"]) == ("reported", "6/6")


@QUICK
@given(st.lists(st.integers(0, 500), min_size=6, max_size=6), st.lists(st.integers(0, 500), min_size=3, max_size=3))
def test_telling_the_municipalities_of_a_department_changes_no_total(values: list[int], fine: list[int]) -> None:
    coarse = [sum(fine), *values[1:]]
    sent = [f"2024@{p}={v}" for p, v in zip(REGIONS, coarse, strict=True)]
    finer = [f"2024@0100{n}={v}" for n, v in enumerate(fine, 1)]
    total = nation(computed(sent)[1])["actual"]
    assert nation(computed([*sent, *finer])[1])["actual"] == total
    assert nation(computed([*sent[1:], *finer])[1])["actual"] == total == sum(coarse)


@QUICK
@given(st.lists(st.sets(st.integers(0, 60), max_size=30), min_size=6, max_size=6))
def test_bounds_over_places_hold_the_number_of_different_children(met: list[set[int]]) -> None:
    catalogue = like(ARCADIA, "PRE-1", over_places="unduplicated")
    row = nation(computed([f"2024@{p}={len(m)}" for p, m in zip(REGIONS, met, strict=True)], catalogue)[1])
    truth = len(set.union(*met))
    low, high = (row["actual"], row["actual"]) if row["actual"] is not None else (row["lower"], row["upper"])
    assert low <= truth <= high


def test_a_reported_national_total_is_never_replaced_by_its_parts() -> None:
    row = nation(computed(["2024@00=71", *(f"2024@{p}=1" for p in REGIONS)])[1])
    assert (row["actual"], row["basis"]) == (71, "reported")


def test_an_event_of_15_october_2024_is_counted_once_in_each_calendar() -> None:
    made = computed(["2024-10-15/2024-10-15@00=1"])[1]
    own = made.measures.filter(indicator="PRE-1", place=NATION).filter(pl.col("actual").is_not_null())
    assert sorted(own.select("calendar", "year").iter_rows()) == [
        ("calendar", 2024),
        ("fiscal", 2025),
        ("school", 2024),
    ]
    assert set(own["actual"]) == {1}


def test_colombia_counts_it_in_calendar_2024_us_fiscal_2025_and_compact_year_3(colombia: Catalogue) -> None:
    frame = observed(["2024-10-15/2024-10-15@00=1"], colombia, "PREV-7")
    own = measures.compute(frame, colombia).measures.filter(pl.col("actual").is_not_null())
    years = dict(own.select("calendar", "year").iter_rows())
    assert (years["calendar"], years["us_fiscal"]) == (2024, 2025)
    assert colombia.calendars["compact"].number(years["compact"]) == 3
    notes = json.loads(own.filter(calendar="compact")["notes"][0])
    said = next(n["params"] for n in notes if n["code"] == "numbered_year")
    assert said == {"number": 3, "start": "2024-04-01", "end": "2025-03-31", "days": 25}


def test_a_fiscal_year_is_made_of_its_four_quarters() -> None:
    quarters = ["2023Q4@00=5", "2024Q1@00=1", "2024Q2@00=2", "2024Q3@00=3"]
    row = nation(computed(quarters)[1], calendar="fiscal")
    assert (row["actual"], row["status"], row["completeness"]) == (11, "reported", "4/4")


def test_a_quarter_that_crosses_the_border_of_a_year_is_never_split() -> None:
    made = computed([f"2024Q{n}@00={n}" for n in (1, 2, 3, 4)])[1]  # the school year begins in February
    assert made.measures.filter(calendar="school", indicator="PRE-1").is_empty()


def test_small_groups_are_not_offered_in_several_calendars() -> None:
    made = computed(["2024Q1@01=2", "2024Q1@00=4 sex=female"])[1]
    beside = made.measures.filter(pl.col("calendar") != "calendar")
    assert beside.filter((pl.col("place") != NATION) | (pl.col("sex") != "all")).is_empty()


def test_a_period_that_fits_no_year_is_left_out_with_its_reason_and_never_split() -> None:
    made = computed(["2023-07-01/2024-12-31@00=9"])[1]
    assert made.left_out.rows() == [("s!0000", "belongs_to_no_year")]


def test_two_institutions_report_40_and_35_children_and_compared_lists_have_22_in_common() -> None:
    catalogue = like(ARCADIA, "PRO-1", overlap="possible", over_periods="sum", reporters=["care", "guards"])
    sent = ["2024@00=40 indicator=PRO-1 age=child", "2024@00=35 indicator=PRO-1 age=child org=guards"]
    row = nation(computed(sent, catalogue)[1], indicator="PRO-1", series="together")
    assert (row["actual"], row["lower"], row["upper"], row["status"]) == (None, 40, 75, "upper_bound")
    known = {"indicator": "PRO-1", "year": 2024, "place": NATION, "organisations": "care+guards", "count": 22.0}
    overlaps = pl.DataFrame([known | {"source": "invented"}], schema=catalogue.overlaps.schema)
    told = catalogue.model_copy(update={"overlaps": overlaps})
    row = nation(computed(sent, told)[1], indicator="PRO-1", series="together")
    assert (row["actual"], row["status"], row["completeness"]) == (53, "reported", "2/2")
    record = nation(computed(sent, told)[1], indicator="PRO-1")
    assert record["actual"] == 40  # the system of record stands as it is


def test_pesos_and_dollars_stand_beside_each_other_and_a_rate_gives_a_derived_amount() -> None:
    units = {**ARCADIA.units, "shells": ARCADIA.units["crowns"].model_copy(update={"id": "shells", "family": "shells"})}
    rate = {"from_unit": "crowns", "to_unit": "shells", "year": 2024, "rate": 0.25, "source": "invented bank"}
    price = {"unit": "crowns", "year": 2024, "index": 125.0, "base_year": 2021, "source": "invented office"}
    catalogue = ARCADIA.model_copy(
        update={
            "units": units,
            "exchange_rates": pl.DataFrame([rate], schema=ARCADIA.exchange_rates.schema),
            "deflators": pl.DataFrame([price], schema=ARCADIA.deflators.schema),
        }
    )
    made = computed(["2024@00=1000 indicator=PAR-1"], catalogue)[1].measures.filter(indicator="PAR-1", year=2024)
    nominal, other = made.filter(unit="crowns").to_dicts()[0], made.filter(unit="shells").to_dicts()[0]
    assert (nominal["actual"], nominal["basis"]) == (1000, "reported")
    assert (other["actual"], other["basis"], other["series"]) == (250, "converted", "parallel")
    said = {n["code"]: n["params"] for n in json.loads(nominal["notes"])}
    assert said["constant_prices"]["value"] == 800


def test_a_subset_of_indicators_gives_the_same_rows_as_all_of_them() -> None:
    sent = ["2024@00=4", "2024@01=2 indicator=JUS-1", "2024@00=5 indicator=PRO-1 sex=female"]
    frame, made = computed(sent)
    part = measures.compute(frame.filter(pl.col("series") == "PRE-1"), ARCADIA).measures.filter(indicator="PRE-1")
    assert part.equals(made.measures.filter(indicator="PRE-1"))

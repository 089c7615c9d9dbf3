"""What is unlike the years before is marked from the series itself, with the reply if there was one."""

from __future__ import annotations

import json

import polars as pl
from cpc_pipeline import measures
from cpc_pipeline.catalogue import Catalogue

from tests.observed import observed


def notes(lines: list[str], catalogue: Catalogue) -> dict[int, list[str]]:
    made = measures.jumped(measures.compute(observed(lines, catalogue, "PREV-7"), catalogue).measures, catalogue)
    own = made.filter(indicator="PREV-7", calendar="calendar", place="00")
    marks = {
        y: [n["code"] for n in json.loads(t) if n["code"] in ("jumped", "unusual")]
        for y, t in own.select("year", "notes").iter_rows()
    }
    return {year: codes for year, codes in marks.items() if codes}


def test_a_year_far_from_the_year_before_is_marked_whatever_it_was_made_of(colombia: Catalogue) -> None:
    assert notes(["2022@00=60", "2023@00=686", "2024@00=700"], colombia) == {2023: ["jumped"]}
    quarters = [f"2023Q{q}@00=171" for q in (1, 2, 3, 4)]
    assert notes(["2022@00=60", *quarters], colombia) == {2023: ["jumped"]}


def test_a_fall_is_marked_as_a_rise_is_and_a_small_difference_is_not(colombia: Catalogue) -> None:
    assert notes(["2022@00=400", "2023@00=90"], colombia) == {2023: ["jumped"]}
    assert notes(["2022@00=2", "2023@00=9", "2024@00=11"], colombia) == {}


def test_a_year_unlike_four_years_before_it_is_marked_as_unusual(colombia: Catalogue) -> None:
    steady = ["2019@00=100", "2020@00=104", "2021@00=98", "2022@00=102"]
    assert notes([*steady, "2023@00=160"], colombia) == {2023: ["unusual"]}
    assert notes([*steady, "2023@00=103"], colombia) == {}


def test_a_part_of_a_year_is_held_against_nothing(colombia: Catalogue) -> None:
    assert notes(["2022@00=400", "2023Q1@00=90"], colombia) == {}


def test_the_mark_says_the_year_and_the_value_that_it_is_far_from(colombia: Catalogue) -> None:
    frame = observed(["2022@00=60", "2023@00=686"], colombia, "PREV-7")
    made = measures.jumped(measures.compute(frame, colombia).measures, colombia)
    told = made.filter(pl.col("notes").str.contains("jumped") & (pl.col("calendar") == "calendar"))["notes"].to_list()
    assert {"code": "jumped", "params": {"before": 60, "year": 2022}} in json.loads(told[0])

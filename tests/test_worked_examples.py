"""Sums are right: worked_examples.csv was computed by hand; its last column says the arithmetic in words."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import measures
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION

from tests.observed import like, observed

SHEET = Path(__file__).parent / "worked_examples.csv"
EXAMPLES = list(csv.DictReader(SHEET.read_text(encoding="utf-8").splitlines()))
SUBJECT = "PRE-1"


def computed(example: dict[str, str], arcadia: Catalogue) -> tuple[dict[str, Any], pl.DataFrame, Catalogue]:
    """The national record row of 2024 (or of the year the example names), and the observations it came from."""
    rules = {"over_periods": example["over_periods"], "over_places": example["over_places"]}
    catalogue = like(arcadia, SUBJECT, **rules, multiplier=float(example["multiplier"]))
    sent = observed(example["sent"].split("; "), catalogue, SUBJECT)
    made = measures.compute(sent, catalogue)
    year = int(example["where"].partition("=")[2] or 2024)
    mine = (pl.col("indicator") == SUBJECT) & (pl.col("calendar") == "calendar") & (pl.col("year") == year)
    total = pl.all_horizontal([pl.col("place") == NATION, pl.col("sex") == "all", pl.col("age") == "child"])
    rows = made.measures.filter(mine & total)
    record = rows.filter(series="record") if example["status"] != "not_additive" else rows.filter(unit="people")
    assert record.height == 1, rows
    row = record.to_dicts()[0]
    lineage = made.lineage.filter(measure_id=measures.measure_id(row, catalogue))
    return row, sent.join(lineage, on="observation_id"), catalogue


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e['number']} {e['case']}" for e in EXAMPLES])
def test_the_measure_is_the_one_computed_by_hand_and_prints_its_working(
    example: dict[str, str], arcadia: Catalogue
) -> None:
    row, traced, catalogue = computed(example, arcadia)
    for column in ("actual", "lower", "upper"):
        due = float(example[column]) if example[column] else None
        assert row[column] == (None if due is None else pytest.approx(due, abs=1e-6)), column
    assert (row["status"], row["completeness"]) == (example["status"], example["completeness"])
    shown = measures.working(row, traced, catalogue)
    assert (shown.text if shown else "") == example["working"]


def note_of(row: dict[str, Any], code: str) -> dict[str, Any]:
    return dict(next(n["params"] for n in json.loads(row["notes"]) if n["code"] == code))


def test_parts_that_do_not_add_up_are_printed_with_both_numbers_and_the_difference(arcadia: Catalogue) -> None:
    example = next(e for e in EXAMPLES if e["number"] == "23")
    row, _, _ = computed(example, arcadia)
    assert note_of(row, "parts_differ") == {"parts": 51, "total": 71, "difference": -20}


def test_a_partial_sum_names_the_reports_and_the_places_that_are_missing(arcadia: Catalogue) -> None:
    quarters, _, _ = computed(EXAMPLES[1], arcadia)
    assert note_of(quarters, "missing_periods") == {"periods": ["2024-10-01/2024-12-31"]}
    places, _, _ = computed(EXAMPLES[14], arcadia)
    assert note_of(places, "made_of_places_partly") == {"due": 5, "received": 3, "missing": ["02", "04"]}


def test_the_rise_of_416_over_258_is_61_point_2_percent_and_not_the_62_that_was_printed() -> None:
    from cpc_pipeline.publication.numbers import rounded

    assert rounded((416 / 258 - 1) * 100, 1) == 61.2
    assert (rounded(65.75, 1), rounded(-65.75, 1), rounded(0.5, 0), rounded(2.5, 0)) == (65.8, -65.8, 1, 3)

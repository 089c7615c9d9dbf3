"""Want 20, years are the right years: what fits no year, or another year than the name says, is asked about."""

from __future__ import annotations

import json

import polars as pl
import pytest
from cpc_pipeline import validation
from cpc_pipeline.catalogue import Catalogue

from tests.observed import observed

MONTHS = [f"2025-{m:02}-01/2025-{m:02}-28@00=4" for m in range(1, 13)]


def questions(
    lines: list[str], catalogue: Catalogue, name: str = "annual", sheet: str = "Datos"
) -> list[dict[str, str]]:
    frame = observed(lines, catalogue, "PREV-7").with_columns(
        submission_id=pl.lit(f"icbf/2025/{name}"),
        sheet=pl.lit(sheet),
        cell=pl.format("D{}", pl.int_range(5, 5 + pl.len())),
    )
    found = validation.validate(frame, catalogue)
    return found.filter(pl.col("code").is_in(["in_no_year", "other_year_than_named"])).to_dicts()


@pytest.mark.parametrize("name", ["FY2025", "icbf_fy 25", "Informe AF-2025", "año fiscal 2025"])
def test_a_workbook_labelled_as_a_fiscal_year_but_holding_calendar_months_is_questioned(
    name: str, colombia: Catalogue
) -> None:
    (asked,) = questions(MONTHS, colombia, name)
    assert (asked["code"], asked["severity"], asked["cell"]) == ("other_year_than_named", "query", "D14")
    assert asked["expected"] == "2024-10-01 / 2025-09-30"
    assert json.loads(asked["params"]) == {"label": "FY 2025", "outside": 3, "all": 12}
    for language in ("en", "es"):
        message = validation.render(pl.DataFrame([asked], infer_schema_length=None), colombia, language)["message"][0]
        assert "FY 2025" in message
        assert "3" in message


def test_the_name_of_a_sheet_is_asked_about_too(colombia: Catalogue) -> None:
    assert [q["code"] for q in questions(MONTHS, colombia, "annual", "FY 2025")] == ["other_year_than_named"]


@pytest.mark.parametrize("name", ["annual", "Affaires 2025", "AFRO2025", "2025", "FY2025"])
def test_a_name_that_fits_or_names_no_fiscal_year_is_not_asked_about(name: str, colombia: Catalogue) -> None:
    months = [f"2025-{m:02}-01/2025-{m:02}-28@00=4" for m in range(1, 10)]
    assert questions(months if name == "FY2025" else MONTHS, colombia, name) == []


def test_a_period_that_lies_in_no_year_of_any_calendar_is_a_finding_and_one_that_lies_in_some_is_none(
    colombia: Catalogue,
) -> None:
    assert questions(["2024-10-01/2025-09-30@00=4", "2025-04-01/2026-03-31@00=4", "2025@00=4"], colombia) == []
    (asked,) = questions(["2024-07-01/2025-06-30@00=4"], colombia)
    assert (asked["code"], asked["severity"]) == ("in_no_year", "query")
    assert asked["found"] == "2024-07-01 / 2025-06-30"

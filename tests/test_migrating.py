"""A template issued again keeps what was typed into the older one, and names every cell that it could not keep."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import cli, contracts, intake
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.project import Project
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import write_submission

COLOMBIA: Catalogue = load("colombia")
SHEETS = COLOMBIA.header.sheets
YEAR = 2025
ABOUT = ["series", "place", "period_start", "period_end", *COLOMBIA.dimension_ids, "unit", "value", "status", "note"]


def nothing(catalogue: Catalogue) -> pl.DataFrame:
    return contracts.empty(contracts.observations_frame(catalogue.dimension_ids))


def blank(catalogue: Catalogue = COLOMBIA, organisation: str = "icbf", language: str = "es") -> bytes:
    return intake.template_bytes(catalogue, organisation, YEAR, language, nothing(catalogue))


def again(content: bytes, catalogue: Catalogue = COLOMBIA, language: str = "en") -> tuple[bytes, list[Any]]:
    return intake.template_with(catalogue, "icbf", YEAR, language, nothing(catalogue), content)


def read(content: bytes, catalogue: Catalogue = COLOMBIA) -> intake.Intake:
    return intake.take_in(content, name="x", submission_id="x", organisation="icbf", year=YEAR, catalogue=catalogue)


def columns(sheet: Any) -> dict[str, int]:
    return {c.value: c.column for c in sheet[5] if c.value}


def filled(values: dict[int, Any], breakdowns: list[dict[str, Any]], words: dict[str, Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    numbers, added = book[SHEETS["indicators"].name], book[SHEETS["breakdowns"].name]
    for row, value in values.items():
        numbers.cell(6 + row, columns(numbers)["value"]).value = value
    for number, line in enumerate(breakdowns, start=6):
        for field, value in line.items():
            added.cell(number, columns(added)[field]).value = value
    for role, text in words.items():
        sheet = book[SHEETS[role].name]
        field = "description" if role == "contributions" else "text"
        sheet.cell(7, columns(sheet)[field]).value = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def observed(content: bytes, catalogue: Catalogue = COLOMBIA) -> list[tuple[Any, ...]]:
    return sorted(read(content, catalogue).observations.select(ABOUT).rows(), key=str)


typed = st.one_of(st.integers(0, 10**6), st.sampled_from(["ND", "N/A", "12,5", "<5", "unas cuantas"]))
places = st.sampled_from(["Antioquia", "Chocó", "05"])


@settings(max_examples=12, deadline=None)
@given(
    values=st.dictionaries(st.integers(0, 40), typed, max_size=8),
    added=st.lists(st.fixed_dictionaries({"place": places, "sex": st.sampled_from(["Mujer", "Male"]), "value": typed})),
    text=st.text("aé <&\n", min_size=1, max_size=40).filter(str.strip),
)
def test_whatever_was_typed_is_read_the_same_from_the_template_issued_again(
    values: dict[int, Any], added: list[dict[str, Any]], text: str
) -> None:
    name = COLOMBIA.indicators["PROT-1"].name["es"]
    old = filled(
        values, [{"indicator": name, **line} for line in added[:6]], {"narrative": text, "contributions": text}
    )
    new, lost = again(old)
    assert lost == []
    assert observed(new) == observed(old)
    before, after = read(old), read(new)
    said = ["objective", "section", "text"]
    assert after.narratives.select(said).equals(before.narratives.select(said))
    assert after.contributions["description"].to_list() == before.contributions["description"].to_list()


def without(catalogue: Catalogue, **change: Any) -> Catalogue:
    return catalogue.model_copy(update=change)


def test_a_new_age_band_leaves_the_values_of_the_old_one_named_by_cell_and_keeps_the_rest() -> None:
    name = COLOMBIA.indicators["PROT-1"].name["es"]
    ages = COLOMBIA.codelists["age"]
    old_band = next(c for c in ages.codes.values() if c.parent == "child")
    old = filled(
        {0: 41},
        [
            {"indicator": name, "place": "Chocó", "age": old_band.labels["es"], "value": 7},
            {"indicator": name, "place": "Chocó", "value": 9},
        ],
        {},
    )
    ended = {
        k: c.model_copy(update={"valid_to": date(2024, 12, 31)}) if k == old_band.code else c
        for k, c in ages.codes.items()
    }
    lists = {**COLOMBIA.codelists, "age": ages.model_copy(update={"codes": ended})}
    today = without(COLOMBIA, codelists=lists)
    new, lost = again(old, today)
    value = openpyxl.load_workbook(io.BytesIO(old))[SHEETS["breakdowns"].name]
    cell = value.cell(6, columns(value)["value"]).coordinate
    assert [(x.sheet, x.cell, x.reason) for x in lost] == [(SHEETS["breakdowns"].name, cell, "category_gone")]
    said = read(new, today).observations.filter(pl.col("value").is_not_null())
    assert sorted(said["value"].to_list()) == [9, 41]
    words = list(intake.lost_lines(lost, today, "es"))
    assert words == [(SHEETS["breakdowns"].name, cell, "esta categoría no está en la lista de hoy")]


def test_an_indicator_that_is_asked_no_longer_and_content_of_ones_own_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled({0: 5}, [], {})))
    book.create_sheet("Mis cuentas")["A1"] = 1
    stream = io.BytesIO()
    book.save(stream)
    first = intake.indicators_of(COLOMBIA, "icbf", YEAR)[0].id
    today = without(COLOMBIA, indicators={k: i for k, i in COLOMBIA.indicators.items() if k != first})
    _, lost = again(stream.getvalue(), today)
    assert {(x.sheet, x.reason) for x in lost} == {
        (SHEETS["indicators"].name, "indicator_gone"),
        ("Mis cuentas", "unknown_sheet"),
    }


def test_the_plain_workbook_of_version_1_goes_into_the_template(project: Project) -> None:
    first = intake.indicators_of(COLOMBIA, "icbf", YEAR)[0]
    quarter = {"period_start": date(YEAR, 1, 1), "period_end": date(YEAR, 3, 31)}
    rows = [
        {"indicator": first.id, **first.headline, **quarter, "value": 31},
        {"indicator": first.id, **first.headline, **quarter, "place": "05", "value": 12, "source_title": "Boletín"},
    ]
    new, lost = again(write_submission(project, "icbf", YEAR, rows).read_bytes())
    said = read(new).observations.filter(pl.col("value").is_not_null())
    assert said.select("place", "value", "sheet").sort("value").rows() == [
        ("05", 12, SHEETS["breakdowns"].name),
        ("00", 31, SHEETS["indicators"].name),
    ]
    assert [x.reason for x in lost] == ["column_gone"]


@pytest.mark.parametrize("content", [b"", b"no workbook", "other"])
def test_what_is_not_a_workbook_of_this_organisation_and_year_gives_nothing(content: Any) -> None:
    other = blank(organisation="migracion") if content == "other" else content
    with pytest.raises(intake.Refused):
        again(other)


def test_the_command_writes_the_new_one_beside_the_old_and_lists_what_is_lost(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    old = tmp_path / "icbf_2025.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(filled({0: 5}, [], {})))
    book.create_sheet("Mis cuentas")["A1"] = 1
    book.save(old)
    kept = old.read_bytes()
    ask = ["template", "icbf", str(YEAR), "--from", str(old), "-o", str(tmp_path)]
    assert cli.main([*ask, "--lang", "es"]) == 0
    assert "Mis cuentas!A1" in capsys.readouterr().out
    assert old.read_bytes() == kept
    assert set(read((tmp_path / "icbf_2025_new.xlsx").read_bytes()).observations["value"].drop_nulls()) == {5}
    assert cli.main([*ask, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0]["cell"] == "A1"
    assert cli.main(["template", "migracion", str(YEAR), "--from", str(old), "--lang", "es"]) == 2
    assert "no es un libro de migracion" in capsys.readouterr().out

"""Workbooks as people send them: what is read, and what is refused with its address."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cpc_pipeline import intake, pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.desk import checking, questions
from cpc_pipeline.pipeline import taking_in
from cpc_pipeline.project import Project
from hypothesis import given, settings
from hypothesis import strategies as st

GOOD = {"indicator": "PREV-7", "value": 15}


def edited(path: Path, change: Any) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def codes(project: Project, path: Path) -> list[tuple[str, str]]:
    found, _, _ = checking.check_file(project, path)
    return sorted(zip(found["code"], found["cell"], strict=True))


def test_what_is_written_is_what_is_read_with_the_address_that_excel_shows(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, [GOOD, {"indicator": "PROT-1", "age": "child", "place": "05", "value": 0}])
    read = intake.take_in_arrival(intake.arrivals(project.folders.raw)[0], project.catalogue)
    assert read.findings.is_empty()
    sheet = openpyxl.load_workbook(path)["Indicadores - Indicators"]
    for row in read.observations.iter_rows(named=True):
        assert sheet[row["cell"]].value == row["value"]
    assert read.observations["value"].to_list() == [15, 0]
    assert read.observations["place"].to_list() == ["00", "05"]


def test_a_wrong_code_a_text_and_a_missing_sheet_give_three_findings_and_the_rest_is_loaded(
    project: Project, send: Any
) -> None:
    def spoil(book: Any) -> None:
        sheet = book["Indicadores - Indicators"]
        sheet["B5"] = "Antioqia"
        columns = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(6, columns["Valor / Value"]).value = "doce"
        del book["Contexto - Context"]

    edited(send("mininterior", 2023, [GOOD, GOOD | {"value": 2}, {"indicator": "PREV-8", "value": 7}]), spoil)
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    taken = pipeline.take_in(project, pipeline.todo(project).submissions)
    spoilt = next(t for t in taken if t.organisation == "mininterior")
    assert sorted(spoilt.findings["code"]) == ["missing_sheet", "text_in_number_cell", "unknown_code"]
    for language in ("en", "es"):
        words = questions.in_words(spoilt.findings, project, language)
        assert all(words["sheet"]) and all(words["cell"]) and all(words["message"]) and all(words["action"])
    pipeline.compute_measures(project)
    measures = pipeline.release_for(project, 2023).measures
    values = {r["indicator"]: r["actual"] for r in measures.filter(year=2023).iter_rows(named=True) if r["actual"]}
    assert values == {"PREV-8": 7, "PROT-11": 30}


def test_how_many_workbooks_are_taken_in_together_changes_nothing_that_is_found(
    project: Project, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year, value in ((2021, 20), (2022, 21), (2023, 400)):
        send("icbf", year, [{"indicator": "PROT-11", "value": value}])
        send("mininterior", year, [GOOD | {"value": value}])
    due = pipeline.todo(project, years=()).submissions
    told = []
    for together in (100, 1):
        monkeypatch.setattr(taking_in, "TOGETHER", together)
        shutil.rmtree(project.folders.warehouse.parent, ignore_errors=True)
        taken = pipeline.take_in(project, due)
        told.append([(t.organisation, t.year, t.verdict, t.findings.drop("observation_id").rows()) for t in taken])
    assert told[0] == told[1]
    assert any(row[5] == "jump" for _, year, _, rows in told[0] for row in rows if year == 2023)


@pytest.mark.parametrize(
    ("typed", "status", "code"),
    [
        (None, "blank", "blank_value"),
        (0, "reported", None),
        ("ND", "not_available", None),
        ("n/a", "not_applicable", None),
        ("no recolectado", "not_collected", None),
        ("<5", "suppressed_by_source", None),
        ("85-95", "range", None),
        ("1.234", "rejected", "ambiguous_number"),
        ("12", "reported", "number_as_text"),
        ("muchas", "rejected", "text_in_number_cell"),
    ],
)
def test_blank_zero_and_every_kind_of_missing_stay_apart(
    project: Project, send: Any, typed: Any, status: str, code: str | None
) -> None:
    send("mininterior", 2023, [{"indicator": "PREV-7", "value": typed, "unit": "calls"}])
    read = intake.take_in_arrival(intake.arrivals(project.folders.raw)[0], project.catalogue)
    assert read.observations["status"].to_list() == [status]
    assert (read.observations["value"][0] is None) == (status != "reported")
    assert read.findings["code"].to_list() == ([code] if code else [])


def test_a_formula_without_a_stored_result_is_not_taken_for_a_blank(project: Project, send: Any) -> None:
    def formula(book: Any) -> None:
        sheet = book["Indicadores - Indicators"]
        columns = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(5, columns["Valor / Value"]).value = "=7*6"

    path = edited(send("mininterior", 2023, [GOOD]), formula)
    assert [code for code, _ in codes(project, path)] == ["formula_without_result"]


def test_a_column_that_nobody_declared_is_named_and_not_dropped_in_silence(project: Project, send: Any) -> None:
    def add(book: Any) -> None:
        sheet = book["Indicadores - Indicators"]
        last = sheet.max_column + 1
        sheet.cell(4, last).value = "Barrio"
        sheet.cell(5, last).value = "x"

    assert [c for c, _ in codes(project, edited(send("mininterior", 2023, [GOOD]), add))] == ["unknown_heading"]


def test_a_stray_cell_at_the_end_of_the_sheet_is_refused_and_does_not_end_the_process(
    project: Project, send: Any
) -> None:
    path = edited(
        send("mininterior", 2023, [GOOD]), lambda book: book["Indicadores - Indicators"].__setitem__("XFD1048576", 1)
    )
    assert [code for code, _ in codes(project, path)] == ["file_too_large"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html></html>", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_workbook_is_a_finding(project: Project, content: bytes) -> None:
    path = project.folders.raw / "2023" / "icbf" / "x.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    (taken,) = pipeline.take_in(project, pipeline.todo(project).submissions)
    assert taken.verdict == "returned"
    assert taken.findings.height == 1


CATALOGUE: Catalogue = load("colombia")


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_damaged_workbook_never_raises(position: int, byte: int) -> None:
    source = sorted((Path(__file__).parent.parent / "data" / "raw" / "colombia").glob("*/icbf/*.xlsx"))[0]
    content = bytearray(source.read_bytes())
    content[position % len(content)] = byte
    intake.take_in(bytes(content), name="x", submission_id="x", organisation="icbf", year=2013, catalogue=CATALOGUE)


def test_the_same_rows_give_the_same_bytes(project: Project, send: Any) -> None:
    first = send("icbf", 2023, [GOOD], name="a.xlsx").read_bytes()
    second = send("icbf", 2023, [GOOD], name="b.xlsx").read_bytes()
    assert first == second
    assert zipfile.is_zipfile(project.folders.raw / "2023" / "icbf" / "a.xlsx")


def test_a_file_of_which_nobody_is_known_to_be_the_sender_is_named_until_it_is_moved(
    project: Project, send: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cpc_pipeline import cli, pipeline
    from cpc_pipeline.desk import questions

    good = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    raw = project.folders.raw
    for name in (
        "loose.xlsx",
        "99999999999/icbf/x.xlsx",
        "0000/icbf/x.xlsx",
        "2023/nobody/x.xlsx",
        "1999/icbf/x.xlsx",
        "2023/icbf/deeper/x.xlsx",
    ):
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(good.read_bytes())
    found = dict(questions.unplaced(project).iter_rows())
    assert found == {
        "loose.xlsx": "misplaced",
        "99999999999/icbf/x.xlsx": "misplaced",
        "0000/icbf/x.xlsx": "misplaced",
        "2023/icbf/deeper/x.xlsx": "misplaced",
        "2023/nobody/x.xlsx": "unknown_organisation",
        "1999/icbf/x.xlsx": "unknown_year",
    }
    taken = pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    assert {(t.organisation, t.year): t.verdict for t in taken} == {
        ("icbf", 2023): "accepted",
        ("nobody", 2023): "returned",
        ("icbf", 1999): "returned",
    }
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    assert cli.main(["status", "2023", "--lang", "es"]) == 0
    said = capsys.readouterr().out
    assert "6 archivos no tienen remitente conocido" in said and "loose.xlsx" in said


def test_only_the_folders_that_are_asked_for_are_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, organisation in ((2024, "works"), (2025, "works"), (2025, "guards")):
        file = tmp_path / str(year) / organisation / "annual.xlsx"
        file.parent.mkdir(parents=True)
        file.write_bytes(f"{year} {organisation}".encode())
    (tmp_path / "2025" / "guards" / "further").mkdir()
    whole = {a.relative: a.sha256 for a in intake.arrivals(tmp_path)}
    listed: list[str] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (listed.append(Path(path).name), real(path))[1])
    asked = intake.arrivals(tmp_path, keys={("guards", 2025)})
    assert [(a.relative, a.sha256) for a in asked] == [(name := "2025/guards/annual.xlsx", whole[name])]
    assert {"2024", "works", "further"}.isdisjoint(listed) and "guards" in listed

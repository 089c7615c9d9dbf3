"""The template: what is asked, what is shown, and that what is filled in is what is read."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import cli, contracts, intake, pipeline, validation
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, load
from cpc_pipeline.desk import questions
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

CATALOGUE: Catalogue = load("colombia")
NOTHING = contracts.empty(contracts.observations_frame(CATALOGUE.dimension_ids))
YEAR = 2025
REPORTING = [o for o in CATALOGUE.organisations if intake.indicators_of(CATALOGUE, o, YEAR)]
SHEETS = CATALOGUE.header.sheets
SECRET = "La niña se llama Fulana de Tal"


def blank(organisation: str = "migracion", language: str = "es") -> bytes:
    return intake.template_bytes(CATALOGUE, organisation, YEAR, language, NOTHING)


def filled(content: bytes, fill: Callable[[Any], None]) -> bytes:
    """The workbook with cells written in, saved by a program that keeps formulas and drops their results."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def take_in(content: bytes, organisation: str = "migracion") -> intake.Intake:
    return intake.take_in(
        content, name="x", submission_id="x", organisation=organisation, year=YEAR, catalogue=CATALOGUE
    )


def sheet(book: Any, role: str) -> Any:
    return book[SHEETS[role].name]


def column(found: Any, field: str) -> int:
    """By the row of field names, which stands below the headings."""
    return next(c.column for c in found[5] if c.value == field)


def value_cells(book: Any) -> list[Any]:
    indicators = sheet(book, "indicators")
    return [row[0] for row in indicators.iter_rows(6, indicators.max_row, *[column(indicators, "value")] * 2)]


# Six decimals: the program that fills the cells in here writes no more than 16 digits of a float.
decimals = st.integers(0, 10**8).map(lambda number: number / 10**6)
typed = st.one_of(st.none(), st.integers(0, 10**9), decimals, st.sampled_from(["ND", "N/A", "no recolectado"]))


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data(), organisation=st.sampled_from(REPORTING), language=st.sampled_from(CATALOGUE.languages))
def test_what_is_filled_in_is_what_is_read(data: st.DataObject, organisation: str, language: str) -> None:
    said: dict[str, Any] = {}

    def fill(book: Any) -> None:
        for cell in value_cells(book):
            cell.value = said[cell.coordinate] = data.draw(typed)

    asked = take_in(blank(organisation, language), organisation).observations
    read = take_in(filled(blank(organisation, language), fill), organisation).observations
    assert read["cell"].to_list() == list(said)
    for row in read.iter_rows(named=True):
        value = said[row["cell"]]
        number = isinstance(value, int | float)
        assert row["value"] == (value if number else None)
        assert (row["status"] == "reported") == number
        assert (row["status"] == "blank") == (value is None)
    # What each number is about survives a program that drops the results of formulas.
    about = ["series", "place", "period_start", "period_end", "unit", *CATALOGUE.dimension_ids]
    assert read.select(about).equals(asked.select(about))


@pytest.mark.parametrize("organisation", REPORTING)
def test_every_organisation_that_reports_gets_a_template_with_nothing_hidden(organisation: str) -> None:
    content = blank(organisation)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [s.title for s in book] == [s.name for r, s in SHEETS.items() if r not in ("context", "feedback")]
    assert {"language", "language_number", "entry_values", "missing_marks", "list_place"} <= set(book.defined_names)
    for each in book:
        assert each.sheet_state == "visible"
        assert each.protection.sheet
        assert not any(d.hidden for d in [*each.row_dimensions.values(), *each.column_dimensions.values()])
    for role in ("indicators", "breakdowns", "narrative", "contributions"):
        assert sheet(book, role).data_validations.dataValidation
        assert sheet(book, role).freeze_panes
    assert b"lockStructure" in zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    assert all(not cell.protection.locked for cell in value_cells(book))


def test_every_indicator_is_asked_once_for_each_period_of_its_frequency() -> None:
    rows = take_in(blank("icbf"), "icbf").observations
    due = {"monthly": 12, "quarterly": 4, "annual": 1}
    own = [i for i in CATALOGUE.indicators.values() if "icbf" in i.reporters]
    assert dict(rows["series"].value_counts().iter_rows()) == {i.id: due[i.frequency] for i in own}
    assert set(rows.filter(series="PROT-3")["age"]) == {"child"}
    assert set(rows.filter(series="PROT-3")["form"]) == {"forced_recruitment"}
    quarters = rows.filter(series="PROT-1")["period_end"].to_list()
    assert quarters == [date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31)]


def test_every_formula_holds_the_result_that_its_stored_texts_give_in_either_language() -> None:
    for language in CATALOGUE.languages:
        content = blank("icbf", language)
        formulas, results = (openpyxl.load_workbook(io.BytesIO(content), data_only=d) for d in (False, True))
        texts = sheet(formulas, "texts")
        number = sheet(results, "texts")["B3"].value
        assert texts.cell(4, number + 1).value == CATALOGUE.wording.text("template.language_name", language)
        seen = 0
        for each in formulas:
            for cell in (c for row in each.iter_rows() for c in row if str(c.value).startswith("=INDEX")):
                (line,) = set(re.findall(r"\$[A-Z]\$(\d+)", cell.value))
                assert results[each.title][cell.coordinate].value == texts.cell(int(line), number + 1).value
                seen += 1
        assert seen > 300


def test_a_blank_template_is_returned_as_empty_and_does_not_shout() -> None:
    read = take_in(blank())
    assert set(read.observations["status"]) == {"blank"}
    by_code = dict(read.findings.select("code", "severity").iter_rows())
    assert by_code == {
        "blank_values": "note",
        "empty_submission": "return",
        "blank_sheet": "note",
        "not_signed_off": "query",
    }
    assert read.findings.filter(code="blank_values").height == 1


def test_what_is_missing_in_the_sign_off_is_called_by_its_name_in_each_language() -> None:
    (row,) = take_in(blank()).findings.filter(code="not_signed_off").to_dicts()
    lines, labels = json.loads(row["params"])["lines"], CATALOGUE.header.sign_off
    for language in CATALOGUE.languages:
        assert all(label[language] in lines[language] for label in labels.values())


def test_one_text_in_a_number_cell_is_one_finding_with_its_cell() -> None:
    def fill(book: Any) -> None:
        for cell in value_cells(book):
            cell.value = 1
        value_cells(book)[2].value = "unas cuantas"

    found = take_in(filled(blank(), fill)).findings.filter(~pl.col("code").is_in(["blank_sheet", "not_signed_off"]))
    cell = value_cells(openpyxl.load_workbook(io.BytesIO(blank())))[2].coordinate
    assert found.select("code", "sheet", "cell").rows() == [("text_in_number_cell", SHEETS["indicators"].name, cell)]


def test_a_number_typed_into_a_row_prepared_for_another_indicator_is_asked_about() -> None:
    def fill(book: Any) -> None:
        for cell in value_cells(book):
            cell.value = 1
        indicators = sheet(book, "indicators")
        named = column(indicators, "indicator")
        prepared.extend([indicators.cell(6, named).value, indicators.cell(6, named).coordinate])
        other = next(c.value for c in next(indicators.iter_cols(named, named, 6)) if c.value != prepared[0])
        indicators.cell(6, named).value = other
        prepared.append(other)

    prepared: list[Any] = []
    read = take_in(filled(blank(), fill))
    found = read.findings.filter(code="typed_over")
    assert found.select("cell", "severity", "found", "expected").rows() == [
        (prepared[1], "query", prepared[2], prepared[0])
    ]
    assert read.observations.filter(row=6)["series"].to_list() == [prepared[2]]
    words = validation.render(found, CATALOGUE, "es")
    assert f"«{prepared[2]}» donde la plantilla decía {prepared[0]}" in words["message"][0]


def test_a_prepared_row_that_was_copied_to_add_a_place_is_nothing_to_ask_about() -> None:
    def fill(book: Any) -> None:
        for cell in value_cells(book):
            cell.value = 1
        indicators = sheet(book, "indicators")
        below = indicators.max_row + 1
        for cell in indicators[6]:
            indicators.cell(below, cell.column).value = cell.value
        quarter = column(indicators, "period_end")
        indicators.cell(below, quarter).value = f"{YEAR}-11-30"

    read = take_in(filled(blank(), fill))
    assert "typed_over" not in read.findings["code"].to_list()
    assert f"{YEAR}-11-30" in read.observations["period_end"].cast(pl.String).to_list()


def test_a_column_that_belongs_on_another_sheet_is_named_and_not_dropped_in_silence() -> None:
    def fill(book: Any) -> None:
        breakdowns = sheet(book, "breakdowns")
        last = breakdowns.max_column + 1
        breakdowns.cell(5, last).value = CATALOGUE.headings["evidence"].labels["es"]
        breakdowns.cell(6, last).value = "x"

    found = take_in(filled(blank(), fill)).findings
    assert "unknown_heading" in set(found["code"])


def test_a_breakdown_chosen_from_the_lists_of_either_language_is_read() -> None:
    def fill(book: Any) -> None:
        breakdowns = sheet(book, "breakdowns")
        name = CATALOGUE.indicators["PROT-1"].name
        for row, sex in ((6, "Mujer"), (7, "Female")):
            said = {"indicator": name["en" if row == 7 else "es"], "sex": sex, "place": "Antioquia", "value": row}
            for field, value in said.items():
                breakdowns.cell(row, column(breakdowns, field)).value = value

    read = take_in(filled(blank(), fill)).observations.filter(sheet=SHEETS["breakdowns"].name)
    assert read.select("series", "sex", "place", "value").rows() == [
        ("PROT-1", "female", "05", 6.0),
        ("PROT-1", "female", "05", 7.0),
    ]


def write_words(book: Any) -> None:
    for cell in value_cells(book):
        cell.value = 1
    narrative, contributions, signed = (sheet(book, r) for r in ("narrative", "contributions", "sign_off"))
    narrative.cell(7, column(narrative, "text")).value = SECRET
    for field, value in {
        "contribution_kind": "Presupuesto",
        "amount": 5e6,
        "currency": "COP",
        "in_force": "Sí",
    }.items():
        contributions.cell(6, column(contributions, field)).value = value
    contributions.cell(6, column(contributions, "description")).value = SECRET
    for row, value in ((6, "Subdirección"), (7, "Subdirectora"), (8, date(2026, 2, 1))):
        signed.cell(row, 2).value = value


def test_narrative_contributions_and_sign_off_are_stored_and_said_nowhere_else(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    path = project.folders.raw / str(YEAR) / "migracion" / "annual.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(filled(blank(), write_words))
    (taken,) = pipeline.take_in(project, [("migracion", YEAR)])
    assert taken.findings["code"].to_list() == []
    (receipt,) = (project.folders.receipts / str(YEAR)).iterdir()
    assert "Textos           1; una persona los leerá antes de imprimir alguno" in receipt.read_text(encoding="utf-8")
    with Warehouse(project.folders.warehouse, CATALOGUE.dimension_ids) as warehouse:
        told, given_rows = warehouse.narratives(), warehouse.contributions()
    about = told.select("objective", "section", "language", "text").rows()
    assert about[0] == ("prevention", "challenges", "es", SECRET)
    assert told["section"].to_list()[1:] == ["sign_off.office", "sign_off.role", "sign_off.date"]
    assert told["text"].to_list()[1:] == ["Subdirección", "Subdirectora", "2026-02-01"]
    assert given_rows.select("contribution_kind", "amount", "currency", "in_force", "description").rows() == [
        ("cash", 5e6, "COP", "yes", SECRET)
    ]
    pipeline.compute_measures(project)
    release = pipeline.release_for(project, YEAR)
    said = [release.measures, release.observations, release.findings, release.submissions, release.context]
    assert not any(SECRET in str(frame.to_dicts()) for frame in said)
    assert SECRET not in caplog.text
    path.write_bytes(filled(blank(), lambda book: setattr(value_cells(book)[0], "value", 3)))
    pipeline.take_in(project, [("migracion", YEAR)])
    with Warehouse(project.folders.warehouse, CATALOGUE.dimension_ids) as warehouse:
        assert warehouse.narratives().is_empty()
        assert warehouse.contributions().is_empty()


def test_a_long_text_an_unknown_kind_and_an_identity_number_are_named_by_cell_without_their_words() -> None:
    def fill(book: Any) -> None:
        write_words(book)
        narrative = sheet(book, "narrative")
        narrative.cell(6, column(narrative, "text")).value = "x" * 2001
        sheet(book, "contributions").cell(7, 1).value = "Otra cosa"
        sheet(book, "contributions").cell(7, 4).value = "mucho"
        sheet(book, "sign_off")["B7"].value = "52.123.456"

    read = take_in(filled(blank(), fill))
    found = {row["code"]: (row["cell"], row["found"]) for row in read.findings.iter_rows(named=True)}
    assert found["text_too_long"] == ("C6", "")
    assert found["identity_number"] == ("B7", "")
    assert found["unknown_code"][0] == "A7"
    assert found["text_in_number_cell"][0] == "D7"
    assert not read.narratives["text"].str.contains("52").any()
    assert read.contributions["amount"].to_list() == [5e6, None]


def versioned(version: object, *without: str) -> bytes:
    def fill(book: Any) -> None:
        cover = sheet(book, "cover")
        next(row[1] for row in cover.iter_rows() if "Format version" in str(row[0].value)).value = version
        for cell in value_cells(book):
            cell.value = 1
        for role in without:
            del book[SHEETS[role].name]

    return filled(blank(), fill)


def test_an_older_template_is_read_and_what_it_had_no_sheet_for_is_named() -> None:
    read = take_in(versioned(1, "narrative"))
    (old,) = read.findings.filter(code="older_format").to_dicts()
    assert old["severity"] == "note"
    assert SHEETS["narrative"].name in old["params"]
    assert set(read.observations["value"]) == {1.0}


@pytest.mark.parametrize(("version", "code"), [(99, "newer_format"), ("dos", "bad_format")])
def test_a_newer_or_unreadable_version_is_returned(version: object, code: str) -> None:
    assert ("return", code) in take_in(versioned(version)).findings.select("severity", "code").rows()


def test_every_finding_about_a_template_has_words_in_both_languages(project: Project) -> None:
    frames = [take_in(c).findings for c in (blank(), versioned(1, "narrative"), versioned(99), versioned("dos"))]
    for language in CATALOGUE.languages:
        words = questions.in_words(pl.concat(frames), project, language)
        assert not words["message"].str.contains(r"[{}]").any()


def test_last_year_and_target_stand_beside_the_value_and_are_not_read(project: Project, send: Any) -> None:
    quarters = {"period_start": date(YEAR - 1, 1, 1), "period_end": date(YEAR - 1, 3, 31)}
    send("icbf", YEAR - 1, [{"indicator": "PROT-11", "value": 30, **quarters}, {"indicator": "PROT-9", "age": "child"}])
    pipeline.take_in(project, pipeline.todo(project).submissions)
    content = questions.template(project, "icbf", YEAR, "en")
    indicators = sheet(openpyxl.load_workbook(io.BytesIO(content), data_only=True), "indicators")
    cells = {
        (row[0].value, row[column(indicators, "period_start") - 1].value.month): row
        for row in indicators.iter_rows(6, indicators.max_row)
    }
    last, target = column(indicators, "last_value") - 1, column(indicators, "target_shown") - 1
    assert cells["PROT-11", 1][last].value == 30
    assert cells["PROT-11", 4][last].value == "no value"
    assert cells["PROT-11", 1][target].value == "no target set"
    assert set(take_in(content, "icbf").observations["status"]) == {"blank"}


def test_blank_quarters_are_not_reported_ones_and_hide_no_others(project: Project) -> None:
    def fill(book: Any) -> None:
        indicators = sheet(book, "indicators")
        mine = [row[0].row for row in indicators.iter_rows(6, indicators.max_row) if row[0].value == "PROT-11"]
        for row in mine[:2]:
            indicators.cell(row, column(indicators, "value")).value = 10

    path = project.folders.raw / str(YEAR) / "icbf" / "annual.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(filled(blank("icbf"), fill))
    pipeline.take_in(project, [("icbf", YEAR)])
    pipeline.compute_measures(project)
    measures = pipeline.release_for(project, YEAR).measures.filter(year=YEAR, organisation="icbf")
    known = {r["indicator"]: (r["actual"], r["status"], r["completeness"]) for r in measures.iter_rows(named=True)}
    assert known["PROT-11"] == (20, "partial", "2/4")
    assert known["PROT-8"] == (None, "blank", "0/4")
    assert known["PROT-9"] == (None, "blank", "0/1")


def test_the_same_content_gives_the_same_bytes() -> None:
    assert blank() == blank()


def test_a_compact_that_declares_too_little_for_a_template_is_told_what() -> None:
    less = {role: s for role, s in SHEETS.items() if role != "lists"}
    poor = CATALOGUE.model_copy(update={"header": CATALOGUE.header.model_copy(update={"sheets": less})})
    with pytest.raises(CatalogueFaults, match="there is no 'lists'"):
        intake.template_bytes(poor, "icbf", YEAR, "es", NOTHING)


def test_the_command_writes_once_never_over_what_may_be_filled_in_and_explains_itself(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    folder = project.folders.root / "out"
    ask = ["template", "mincit", str(YEAR), "-o", str(folder), "--lang", "es"]
    assert cli.main(ask) == 0
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert cli.main(ask) == 0
    path.write_bytes(b"filled in")
    assert cli.main(ask) == 2
    assert path.read_bytes() == b"filled in"
    capsys.readouterr()
    assert cli.main(["template", "icfb", str(YEAR), "--lang", "es"]) == 2
    assert "¿Quiso decir: icbf" in capsys.readouterr().out
    assert cli.main(["template", "icbf", "1999", "--lang", "en"]) == 2
    assert "1999 is not a year" in capsys.readouterr().out
    assert cli.main(["template", str(YEAR)]) == 2
    assert cli.main(["template", "--all", str(YEAR), "-o", str(folder / "all")]) == 0
    assert len(list(Path(folder / "all").iterdir())) == len(REPORTING)

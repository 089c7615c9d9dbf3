"""What people want of a workbook that travels, each as one of them would try it, in invented countries."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import intake, measures, pipeline
from cpc_pipeline.catalogue import Catalogue, Waiver, load
from cpc_pipeline.desk import checking, questions, revisions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import quarter, write_submission

pytestmark = pytest.mark.slow

OURS = "Revisión - Feedback"
BECAUSE = "La nueva sede abrió en marzo"


@pytest.fixture
def arcadian(tmp_path: Path, arcadia: Catalogue) -> Project:
    return Project(Folders(tmp_path / "a project", "arcadia"), arcadia)


def whole(value: float) -> list[dict[str, Any]]:
    """What the courts count: one number for the whole year."""
    return [{"indicator": "JUS-1", "value": value}]


def took(project: Project, organisation: str, year: int, as_of: date | None = None) -> pipeline.TakenIn:
    (taken,) = pipeline.take_in(project, [(organisation, year)], as_of=as_of)
    return taken


def feedback(project: Project, path: Path, language: str = "es") -> bytes:
    found, _, _ = checking.check_file(project, path)
    return checking.annotate(project, path, found, language)


def listed(content: bytes) -> list[tuple[Any, ...]]:
    """Rows of the list in an annotated workbook, without its heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[OURS].iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if row[6] in ("Correcto porque …", "Correct because …"))
    return [row for row in rows[top + 1 :] if row[0]]


def reply(content: bytes, code: str, text: str) -> bytes:
    """Write into the reply column of a finding, as a person does, and save."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    (row,) = (row for row in book[OURS].iter_rows() if str(row[7].value).startswith(f"{code}#"))
    row[6].value = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- odd values are questioned, and answered once ----------------------------------------------------------


def history(project: Project) -> None:
    for year, value in ((2021, 44), (2022, 40), (2023, 47)):
        write_submission(project, "courts", year, whole(value))
        took(project, "courts", year)


def test_a_value_ten_times_as_large_is_questioned_with_the_earlier_years_in_words_and_as_bars(
    arcadian: Project,
) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    (row,) = (r for r in listed(feedback(arcadian, path)) if str(r[7]).startswith("jump#"))
    assert row[2] == "responda, por favor"
    title, said, *bars = row[3].split("\n")
    assert title == "Cambio grande"
    assert "2021: 44, 2022: 40, 2023: 47" in said
    assert [bar.split(" ")[0] for bar in bars] == ["2021", "2022", "2023", "2024"]
    assert [bar.count("█") for bar in bars] == [2, 1, 2, 16]


def test_a_reply_in_its_column_answers_the_question_and_the_value_counts(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    first = took(arcadian, "courts", 2024)
    assert ("jump", "query") in first.findings.select("code", "severity").rows()
    path.write_bytes(reply(feedback(arcadian, path), "jump", BECAUSE))
    again = took(arcadian, "courts", 2024)
    assert again.findings.filter(code="jump")["severity"].to_list() == ["note"]
    with arcadian.open_warehouse() as warehouse:
        kept = warehouse.replies()
        values = warehouse.counting().filter(series="JUS-1", reporting_year=2024)
    assert values["value"].to_list() == [450]
    assert kept.select("code", "rule", "language", "text").rows() == [("jump", "jumps", "es", BECAUSE)]
    assert kept["observation_id"].to_list() == values["observation_id"].to_list()
    words = questions.in_words(again.findings.filter(code="jump"), arcadian, "es").to_dicts()[0]
    assert "Usted ya respondió" in words["message"] and words["action"] == "No hace falta hacer nada."


def test_a_reply_to_one_value_does_not_answer_for_another(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    book = openpyxl.load_workbook(io.BytesIO(reply(feedback(arcadian, path), "jump", BECAUSE)))
    cell = next(c for row in book["Indicadores - Indicators"].iter_rows() for c in row if c.value == 450)
    cell.value = 900
    book.save(path)
    assert took(arcadian, "courts", 2024).findings.filter(code="jump")["severity"].to_list() == ["query"]
    rows = listed(feedback(arcadian, path))
    assert [(r[2], r[6]) for r in rows if str(r[7]).startswith("jump#")] == [
        ("responda, por favor", None),
        ("respuesta a una observación anterior", BECAUSE),
    ]


def test_next_year_the_same_question_says_that_it_was_answered_and_offers_the_reason(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    path.write_bytes(reply(feedback(arcadian, path), "jump", BECAUSE))
    took(arcadian, "courts", 2024)
    later = write_submission(arcadian, "courts", 2025, whole(40))
    (row,) = (r for r in listed(feedback(arcadian, later)) if str(r[7]).startswith("jump#"))
    assert f"Lo mismo se preguntó en 2024. Usted respondió: «{BECAUSE}»" in row[3]
    assert row[2] == "responda, por favor" and row[6] is None
    stored = took(arcadian, "courts", 2025).findings.filter(code="jump").to_dicts()[0]
    assert json.loads(stored["params"])["answered_in"] == 2024
    assert BECAUSE not in str(stored)


def beside(content: bytes, field: str) -> list[tuple[Any, Any]]:
    """What stands in a column of the pre-filled rows, and the indicator of each row, of those that say something."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Indicadores - Indicators"]
    names = {cell.value: cell.column for cell in sheet[5]}
    rows = range(6, sheet.max_row + 1) if field in names else ()
    said = [(sheet.cell(row, names["indicator"]).value, sheet.cell(row, names[field]).value) for row in rows]
    return [(indicator, text) for indicator, text in said if text]


def test_the_template_of_next_year_shows_question_and_answer_beside_the_cell(arcadian: Project) -> None:
    history(arcadian)
    assert beside(questions.template(arcadian, "courts", 2024, "es"), "last_question") == []
    path = write_submission(arcadian, "courts", 2024, whole(450))
    took(arcadian, "courts", 2024)
    asked = beside(questions.template(arcadian, "courts", 2025, "en"), "last_question")
    assert asked == [("JUS-1", "2024: Large change. It was not answered.")]
    path.write_bytes(reply(feedback(arcadian, path), "jump", BECAUSE))
    took(arcadian, "courts", 2024)
    content = questions.template(arcadian, "courts", 2025, "es")
    assert beside(content, "last_question") == [("JUS-1", f"2024: Cambio grande. Usted respondió: «{BECAUSE}»")]
    read = intake.take_in(
        content, name="x", submission_id="x", organisation="courts", year=2025, catalogue=arcadian.catalogue
    )
    assert read.observations["value"].is_null().all()
    assert BECAUSE not in str(read.observations.to_dicts()) + str(read.findings.to_dicts())


def test_a_reply_that_may_name_somebody_is_not_written_into_the_next_template(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    path.write_bytes(reply(feedback(arcadian, path), "jump", "Lo confirma jefa@ejemplo.org"))
    took(arcadian, "courts", 2024)
    content = questions.template(arcadian, "courts", 2025, "es")
    assert all("@" not in text for _, text in beside(content, "last_question"))


# --- exceptions are on the record ---------------------------------------------------------------------------


def with_waiver(project: Project, **change: Any) -> Project:
    waiver = Waiver(
        **{
            "id": "W-1",
            "organisation": "courts",
            "rule": "bounds",
            "indicators": ["JUS-1"],
            "reason": {"en": "A correction of the year before", "es": "Una corrección del año anterior"},
            "allowed_by": "Arcadian Council",
            "granted": date(2025, 1, 10),
            "until": date(2025, 3, 31),
            "decision": "invented-1",
            **change,
        }
    )
    return Project(project.folders, project.catalogue.model_copy(update={"waivers": (waiver,)}))


def test_a_waiver_lets_a_finding_pass_until_it_expires_and_then_it_is_back(arcadian: Project) -> None:
    project = with_waiver(arcadian)
    write_submission(project, "courts", 2024, whole(-2))
    during, after = date(2025, 3, 31), date(2025, 4, 1)
    allowed = took(project, "courts", 2024, as_of=during).findings.filter(code="out_of_range")
    assert allowed["severity"].to_list() == ["note"]
    said = questions.in_words(allowed, project, "en")["message"][0]
    assert said.endswith("Allowed by Arcadian Council until 2025-03-31: A correction of the year before")
    with project.open_warehouse() as warehouse:
        assert warehouse.counting().filter(series="JUS-1")["value"].to_list() == [-2]
    assert pipeline.todo(project, as_of=during).submissions == ()
    assert pipeline.todo(project, as_of=after).submissions == (("courts", 2024),)
    back = took(project, "courts", 2024, as_of=after)
    assert back.findings.filter(code="out_of_range")["severity"].to_list() == ["reject"]
    assert back.verdict == "partly_accepted"


@pytest.mark.parametrize(
    "scope", [{"organisation": "care"}, {"indicators": ["JUS-2"]}, {"years": [2023]}, {"rule": "jumps"}]
)
def test_a_waiver_reaches_no_further_than_it_says(arcadian: Project, scope: dict[str, Any]) -> None:
    project = with_waiver(arcadian, **scope)
    write_submission(project, "courts", 2024, whole(-2))
    found = took(project, "courts", 2024, as_of=date(2025, 2, 1)).findings.filter(code="out_of_range")
    assert found["severity"].to_list() == ["reject"]


def test_what_the_reader_could_not_make_out_cannot_be_allowed(arcadian: Project) -> None:
    project = with_waiver(arcadian, rule=None, code="text_in_number_cell")
    write_submission(project, "courts", 2024, [{"indicator": "JUS-1", "value": "many"}])
    found = took(project, "courts", 2024, as_of=date(2025, 2, 1)).findings
    assert found.filter(code="text_in_number_cell")["severity"].to_list() == ["reject"]


# --- my mistakes come back in my own file ---------------------------------------------------------------------

WRONG = {"not_known": "n/d", "negative": -3, "half": "12,5", "deleted": None, "place": "Antioqia"}


@pytest.fixture
def colombian(tmp_path: Path, colombia: Catalogue) -> Project:
    return Project(Folders(tmp_path / "a project", "colombia"), colombia)


def good(project: Project, organisation: str = "icbf", year: int = 2025) -> tuple[openpyxl.Workbook, dict[str, Any]]:
    """The Spanish template of a ministry, filled in without a mistake; and the cells in which mistakes will be made."""
    book = openpyxl.load_workbook(io.BytesIO(questions.template(project, organisation, year, "es")))
    sheets = {role: book[s.name] for role, s in project.catalogue.header.sheets.items() if s.name in book.sheetnames}
    column = {role: {c.value: c.column for c in sheets[role][5]} for role in ("indicators", "breakdowns", "narrative")}
    numbers = sheets["indicators"]
    kinds = project.catalogue.indicators
    counts = []
    for row in range(6, numbers.max_row + 1):
        cell = numbers.cell(row, column["indicators"]["value"], 1)
        if kinds[numbers.cell(row, 1).value].kind == "count":
            counts.append(cell)
    for field, value in {
        "indicator": counts[0].parent.cell(counts[0].row, 1).value,
        "place": "Chocó",
        "value": 1,
    }.items():
        sheets["breakdowns"].cell(6, column["breakdowns"][field], value)
    sheets["narrative"].cell(6, column["narrative"]["text"], "Avances (texto inventado).")
    sheets["contributions"]["C6"] = "Aporte inventado"
    for row, value in ((6, "Subdirección"), (7, "Subdirectora"), (8, date(2026, 2, 1))):
        sheets["sign_off"].cell(row, 2, value)
    place = sheets["breakdowns"].cell(6, column["breakdowns"]["place"])
    return book, dict(zip(WRONG, [*counts[:4], place], strict=True))


def spoilt(project: Project) -> tuple[Path, dict[str, Any]]:
    """That workbook with the five mistakes of the want, where the submissions of the ministry arrive."""
    book, cells = good(project)
    for key, cell in cells.items():
        cell.value = WRONG[key]
    path = project.folders.raw / "2025" / "icbf" / "informe.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    return path, cells


def test_a_good_workbook_comes_back_without_a_word(colombian: Project) -> None:
    book, _ = good(colombian)
    path = colombian.folders.raw / "2025" / "icbf" / "informe.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    taken = took(colombian, "icbf", 2025)
    assert (taken.findings.height, taken.verdict) == (0, "accepted")


@pytest.mark.parametrize("language", ["es", "en"])
def test_five_mistakes_come_back_as_five_items_in_the_own_file(colombian: Project, language: str) -> None:
    path, cells = spoilt(colombian)
    took(colombian, "icbf", 2025)
    if language == "es":  # what was dropped comes back by itself, in the language of the ministry
        (written,) = (colombian.folders.feedback / "2025" / "icbf").iterdir()
        content = written.read_bytes()
    else:
        content = feedback(colombian, path, language)
    rows = listed(content)
    assert len(rows) == 5
    at = {key: (cell.parent.title, cell.coordinate) for key, cell in cells.items()}
    assert sorted((r[0], r[1]) for r in rows) == sorted(at.values())
    what = {(r[0], r[1]): r[3] for r in rows}
    quoted = {"en": "“{}”", "es": "«{}»"}[language].format
    for key, said in (
        ("not_known", quoted("n/d")),
        ("negative", "-3 "),
        ("half", "12,5 "),
        ("place", quoted("Antioqia")),
    ):
        assert said in what[at[key]]
    assert all(all(row[3:6]) for row in rows)  # what was found, what is expected, what to do
    assert "Antioquia" in next(r[4] for r in rows if (r[0], r[1]) == at["place"])
    heading = {"es": "Qué hacer", "en": "What to do"}[language]
    book, sent = openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(path)
    links = {c.hyperlink.location for row in book[OURS].iter_rows() for c in row if c.hyperlink}
    cards = {link for link in links if link.startswith("'Definiciones - Definitions'!")}
    assert links - cards == {f"'{sheet}'!{cell}" for sheet, cell in at.values()}
    (card,) = cards  # all five are about one indicator
    about = sent["Indicadores - Indicators"].cell(cells["half"].row, 1).value
    assert sent["Definiciones - Definitions"][card.split("!")[1]].value == about
    marked = set()
    for before in sent:
        for row in before.iter_rows():
            for cell in row:
                after = book[before.title][cell.coordinate]
                assert after.value == cell.value
                if after.comment is not None and heading in after.comment.text:
                    marked.add((before.title, cell.coordinate))
                    assert repr(after.fill) != repr(cell.fill)
                else:
                    assert repr(after.fill) == repr(cell.fill)
    assert marked == set(at.values())


def test_every_part_of_the_package_but_the_marked_sheets_is_the_same_bytes(colombian: Project) -> None:
    import zipfile

    path, cells = spoilt(colombian)
    old, new = (zipfile.ZipFile(io.BytesIO(c)) for c in (path.read_bytes(), feedback(colombian, path)))
    changed = {n for n in old.namelist() if n not in new.namelist() or old.read(n) != new.read(n)}
    order = openpyxl.load_workbook(path).sheetnames
    sheets = {c.parent.title for c in cells.values()}
    touched = {f"xl/worksheets/sheet{order.index(sheet) + 1}.xml" for sheet in sheets}
    frame = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    relations = {n.replace("worksheets/", "worksheets/_rels/") + ".rels" for n in touched}
    assert changed <= touched | frame | relations


def test_the_copy_that_came_back_corrected_and_dropped_is_accepted_and_its_notes_are_no_data(
    colombian: Project,
) -> None:
    path, cells = spoilt(colombian)
    took(colombian, "icbf", 2025)
    book = openpyxl.load_workbook(io.BytesIO(feedback(colombian, path)))
    for key, cell in cells.items():
        book[cell.parent.title][cell.coordinate] = "Antioquia" if key == "place" else 4
    book.save(path)
    taken = took(colombian, "icbf", 2025)
    assert (taken.verdict, taken.findings.height) == ("accepted", 0)
    (difference,) = questions.revised(colombian, "icbf", 2025)
    said = revisions.in_words(difference.changes, colombian.catalogue, "es")
    assert len(said) == 5 and "PREV-1, Antioquia: no contado → 1" in said
    with colombian.open_warehouse() as warehouse:
        read = warehouse.observations()
    assert not read["sheet"].is_in([OURS]).any()
    assert read.filter(place="05")["value"].to_list() == [1]


def published(project: Project, year: int) -> Path:
    pipeline.compute_measures(project)
    pipeline.publish_year(project, year)
    return project.folders.edition(year, "internal") / "tables"


def test_the_table_says_beside_the_value_that_the_organisation_confirms_it(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    path.write_bytes(reply(feedback(arcadian, path), "jump", BECAUSE))
    took(arcadian, "courts", 2024)
    rows = pl.read_csv(published(arcadian, 2024) / "performance.csv", infer_schema=False)
    row = rows.filter(indicator="JUS-1", series="record", organisation="courts", calendar="calendar").to_dicts()[0]
    assert row["actual"] == "450"
    assert f"La organización confirma el valor: «{BECAUSE}»" in row["note_es"]
    assert f"The organisation confirms the value: “{BECAUSE}”" in row["note_en"]


def test_a_reply_that_may_name_somebody_is_kept_and_not_printed(arcadian: Project) -> None:
    history(arcadian)
    path = write_submission(arcadian, "courts", 2024, whole(450))
    asked = checking.check_file(arcadian, path)[0].filter(code="jump")
    answers = pl.DataFrame({"observation_id": asked["observation_id"], "rule": ["jumps"], "question": ["q"]})
    lineage = pl.DataFrame({"measure_id": ["m"], "observation_id": asked["observation_id"], "role": ["used"]})
    secret = answers.with_columns(pl.lit("Llame al 310 555 1234").alias("text"))
    row = {"indicator": "JUS-1", "calendar": "calendar", "year": 2024, "place": "00", "organisation": "courts"}
    row |= dict.fromkeys(arcadian.catalogue.dimension_ids, "all") | {"unit": "cases", "notes": "[]"}
    table = pl.DataFrame([row])
    lineage = lineage.with_columns(pl.lit(measures.measure_id(row, arcadian.catalogue)).alias("measure_id"))
    told = measures.explain(table, lineage, secret, arcadian.catalogue, lambda _: False)["notes"][0]
    assert "reply_kept" in told and "310" not in told
    assert intake.personal.in_text("Llame al 310 555 1234", load("colombia"))


def test_a_waiver_is_printed_in_the_annex_with_reason_who_and_until_when(arcadian: Project) -> None:
    project = with_waiver(arcadian)
    write_submission(project, "courts", 2024, whole(-2))
    took(project, "courts", 2024, as_of=date(2025, 2, 1))
    folder = published(project, 2024)
    (row,) = pl.read_csv(folder / "waivers.csv", infer_schema=False).to_dicts()
    assert (row["waiver"], row["code"], row["until"], row["findings"]) == ("W-1", "out_of_range", "2025-03-31", "1")
    sheet = openpyxl.load_workbook(folder / "performance_es.xlsx")["Excepciones"]
    said = [str(c.value) for row in sheet.iter_rows() for c in row if c.value]
    assert "Una corrección del año anterior" in " ".join(said) and "Arcadian Council" in said
    took(project, "courts", 2024, as_of=date(2025, 4, 1))
    assert pl.read_csv(published(project, 2024) / "waivers.csv").is_empty()


# --- blank is not zero ------------------------------------------------------------------------------------------


def test_zero_blank_not_applicable_and_not_collected_stay_apart_to_the_printed_table(arcadian: Project) -> None:
    said = (("01", 0), ("02", None), ("03", "N/A"), ("04", "no recolectado"))
    write_submission(
        arcadian, "care", 2024, [{"indicator": "PRO-3", "place": p, "value": v, "note": "x"} for p, v in said]
    )
    took(arcadian, "care", 2024)
    folder = published(arcadian, 2024)
    rows = pl.read_csv(folder / "performance.csv", infer_schema=False).filter(
        indicator="PRO-3", organisation="care", calendar="calendar"
    )
    by_place = {r["place"]: (r["actual"], r["status"]) for r in rows.iter_rows(named=True)}
    assert by_place["01"] == ("0", "reported")
    assert [by_place[p] for p in ("02", "03", "04")] == [
        (None, "blank"),
        (None, "not_applicable"),
        (None, "not_collected"),
    ]
    book = openpyxl.load_workbook(folder / "performance_es.xlsx")
    sheets = [s for s in book if s.title[0].isdigit()]
    marks = [str(r[7].value) for s in sheets for r in s.iter_rows(min_row=5) if str(r[0].value).startswith("PRO-3")]
    assert {"0", "—", "n. a.", "n. r."} <= set(marks)
    legend = " ".join(str(c.value) for s in book for r in s.iter_rows() for c in r if c.value)
    assert "n. r." in legend and "no recolectado" in legend.casefold()


# --- a file that cannot be marked ------------------------------------------------------------------------------------


def unmarkable(project: Project, value: int) -> Path:
    """What the courts say of 2024, in a workbook with a sheet of its own where the list would go."""
    path = write_submission(project, "courts", 2024, whole(value))
    book = openpyxl.load_workbook(path)
    book.create_sheet(OURS)["A1"] = "Es nuestra"
    book.save(path)
    return path


def test_a_list_alone_that_comes_back_with_replies_answers_for_the_file_beside_it(arcadian: Project) -> None:
    history(arcadian)
    path = unmarkable(arcadian, 450)
    first = took(arcadian, "courts", 2024)
    assert ("jump", "query") in first.findings.select("code", "severity").rows()
    (alone,) = (arcadian.folders.feedback / "2024" / "courts").iterdir()
    book = openpyxl.load_workbook(alone)
    assert book.sheetnames == [OURS]
    answered = path.with_name(alone.name)
    answered.write_bytes(reply(alone.read_bytes(), "jump", BECAUSE))
    again = took(arcadian, "courts", 2024)
    assert again.findings.filter(code="jump")["severity"].to_list() == ["note"]
    assert again.receipts["path"].to_list() == [answered.relative_to(arcadian.folders.raw).as_posix()]
    with arcadian.open_warehouse() as warehouse:
        assert warehouse.replies().select("code", "rule", "text").rows() == [("jump", "jumps", BECAUSE)]
        assert warehouse.counting().filter(series="JUS-1", reporting_year=2024)["value"].to_list() == [450]
    status = questions.status(arcadian).filter(organisation="courts", year=2024)
    assert status["kind"].to_list() == ["annual"]


def test_a_list_of_another_file_answers_nothing(arcadian: Project) -> None:
    history(arcadian)
    path = unmarkable(arcadian, 450)
    took(arcadian, "courts", 2024)
    (alone,) = (arcadian.folders.feedback / "2024" / "courts").iterdir()
    path.with_name(alone.name).write_bytes(reply(alone.read_bytes(), "jump", BECAUSE))
    path.rename(path.with_name("other.xlsx"))
    again = took(arcadian, "courts", 2024)
    assert again.findings.filter(code="jump")["severity"].to_list() == ["query"]


# --- disaggregates add up, unknown is allowed --------------------------------------------------------------------


def children(total: int, **parts: int) -> list[dict[str, Any]]:
    """Children who heard of trafficking in the first quarter: in all, and by sex as far as it is known."""
    whole = {"indicator": "PRE-1", "age": "child", "value": total, **quarter(2024, 1)}
    return [whole, *({**whole, "sex": sex, "value": value} for sex, value in parts.items())]


def said_of(project: Project, rows: list[dict[str, Any]]) -> tuple[str, dict[str, str]]:
    """The verdict on such a workbook, and of each finding about breakdowns what it says."""
    path = write_submission(project, "schools", 2024, rows)
    found, verdict, _ = checking.check_file(project, path)
    found = found.filter(pl.col("code") != "indicators_missing")  # the others of the schools are not sent here
    words = questions.in_words(found, project, "en")
    return verdict, {row["code"]: f"{row['message']} {row['expected']}" for row in words.to_dicts()}


def test_girls_boys_and_not_stated_make_the_total(arcadian: Project) -> None:
    assert said_of(arcadian, children(38, female=20, male=15, unknown=3))[1] == {}


def test_a_total_that_its_parts_do_not_make_is_asked_about_once_with_their_sum(arcadian: Project) -> None:
    _, said = said_of(arcadian, children(40, female=20, male=15, unknown=3))
    assert list(said) == ["parts_do_not_add"] and "38" in said["parts_do_not_add"]


def test_totals_alone_pass_with_a_mark_that_no_breakdown_came(arcadian: Project) -> None:
    path = write_submission(arcadian, "courts", 2024, whole(7))
    found, _, _ = checking.check_file(arcadian, path)
    mark = found.filter(code="totals_only")
    assert mark["severity"].to_list() == ["note"]
    took(arcadian, "courts", 2024)
    with arcadian.open_warehouse() as warehouse:
        assert warehouse.counting().filter(series="JUS-1")["value"].to_list() == [7]

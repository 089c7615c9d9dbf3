"""What people want of a workbook that travels, each as one of them would try it, in invented countries."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cpc_pipeline import pipeline, questions
from cpc_pipeline.catalogue import Catalogue, Waiver
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import write_submission

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
    found, _, _ = questions.check_file(project, path)
    return questions.annotate(project, path, found, language)


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

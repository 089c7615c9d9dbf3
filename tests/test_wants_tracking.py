"""Want 8: who has not sent what, as an analyst asks for it at the terminal."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import datetime
from pathlib import Path

import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.desk import notifying, questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import SENT, send_template
from tests.conftest import COMPACTS, write_submission

REMOVED, LATE = ("works", "health"), "borders"


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """2025 of Arcadia: two workbooks are not there, one came on 5 April; one of 2024 is not a workbook at all."""
    # Two languages among those who are late: nobody is written to in a language that is not theirs.
    spoken = arcadia.organisations | {"health": arcadia.organisations["health"].model_copy(update={"language": "en"})}
    catalogue = arcadia.model_copy(update={"organisations": spoken})
    folders = Folders(tmp_path_factory.mktemp("tracking"), "arcadia")
    in_time = Project(folders, catalogue, clock=lambda: datetime(2026, 3, 20))  # noqa: DTZ001
    late = Project(folders, catalogue, clock=lambda: datetime(2026, 4, 5))  # noqa: DTZ001
    for (organisation, year), rows in SENT.items():
        if year == 2025 and organisation not in (*REMOVED, LATE):
            write_submission(in_time, organisation, year, rows)
    send_template(in_time)
    broken = folders.raw / "2024" / "guards" / "annual.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not a workbook")
    pipeline.take_in(in_time, pipeline.todo(in_time).submissions)
    write_submission(late, LATE, 2025, SENT[LATE, 2025])
    pipeline.take_in(late, pipeline.todo(late).submissions)
    pipeline.settle(late)
    return Project(folders, catalogue, clock=lambda: datetime(2026, 4, 10))  # noqa: DTZ001


def test_the_matrix_tells_missing_late_returned_and_accepted_apart(tracked: Project) -> None:
    rows = questions.status(tracked)
    of_2025 = {r["organisation"]: r for r in rows.filter(year=2025).iter_rows(named=True)}
    missing = {o for o, r in of_2025.items() if r["verdict"] == "missing"}
    assert missing == set(REMOVED)
    assert {o: r["late"] for o, r in of_2025.items() if r["late"]} == {LATE: 5}
    assert of_2025[LATE]["verdict"].startswith("accepted")
    assert rows.filter(organisation="guards", year=2024)["verdict"].to_list() == ["returned"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_terminal_prints_the_matrix_with_a_mark_for_each(
    tracked: Project, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(tracked.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert main(["status", "--compact", "arcadia", "--lang", language]) == 0
    printed = capsys.readouterr().out
    marks = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line[:1].isalpha() and " " in line}
    assert marks["works"][-1] == "-"
    assert marks[LATE][-1].endswith("+")
    assert marks["guards"][3] in ("R+", "D+"), "of 2024, and a year late"
    assert tracked.catalogue.wording.text("cli.verdict.late", language) in printed
    assert main(["status", "2025", "--compact", "arcadia", "--json"]) == 0
    assert {r["organisation"] for r in json.loads(capsys.readouterr().out) if r["late"]} == {LATE}


def test_two_reminders_lie_ready_each_in_the_language_of_its_organisation(tracked: Project) -> None:
    told = notifying.write(tracked, notifying.reminders(tracked, 2025))
    assert {(t.notice.organisation, t.notice.language) for t in told} == {("works", "es"), ("health", "en")}
    subjects = {}
    for one in told:
        letter = email.message_from_bytes(one.path.read_bytes(), policy=email.policy.default)
        subjects[one.notice.organisation] = str(letter["Subject"])
        assert letter["X-Unsent"] == "1"
        assert one.path.with_suffix(".txt").read_text(encoding="utf-8").endswith(one.notice.body)
        assert Path(one.path).is_relative_to(tracked.folders.notices)
    wording = tracked.catalogue.wording
    assert subjects == {
        "works": wording.text("notices.reminder.subject_missing", "es", year=2025),
        "health": wording.text("notices.reminder.subject_missing", "en", year=2025),
    }


def test_the_command_writes_them_and_says_that_no_mail_server_is_set_up(
    tracked: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(tracked.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert main(["remind", "2025", "--compact", "arcadia", "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert str(tracked.folders.notices) in printed
    assert main(["remind", "2025", "--send", "--compact", "arcadia", "--lang", "es"]) == 1
    assert tracked.catalogue.wording.text("notices.cli.no_server", "es") in capsys.readouterr().out
    assert main(["remind", "1999", "--compact", "arcadia"]) == 2

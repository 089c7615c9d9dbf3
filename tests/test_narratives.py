"""Texts of the report: drafted from what organisations sent, printed only as a person has reviewed them."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from cpc_pipeline import contracts, narrating, narratives
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.folders import Folders
from cpc_pipeline.narratives import Looked, Slot, Source, Text
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS

YEAR = 2024
WHO, WHEN = "Invented office, editor", date(2025, 6, 1)
SLOT = Slot("prevention", "progress", "en")
SENT = {
    ("schools", "prevention", "progress", "en"): "Four talks in every region.",
    ("council", "prevention", "progress", "es"): "Dos decretos.\n\nUno más en trámite. ",
}


def told(sent: dict[tuple[str, str, str, str], str]) -> pl.DataFrame:
    """NARRATIVES of the year."""
    rows = [
        (
            f"{organisation}/{YEAR}/annual.xlsx",
            organisation,
            YEAR,
            objective,
            section,
            language,
            text,
            "Relato",
            f"C{n}",
        )
        for n, ((organisation, objective, section, language), text) in enumerate(sent.items(), start=6)
    ]
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.NARRATIVES), orient="row")


def submissions(verdict: str = "accepted") -> pl.DataFrame:
    names = sorted({f"{organisation}/{YEAR}/annual.xlsx" for organisation, *_ in SENT})
    schema = contracts.polars_schema(contracts.SUBMISSIONS)
    return pl.DataFrame([dict.fromkeys(schema) | {"submission_id": n, "verdict": verdict} for n in names], schema)


class Desk:
    """A project in which only the narratives of the warehouse are given."""

    def __init__(self, root: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = Project(Folders(root, catalogue.id), catalogue)
        self.sent = dict(SENT)
        monkeypatch.setattr(narrating, "_sources", lambda project, year: narratives.gather(told(self.sent), year))

    def file(self, slot: Slot) -> Path:
        return narratives.path_of(self.project.folders.narratives / str(YEAR), slot)

    def write(self, slot: Slot, text: str) -> str:
        """Edit the file as a person does, and give its name."""
        path = self.file(slot)
        content = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(content | {"text": text}))
        return path.name

    def review(self, slot: Slot, text: str, looked: bool = False) -> None:
        narrating.review(self.project, YEAR, [self.write(slot, text)], WHO, WHEN, looked)

    def printed(self) -> pl.DataFrame:
        return narrating.reviewed(self.project, YEAR, told(self.sent), submissions())

    def points(self, slot: Slot = SLOT) -> list[str]:
        found = narrating.open_points(self.project, YEAR, told(self.sent), submissions())
        same = (pl.col("section") == slot.section) & (pl.col("language") == slot.language)
        return found.filter(same & pl.col("objective").eq_missing(slot.objective or None))["code"].to_list()


@pytest.fixture
def desk(tmp_path: Path, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path, arcadia, monkeypatch)
    narrating.draft(made.project, YEAR)
    return made


def test_a_draft_cites_every_source_with_its_cell_and_nobody_else_may_read_it(desk: Desk) -> None:
    content = yaml.safe_load(desk.file(SLOT).read_text())
    assert content["text"].strip() == "Four talks in every region."
    assert [(s["organisation"], s["address"]) for s in content["sources"]] == [
        ("council", "council/2024/annual.xlsx!Relato!C7"),
        ("schools", "schools/2024/annual.xlsx!Relato!C6"),
    ]
    assert stat.S_IMODE(desk.file(SLOT).stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.file(SLOT).parent.stat().st_mode) == 0o700


def test_there_is_a_file_for_every_section_objective_and_language_and_for_the_whole_report(desk: Desk) -> None:
    header = desk.project.catalogue.header
    texts = len(desk.project.catalogue.objectives) * len(header.sections) + len(header.report_sections)
    names = {path.name for path in desk.file(SLOT).parent.iterdir()}
    assert len(names) == texts * len(header.languages)
    assert "report.summary.es.yaml" in names


def test_nothing_is_printed_before_a_person_has_reviewed_it(desk: Desk) -> None:
    assert desk.printed().is_empty()
    assert desk.points() == ["narrative_unreviewed"]
    assert desk.points(Slot("protection", "progress", "en")) == ["narrative_missing"]
    desk.review(SLOT, "Talks were held in every region.")
    assert desk.printed().to_dicts() == [
        {
            "objective": "prevention",
            "section": "progress",
            "language": "en",
            "text": "Talks were held in every region.",
            "organisations": "council+schools",
            "reviewed_by": WHO,
            "reviewed_on": WHEN,
            "standing": "reviewed",
            "other_numbers": "",
        }
    ]
    assert desk.points() == []


def test_a_text_that_was_edited_after_its_review_is_not_printed(desk: Desk) -> None:
    desk.review(SLOT, "Talks were held.")
    desk.write(SLOT, "Talks were held, with a child we shall name.")
    assert desk.printed().is_empty()
    assert desk.points() == ["narrative_unreviewed"]


def test_a_review_does_not_hold_for_another_text_into_which_it_was_copied(desk: Desk) -> None:
    desk.review(SLOT, "Talks were held.")
    other = Slot("protection", "progress", "en")
    desk.file(other).write_text(desk.file(SLOT).read_text())
    assert desk.points(other) == ["narrative_unreviewed"]


def test_a_source_that_changes_after_the_review_is_told_of_until_it_is_reviewed_again(desk: Desk) -> None:
    desk.review(SLOT, "Talks were held.")
    desk.sent["schools", "prevention", "progress", "en"] = "Five talks in every region."
    assert desk.points() == ["narrative_sources_changed"]
    assert desk.printed()["standing"].to_list() == ["sources_changed"]
    narrating.draft(desk.project, YEAR)
    content = yaml.safe_load(desk.file(SLOT).read_text())
    assert "Five talks in every region." in [s["text"].strip() for s in content["sources"]]
    assert content["text"].strip() == "Talks were held."
    assert desk.points() == ["narrative_sources_changed"]
    desk.review(SLOT, "Five talks were held.")
    assert desk.points() == []


def test_drafting_again_changes_no_file_where_nothing_changed(desk: Desk) -> None:
    desk.review(SLOT, "  Talks were held. \n\n And more.\n")
    assert narrating.draft(desk.project, YEAR).written == ()
    assert desk.points() == []


def test_what_a_returned_workbook_says_is_no_source(desk: Desk) -> None:
    desk.review(SLOT, "Talks were held.")
    points = narrating.open_points(desk.project, YEAR, told(desk.sent), submissions("returned"))
    assert "narrative_sources_changed" in points["code"].to_list()


def test_the_guard_refuses_an_identity_number_and_says_nothing_of_it(desk: Desk) -> None:
    with pytest.raises(narrating.Unreviewable) as raised:
        desk.review(
            SLOT, "The girl Ana Gómez, born on 3 May 2012, was helped in Alder. Write to ana.gomez@example.org."
        )
    assert raised.value.code == "personal"
    assert "Ana" not in str(raised.value.rules)
    assert desk.printed().is_empty()


def test_a_text_that_may_tell_of_one_child_needs_a_reviewer_who_says_that_it_does_not(desk: Desk) -> None:
    story = "A girl, aged 12 years, was found near the school in Northmoor."
    guarded = narrating.guard(desk.project)(story)
    assert guarded.asks
    assert not guarded.refuses
    with pytest.raises(narrating.Unreviewable) as raised:
        desk.review(SLOT, story)
    assert raised.value.code == "look"
    desk.review(SLOT, story, looked=True)
    assert desk.points() == []


def test_a_rule_of_the_guard_that_came_after_the_review_takes_the_text_out_again() -> None:
    text = Text(SLOT, "About a child.").signed(WHO, WHEN)
    assert narratives.standing_of(text, (), lambda _: Looked((), ())) == "reviewed"
    assert narratives.standing_of(text, (), lambda _: Looked((), ("story",))) == "personal"
    assert narratives.standing_of(text, (), lambda _: Looked(("name",), ())) == "personal"


def test_a_file_that_is_no_longer_yaml_is_named_and_keeps_the_edition_from_being_final(desk: Desk) -> None:
    desk.file(SLOT).write_text("text: |\nno")
    assert desk.points() == ["narrative_unreadable"]
    with pytest.raises(narratives.FileBroken) as raised:
        narrating.draft(desk.project, YEAR)
    assert raised.value.name == "prevention.progress.en.yaml"


def test_a_text_survives_its_file_whatever_is_in_it(tmp_path: Path) -> None:
    texts = ["a: b", "- c", "# d", "e\n\n  f", "'g' \"h\"", "ñ: 5 %", "---", "true", "2024"]
    for said in texts:
        text = Text(SLOT, said, (said,), (Source("schools", "a!b!C6", "en", said),)).signed(WHO, WHEN)
        narratives.write(tmp_path, text, "line one\nline two")
        assert narratives.read(tmp_path, SLOT) == text


def test_the_commands_draft_review_and_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(tmp_path))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    own = ["--compact", "arcadia", "--lang", "en"]
    assert main(["narrative", "draft", str(YEAR), *own]) == 0
    path = tmp_path / "data" / "narratives" / "arcadia" / str(YEAR) / "report.summary.en.yaml"
    assert main(["narrative", "review", str(YEAR), str(path), "--by", WHO, *own]) == 1
    assert "report.summary.en.yaml: there is no text in it." in capsys.readouterr().out
    path.write_text("text: The year was good.\n")
    assert main(["narrative", "review", str(YEAR), path.name, "--by", WHO, *own]) == 0
    assert main(["narrative", "status", str(YEAR), *own]) == 1
    said = capsys.readouterr().out
    assert "Whole report, Summary (es): not written." in said
    assert "Whole report, Summary (en)" not in said
    assert main(["narrative", "review", str(YEAR), path.name, *own]) == 2
    assert main(["open-points", str(YEAR), *own]) == 1
    assert "Whole report, Summary (es): not written." in capsys.readouterr().out


def test_a_review_of_a_later_day_is_not_in_what_was_known_before(desk: Desk) -> None:
    desk.review(SLOT, "Talks were held.")
    known = [
        narrating.reviewed(desk.project, YEAR, told(desk.sent), submissions(), until).height
        for until in (date(2025, 5, 31), WHEN, None)
    ]
    assert known == [0, 1, 1]


def test_an_empty_text_can_be_written_without_knowing_the_form_of_the_file(desk: Desk) -> None:
    path = desk.file(Slot("protection", "progress", "en"))
    assert narratives.read(path.parent, Slot("protection", "progress", "en")) is not None
    typed = path.read_text().replace("text: |\n", "text: |\n  It was: a year, # as they say.\n", 1)
    path.write_text(typed)
    read = narratives.read(path.parent, Slot("protection", "progress", "en"))
    assert read is not None
    assert read.text == "It was: a year, # as they say."

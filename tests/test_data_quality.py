"""How good the data are: scores from facts, nothing where nothing is known, marks, sheets, and what is final."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import contracts, measures, pipeline, publication
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.cli.door import main
from cpc_pipeline.desk import publishing, questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.arcadia_data import send_all
from tests.conftest import COMPACTS, write_submission
from tests.observed import observed
from tests.victims import children, tables

pytestmark = pytest.mark.slow

ARCADIA = load("arcadia", extra=[COMPACTS])


def frame(declared: contracts.Frame, rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=contracts.polars_schema(declared))


def scores(
    sent: list[str],
    catalogue: Catalogue,
    found: list[dict[str, object]] | None = None,
    arrived: datetime | None = None,
    kind: str = "annual",
) -> dict[str, float | None]:
    """Scores by standard of the last year of PRE-1 in one invented submission."""
    own = observed(sent, catalogue, "PRE-1")
    own = own.with_columns(submission_id=pl.col("reporting_year").cast(pl.String))
    ids = own.select("submission_id", year="reporting_year").unique().to_dicts()
    given_ = frame(contracts.SUBMISSIONS, [{**i, "organisation": "schools", "sha256": "a", "kind": kind} for i in ids])
    receipts = [{"submission_id": i["submission_id"], "received_at": arrived} for i in ids] if arrived else []
    made = measures.compute(own, catalogue).measures
    findings = frame(contracts.FINDINGS, [{"params": "{}", **f} for f in found or []])
    quality = measures.assess(own, findings, given_, frame(contracts.RECEIPTS, receipts), made, catalogue)
    last = quality.filter((pl.col("year") == quality["year"].max()) & (pl.col("indicator") == "PRE-1"))
    return dict(last.select("standard", "score").iter_rows())


def test_what_is_not_known_is_no_full_score(arcadia: Catalogue) -> None:
    made = scores(["2024@00=1000"], arcadia.model_copy(update={"rules": ()}))
    assert made["reliability"] is None  # nothing before it to compare with
    quarters = scores(["2023@00=900", "2024Q1@00=200"], arcadia)
    assert quarters["reliability"] == 1  # the definition is the same; jumps are looked at in whole years only


def test_a_finding_lowers_its_standard_until_it_is_answered(arcadia: Catalogue) -> None:
    asked: dict[str, object] = {"observation_id": "s!0000", "severity": "query", "rule": "bounds"}
    clean = scores(["2024@00=1000"], arcadia)["validity"]
    assert clean == 1
    # Half a value of one, with weight 2, beside the agreed definition with weight 1: (2 x 0.5 + 1) / 3.
    assert scores(["2024@00=1000"], arcadia, [asked])["validity"] == pytest.approx(2 / 3)
    answered = asked | {"params": json.dumps({"answered": True}, sort_keys=True)}
    assert scores(["2024@00=1000"], arcadia, [answered])["validity"] == 1


def test_a_questioned_headline_does_not_drown_among_its_parts(arcadia: Catalogue) -> None:
    asked: dict[str, object] = {"observation_id": "s!0000", "severity": "query", "rule": "bounds"}
    parts = [f"2024@0{n}=10" for n in range(1, 7)]
    assert scores(["2024@00=1000", *parts], arcadia, [asked])["validity"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("day,due", [(31, 1.0), (30, 1.0)])
def test_what_arrives_by_the_deadline_is_in_time(day: int, due: float, arcadia: Catalogue) -> None:
    assert scores(["2024@00=1000"], arcadia, arrived=datetime(2025, 3, day))["timeliness"] == due  # noqa: DTZ001


def test_days_late_and_missing_reports_lower_timeliness_and_without_a_deadline_nothing_is_late(
    arcadia: Catalogue,
) -> None:
    late = datetime(2025, 5, 15)  # noqa: DTZ001  45 days after 31 March, of 90: one half
    assert scores(["2024@00=1000"], arcadia, arrived=late)["timeliness"] == pytest.approx(0.75)
    header = arcadia.header.model_copy(update={"deadline": None})
    without = arcadia.model_copy(update={"header": header})
    assert scores(["2024@00=1000"], without, arrived=late)["timeliness"] == 1
    assert scores(["2024Q1@00=100", "2024Q2@00=100"], without)["timeliness"] == 0.5


def test_the_breakdowns_that_were_asked_for_and_those_not_known_tell_of_precision(arcadia: Catalogue) -> None:
    whole = scores(["2024@00=1000"], arcadia)["precision"]
    split = ["2024@00=1000", "2024@00=500 sex=female", "2024@00=500 sex=male"]
    unknown = ["2024@00=1000", "2024@00=100 sex=female", "2024@00=900 sex=unknown"]
    told = [whole, scores(unknown, arcadia)["precision"], scores(split, arcadia)["precision"]]
    assert None not in told
    assert told == sorted(told)  # type: ignore[type-var]
    assert len(set(told)) == 3


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(["100", "0", ">40", "10..20", "not_available", "blank"]), min_size=1, max_size=6))
def test_every_score_is_from_nothing_to_one(values: list[str]) -> None:
    sent = [f"2024@0{n}={v}" for n, v in enumerate(values)]
    assert all(s is None or 0 <= s <= 1 for s in scores(sent, ARCADIA).values())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    made = Project(Folders(tmp_path_factory.mktemp("quality"), "arcadia"), arcadia)
    send_all(made)
    pipeline.publish_year(made, 2024)
    return made


def test_a_weak_number_carries_its_mark_in_the_table(project: Project) -> None:
    folder = project.folders.edition(2024, "internal") / "tables"
    table = pl.read_csv(folder / "performance.csv", infer_schema=False)
    quality = pl.read_csv(folder / "quality.csv", infer_schema=False)
    weak = quality.filter(pl.col("weak") == "true")
    assert not weak.is_empty()
    for organisation, indicator, standard in weak.select("organisation", "indicator", "standard").iter_rows():
        rows = table.filter(organisation=organisation, indicator=indicator)
        rows = rows.filter(pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null()))
        words = project.catalogue.wording.text(f"notes.weak_{standard}", "en")
        assert rows["note_en"].str.contains(words, literal=True).all()
    assert "timeliness" not in set(quality["standard"])  # when a file arrived is no part of what is issued


def test_the_edition_says_who_reported_no_contributions_and_how_progress_is_rated(project: Project) -> None:
    folder = project.folders.edition(2024, "internal") / "tables"
    given_ = pl.read_csv(folder / "contributions.csv", infer_schema=False)
    assert set(given_.filter(year="2024")["contribution_kind"]) == {"missing"}
    assert "assessment" in pl.read_csv(folder / "progress.csv", infer_schema=False).columns
    sheet = "\n".join(
        str(cell.value)
        for page in openpyxl.load_workbook(folder / "performance_es.xlsx").worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value
    )
    for key in ("dqa.unexplained", "dqa.contribution_missing", "dqa.assessment.significant"):
        assert project.catalogue.wording.text(key, "es") in sheet


def test_wider_editions_carry_no_score_no_explanation_and_no_description(tmp_path: Path, arcadia: Catalogue) -> None:
    made = Project(Folders(tmp_path, "arcadia"), arcadia)
    write_submission(made, "care", 2023, tables(children(600, seed=1)))
    pipeline.take_in(made, pipeline.todo(made).submissions)
    pipeline.compute_measures(made)
    assert pipeline.release_for(made, 2023).quality is not None
    issued = publishing.issue(made, 2023, "partners", seconds=5)
    there = {p.name for p in (issued.folder / "tables").iterdir()}
    assert "contributions.csv" in there
    assert not there & {"quality.csv", "explanations.csv", "progress.csv"}


def test_the_assessment_sheet_has_five_standards_what_is_known_and_what_people_must_say(project: Project) -> None:
    on = date(2025, 5, 1)
    content = questions.dqa_sheets(project, 2024, on, ["PRO-1"])["dqa_PRO-1_2024.xlsx"]
    assert content == questions.dqa_sheets(project, 2024, on, ["PRO-1"])["dqa_PRO-1_2024.xlsx"]
    cells = [
        str(c.value) for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows() for c in row if c.value
    ]  # type: ignore[union-attr]
    words = project.catalogue.wording
    for standard in measures.STANDARDS:
        assert any(words.text(f"dqa.standard.{standard}", "en") in c for c in cells)
    assert on.isoformat() in cells
    assert any(words.text("dqa.human.integrity_2", "es") in c for c in cells)
    assert any("0.75 / 0,75" in c for c in cells)
    nothing = publication.dqa_sheet(contracts.empty(contracts.QUALITY), project.catalogue, "PRO-1", 2024, on)
    said = [str(c.value) for row in openpyxl.load_workbook(BytesIO(nothing)).active.iter_rows() for c in row if c.value]  # type: ignore[union-attr]
    assert not any("1.00" in c for c in said)


def test_an_edition_cannot_be_called_final_while_something_is_open_or_unsigned(project: Project) -> None:
    with pytest.raises(publishing.NotReleasable) as refused:
        publishing.issue(project, 2024, "internal", final=True)
    told = {what for what, _ in refused.value.reasons}
    assert {"open_no_target", "open_explanation_required", "open_contributions_missing", "unsigned"} <= told
    for what, params in refused.value.reasons:
        for language in project.catalogue.languages:
            assert project.catalogue.wording.text(f"cli.publish.{what}", language, **params)


def test_the_command_prints_scores_trend_and_help(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("cpc_pipeline.project.open_project", lambda _: project)
    assert main(["quality", "2024", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "What would help most in 2024:" in told
    assert "schools/2024/annual.xlsx" in told
    assert main(["quality", "--json"]) == 0
    assert {row["standard"] for row in json.loads(capsys.readouterr().out)["scores"]} == set(measures.STANDARDS)
    assert main(["dqa", "2024", "-o", str(tmp_path / "sheets"), "--on", "2025-05-01"]) == 0
    assert (tmp_path / "sheets" / "dqa_PRE-1_2024.xlsx").exists()
    (tmp_path / "sheets" / "dqa_PRE-1_2024.xlsx").write_bytes(b"somebody wrote in it")
    assert main(["dqa", "2024", "-o", str(tmp_path / "sheets"), "--on", "2025-05-01"]) == 1
    assert (tmp_path / "sheets" / "dqa_PRE-1_2024.xlsx").read_bytes() == b"somebody wrote in it"
    assert main(["publish", "2024", "--final", "--lang", "en"]) == 1


def test_a_row_of_an_unknown_indicator_keeps_no_year_from_being_published(tmp_path: Path) -> None:
    project = Project(Folders(tmp_path, "arcadia"), ARCADIA)
    write_submission(
        project, "schools", 2024, [{"indicator": "PRE-99", "value": 4}, {"indicator": "PRE-2", "value": 2}]
    )
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    assert pipeline.publish_year(project, 2024)

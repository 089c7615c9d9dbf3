"""A refused file is moved away before anything of it is stored, and only rule and address are told of it."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyrage
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.cli import main
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.desk import questions
from cpc_pipeline.project import Project
from cpc_pipeline.quarantine import CannotRelease, Held, Quarantine

from tests.conftest import Send
from tests.personal_odd import PLACES

# Invented, and put together here so that no list of identities lies in the repository.
NUMBER = "10" + "45" + "123" + "987"
CHILD = " ".join(("Yuliana", "Marcela", "Riascos"))
KEY = ("icbf", 2025)
ROW = {"indicator": "PROT-1", "value": 12}
BAD = [{**ROW, "note": f"La niña {CHILD}, T.I. {NUMBER}"}]
TODAY = date(2026, 2, 1)


@pytest.fixture
def away(project: Project) -> Quarantine:
    return Quarantine(project.folders.quarantine, "colombia")


def refused(project: Project, send: Send, away: Quarantine, name: str = "annual.xlsx") -> Held:
    send(*KEY, BAD, name=name)
    pipeline.take_in(project, [KEY])
    return away.records()[-1]


def verdict(project: Project) -> str:
    return str(questions.status(project).filter(organisation=KEY[0], year=KEY[1])["verdict"][0])


def test_a_file_with_personal_data_is_moved_and_told_of_by_rule_and_address_alone(
    project: Project, send: Send, away: Quarantine
) -> None:
    name = "Informe_" + CHILD.replace(" ", "_") + ".xlsx"
    held = refused(project, send, away, name)
    assert not list(project.folders.raw.rglob("*.xlsx"))
    assert verdict(project) == Verdict.RETURNED
    with project.open_warehouse() as warehouse:
        submission, findings = warehouse.submissions().row(0, named=True), warehouse.findings()
        assert warehouse.observations().is_empty() and warehouse.narratives().is_empty()
    assert (submission["sha256"], submission["kind"]) == (None, "refused")
    assert submission["submission_id"] == held.submission_id == f"icbf/2025/refused-{held.id[:8]}"
    assert set(findings["found"]) == {""}
    told = {(r["rule"], r["sheet"], r["cell"]) for r in findings.iter_rows(named=True)}
    assert ("personal.labelled_id", "Indicadores - Indicators", "W5") in told
    assert ("personal.name", "Indicadores - Indicators", "W5") in told
    assert ("personal.file_name", "", "A1") in told


def test_folder_file_and_register_are_for_their_owner_only(project: Project, send: Send, away: Quarantine) -> None:
    held = refused(project, send, away)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in [away.folder, *away.folder.rglob("*")]}
    assert modes == {"quarantine": 0o700, held.id: 0o700, "held": 0o600, "register.jsonl": 0o600, "secret": 0o600}


def test_the_file_is_encrypted_for_the_data_officer_and_no_key_that_opens_it_is_here(
    project: Project, send: Send, away: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = pyrage.x25519.Identity.generate()
    monkeypatch.setenv("CPC_QUARANTINE_RECIPIENT", str(officer.to_public()))
    sent = send(*KEY, BAD).read_bytes()
    pipeline.take_in(project, [KEY])
    (held,) = away.records()
    assert away.sealed(held) is True
    assert [p.name for p in (away.folder / held.id).iterdir()] == ["held.age"]
    assert pyrage.decrypt((away.folder / held.id / "held.age").read_bytes(), [officer]) == sent


def test_a_key_that_is_none_keeps_the_file_for_its_owner_and_says_that_it_is_not_encrypted(
    project: Project, send: Send, away: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPC_QUARANTINE_RECIPIENT", "age1nonsense")
    assert away.sealed(refused(project, send, away)) is False


def test_a_corrected_file_is_a_new_submission_and_ends_the_refusal(
    project: Project, send: Send, away: Quarantine
) -> None:
    refused(project, send, away)
    send(*KEY, [ROW])
    assert pipeline.todo(project).submissions == (KEY,)
    (taken,) = pipeline.take_in(project, [KEY])
    assert taken.verdict == Verdict.ACCEPTED and verdict(project) == Verdict.ACCEPTED
    assert away.records()[0].state == "answered"
    assert pipeline.todo(project).submissions == ()


def test_a_clean_file_that_was_there_before_does_not_hide_the_refusal(
    project: Project, send: Send, away: Quarantine
) -> None:
    send(*KEY, [ROW], name="first.xlsx")
    pipeline.take_in(project, [KEY])
    refused(project, send, away, "second.xlsx")
    pipeline.take_in(project, [KEY])
    assert verdict(project) == Verdict.RETURNED


def test_the_refusal_is_told_again_when_the_warehouse_was_made_again(
    project: Project, send: Send, away: Quarantine
) -> None:
    refused(project, send, away)
    project.folders.warehouse.unlink()
    assert pipeline.todo(project).submissions == (KEY,)
    pipeline.take_in(project, [KEY])
    assert verdict(project) == Verdict.RETURNED and len(away.records()) == 1


def test_two_different_named_people_release_a_false_positive_and_this_very_content_only(
    project: Project, send: Send, away: Quarantine
) -> None:
    held = refused(project, send, away)
    for pair in (("Ana", "ana "), ("Ana", " ")):
        with pytest.raises(CannotRelease, match="two_people"):
            away.release(held, pair, "no", TODAY, project.folders.raw, None)
    path = away.release(held, ("Ana", "Luis"), "a code of our own", TODAY, project.folders.raw, None)
    assert path.name == f"released-{held.id[:8]}.xlsx" and away.sealed(held) is None
    (taken,) = pipeline.take_in(project, [KEY])
    assert taken.verdict == Verdict.ACCEPTED and taken.observations == 1
    given_back = taken.findings.filter(submission_id=f"icbf/2025/{path.name}")
    assert set(given_back["code"]) == {"personal_released"}
    (record,) = away.records()
    assert record.events[0]["by"] == ["Ana", "Luis"] and record.events[0]["reason"] == "a code of our own"
    send(*KEY, [{**BAD[0], "value": 13}], name=path.name)
    pipeline.take_in(project, [KEY])
    assert len(away.records()) == 2 and verdict(project) == Verdict.RETURNED


def test_a_sealed_file_is_released_with_what_the_data_officer_decrypted_and_with_nothing_else(
    project: Project, send: Send, away: Quarantine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPC_QUARANTINE_RECIPIENT", str(pyrage.x25519.Identity.generate().to_public()))
    decrypted = tmp_path / "decrypted"
    decrypted.write_bytes(send(*KEY, BAD).read_bytes())
    pipeline.take_in(project, [KEY])
    (held,) = away.records()
    with pytest.raises(CannotRelease, match="sealed_needs"):
        away.release(held, ("Ana", "Luis"), "x", TODAY, project.folders.raw, None)
    other = tmp_path / "other"
    other.write_bytes(b"something else")
    with pytest.raises(CannotRelease, match="other_content"):
        away.release(held, ("Ana", "Luis"), "x", TODAY, project.folders.raw, other)
    assert away.release(held, ("Ana", "Luis"), "x", TODAY, project.folders.raw, decrypted).exists()


def test_a_file_is_deleted_by_the_fifteenth_day_after_its_sender_was_told_and_the_record_stays(
    project: Project, send: Send, away: Quarantine
) -> None:
    held = refused(project, send, away)
    assert away.purge(TODAY + timedelta(days=900)) == []  # nobody has told the sender
    away.tell(held, "Ana", TODAY)
    assert away.purge(TODAY + timedelta(days=14)) == []
    assert [h.id for h in away.purge(TODAY + timedelta(days=15))] == [held.id]
    (record,) = away.records()
    assert record.state == "purged" and not (away.folder / held.id).exists()
    assert verdict(project) == Verdict.RETURNED  # until a corrected file comes


def test_the_register_only_grows(project: Project, send: Send, away: Quarantine) -> None:
    held = refused(project, send, away)
    before = away.register.read_bytes()
    away.tell(held, "Ana", TODAY)
    away.purge(TODAY, held)
    assert away.register.read_bytes().startswith(before)
    assert pl.read_ndjson(away.register, infer_schema_length=None)["event"].to_list() == ["held", "told", "purged"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("remark in the properties", "las propiedades del archivo"),
        ("list of a validation", "una lista de una validación"),
    ],
)
def test_what_stands_in_a_corner_of_a_file_is_told_of_by_its_place_alone(
    place: str, said: str, project: Project, away: Quarantine,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    path = project.folders.raw / "2025" / "icbf" / "annual.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PLACES[place]())
    pipeline.take_in(project, [KEY])
    (held,) = away.records()
    assert not path.exists() and verdict(project) == Verdict.RETURNED
    assert main(["quarantine", "show", held.id[:8], "--lang", "es"]) == 0
    told = capsys.readouterr().out
    assert said in told
    register = (project.folders.quarantine / "register.jsonl").read_text(encoding="utf-8")
    assert not [x for x in ("Nasly", "Mosquera", "Kevin", "567.891") if x in told + register]

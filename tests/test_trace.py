"""Every number leads to its cells, and what was agreed is known to have changed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import agreements, ledger, measures, pipeline, trace
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.desk import provenance
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import SENT, send_all
from tests.conftest import COMPACTS, write_submission

PARTIES = ("council", "partner", "office")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """Arcadia with everything sent. Not to be changed by a test."""
    project = Project(Folders(tmp_path_factory.mktemp("trace"), "arcadia"), arcadia)
    send_all(project)
    return project


@pytest.fixture
def own(tmp_path: Path, arcadia: Catalogue) -> Project:
    """Arcadia with everything sent, for one test to change."""
    project = Project(Folders(tmp_path / "a project", "arcadia"), arcadia)
    send_all(project)
    return project


def computed(project: Project) -> pl.DataFrame:
    with project.open_warehouse() as warehouse:
        return warehouse.measures()


def again(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


def test_a_number_leads_to_the_file_the_sheet_and_the_cells_it_came_from(sent: Project) -> None:
    found = provenance.find(sent, trace.parse("PRE-1/2024"))
    used = [s for s in found.sources if s.role == "used"]
    assert [s.observation["raw"] for s in used] == ["300", "290", "310", "320"]
    assert {s.submission["path"] for s in used} == {"2024/schools/annual.xlsx"}
    for source in used:
        window = source.window
        assert window is not None
        texts = {address: text for row in window.rows for address, text in row}
        assert texts[source.observation["cell"]] == source.observation["raw"]


def test_every_measure_has_a_name_and_the_name_leads_back_to_it(sent: Project) -> None:
    frame = computed(sent)
    names = [trace.reference(row, sent.catalogue) for row in frame.iter_rows(named=True)]
    assert len(set(names)) == frame.height
    for row, name in zip(frame.iter_rows(named=True), names, strict=True):
        assert trace.chosen(frame, trace.parse(name), sent.catalogue) == row


def test_a_derived_number_leads_to_the_numbers_it_was_computed_from(sent: Project) -> None:
    derived = [i for i in sent.catalogue.indicators.values() if i.derived not in (None, "pipeline")]
    assert derived
    found = provenance.find(sent, trace.Reference(derived[0].id, 2024))
    parts = derived[0].derived
    assert not isinstance(parts, str)
    assert parts is not None
    assert [p.measure["indicator"] for p in found.parts] == [parts.numerator, parts.denominator]
    assert all(p.sources for p in found.parts)


def test_what_was_found_in_a_cell_stands_beside_it(sent: Project) -> None:
    with sent.open_warehouse() as warehouse:
        noted = warehouse.findings().filter(pl.col("observation_id").is_not_null())
        used = warehouse.lineage().filter(pl.col("observation_id").is_in(noted["observation_id"].to_list()))
    identifier = used["measure_id"][0]
    row = next(r for r in computed(sent).iter_rows(named=True) if measures.measure_id(r, sent.catalogue) == identifier)
    found = provenance.find(sent, trace.parse(trace.reference(row, sent.catalogue)))
    codes = {f["code"] for s in found.sources for f in s.findings}
    assert codes & set(noted["code"])


def test_changing_one_cell_changes_that_number_and_what_depends_on_it_and_nothing_else(own: Project) -> None:
    before = computed(own)
    rows = [dict(row) for row in SENT["courts", 2024]]
    rows[0]["value"] = 56
    write_submission(own, "courts", 2024, rows)
    again(own)
    after = computed(own)
    keys = ["indicator", "year", "calendar", "place", *own.catalogue.dimension_ids, "organisation", "unit"]
    both = before.join(after, on=keys, how="full", suffix="_after")
    changed = both.filter(pl.col("actual").ne_missing(pl.col("actual_after")))
    derived = {
        i.id
        for i in own.catalogue.indicators.values()
        if i.derived and i.derived != "pipeline" and "JUS-1" in (i.derived.numerator, i.derived.denominator)
    }
    assert set(changed["indicator"]) == {"JUS-1"} | (derived & set(changed["indicator"]))
    assert changed.filter(pl.col("indicator") == "JUS-1").height == 1


def test_a_reference_that_names_nothing_says_what_there_is(sent: Project) -> None:
    cases = {"XXX-1/2024": "no_such_indicator", "PRE-1/2024/nowhere": "no_such_place", "PRE-1": "not_a_reference"}
    cases |= {"PRE-1/2024/sex=x": "no_such_category", "PRE-1/2024/hue=red": "no_such_dimension"}
    cases |= {"PRE-1/2024/06/sex=male": "no_such_number"}
    for text, code in cases.items():
        with pytest.raises(trace.BadReference) as raised:
            provenance.find(sent, trace.parse(text))
        assert raised.value.code == code
        for language in sent.catalogue.languages:
            assert "{" not in sent.catalogue.wording.text(f"trace.error.{code}", language, **raised.value.params)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_is_whole_and_marks_the_cell(sent: Project, language: str) -> None:
    html = trace.page(provenance.find(sent, trace.parse("PRE-1/2024")), sent.catalogue, language)
    assert html.count("class=here") == 4
    assert {"en": "broken down by: Sex", "es": "desagregado por: Sexo"}[language] in html  # names, not codes
    assert "http://" not in html
    assert "<script" not in html
    assert f'<html lang="{language}">' in html


def test_the_evidence_is_whole_and_the_same_twice(sent: Project) -> None:
    made = [provenance.evidence(sent, "PRE-1", 2024, "en") for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert sums == {
            name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != "SHA256SUMS"
        }
        raw = (sent.folders.raw / "2024" / "schools" / "annual.xlsx").read_bytes()
        assert raw in [archive.read(n) for n in archive.namelist() if n.startswith("sources/")]


def test_restricted_evidence_holds_receipts_and_no_workbook(sent: Project) -> None:
    content = provenance.evidence(sent, "PRE-1", 2024, "en", restricted=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if n.startswith("sources/")]
        assert "annual.xlsx" in archive.read("receipts.csv").decode()


def sign_all(project: Project) -> agreements.Agreed:
    for party in PARTIES:
        found = agreements.sign(project, 2024, party, "Office of tests", date(2025, 3, 1))
    return found


def test_both_sides_sign_the_same_figures_and_a_later_change_is_a_restatement(own: Project) -> None:
    assert sign_all(own).table.standing == "agreed"
    rows = [dict(row) for row in SENT["courts", 2024]]
    rows[0]["value"] = 56
    write_submission(own, "courts", 2024, rows)
    again(own)
    changed = agreements.agreed(own, 2024)
    assert changed.table.standing == "restated"
    told = changed.restated.filter((pl.col("indicator") == "JUS-1") & (pl.col("column") == "actual")).to_dicts()
    assert [(r["old"], r["new"], r["reason"]) for r in told] == [("55", "56", None)]
    agreements.give_reason(own, 2024, {"indicator": "JUS-1", "reason": "late cases", "by": "House of Courts"})
    told = agreements.agreed(own, 2024).restated.filter(pl.col("indicator") == "JUS-1").to_dicts()
    assert {r["reason"] for r in told} == {"late cases"}
    traced = provenance.find(own, trace.parse("JUS-1/2024"))
    assert traced.agreement is not None
    assert [(c["old"], c["new"]) for c in traced.agreement.restated if c["column"] == "actual"] == [("55", "56")]


def test_everything_on_record_is_verified_and_what_was_touched_is_named(own: Project) -> None:
    sign_all(own)
    assert agreements.verify(own) == []
    kept = next(own.folders.agreed.glob("*.csv"))
    kept.write_text(kept.read_text().replace("55", "54"))
    log = own.folders.audit
    log.write_text(log.read_text().replace("partner", "parter"))
    assert {p.what for p in agreements.verify(own)} == {"content_gone", "audit_changed"}


def test_a_stranger_cannot_sign_and_an_empty_year_cannot_be_signed(own: Project) -> None:
    with pytest.raises(agreements.Unsignable) as raised:
        agreements.sign(own, 2024, "stranger", "Nobody", date(2025, 3, 1))
    assert raised.value.code == "no_such_party"
    with pytest.raises(agreements.Unsignable):
        agreements.sign(own, 1999, "council", "Office", date(2025, 3, 1))


def test_no_value_is_in_the_audit_log(own: Project) -> None:
    sign_all(own)
    for entry in ledger.AuditLog(own.folders.audit).entries():
        assert set(entry) == {"n", "at", "actor", "action", "subject", "previous", "hash"}


def test_the_command_traces_signs_and_verifies(
    own: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(own.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))

    def cpc(*words: str) -> tuple[int, str]:
        code = main([*words, "--compact", "arcadia", "--lang", "en"])
        return code, capsys.readouterr().out

    code, told = cpc("trace", "PRE-1", "2024", "--where", "sex=female")
    assert code == 0
    assert "640" in told
    code, told = cpc("trace", "PRE-1/2024", "--json")
    assert json.loads(told)["measure"]["actual"] == 1220
    assert cpc("trace", "PRE-99", "2024")[0] == 2
    assert cpc("trace", "PRE-1", "2024", "--where", "nonsense")[0] == 2
    for party in PARTIES:
        code, told = cpc("sign", "2024", "--as", party, "--by", "Office of tests", "--on", "2025-03-01")
        assert code == 0
    assert "is agreed" in told
    assert cpc("sign", "2024", "--as", "stranger", "--by", "x")[0] == 2
    assert cpc("verify")[0] == 0
    next(own.folders.agreed.glob("*.csv")).unlink()
    assert cpc("verify")[0] == 1

"""Nobody can find a child in what leaves: editions of synthetic victims, attacked as a stranger would."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import editions, pipeline
from cpc_pipeline.artefacts.opening import strange_parts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.cli.speaker import Speaker
from cpc_pipeline.desk import publishing, verifying
from cpc_pipeline.disclosure import NotProtectedError, register, witness
from cpc_pipeline.disclosure.assembling import assemble
from cpc_pipeline.disclosure.masking import mask
from cpc_pipeline.disclosure.policy import policy_of
from cpc_pipeline.disclosure.problem import publication
from cpc_pipeline.disclosure.protecting import protect
from cpc_pipeline.disclosure.rows import key_of
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.attack import recovered
from tests.conftest import COMPACTS
from tests.edition_data import (
    YEAR,
    a_project,
    in_a_table_of_two_ways,
    in_the_data_of_a_figure,
    in_the_data_sheet,
    in_the_parquet,
    in_the_sheet_for_people,
    in_the_words_of_a_figure,
    send,
    table,
    tampered,
    truth_of,
)
from tests.victims import children

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """600 children: some tables go whole, and in the others single cells are hidden."""
    project = a_project(tmp_path_factory.mktemp("editions"), arcadia)
    send(project, children(600, seed=1))
    return project


@pytest.fixture(scope="module")
def public(project: Project) -> Path:
    return publishing.issue(project, YEAR, "public", seconds=5).folder


def test_no_small_count_is_in_any_file_of_the_public_edition(public: Path, arcadia: Catalogue) -> None:
    shown = table(public).filter(indicator="PRO-1")
    values = [int(v) for v in shown["actual"].drop_nulls()]
    assert values
    assert not [v for v in values if 0 < v < 5]
    hidden = shown.filter(status="hidden")
    assert hidden.height
    empty = hidden.select(
        "actual", "lower", "upper", "numerator", "achievement_pct", "deviation_pct", "rating", "baseline"
    )
    assert empty.null_count().sum_horizontal()[0] == hidden.height * empty.width


def test_an_attacker_with_the_printed_table_alone_recovers_no_small_count(public: Path, project: Project) -> None:
    found = recovered(table(public).filter(indicator="PRO-1"), project.catalogue)
    truth = dict(truth_of(project).items())
    small = {key for key, value in truth.items() if 0 < value < 5}
    assert small & set(found)
    for key in small & set(found):
        low, high = found[key]
        assert low <= 0, key
        assert high >= truth[key] + 5, key


def test_partners_and_public_print_nothing_that_together_tells_more(project: Project, public: Path) -> None:
    partners = publishing.issue(project, YEAR, "partners", seconds=5).folder
    keys = ["indicator", "year", "place", "sex", "form", "age", "organisation"]
    both = table(public).join(table(partners), on=keys, how="inner", suffix="_partners", nulls_equal=True)
    hidden = both.filter(status="hidden")
    assert hidden.height
    assert hidden["status_partners"].unique().to_list() == ["hidden"]


def test_an_edition_says_in_every_language_what_it_does_not_hold(public: Path, arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        assert len((public / f"about_{language}.txt").read_text(encoding="utf-8")) > 200


@pytest.mark.parametrize(
    "change",
    [
        in_the_sheet_for_people,
        in_a_table_of_two_ways,
        in_the_data_sheet,
        in_the_parquet,
        in_the_words_of_a_figure,
        in_the_data_of_a_figure,
    ],
)
def test_a_small_count_in_one_file_alone_keeps_the_edition_in(
    project: Project, public: Path, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    """The number is one of the edition elsewhere: only its own row can tell that it must not be there."""
    tampered(monkeypatch, change)
    (public / "manifest.json").rename(public / "away")
    before = len(register.editions(project.folders.printed))
    try:
        with pytest.raises(publishing.NotReleasable) as raised:
            publishing.issue(project, YEAR, "public", seconds=5)
    finally:
        (public / "away").rename(public / "manifest.json")
    assert "leak_row" in {what for what, _ in raised.value.reasons}
    assert len(register.editions(project.folders.printed)) == before


def test_every_reason_can_be_said_in_every_language(arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        for key, params in (("nothing_protects", {"number": "X"}), ("known_already", {"number": "X"})):
            assert "X" in Speaker(Project(Folders(Path(), "arcadia"), arcadia), language).text(
                f"publish.{key}", **params
            )


def test_issuing_twice_is_issuing_once(project: Project, public: Path) -> None:
    before = len(register.editions(project.folders.printed))
    again = publishing.issue(project, YEAR, "public", seconds=5)
    assert again.unchanged
    assert len(register.editions(project.folders.printed)) == before


def test_a_hidden_value_changes_no_byte_of_what_leaves(project: Project, arcadia: Catalogue) -> None:
    """The same pattern over another truth gives the same frame: nothing that is rendered knows what is hidden."""
    policy = policy_of(arcadia)
    assert policy is not None
    inside = pipeline.release_for(project, YEAR)
    assembled = assemble(inside.measures, arcadia, policy, "public", YEAR)
    hidden = protect(assembled.problem, seconds=5).hidden
    shown = mask(inside.measures, assembled, hidden, arcadia, policy)
    canary = [
        row | ({"actual": 7919.0} if key_of(row, arcadia) in hidden else {})
        for row in inside.measures.iter_rows(named=True)
    ]
    other = pl.DataFrame(canary, schema=inside.measures.schema)
    lists = {name: [changed(row, hidden, arcadia) for row in rows] for name, rows in vars(assembled.rows).items()}
    twin = type(assembled)(type(assembled.rows)(**lists), assembled.dropped, assembled.together, assembled.problem)
    assert mask(other, twin, hidden, arcadia, policy).equals(shown)
    assert "7919" not in shown.write_csv()


def changed(row: dict[str, Any], hidden: frozenset[str], arcadia: Catalogue) -> dict[str, Any]:
    return row | {"actual": 7919.0} if key_of(row, arcadia) in hidden else row


def test_the_internal_edition_is_for_its_owner_only(project: Project) -> None:
    folder = publishing.issue(project, YEAR, "internal").folder
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_the_raw_side_is_in_the_files_of_an_edition(public: Path, project: Project) -> None:
    """No path, no digest, no submission, no finding: a stranger learns what was counted and not who typed it where."""
    digests = pipeline.release_for(project, YEAR).submissions["sha256"].to_list()
    for path in public.rglob("*"):
        if path.is_dir():
            continue
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert str(project.folders.root).encode() not in content
        assert not [d for d in digests if d.encode() in content and path.name != "manifest.json"]
        assert b"annual.xlsx" not in content
        assert not strange_parts(path)


def test_a_published_edition_is_verified_and_one_that_was_touched_is_not(project: Project, public: Path) -> None:
    assert verifying.verify(project, public) == []
    path = public / "tables" / "performance.csv"
    content = path.read_text()
    line = next(x for x in content.splitlines() if "PRO-1" in x and "hidden" in x)
    path.write_text(content.replace(line, line.replace("hidden", "reported").replace(",,,,,,,", ",3,,,,,,", 1)))
    try:
        assert {p.what for p in verifying.verify(project, public)} >= {"file_changed"}
    finally:
        path.write_text(content)
    assert [p.what for p in verifying.verify(project, public.parent)] == ["no_manifest"]


def test_what_an_organisation_wrote_in_its_own_words_leaves_with_no_wider_edition(
    project: Project, arcadia: Catalogue
) -> None:
    policy = policy_of(arcadia)
    assert policy is not None
    told = '[{"code": "reply", "params": {"text": "CANARY in words"}}]'
    inside = pipeline.release_for(project, YEAR).measures.with_columns(pl.lit(told).alias("notes"))
    assembled = assemble(inside, arcadia, policy, "partners", YEAR)
    assert assembled.rows.open
    assert "CANARY" not in mask(inside, assembled, (), arcadia, policy).write_csv()


def test_an_unknown_edition_and_a_broken_register_stop_everything(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotProtectedError):
        publishing.issue(project, YEAR, "everybody")
    (tmp_path / "0001.json").write_text("{")
    with pytest.raises(register.RegisterBroken):
        register.editions(tmp_path)


def test_the_command_says_where_the_edition_is_or_why_there_is_none(
    project: Project, public: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert main(["publish", str(YEAR), "--edition", "public", "--compact", "arcadia", "--lang", "en"]) == 0
    assert str(public) in capsys.readouterr().out


def test_the_problem_of_an_edition_states_its_sums_once_each(project: Project, arcadia: Catalogue) -> None:
    policy = policy_of(arcadia)
    assert policy is not None
    inside = pipeline.release_for(project, YEAR)
    problem = assemble(inside.measures, arcadia, policy, "partners", YEAR).problem
    names = [relation.name for relation in problem.relations]
    assert len(names) == len(set(names))
    everything = publication(problem, ())
    for relation in everything.relations:
        left = sum(factor * everything.printed[key] for key, factor in relation.terms)
        assert left == relation.bound if relation.sense == "=" else left <= relation.bound


# --- what an edition leaves behind ----------------------------------------------------------------------------------


def test_an_edition_says_from_what_it_was_made_and_no_plain_hash_of_what_it_hides(
    project: Project, public: Path
) -> None:
    said = json.loads((public / "manifest.json").read_text())["made_from"]
    assert said["catalogue"] == project.catalogue.version
    assert {"code", "lock", "inputs", "verdict"} <= set(said)
    assert said["verdict"]["proved"]
    inside = pipeline.release_for(project, YEAR)
    assert editions.input_hash(inside.submissions) not in (public / "manifest.json").read_text()


def test_the_tables_that_prove_an_edition_are_kept_and_checked_again(project: Project, public: Path) -> None:
    [path] = sorted(project.folders.printed.glob("*.witness.npz"))[:1]
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    certificate, publication_, demands = witness.read(path)
    try:
        assert verifying.verify(project, public) == []
        truth = certificate.tables.copy()
        truth[:] = truth[0]  # tables that are all the same hide nothing
        witness.write(path, replace(certificate, tables=truth), publication_, demands)
        assert [p.what for p in verifying.verify(project, public)] == ["witness_fails"]
        path.unlink()
        assert [p.what for p in verifying.verify(project, public)] == ["witness_gone"]
    finally:
        path.write_bytes(content)

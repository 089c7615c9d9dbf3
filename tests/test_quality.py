"""The loaded tables, held to the compact's rules by Great Expectations: passed, failed and broken stay apart."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dagster as dg
import duckdb
import pytest
from cpc_pipeline import pipeline, quality
from cpc_pipeline.catalogue import Catalogue, Rule
from cpc_pipeline.orchestration import files
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.project import Project
from cpc_pipeline.quality.inspector import is_broken
from cpc_pipeline.quality.pages import offline

pytestmark = pytest.mark.slow

QUERIES = {"target_set", "value_received"}
BROKEN_RULE = Rule(
    id="w-nonsense",
    kind="expectation",
    scope="warehouse",
    severity="return",
    code="measure_once",
    params={
        "table": "measures",
        "expectation": "expect_column_values_to_be_unique",
        "arguments": {"column": "there_is_no_such_column"},
    },
)


@pytest.fixture
def loaded(project: Project, send: Any) -> Project:
    send(
        "icbf",
        2023,
        [{"indicator": "PROT-11", "value": 30, "note": "CANARIO7391"}, {"indicator": "PROT-9", "value": "CANARIO7391"}],
    )
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    return project


def with_rule(project: Project, rule: Rule) -> Project:
    catalogue: Catalogue = project.catalogue.model_copy(update={"rules": (*project.catalogue.rules, rule)})
    return Project(project.folders, catalogue)


@pytest.mark.slow
def test_a_sound_warehouse_passes_and_what_nobody_agreed_is_asked_for(loaded: Project) -> None:
    checked = pipeline.check_quality(loaded)
    outcomes = {o.code: o.outcome for o in checked.outcomes}
    assert {code for code, outcome in outcomes.items() if outcome != "passed"} == QUERIES
    assert {outcomes[code] for code in QUERIES} == {"failed"}
    assert pipeline.check_quality(loaded) == checked, "nothing has changed, nothing is computed again"
    for page in loaded.folders.quality.iterdir():
        text = page.read_text(encoding="utf-8")
        assert "http:" not in text and "https:" not in text and "<script" not in text, page.name
        assert "CANARIO7391" not in text
        assert page.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_number_where_nothing_was_received_cannot_even_be_written(loaded: Project) -> None:
    with duckdb.connect(str(loaded.folders.warehouse)) as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute("UPDATE measures SET actual = 7 WHERE indicator = 'PART-5' AND year = 2023").fetchall()


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore::dagster.BetaWarning", "ignore::dagster.PreviewWarning", "ignore::DeprecationWarning"
)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_check_that_cannot_be_evaluated_is_broken_and_never_failed(loaded: Project) -> None:
    broken = with_rule(loaded, BROKEN_RULE)
    checked = pipeline.check_quality(broken)
    assert {o.rule for o in checked.outcomes if o.outcome == "broken"} == {"w-nonsense"}
    page = checked.page.read_text(encoding="utf-8")
    assert "BROKEN (not evaluated)" in page and "AVERIADA" in page
    with dg.instance_for_test() as instance:
        job = build(broken).resolve_job_def("quality")
        result = job.execute_in_process(instance=instance)
        said = {e.check_name: (e.passed, e.description) for e in result.get_asset_check_evaluations()}
        one = dg.AssetSelection.checks(
            dg.AssetCheckKey(dg.AssetKey([loaded.catalogue.id, "warehouse_quality"]), "w_measure_once")
        )
        alone = dg.define_asset_job("alone", selection=one).resolve(asset_graph=build(broken).resolve_asset_graph())
        answered = alone.execute_in_process(instance=instance).get_asset_check_evaluations()
    assert [e.check_name for e in answered] == ["w_measure_once"], "a check asked for alone is answered alone"
    assert "w_nonsense" not in said, "no verdict: Dagster shows it as skipped"
    assert said["w_measure_once"][0] and not said["w_target_set"][0]
    passed, words = said["every_rule_was_evaluated"]
    assert not passed and words == (
        "Could not be evaluated: w-nonsense. That is a fault of the program and says nothing about the data."
    )


def test_success_false_of_a_check_that_raised_is_told_apart_by_its_exception() -> None:
    assert not is_broken({"raised_exception": False, "exception_message": None})
    assert is_broken({"raised_exception": True, "exception_message": "x"})
    assert is_broken({"some metric": {"raised_exception": True}})
    assert not is_broken({})


def test_a_page_fetches_nothing() -> None:
    rendered = (
        '<head><script src="https://a.example/x.js"></script><link href="https://a.example/x.css"></head>'
        '<body><div id="section-1"><img src="https://a.example/l.png"><a href="https://a.example">word</a></div></body>'
    )
    page = offline(rendered, "title")
    assert "a.example" not in page and "word" in page and "default-src 'none'" in page


def test_great_expectations_slows_nothing_else() -> None:
    code = "import sys; from cpc_pipeline import pipeline; assert 'great_expectations' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_inspection_that_ends_badly_says_so_and_leaves_the_last_outcomes(loaded: Project, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(quality.InspectionBroken):
        pipeline.check_quality(loaded)
    assert list(loaded.folders.quality.parent.glob(".quality-*")) == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_results_are_served_to_this_machine_alone_and_only_below_the_key(project: Project) -> None:
    folder = project.folders.quality
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("sound")
    (folder.parent / "secret.duckdb").write_text("children")
    server = files.start(project.folders, 0) or pytest.fail("no port")
    port = server.server_address[1]
    server.shutdown()
    server.server_close()
    server = files.start(project.folders, port) or pytest.fail("no port")

    def get(path: str, host: str = f"127.0.0.1:{port}") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        read = answer.status, answer.read()
        connection.close()
        return read

    try:
        address = urlsplit(files.link(project.folders, folder / "index.html"))
        assert address.netloc == f"127.0.0.1:{port}"
        assert get(address.path) == (200, b"sound")
        key = address.path.split("/")[1]
        assert server.server_address[0] == "127.0.0.1"
        project.folders.edition(2023, "internal").mkdir(parents=True)
        for path in (
            "/",
            f"/{key}/",
            f"/{key}/published/",
            f"/{key}/quality/../secret.duckdb",
            "/wrong/quality/index.html",
        ):
            assert get(path)[0] == 404, path
        assert get(f"/{key}/quality/%2e%2e/secret.duckdb")[0] == 404
        assert get(address.path, host="elsewhere.example")[0] == 404
    finally:
        server.shutdown()
        server.server_close()
    assert Path(project.folders.root, ".dagster", "files.json").stat().st_mode & 0o077 == 0

"""A file with personal data that the sensor finds: nothing of it is in anything that Dagster keeps."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest
from cpc_pipeline import refusals
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.home import prepare
from cpc_pipeline.project import Project, open_project

from tests.conftest import Send
from tests.test_personal import assert_no_trace, plant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def intake_job() -> dg.JobDefinition:
    """What a run launched by the sensor loads, in a process of its own or here."""
    return build(open_project()).get_repository_def().get_job("intake")


def test_nothing_that_was_planted_is_in_what_the_sensor_and_its_run_leave_behind(
    project: Project, send: Send, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Tick and cursor, run storage with its tags, event log with its metadata, and no printed word."""
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    for name, value in prepare(project.folders.root).items():
        monkeypatch.setenv(name, value)
    plant(project, send)
    with dg.DagsterInstance.get() as instance:
        repository = build(project).get_repository_def()
        sensor = repository.get_sensor_def("arrivals")
        with dg.build_sensor_context(instance, repository_def=repository) as context:
            asked = sensor.evaluate_tick(context)
        (request,) = asked.run_requests or ()
        assert_no_trace(said=f"{request} {asked.cursor}")
        with dg.execute_job(
            dg.reconstructable(intake_job), instance=instance, tags=dict(request.tags), raise_on_error=True
        ) as done:
            assert done.success
        kept = instance.all_logs(done.run_id)
        assert kept and instance.get_run_by_id(done.run_id)
        assert_no_trace(said="\n".join(map(str, kept)) + str(instance.get_run_by_id(done.run_id)))
        assert "ASSET_MATERIALIZATION" in str([e.dagster_event_type for e in kept]), "what is searched is there"
    home = Path(os.environ["DAGSTER_HOME"])
    assert list(home.rglob("runs.db")) and list(home.rglob(f"{done.run_id}.db"))
    assert not [p for p in home.rglob("*") if p.suffix in (".out", ".err")], "what a step prints is not kept at all"
    assert refusals.owed(project), "the file was refused"
    assert_no_trace(project.folders.root, said="".join(capfd.readouterr()))

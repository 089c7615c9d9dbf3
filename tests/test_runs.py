"""What runs by itself in Dagster and what a person starts: one run for a batch, messages, a form that refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from cpc_pipeline import editions, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.orchestration import intake as intake_door
from cpc_pipeline.orchestration import partitions, recording
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.project import Project

from tests.conftest import write_submission

pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CANARY = "CANARIO7391"
NOW = datetime(2026, 4, 10, 9, 0)  # noqa: DTZ001


@pytest.fixture
def project(tmp_path: Path, arcadia: Catalogue) -> Project:
    """Arcadia on 10 April 2026, with the workbooks of two organisations, one of which nobody can read."""
    made = Project(Folders(tmp_path / "a project", "arcadia"), arcadia, clock=lambda: NOW)
    write_submission(made, "works", 2025, [{"indicator": "ctx_rain", "value": 137}])
    broken = made.folders.raw / "2024" / "guards" / "annual.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not a workbook")
    return made


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def named(name: str) -> dg.AssetKey:
    return dg.AssetKey(["arcadia", name])


def taken_in(project: Project, instance: dg.DagsterInstance, **options: Any) -> dg.ExecuteInProcessResult:
    job = build(project).get_repository_def().get_job("intake")
    return job.execute_in_process(instance=instance, **options)


def checks(instance: dg.DagsterInstance, run: str) -> dict[str, tuple[bool, str | None]]:
    said = [e.dagster_event for e in instance.all_logs(run) if e.dagster_event]
    found = [e.asset_check_evaluation_data for e in said if e.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION]
    return {str(c.partition): (c.passed, c.description) for c in found if c.check_name == "submission_verdict"}


def tick(project: Project, instance: dg.DagsterInstance, name: str, cursor: str | None = None) -> Any:
    repository = build(project).get_repository_def()
    sensor = repository.get_sensor_def(name)
    with dg.build_sensor_context(instance, cursor=cursor, repository_def=repository) as context:
        return sensor.evaluate_tick(context)


# ---- arrivals -----------------------------------------------------------------------------------------------------


def test_one_run_takes_in_whatever_has_arrived_and_tells_of_each_where_it_belongs(
    project: Project, instance: dg.DagsterInstance
) -> None:
    done = taken_in(project, instance)
    assert {str(k) for k in instance.get_materialized_partitions(named("submissions"))} == {"works|2025", "guards|2024"}
    assert checks(instance, done.run_id) == {"works|2025": (True, "accepted"), "guards|2024": (False, "returned")}
    assert len(instance.get_runs()) == 1
    again = taken_in(project, instance)
    assert checks(instance, again.run_id) == {}, "nothing new, nothing told"


def test_the_sensor_asks_once_for_a_batch_and_again_only_when_something_has_arrived(
    project: Project, instance: dg.DagsterInstance
) -> None:
    first = tick(project, instance, "arrivals")
    assert len(first.run_requests) == 1
    path = project.folders.raw / "2025" / "works" / "annual.xlsx"
    content = path.read_bytes()
    assert tick(project, instance, "arrivals", first.cursor).run_requests == [], "nothing has arrived since"
    path.write_bytes(b"something else")
    second = tick(project, instance, "arrivals", first.cursor)
    path.write_bytes(content)
    third = tick(project, instance, "arrivals", second.cursor)
    keys = [one.run_requests[0].run_key for one in (first, second, third)]
    assert len(set(keys)) == 3, "a file that goes back to an earlier version is read again"


@pytest.mark.slow
def test_what_a_killed_run_loaded_and_did_not_tell_of_is_told_by_the_next(
    project: Project, instance: dg.DagsterInstance
) -> None:
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.settle(project)
    done = taken_in(project, instance)
    assert set(checks(instance, done.run_id)) == {"works|2025", "guards|2024"}


@pytest.mark.slow
def test_one_that_cannot_be_taken_in_stops_no_other_and_the_run_names_it(
    project: Project, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pipeline.take_in

    def fails(project: Project, keys: Any, *more: Any) -> Any:
        if ("guards", 2024) in list(keys):
            raise ValueError(CANARY)
        return real(project, keys, *more)

    monkeypatch.setattr(intake_door.pipeline, "take_in", fails)
    done = taken_in(project, instance, raise_on_error=False)
    assert not done.success
    assert {str(k) for k in instance.get_materialized_partitions(named("submissions"))} == {"works|2025"}
    said = json.dumps([str(e) for e in instance.all_logs(done.run_id)])
    assert "could not be read: guards 2024" in said
    assert CANARY not in said


@pytest.mark.slow
def test_a_misplaced_file_is_told_of_in_the_same_run_until_it_is_moved(
    project: Project, instance: dg.DagsterInstance
) -> None:
    stray = project.folders.raw / "stray.xlsx"
    stray.write_bytes(b"x")
    for there in (True, False):
        if not there:
            stray.unlink()
        done = taken_in(project, instance)
        events = [e.dagster_event for e in instance.all_logs(done.run_id) if e.dagster_event]
        found = [
            e.asset_check_evaluation_data.passed
            for e in events
            if e.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
            and e.asset_check_evaluation_data.check_name == "every_file_in_its_place"
        ]
        assert found == [not there]


# ---- what every asset says of itself --------------------------------------------------------------------------------


def test_every_asset_has_a_stage_an_owner_a_country_kinds_and_a_description(project: Project) -> None:
    graph = build(project).resolve_asset_graph()
    groups = set()
    for own in graph.get_all_asset_keys():
        node = graph.get(own)
        groups.add(node.group_name)
        assert own.path[0] == "arcadia"
        assert node.owners and node.description
        assert node.tags["cpc/compact"] == "arcadia" and node.tags["cpc/stage"] == node.group_name
        assert [tag for tag in node.tags if tag.startswith("dagster/kind/")]
    assert groups == {"intake", "measures", "publication", "quality", "notices"}


def test_freshness_follows_the_calendar_of_the_compact_in_its_time_zone(project: Project, utopia: Catalogue) -> None:
    graph = build(project).resolve_asset_graph()
    policies = {name: graph.get(named(name)).freshness_policy for name in ("all_sent", "measures")}
    sent, made = policies["all_sent"], policies["measures"]
    assert sent is not None and made is not None
    assert sent.deadline_cron == "59 23 31 3 *"
    assert made.deadline_cron == project.catalogue.header.annual_refresh.cron
    elsewhere = Project(Folders(project.folders.root / "u", "utopia"), utopia)
    undated = build(elsewhere).resolve_asset_graph().get(dg.AssetKey(["utopia", "all_sent"])).freshness_policy
    assert undated is not None
    assert undated.deadline_cron == "59 23 1 8 *", "without a deadline, the day of the yearly tables"


def test_issuing_and_what_follows_from_it_never_runs_by_itself(project: Project) -> None:
    defs = build(project)
    graph = defs.resolve_asset_graph()
    by_hand = {"issued_editions", "open_data", "dialogue_pack"}
    assert all(graph.get(named(name)).automation_condition is None for name in by_hand)
    repository = defs.get_repository_def()
    started = {target.job_name for sensor in repository.sensor_defs for target in sensor.targets}
    started |= {schedule.job_name for schedule in repository.schedule_defs}
    assert "publish" not in started
    assert {"intake", "report", "results", "notices"} <= started


@pytest.mark.slow
def test_all_years_are_made_in_one_run_and_one_that_has_not_changed_is_not_told_of_again(
    project: Project, instance: dg.DagsterInstance
) -> None:
    taken_in(project, instance)
    job = build(project).resolve_job_def("results")
    every_year = partitions.range_tags(2024, 2025)
    by_itself = every_year | {"dagster/sensor_name": "made_again"}

    def told(tags: dict[str, str]) -> set[str | None]:
        done = job.execute_in_process(instance=instance, tags=tags)
        made = [e.materialization for e in done.all_events if e.is_step_materialization]
        return {m.partition for m in made if m.asset_key == named("performance_figures")}

    assert told(by_itself) == {"2024", "2025"}
    assert told(by_itself) == set(), "nothing has changed: old years stay as they are"
    assert told(every_year) == {"2024", "2025"}, "a person, and the yearly schedule, are answered"
    write_submission(project, "works", 2025, [{"indicator": "ctx_rain", "value": 138}])
    taken_in(project, instance)
    assert told(by_itself) == {"2025"}


# ---- messages -----------------------------------------------------------------------------------------------------


def test_messages_lie_ready_after_the_measures_and_their_table_names_no_address(
    project: Project, instance: dg.DagsterInstance
) -> None:
    taken_in(project, instance)
    pipeline.settle(project)
    book = project.folders.contacts
    book.parent.mkdir(parents=True)
    book.write_text("organisation,address\nworks,somebody@example.org\n")
    book.chmod(0o600)
    job = build(project).resolve_job_def("notices")
    done = job.execute_in_process(instance=instance)
    (made,) = done.asset_materializations_for_node("arcadia__notices")
    table = str(made.metadata["messages"].value)
    assert "| result | works | 2025 | written |" in table
    assert "| reminder | health | 2025 | no address is known" in table
    assert "example.org" not in table
    assert list(project.folders.notices.glob("result_works_2025_*.eml"))


@pytest.mark.parametrize(("day", "runs"), [(datetime(2026, 1, 5), False), (datetime(2026, 3, 31), True)])  # noqa: DTZ001
def test_reminders_run_on_the_days_of_the_calendar_and_on_no_other(project: Project, day: datetime, runs: bool) -> None:
    then = Project(project.folders, project.catalogue, clock=lambda: day)
    repository = build(then).get_repository_def()
    schedule = repository.get_schedule_def("reminders")
    assert schedule.execution_timezone == project.catalogue.header.time_zone
    with dg.build_schedule_context(repository_def=repository) as context:
        asked = schedule.evaluate_tick(context)
    assert bool(asked.run_requests) == runs


def test_a_run_that_failed_is_told_to_the_secretariat_without_the_text_of_the_error(
    project: Project, instance: dg.DagsterInstance
) -> None:
    @dg.op
    def breaks() -> None:
        raise ValueError(CANARY)

    @dg.job
    def results() -> None:
        breaks()

    failed = results.execute_in_process(instance=instance, raise_on_error=False)
    sensor = build(project).get_repository_def().get_sensor_def("failures")
    event = next(
        e.dagster_event
        for e in instance.all_logs(failed.run_id)
        if e.dagster_event and e.dagster_event.event_type == dg.DagsterEventType.RUN_FAILURE
    )
    context = dg.build_run_status_sensor_context(
        sensor_name="failures", dagster_event=event, dagster_instance=instance, dagster_run=failed.dagster_run
    ).for_run_failure()
    sensor(context)
    (letter,) = project.folders.notices.glob("failure_*.txt")
    text = letter.read_text(encoding="utf-8")
    assert failed.run_id in text and "results" in text
    assert CANARY not in text


# ---- drafts and issuing -------------------------------------------------------------------------------------------


def test_the_report_of_the_newest_year_is_asked_for_once_when_its_tables_have_changed(
    project: Project, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not tick(project, instance, "draft_report").run_requests, "no tables, no report"
    taken_in(project, instance)
    instance.report_runless_asset_event(dg.AssetMaterialization(named("performance_tables"), partition="2025"))
    early = tick(project, instance, "draft_report")
    assert (early.run_requests, early.cursor) == ([], None), "an earlier year is there, its own tables are not"
    monkeypatch.setattr(editions, "content_of", lambda _: "what the tables are made of")
    asked = tick(project, instance, "draft_report")
    assert [r.partition_key for r in asked.run_requests] == ["2025"]
    assert not tick(project, instance, "draft_report", asked.cursor).run_requests


def test_the_report_of_a_year_that_has_not_ended_waits_unless_it_is_asked_for(
    project: Project, instance: dg.DagsterInstance
) -> None:
    taken_in(project, instance)  # of 2024 and 2025
    assert pipeline.reports_due(project, as_of=date(2025, 12, 31)) == [2024]
    assert pipeline.reports_due(project, as_of=date(2026, 1, 1)) == [2025]
    assert pipeline.reports_due(project, [2025], date(2025, 12, 31)) == [2025]
    assert pipeline.reports_due(project, as_of=date(2024, 6, 1)) == [2025], "none has ended: the newest"


def form(**said: Any) -> dict[str, Any]:
    config = {"year": 2025, "edition": "internal", "who": "an analyst"} | said
    return {"ops": {"issue": {"config": config}}}


@pytest.mark.parametrize("said", [{"edition": "everybody"}, {"year": "soon"}, {"who": None}])
def test_the_form_takes_only_what_it_asks_for(
    project: Project, instance: dg.DagsterInstance, said: dict[str, Any]
) -> None:
    job = build(project).get_repository_def().get_job("publish")
    with pytest.raises(dg.DagsterInvalidConfigError):
        job.execute_in_process(instance=instance, run_config=form(**said))


def refused(project: Project, instance: dg.DagsterInstance, **said: Any) -> str:
    job = build(project).get_repository_def().get_job("publish")
    done = job.execute_in_process(instance=instance, run_config=form(**said), raise_on_error=False)
    assert not done.success
    (failure,) = [e.step_failure_data for e in done.all_events if e.is_step_failure]
    return str(failure.user_failure_data)


def test_a_form_without_a_name_or_with_a_year_that_is_not_there_issues_nothing(
    project: Project, instance: dg.DagsterInstance
) -> None:
    assert "needs a name" in refused(project, instance, who="  ")
    assert "2021 to 2025" in refused(project, instance, year=1999)
    assert not project.folders.published.exists()


@pytest.mark.slow
def test_a_final_edition_that_cannot_be_final_is_refused_with_every_reason(
    project: Project, instance: dg.DagsterInstance
) -> None:
    taken_in(project, instance)
    pipeline.compute_measures(project)
    said = refused(project, instance, final=True)
    from cpc_pipeline.desk import clearance

    reasons = list(clearance.not_final(project, 2025))
    assert reasons
    assert f"{len(reasons)} reasons" in said
    assert not list(instance.get_materialized_partitions(named("issued_editions")))


@pytest.mark.slow
def test_a_person_issues_an_edition_and_the_audit_log_names_who_pressed(
    issued_arcadia: Project, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    import shutil

    root = tmp_path / "copy"
    shutil.copytree(issued_arcadia.folders.root, root)
    own = Project(Folders(root, "arcadia"), issued_arcadia.catalogue)
    job = build(own).get_repository_def().get_job("publish")
    config = form(year=2024, edition="public", who="Ana, secretariat", seconds=5.0)
    done = job.execute_in_process(instance=instance, run_config=config)
    assert done.success
    assert {str(k) for k in instance.get_materialized_partitions(named("issued_editions"))} == {"public|2024"}
    assert set(instance.get_materialized_partitions(named("open_data"))) == {"2024"}
    assert "Ana, secretariat" in own.folders.audit.read_text(encoding="utf-8")
    assert list((own.folders.edition(2024, "public") / "data").rglob("*.csv"))


# ---- very many at once ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(find_spec("dagster_celery") is None, reason="needs make setup-distributed")
def test_very_many_workbooks_are_read_by_several_workers_and_few_are_not(
    project: Project, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not build(project).get_repository_def().has_job("spread_intake"), "without a broker there is nobody to ask"
    monkeypatch.setenv("CPC_BROKER_URL", "amqp://nobody@127.0.0.1:1//")
    for least, chosen in (("3", "intake"), ("2", "spread_intake")):
        monkeypatch.setenv("CPC_SPREAD_FROM", least)
        (asked,) = tick(project, instance, "arrivals").run_requests
        assert asked.job_name == chosen


# ---- the records --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_events_told_together_are_kept_also_where_telling_fails_in_the_middle(tmp_path: Path) -> None:
    told = dg.AssetKey(["arcadia", "submissions"])

    @dg.op(out=dg.Out(dg.Nothing))
    def tell(context) -> Iterator[Any]:  # type: ignore[no-untyped-def]  # Dagster reads the annotation itself
        with recording.together(context.instance):
            for partition in ("works|2025", "guards|2024"):
                yield dg.AssetMaterialization(told, partition=partition)
                assert partition in context.instance.get_materialized_partitions(told), "seen by who told it"
            raise LookupError

    @dg.job
    def telling() -> None:
        tell()

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        done = telling.execute_in_process(instance=instance, raise_on_error=False)
        assert not done.success
    with dg.instance_for_test(temp_dir=str(tmp_path)) as again:
        assert set(again.get_materialized_partitions(told)) == {"works|2025", "guards|2024"}
        kinds = [e.dagster_event.event_type_value for e in again.all_logs(done.run_id) if e.dagster_event]
        assert kinds.count("ASSET_MATERIALIZATION") == 2
        assert "STEP_FAILURE" in kinds, "what comes afterwards is told one by one again"

"""What a person reads in the page: what each asset holds, in their language, who is late, and what is tried again."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.orchestration import retries
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.healing import REFRESH, TAG
from cpc_pipeline.orchestration.notices import _is_of
from cpc_pipeline.orchestration.sending import look
from cpc_pipeline.orchestration.telling import left_untold, untold
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy

from tests.conftest import write_submission

pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LATE = datetime(2026, 4, 10, 9, 0)  # noqa: DTZ001  (ten days after the last day of 2025)


@pytest.fixture
def project(tmp_path: Path, arcadia: Catalogue) -> Project:
    return Project(Folders(tmp_path / "a project", "arcadia"), arcadia, clock=lambda: LATE)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def named(name: str) -> dg.AssetKey:
    return dg.AssetKey(["arcadia", name])


def everybody(project: Project) -> list[str]:
    return [o.id for o in project.catalogue.organisations.values() if o.reports]


def run(project: Project, instance: dg.DagsterInstance, name: str, **options: Any) -> dg.ExecuteInProcessResult:
    return build(project).get_repository_def().get_job(name).execute_in_process(instance=instance, **options)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_asset_says_what_it_holds_column_by_column_in_the_language_of_the_page(
    project: Project, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CPC_LANG", language)
    known = set(project.catalogue.wording.texts[language].values())
    defs = build(project)
    graph = defs.resolve_asset_graph()
    for own in graph.get_all_asset_keys():
        node = graph.get(own)
        schema = node.metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema) and schema.columns, own
        assert all(column.description for column in schema.columns), own
        assert node.description in known, own
    repository = defs.get_repository_def()
    jobs = [repository.get_job(name) for name in repository.job_names if not name.startswith("__")]
    for told in (*jobs, *repository.sensor_defs, *repository.schedule_defs):
        assert told.description in known, told.name


# ---- who is late ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whoever_has_not_sent_is_late_though_others_have_and_the_last_one_makes_the_year_whole(
    project: Project, instance: dg.DagsterInstance
) -> None:
    def whole() -> bool:
        return instance.get_latest_materialization_event(named("all_sent")) is not None

    def late() -> list[bool]:
        records = instance.get_event_records(dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION))
        said = [r.event_log_entry.dagster_event.asset_check_evaluation_data for r in records]
        return [not c.passed for c in reversed(said) if c.check_name == "nobody_is_late"]

    *others, last = everybody(project)
    for senders in (others, [last]):
        for organisation in senders:
            write_submission(project, organisation, 2025, [{"indicator": "PRE-2", "value": 1}])
        run(project, instance, "intake")
        pipeline.compute_measures(project)
        run(project, instance, "notices")
        assert whole() == (senders == [last])
        sent = look(project)
        assert sent is not None
        assert (sent.year, sent.over) == (2025, 10)
        assert sent.owed["organisation"].to_list() == ([last] if senders == others else [])
    assert late() == [True, False]


# ---- what is told, and to whom --------------------------------------------------------------------------------------


def test_what_was_killed_between_loading_and_telling_is_told_again_by_the_next_run(
    project: Project, instance: dg.DagsterInstance
) -> None:
    sender = everybody(project)[0]
    write_submission(project, sender, 2025, [{"indicator": "ctx_rain", "value": 1}])
    run(project, instance, "intake")
    write_submission(project, sender, 2025, [{"indicator": "ctx_rain", "value": 2}])
    with pytest.raises(KeyboardInterrupt), untold(project.folders, [(sender, 2025)]):
        pipeline.take_in(project, [(sender, 2025)])
        raise KeyboardInterrupt
    assert left_untold(project.folders) == [(sender, 2025)]
    done = run(project, instance, "intake")
    told = [e.materialization.partition for e in done.all_events if e.is_step_materialization]
    assert told == [f"{sender}|2025"]
    assert left_untold(project.folders) == []


def test_the_secretariat_hears_of_every_run_of_its_compact_and_of_no_other(project: Project) -> None:
    def of(**said: Any) -> bool:
        return _is_of(project, dg.DagsterRun("job", **said))

    assert of(tags={"cpc/compact": "arcadia"})
    assert of(tags={TAG: REFRESH, "cpc/compact": "arcadia"}), "a timer at which nobody sits"
    assert of(asset_selection=frozenset({named("measures")})), "what the automation began"
    assert not of(tags={"cpc/compact": "utopia"})
    assert not of(asset_selection=frozenset({dg.AssetKey(["utopia", "measures"])}))


# ---- what is tried again --------------------------------------------------------------------------------------------


def tried(tags: dict[str, str], instance: dg.DagsterInstance, error: Exception, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(retries, "SECONDS", 0)
    times = []

    @dg.op
    def opens(context: dg.OpExecutionContext) -> None:
        with retries.if_busy_again(context):
            times.append(1)
            raise error

    @dg.job
    def work() -> None:
        opens()

    assert not work.execute_in_process(instance=instance, tags=tags, raise_on_error=False).success
    return len(times)


def test_only_a_warehouse_that_another_program_has_open_is_tried_again(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tried({}, instance, WarehouseBusy(), monkeypatch) == 1 + retries.TIMES
    assert tried({}, instance, dg.Failure("refused", allow_retries=False), monkeypatch) == 1
    assert tried({}, instance, ValueError("a fault"), monkeypatch) == 1
    assert tried({TAG: REFRESH}, instance, WarehouseBusy(), monkeypatch) == 1, "a person at a terminal is told at once"

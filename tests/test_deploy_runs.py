"""Runs beside each other: one writes at a time, the killed are taken up again, the old are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from cpc_pipeline.orchestration import settings
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.retention import forget
from cpc_pipeline.project import Project

pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LATER = timedelta(days=1)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """As a plain installation has it."""
    settings.write(tmp_path, settings.chosen({})[0])
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


def test_whatever_opens_the_warehouse_waits_for_the_others(project: Project) -> None:
    graph = build(project).resolve_asset_graph()
    made = {key for key in graph.executable_asset_keys if graph.get(key).pools}
    assert {"submissions", "measures"} <= {key.path[-1] for key in made}
    assert {pool for key in made for pool in graph.get(key).pools} == {POOL}
    free = {key.to_user_string() for key in graph.executable_asset_keys - made}
    assert free == set(), "an asset that never opens the warehouse would be named here"


def test_one_at_a_time_is_what_an_installation_is_told(instance: dg.DagsterInstance) -> None:
    instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
    first = instance.event_log_storage.claim_concurrency_slot(POOL, "run 1", "step")
    second = instance.event_log_storage.claim_concurrency_slot(POOL, "run 2", "step")
    assert first.is_claimed
    assert not second.is_claimed
    instance.event_log_storage.free_concurrency_slots_for_run("run 1")
    assert instance.event_log_storage.claim_concurrency_slot(POOL, "run 2", "step").is_claimed


def test_nothing_is_told_to_anybody_and_a_failed_step_is_not_tried_again(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert instance.run_retries_enabled
    assert instance.run_retries_max_retries == 1
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_old_runs_are_forgotten_but_not_those_that_made_what_is_there(instance: dg.DagsterInstance) -> None:
    years = dg.StaticPartitionsDefinition(["2023", "2024"])

    @dg.asset(partitions_def=years)
    def table() -> None: ...

    @dg.asset
    def broken() -> None:
        raise dg.Failure

    def made(year: str) -> str:
        return dg.materialize([table], instance=instance, partition_key=year).run_id

    replaced, kept, last = made("2023"), made("2023"), made("2024")
    failed = dg.materialize([broken], instance=instance, raise_on_error=False).run_id
    assert forget(instance, datetime.now(UTC) - LATER) == 0
    assert forget(instance, datetime.now(UTC) + LATER) == 2
    left = {run.run_id for run in instance.get_runs()}
    assert left == {kept, last}
    assert not {replaced, failed} & left
    assert instance.get_materialized_partitions(dg.AssetKey("table")) == {"2023", "2024"}

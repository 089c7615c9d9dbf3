"""Old runs are forgotten, but never the one that says how an asset or partition came to be as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import dagster as dg
from dagster import DagsterEventType
from dagster._core.storage.dagster_run import FINISHED_STATUSES

MADE = DagsterEventType.ASSET_MATERIALIZATION


def forget(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete the records of runs that ended before a moment and of which nothing is the latest; returns how many.

    The results, the receipts and the audit log are elsewhere and stay (docs/administration.md).
    """
    old = instance.get_runs(dg.RunsFilter(statuses=list(FINISHED_STATUSES), updated_before=before))
    latest = set(_latest(instance))
    gone = [run.run_id for run in old if run.run_id not in latest]
    for run_id in gone:
        instance.delete_run(run_id)
    return len(gone)


def _latest(instance: dg.DagsterInstance) -> Iterator[str]:
    """Runs that made what each asset, or each of its partitions, is now."""
    for key in instance.all_asset_keys():
        last = instance.get_latest_materialization_event(key)
        if last is not None:
            yield last.run_id
        by_partition = instance.event_log_storage.get_latest_storage_id_by_partition(key, MADE)
        if by_partition:
            wanted = dg.AssetRecordsFilter(asset_key=key, storage_ids=list(by_partition.values()))
            found = instance.fetch_materializations(wanted, limit=len(by_partition))
            yield from (record.run_id for record in found.records)

"""The annual report: a draft of the newest year refreshes by itself, any other is written when it is asked for."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator
from typing import Any

import dagster as dg

from cpc_pipeline import editions, pipeline
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.common import described, key
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import documents, list_schema
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy

SECONDS = 60


def annual_report(project: Project, words: Words) -> dg.AssetsDefinition:
    """One partition per year: a report of each year after each workbook would cost more than it is read."""

    @dg.asset(
        key=key(project, "annual_report"),
        deps=[key(project, "performance_tables"), key(project, "performance_figures")],
        partitions_def=partitions.years(project.catalogue),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
        output_required=False,  # each year is logged with its own files; no bare event may cover that up
        description=words("asset.annual_report"),
        metadata={"dagster/column_schema": list_schema(words, "documents")},
        **described(project, "publication", "typst", "word", "html"),
    )
    def report(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        with if_busy_again(context):
            made = pipeline.write_reports(project, [int(k) for k in context.partition_keys])
        for year, paths in made.items():
            files: dict[str, Any] = {path.name: dg.MetadataValue.url(link(project.folders, path)) for path in paths}
            files[words.label("files")] = documents(paths, words)
            own = key(project, "annual_report")
            context.log_event(dg.AssetMaterialization(own, partition=str(year), metadata=files))
        yield from ()

    return report


def drafts_sensor(project: Project, words: Words, reports: Any) -> dg.SensorDefinition:
    """Once the tables have been made again: the report of the newest year, as `cpc refresh` writes it.

    The years of the compact are no time windows to Dagster, so none of its conditions knows which is the newest; the
    pipeline does. The cursor is the last event of the tables that was looked at.
    """

    @dg.sensor(
        name="draft_report",
        job=reports,
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=words("runs.draft_report"),
    )
    def draft_report(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        records = context.instance.fetch_materializations(key(project, "performance_tables"), limit=1).records
        last = str(records[0].storage_id) if records else ""
        if last == (context.cursor or ""):
            return dg.SensorResult(skip_reason=words("skipped.tables_as_they_were"))
        try:
            due = pipeline.reports_due(project)
        except WarehouseBusy:
            return dg.SensorResult(skip_reason=words("skipped.being_written"))
        # By what its tables are made of: they may be logged again, unchanged, while the report is being written.
        made = {year: editions.content_of(project.folders.edition(year, pipeline.INTERNAL)) for year in due}
        if not all(made.values()):
            return dg.SensorResult(skip_reason=words("skipped.tables_being_made"))  # and look again: the cursor stays
        requests = [dg.RunRequest(run_key=f"draft-{y}-{made[y]}", partition_key=str(y)) for y in due]
        return dg.SensorResult(run_requests=requests, cursor=last)

    return draft_report

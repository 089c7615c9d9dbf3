"""The annual report as an asset, one partition per year, and which year's report a refresh writes."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import OWNERS, POOL
from cpc_pipeline.project import Project


def annual_report(project: Project) -> dg.AssetsDefinition:
    """Made when it is asked for: a report of each year after each workbook would cost more than it is read."""

    @dg.asset(
        name="annual_report",
        deps=["performance_tables", "performance_figures"],
        group_name="publication",
        owners=OWNERS,
        kinds={"typst", "word", "html"},
        partitions_def=partitions.years(project.catalogue),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
        output_required=False,  # each year is logged with its own files; no bare event may cover that up
        description="The annual report of one year in every language, as PDF, Word file and page, beside its tables.",
    )
    def report(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        for year, paths in pipeline.write_reports(project, [int(key) for key in context.partition_keys]).items():
            files = {path.name: dg.MetadataValue.url(link(project.folders, path)) for path in paths}
            context.log_event(dg.AssetMaterialization("annual_report", partition=str(year), metadata=files))
        yield from ()

    return report

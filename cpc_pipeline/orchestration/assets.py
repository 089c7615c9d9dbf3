"""The river as assets: submissions -> measures -> performance tables and figures, with a check on every submission."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator

import dagster as dg
import polars as pl

from cpc_pipeline import pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.automation import WHEN_INPUTS_CHANGE, automation_sensor
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import OWNERS, POOL
from cpc_pipeline.orchestration.issued import issued_assets
from cpc_pipeline.orchestration.lineage import of_measures, of_table
from cpc_pipeline.orchestration.metadata import column_lineage, column_schema, picture, table
from cpc_pipeline.orchestration.quality import warehouse_quality
from cpc_pipeline.orchestration.reports import annual_report
from cpc_pipeline.orchestration.submissions import intake_job, submissions_asset
from cpc_pipeline.orchestration.triggers import annual_schedule, arrivals_sensor
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import tables

IN_PLACE = "every_file_in_its_place"
PICTURES = 6  # of a year that the log of a run shows: it keeps each of them for ever


def build(project: Project) -> dg.Definitions:
    """Every definition of one compact."""
    submissions, intake = submissions_asset(project), intake_job(project)
    measures, year_assets = _measures(project), _editions(project)
    quality, unplaced = warehouse_quality(project), _unplaced(project)
    report = annual_report(project)
    results = dg.define_asset_job("results", selection=[measures, *year_assets])
    reports = dg.define_asset_job("report", selection=[report])
    places = dg.define_asset_job("places", selection=[unplaced])
    return dg.Definitions(
        assets=[submissions, unplaced, measures, quality, *year_assets, report, *issued_assets(project)],
        jobs=[intake, places, results, dg.define_asset_job("quality", selection=[quality]), reports],
        schedules=[annual_schedule(project, results)],
        sensors=[arrivals_sensor(project, intake, places), automation_sensor()],
        executor=dg.in_process_executor,
    )


def _unplaced(project: Project) -> dg.AssetsDefinition:
    language = project.catalogue.languages[0]

    @dg.asset(
        name="unplaced_files",
        group_name="intake",
        owners=OWNERS,
        kinds={"excel"},
        pool=POOL,
        description="Files under data/raw of which nobody is known to be the sender: named until they are moved.",
        check_specs=[
            dg.AssetCheckSpec(
                IN_PLACE, asset="unplaced_files", description="Every file lies in the folder of its sender and year."
            )
        ],
    )
    def unplaced_files() -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        due = pipeline.todo(project, years=()).submissions
        unknown = [key for key in due if not partitions.known(*key, project.catalogue)]
        pipeline.take_in(project, unknown)  # returned to whoever asks, with the reason
        found = questions.unplaced(project)
        why = [project.catalogue.wording.text(f"intake.unplaced.{reason}", language) for reason in found["reason"]]
        told = table(found.with_columns(pl.Series("why", why, dtype=pl.String)), {"path": "file", "why": "why"})
        yield dg.Output(None, metadata={"dagster/row_count": found.height, "files": told})
        yield dg.AssetCheckResult(
            passed=found.is_empty(), severity=dg.AssetCheckSeverity.WARN, metadata={"files": told}
        )

    return unplaced_files


def _measures(project: Project) -> dg.AssetsDefinition:
    @dg.asset(
        deps=["submissions"],
        group_name="measures",
        owners=OWNERS,
        kinds={"polars", "duckdb"},
        pool=POOL,
        automation_condition=WHEN_INPUTS_CHANGE,
        description="One value per indicator, year, place, group and organisation, from everything that counts.",
        metadata={"dagster/column_schema": column_schema(tables(project.catalogue.dimension_ids)["measures"])},
    )
    def measures() -> dg.MaterializeResult[None]:
        done = pipeline.compute_measures(project)
        matrix = questions.status(project).filter(~pl.col("verdict").is_in(["not_due"]))
        columns = {"organisation": "organisation", "year": "year", "verdict": "verdict", "kind": "kind"}
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "dagster/column_lineage": column_lineage(of_measures(project.catalogue.dimension_ids)),
                "unchanged": done.unchanged,
                "who has sent what": table(matrix.sort("year", "organisation", descending=[True, False]), columns),
            }
        )

    return measures


def _editions(project: Project) -> list[dg.AssetsDefinition]:
    by_year = partitions.years(project.catalogue)
    measured = tables(project.catalogue.dimension_ids)["measures"].columns

    @dg.multi_asset(
        name="internal_edition",
        specs=[
            dg.AssetSpec(
                name,
                deps=["measures"],
                group_name="publication",
                owners=OWNERS,
                kinds={kind},
                description=words,
                partitions_def=by_year,
                automation_condition=WHEN_INPUTS_CHANGE,
                skippable=True,  # each year is logged with its own figures; no bare event may cover that up
            )
            for name, kind, words in (
                ("performance_tables", "excel", "The annual performance table of one year, for people and machines."),
                ("performance_figures", "matplotlib", "Figures of one year per objective, in every language."),
            )
        ],
        partitions_def=by_year,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
    )
    def internal_edition(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        for year in context.partition_keys:
            paths = pipeline.publish_year(project, int(year))
            csv = next(p for p in paths if p.name == "performance.csv")
            book = csv.with_name(f"performance_{project.catalogue.languages[0]}.xlsx")
            rows = pl.read_csv(csv, infer_schema=False)
            shown = {
                c: c
                for c in ("indicator", "place", "organisation", "series", "unit", "actual", "target", "status", "trace")
            }
            context.log_event(
                dg.AssetMaterialization(
                    "performance_tables",
                    partition=year,
                    metadata={
                        "dagster/row_count": rows.height,
                        "dagster/column_lineage": column_lineage(of_table(rows.columns, measured)),
                        "cells of a number": "cpc trace REFERENCE, with a reference of the column trace",
                        "workbook": dg.MetadataValue.url(link(project.folders, book)),
                        "path": dg.MetadataValue.path(book),
                        "preview": table(rows, shown),
                    },
                )
            )
            pictures = [
                p for p in paths if p.suffix == ".png" and p.stem.endswith(f"_{project.catalogue.languages[0]}")
            ][:PICTURES]
            context.log_event(
                dg.AssetMaterialization(
                    "performance_figures",
                    partition=year,
                    metadata={"path": dg.MetadataValue.path(csv.parent.parent / "figures")}
                    | {p.stem: picture(p) for p in pictures},
                )
            )
            context.log.info(f"{year}: {len(paths)} files")
        yield from ()

    return [internal_edition]

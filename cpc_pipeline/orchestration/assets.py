"""The river as assets: submissions -> measures -> performance tables and figures, with a check on every submission."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator

import dagster as dg
import polars as pl

from cpc_pipeline import contracts, pipeline
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.metadata import column_schema, picture, table
from cpc_pipeline.orchestration.triggers import annual_schedule, arrivals_sensor
from cpc_pipeline.project import Project

POOL = "warehouse"
"""One writer at a time: every asset that opens the warehouse is in this pool (limit 1 in dagster.yaml)."""

OWNERS = ["team:cpc-secretariat"]
FINDING_COLUMNS = {
    "severity": "severity",
    "submission_id": "workbook",
    "where": "where",
    "message": "what",
    "action": "what to do",
}


def build(project: Project) -> dg.Definitions:
    """Every definition of one compact."""
    submissions, verdict = _submissions(project)
    measures, year_assets = _measures(project), _editions(project)
    everything = [submissions, measures, *year_assets]
    results = dg.define_asset_job("results", selection=[measures, *year_assets])
    intake = dg.define_asset_job("intake", selection=[submissions])
    return dg.Definitions(
        assets=everything,
        asset_checks=[verdict],
        jobs=[intake, results],
        schedules=[annual_schedule(project)],
        sensors=[arrivals_sensor(project, intake)],
        executor=dg.in_process_executor,
    )


def _submissions(project: Project) -> tuple[dg.AssetsDefinition, dg.AssetChecksDefinition]:
    by_organisation = partitions.organisations_by_year(project.catalogue)

    @dg.asset(
        partitions_def=by_organisation,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="intake",
        owners=OWNERS,
        kinds={"excel", "duckdb"},
        pool=POOL,
        description=(
            "The workbooks of one organisation and year: read, checked and loaded, whole or not at all. "
            "A partition without a file stays missing: that organisation has not sent anything for that year."
        ),
        metadata={
            "dagster/column_schema": column_schema(contracts.observations_frame(project.catalogue.dimension_ids))
        },
        output_required=False,
    )
    def submissions(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        keys = [_key(key) for key in context.partition_keys]
        for taken in pipeline.take_in(project, keys, context.log.debug):
            if not taken.submissions.is_empty():
                context.log_event(_materialization(taken, project, context.asset_key))
        # Nothing is yielded: a partition without a file stays missing.
        yield from ()

    @dg.asset_check(
        asset=submissions,
        partitions_def=by_organisation,
        description="What became of the workbooks: a returned one does not stop the others.",
        blocking=False,
    )
    def submission_verdict(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return _verdict(project, [_key(key) for key in context.partition_keys])

    return submissions, submission_verdict


def _key(key: str) -> tuple[str, int]:
    organisation, year = key.split("|")
    return organisation, int(year)


def _materialization(taken: pipeline.TakenIn, project: Project, asset_key: dg.AssetKey) -> dg.AssetMaterialization:
    words = pipeline.in_words(taken.findings, project, project.catalogue.languages[0])
    return dg.AssetMaterialization(
        asset_key,
        partition=partitions.partition_key(taken.organisation, taken.year),
        metadata={
            "dagster/row_count": taken.observations,
            "verdict": taken.verdict,
            "findings": taken.findings.height,
            "files": table(taken.submissions, {"path": "file", "verdict": "verdict", "kind": "kind"}),
            "what was found": table(words, FINDING_COLUMNS),
        },
    )


def _verdict(project: Project, keys: list[tuple[str, int]]) -> dg.AssetCheckResult:
    """Failed where a workbook was returned or a value refused; the table says where, what and what to do."""
    language = project.catalogue.languages[0]
    words = pl.concat([pipeline.findings(project, language, *key) for key in keys])
    verdicts = set().union(*(pipeline.verdicts(project, *key) for key in keys))
    returned = str(Verdict.RETURNED) in verdicts
    return dg.AssetCheckResult(
        passed=not returned and str(Verdict.PARTLY_ACCEPTED) not in verdicts,
        severity=dg.AssetCheckSeverity.ERROR if returned else dg.AssetCheckSeverity.WARN,
        description=", ".join(sorted(verdicts)) or "nothing received",
        metadata={"findings": words.height, "what was found": table(words, FINDING_COLUMNS)},
    )


def _measures(project: Project) -> dg.AssetsDefinition:
    @dg.asset(
        deps=["submissions"],
        group_name="results",
        owners=OWNERS,
        kinds={"polars", "duckdb"},
        pool=POOL,
        description="One value per indicator, year, place, group and organisation, from everything that counts.",
        metadata={"dagster/column_schema": column_schema(contracts.measures_frame(project.catalogue.dimension_ids))},
    )
    def measures() -> dg.MaterializeResult[None]:
        done = pipeline.compute_measures(project)
        matrix = pipeline.status(project).filter(~pl.col("verdict").is_in(["not_due"]))
        columns = {"organisation": "organisation", "year": "year", "verdict": "verdict", "kind": "kind"}
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "unchanged": done.unchanged,
                "who has sent what": table(matrix.sort("year", "organisation", descending=[True, False]), columns),
            }
        )

    return measures


def _editions(project: Project) -> list[dg.AssetsDefinition]:
    by_year = partitions.years(project.catalogue)

    @dg.multi_asset(
        name="internal_edition",
        specs=[
            dg.AssetSpec(
                name,
                deps=["measures"],
                group_name="results",
                owners=OWNERS,
                kinds={kind},
                description=words,
                partitions_def=by_year,
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
            rows = pl.read_csv(csv, infer_schema=False)
            shown = {
                c: c for c in ("indicator", "place", "organisation", "series", "unit", "actual", "target", "status")
            }
            context.log_event(
                dg.AssetMaterialization(
                    "performance_tables",
                    partition=year,
                    metadata={
                        "dagster/row_count": rows.height,
                        "path": dg.MetadataValue.path(csv.with_name("performance.xlsx")),
                        "preview": table(rows, shown),
                    },
                )
            )
            pictures = [
                p for p in paths if p.suffix == ".png" and p.stem.endswith(f"_{project.catalogue.languages[0]}")
            ]
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

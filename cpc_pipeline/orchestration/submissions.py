"""What was received as Dagster sees it: an asset with a partition for each organisation and year, and a job for many.

A run costs more than a workbook, so that the job takes in as many as have arrived; each still logs its own findings
and verdict for its own partition, and grey means "nothing sent" (docs/decisions/0001-organisations-in-dagster.md).
"""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.home import OWNERS, POOL
from cpc_pipeline.orchestration.metadata import column_schema, table
from cpc_pipeline.project import Project
from cpc_pipeline.receiving import Key
from cpc_pipeline.warehouse import tables

SUBMISSIONS, VERDICT = "submissions", "submission_verdict"
FINDING_COLUMNS = {
    "severity": "severity",
    "submission_id": "workbook",
    "where": "where",
    "message": "what",
    "action": "what to do",
}
OP = "take_in_submissions"
AT_ONCE = 100
"""Organisation-years in one run: as many as are loaded in one transaction, and progress is told after each."""


def submissions_asset(project: Project) -> dg.AssetsDefinition:
    """What was received, by organisation and year."""
    by_organisation = partitions.organisations_by_year(project.catalogue)

    @dg.asset(
        partitions_def=by_organisation,
        group_name="intake",
        owners=OWNERS,
        kinds={"excel", "duckdb"},
        pool=POOL,
        description=(
            "The workbooks of one organisation and year: read, checked and loaded, whole or not at all. "
            "A partition without a file stays missing: that organisation has not sent anything for that year."
        ),
        metadata={"dagster/column_schema": column_schema(tables(project.catalogue.dimension_ids)["observations"])},
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                VERDICT,
                asset="submissions",
                partitions_def=by_organisation,
                description="What became of the workbooks: a returned one does not stop the others.",
            )
        ],
    )
    def submissions(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        (taken,) = pipeline.take_in(project, [partitions.read_key(context.partition_key)], context.log.debug)
        found = _found(taken, project)
        if not taken.submissions.is_empty():
            yield dg.Output(None, metadata=_metadata(taken, found))
        yield _verdict(taken, found)

    return submissions


def intake_job(project: Project) -> dg.JobDefinition:
    """Takes in the organisation-years that it is asked for, in one run; see `asked` and `runs_of`."""

    @dg.op(
        name=OP,
        pool=POOL,
        config_schema={"partitions": [str]},
        description="The workbooks of several organisations and years, each on record in its own partition.",
    )
    def take_in_submissions(context: dg.OpExecutionContext) -> None:
        keys = [partitions.read_key(key) for key in context.op_config["partitions"]]
        # Every line of the log is an event in the database: no line for each file beside its two events.
        for taken in pipeline.take_in(project, keys):
            key, found = partitions.partition_key(taken.organisation, taken.year), _found(taken, project)
            if not taken.submissions.is_empty():
                told = _metadata(taken, found)
                context.log_event(dg.AssetMaterialization(SUBMISSIONS, metadata=told, partition=key))
            # Dagster takes results of checks here too; the annotation does not say so.
            context.log_event(_logged(_verdict(taken, found), key))  # type: ignore[arg-type]

    @dg.job(name="intake", executor_def=dg.in_process_executor, description="Everything that has arrived and is new.")
    def intake() -> None:
        take_in_submissions()

    return intake


def runs_of(keys: Sequence[Key], project: Project) -> Iterator[tuple[Key, ...]]:
    """The organisation-years of each run of `intake`; those that are no partition are left to `unplaced_files`."""
    known = [key for key in keys if partitions.known(*key, project.catalogue)]
    yield from (tuple(known[n : n + AT_ONCE]) for n in range(0, len(known), AT_ONCE))


def asked(keys: Sequence[Key]) -> dict[str, Any]:
    """The configuration of a run of `intake` that takes in these."""
    return {"ops": {OP: {"config": {"partitions": [partitions.partition_key(*key) for key in keys]}}}}


def _logged(result: dg.AssetCheckResult, partition: str) -> dg.AssetCheckEvaluation:
    """A result as the event of one partition."""
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(SUBMISSIONS),
        check_name=VERDICT,
        passed=result.passed,
        severity=result.severity,
        description=result.description,
        metadata=result.metadata,
        partition=partition,
    )


def _metadata(taken: pipeline.TakenIn, found: dg.MarkdownMetadataValue) -> dict[str, Any]:
    return {
        "dagster/row_count": taken.observations,
        "verdict": taken.verdict,
        "findings": taken.findings.height,
        "files": table(taken.submissions, {"path": "file", "verdict": "verdict", "kind": "kind"}),
        "what was found": found,
    }


def _found(taken: pipeline.TakenIn, project: Project) -> dg.MarkdownMetadataValue:
    """The findings of some workbooks in words, made once for the materialization and for its check."""
    return table(questions.in_words(taken.findings, project, project.catalogue.languages[0]), FINDING_COLUMNS)


def _verdict(taken: pipeline.TakenIn, found: dg.MarkdownMetadataValue) -> dg.AssetCheckResult:
    """Failed where a workbook was returned or a value refused; the table says where, what and what to do."""
    received = not taken.submissions.is_empty()
    returned = taken.verdict == Verdict.RETURNED
    return dg.AssetCheckResult(
        passed=received and not returned and taken.verdict != Verdict.PARTLY_ACCEPTED,
        severity=dg.AssetCheckSeverity.ERROR if returned else dg.AssetCheckSeverity.WARN,
        description=taken.verdict.replace("_", " ") if received else "nothing received",
        metadata={"findings": taken.findings.height, "what was found": found},
    )

"""Step 1 in Dagster: workbooks as partitions of one asset, and one run for everything that has arrived.

A run over a range of partitions logs a bare event for each of them, sent or not (docs/decisions/0001). So what arrives
is taken in by a job of its own, which tells of each organisation and year by itself: one run and one process, however
many workbooks, and findings and checks where they belong.
"""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import polars as pl

from cpc_pipeline import pipeline
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration import partitions, recording
from cpc_pipeline.orchestration.common import described, key, tagged
from cpc_pipeline.orchestration.files import links
from cpc_pipeline.orchestration.healing import turn
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import column_schema, list_schema, markdown, table
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.telling import left_untold, untold
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.pipeline.collecting import without_what_stays
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy, tables

VERDICT, IN_PLACE = "submission_verdict", "every_file_in_its_place"
FINDING_COLUMNS = {
    "severity": "severity",
    "submission_id": "workbook",
    "where": "where",
    "message": "message",
    "action": "action",
}
AT_ONCE = 500
"""Organisations and years that are told of together. They are loaded some at a time (pipeline.loading.TOGETHER), and
what a killed run loaded and did not tell of is told by the next."""
NAMED = 3
NOTHING_SENT = ("missing", "not_due")
Key = tuple[str, int]
Told = dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.Output[None]


def submissions(project: Project, words: Words) -> dg.AssetsDefinition:
    """The workbooks of one organisation and year; a person can have one read again."""
    by_organisation = partitions.organisations_by_year(project.catalogue)
    own = key(project, "submissions")

    @dg.asset(
        key=own,
        partitions_def=by_organisation,
        pool=POOL,
        description=words("asset.submissions"),
        metadata={
            "dagster/column_schema": column_schema(
                tables(project.catalogue.dimension_ids)["observations"], words, "submissions"
            )
        },
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                VERDICT,
                asset=own,
                partitions_def=by_organisation,
                description=words(f"check.{VERDICT}"),
            )
        ],
        **described(project, "intake", "excel", "duckdb"),
    )
    def read(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        organisation, year = context.partition_key.split("|")
        with if_busy_again(context):
            (taken,) = pipeline.take_in(project, [(organisation, int(year))], context.log.debug)
        found = _found(taken, project, words)
        if not taken.submissions.is_empty():
            yield dg.Output(None, metadata=_metadata(taken, found, project, words))
        yield dg.AssetCheckResult(**_verdict(taken, found, words))

    return read


def unplaced_files(project: Project, words: Words) -> dg.AssetsDefinition:
    """Files of which nobody is known to be the sender."""
    own = key(project, "unplaced_files")

    @dg.asset(
        key=own,
        pool=POOL,
        description=words("asset.unplaced_files"),
        metadata={"dagster/column_schema": list_schema(words, "unplaced_files")},
        check_specs=[dg.AssetCheckSpec(IN_PLACE, asset=own, description=words(f"check.{IN_PLACE}"))],
        **described(project, "intake", "excel"),
    )
    def unplaced(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        with if_busy_again(context):
            metadata, passed = _look_at_places(project, words)
        yield dg.Output(None, metadata=metadata)
        yield dg.AssetCheckResult(
            passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=_files_of(metadata, words)
        )

    return unplaced


def intake_job(
    project: Project, words: Words, progress: Callable[..., None] = lambda *_, **__: None
) -> dg.JobDefinition:
    """Everything that has arrived, in one run; progress: is told what is read next, for the terminal."""

    @dg.op(
        name="take_in_what_has_arrived",
        out=dg.Out(dg.Nothing),
        pool=POOL,
        description=words("step.take_in_what_has_arrived"),
    )
    def take_in_what_has_arrived(context: dg.OpExecutionContext) -> Iterator[Told]:
        with if_busy_again(context), turn(project.folders.warehouse):
            yield from all_of_it(project, words, context, progress)

    @dg.job(name="intake", tags=tagged(project), description=words("job.intake"))
    def intake() -> None:
        take_in_what_has_arrived()

    return intake


def all_of_it(
    project: Project,
    words: Words,
    context: dg.OpExecutionContext,
    progress: Callable[..., None] = lambda *_, **__: None,
) -> Iterator[Told]:
    """Takes in and tells of everything that has arrived; names in a failure what could not be read."""
    yield from _places(project, words, context)
    broken: list[Key] = []
    waiting = due(project, context.instance)
    for start in range(0, len(waiting), AT_ONCE):
        keys = waiting[start : start + AT_ONCE]
        _say(progress, keys)
        with untold(project.folders, keys):
            yield from _taken_in_and_told(project, keys, broken, words, context)
    yield dg.Output(None)
    if broken:
        names = ", ".join(f"{organisation} {year}" for organisation, year in broken)
        raise dg.Failure(words("says.not_read", names=names), allow_retries=False)


def _taken_in_and_told(
    project: Project, keys: list[Key], broken: list[Key], words: Words, context: dg.OpExecutionContext
) -> Iterator[Told]:
    """Some organisations and years; nothing of them is held while the next are read."""
    taken = list(_taken_in(project, keys, broken))
    with recording.together(context.instance), without_what_stays():
        for one in taken:
            yield from _told(one, project, words, context)


def due(project: Project, instance: dg.DagsterInstance) -> list[Key]:
    """What has arrived, and what is on record and was never told of: its run was killed after it had loaded it.

    The years of an organisation together, as they are read: what each is held against need not be looked for again.
    """
    arrived = [k for k in pipeline.todo(project, years=()).submissions if partitions.known(*k, project.catalogue)]
    status = questions.status(project).filter(~pl.col("verdict").is_in(NOTHING_SENT))
    told = {str(k) for k in instance.get_materialized_partitions(key(project, "submissions"))}
    on_record = [(o, y) for o, y in status.select("organisation", "year").iter_rows() if f"{o}|{y}" not in told]
    left = [k for k in left_untold(project.folders) if partitions.known(*k, project.catalogue)]
    return sorted({*arrived, *on_record, *left})


def _taken_in(project: Project, keys: list[Key], broken: list[Key]) -> Iterator[pipeline.TakenIn]:
    """All of these together; where that fails each by itself, so that one that cannot be read stops no other."""
    try:
        yield from pipeline.take_in(project, keys)
    except WarehouseBusy:
        raise
    except Exception:
        if len(keys) == 1:
            broken.append(keys[0])
            return
        for one in keys:
            yield from _taken_in(project, [one], broken)


def _told(taken: pipeline.TakenIn, project: Project, words: Words, context: dg.OpExecutionContext) -> Iterator[Told]:
    own, partition = key(project, "submissions"), partitions.partition_key(taken.organisation, taken.year)
    found = _found(taken, project, words)
    if not taken.submissions.is_empty():
        yield dg.AssetMaterialization(own, partition=partition, metadata=_metadata(taken, found, project, words))
    verdict = _verdict(taken, found, words)
    _tell_check(context, dg.AssetCheckEvaluation(own, VERDICT, partition=str(partition), **verdict))


def _tell_check(context: dg.OpExecutionContext, evaluation: dg.AssetCheckEvaluation) -> None:
    """Dagster takes results of checks here, though its annotation does not say so; a test holds it to that."""
    context.log_event(evaluation)  # type: ignore[arg-type]


def _places(project: Project, words: Words, context: dg.OpExecutionContext) -> Iterator[Told]:
    """While a file is misplaced, and once after the last one was moved, so that the warning ends."""
    if not places_need_a_look(project, context.instance):
        return
    own, (metadata, passed) = key(project, "unplaced_files"), _look_at_places(project, words)
    yield dg.AssetMaterialization(own, metadata=metadata)
    warn = dg.AssetCheckSeverity.WARN
    _tell_check(
        context,
        dg.AssetCheckEvaluation(own, IN_PLACE, passed=passed, severity=warn, metadata=_files_of(metadata, words)),
    )


def places_need_a_look(project: Project, instance: dg.DagsterInstance) -> bool:
    """True while a file is misplaced, and once after the last one was moved, so that the warning ends."""
    if not questions.unplaced(project).is_empty():
        return True
    last = instance.get_latest_materialization_event(key(project, "unplaced_files"))
    told = last.asset_materialization.metadata if last and last.asset_materialization else {}
    return "dagster/row_count" in told and told["dagster/row_count"].value != 0


def _look_at_places(project: Project, words: Words) -> tuple[dict[str, Any], bool]:
    due = pipeline.todo(project, years=()).submissions
    unknown = [k for k in due if not partitions.known(*k, project.catalogue)]
    pipeline.take_in(project, unknown)  # returned to whoever asks, with the reason
    found = questions.unplaced(project)
    why = [words.of("intake", f"unplaced.{reason}") for reason in found["reason"]]
    told = table(found.with_columns(pl.Series("why", why, dtype=pl.String)), {"path": "file", "why": "why"}, words)
    return {"dagster/row_count": found.height, words.label("files"): told}, found.is_empty()


def _files_of(metadata: dict[str, Any], words: Words) -> dict[str, Any]:
    files = words.label("files")
    return {files: metadata[files]}


def _metadata(
    taken: pipeline.TakenIn, found: dg.MarkdownMetadataValue, project: Project, words: Words
) -> dict[str, Any]:
    marked = project.folders.feedback / str(taken.year) / taken.organisation
    there = sorted(marked.glob("*")) if marked.is_dir() else []
    sent = taken.submissions  # column by column: a selection wakes the threads of polars, once for each workbook
    verdicts = zip(sent["path"], sent["verdict"], strict=True)
    files = [(path, words.of("cli", f"verdict.{verdict}")) for path, verdict in verdicts]
    return {
        "dagster/row_count": taken.observations,
        words.label("verdict"): words.of("cli", f"verdict.{taken.verdict}"),
        words.label("findings"): taken.findings.height,
        words.label("files"): markdown(words.heads("file", "verdict"), files, words),
        words.label("found"): found,
    } | ({words.label("annotated"): links(project.folders, there)} if there else {})


def _found(taken: pipeline.TakenIn, project: Project, words: Words) -> dg.MarkdownMetadataValue:
    if taken.findings.is_empty():  # nearly always
        return markdown(words.heads(*FINDING_COLUMNS.values()), [], words)
    found = questions.in_words(taken.findings, project, words.language)
    return table(_said(found, "severity", words), FINDING_COLUMNS, words)


def _said(frame: pl.DataFrame, column: str, words: Words) -> pl.DataFrame:
    """The codes of a column as the terminal says them."""
    codes = frame[column].unique().to_list()
    known = {code: words.of("cli", f"{column}.{code}") for code in codes}
    return frame.with_columns(pl.col(column).replace_strict(known, return_dtype=pl.String))


def _verdict(taken: pipeline.TakenIn, found: dg.MarkdownMetadataValue, words: Words) -> dict[str, Any]:
    """Failed where a workbook was returned or a value refused; the table says where, what and what to do."""
    received = not taken.submissions.is_empty()
    returned = taken.verdict == Verdict.RETURNED
    return {
        "passed": received and not returned and taken.verdict != Verdict.PARTLY_ACCEPTED,
        "severity": dg.AssetCheckSeverity.ERROR if returned else dg.AssetCheckSeverity.WARN,
        "description": words.of("cli", f"verdict.{taken.verdict}") if received else words("says.nothing_received"),
        "metadata": {
            words.label("findings"): taken.findings.height,
            words.label("found"): found,
        },
    }


def _say(progress: Callable[..., None], keys: list[Key]) -> None:
    """Who is read now: each by name, or of many the first and the last."""
    if len(keys) <= NAMED:
        for organisation, year in keys:
            progress("intake", organisation=organisation, year=year)
    else:
        (first, last) = (" ".join(map(str, one)) for one in (keys[0], keys[-1]))
        progress("intake_many", first=first, last=last, count=len(keys))

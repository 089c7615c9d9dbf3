"""Messages in Dagster: written and sent after each arrival and every morning, and when a run has failed."""

from collections.abc import Iterator, Sequence

import dagster as dg

from cpc_pipeline.desk import contacts, notifying
from cpc_pipeline.notices import Notice, failure
from cpc_pipeline.orchestration import sending
from cpc_pipeline.orchestration.automation import when_inputs_change
from cpc_pipeline.orchestration.common import COMPACT, described, key
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import list_schema, markdown
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy

MORNING = "0 8 * * *"
FAILED = ("unclear", "refused")
BY_HAND = ("publish",)
"""Jobs that a person starts and looks at: that an edition was refused is an answer, and no failure."""
IN_TIME = "every_message_on_its_way"


def notices_asset(project: Project, words: Words) -> dg.AssetsDefinition:
    """Reminders that are due and results of what has arrived."""
    own = key(project, "notices")

    @dg.asset(
        key=own,
        deps=[key(project, "measures")],  # when they are made, what readers see is up to date
        pool=POOL,
        automation_condition=when_inputs_change(words),
        description=words("asset.notices"),
        metadata={"dagster/column_schema": list_schema(words, "notices")},
        check_specs=[dg.AssetCheckSpec(IN_TIME, asset=own, description=words(f"check.{IN_TIME}"))],
        **described(project, "notices", "email"),
    )
    def notices(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        with if_busy_again(context):
            told = _tell(project, notifying.due(project), words, whole=True)
        sending.tell(project, words, context)
        lost = [one for one in told if one.state in FAILED]
        check = dg.AssetCheckResult(
            check_name=IN_TIME,
            passed=not lost,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={words.label("messages"): _table(lost, words)},
        )
        yield dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(told),
                words.label("messages"): _table(told, words),
                words.label("path"): dg.MetadataValue.path(project.folders.notices),
            },
            check_results=[check],
        )

    return notices


def reminders_schedule(project: Project, words: Words, job: dg.JobDefinition | object) -> dg.ScheduleDefinition:
    """Every morning in the compact's time zone; nothing runs on a day on which nobody is to be reminded."""

    @dg.schedule(
        name="reminders",
        job=job,  # type: ignore[arg-type]
        cron_schedule=MORNING,
        execution_timezone=project.catalogue.header.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=words("runs.reminders"),
    )
    def reminders(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        try:
            waiting = notifying.reminders(project)
        except WarehouseBusy:
            return dg.RunRequest()  # the run waits for its turn
        return dg.RunRequest() if waiting else dg.SkipReason(words("skipped.nobody_to_remind"))

    return reminders


def failure_sensor(project: Project, words: Words) -> dg.SensorDefinition:
    """A message to the secretariat: job, step and run, and never the text of an error, which may hold a value.

    Of every run of this compact, whoever started it: the page, a sensor, a schedule, or `cpc refresh` from a timer at
    which nobody sits. Dagster would show the sensor only those of the page, because the others come from nowhere.
    """

    @dg.run_failure_sensor(
        name="failures",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        monitor_all_code_locations=True,
        description=words("runs.failures"),
    )
    def failures(context: dg.RunFailureSensorContext) -> None:
        if context.dagster_run.job_name in BY_HAND or not _is_of(project, context.dagster_run):
            return
        steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
        run = context.dagster_run
        _tell(project, [failure(run.job_name, ", ".join(steps), run.run_id, project.catalogue)], words, whole=False)

    return failures


def _is_of(project: Project, run: dg.DagsterRun) -> bool:
    """Several compacts may share one history: whose a run is says its tag, or what it makes."""
    selected = {key.path[0] for key in run.asset_selection or ()}
    return bool(
        run.tags.get(COMPACT, project.catalogue.id) == project.catalogue.id and selected <= {project.catalogue.id}
    )


def _tell(project: Project, due: Sequence[Notice], words: Words, *, whole: bool) -> list[notifying.Told]:
    try:
        return notifying.send(project, notifying.write(project, due, all_of_them=whole))
    except contacts.Unusable as why:
        said = dict(why.params)
        if "fault" in said:
            said["what"] = words.of("notices", f"cli.fault.{said.pop('fault')}")
        raise dg.Failure(words.of("notices", f"cli.{why.key}", **said), allow_retries=False) from None


def _table(told: Sequence[notifying.Told], words: Words) -> dg.MarkdownMetadataValue:
    rows = [
        (
            words.of("notices", f"cli.kind.{t.notice.kind}"),
            t.notice.organisation,
            t.notice.year,
            words.of("notices", f"cli.state.{t.state}", identity=t.path.stem),
            t.path.name,
        )
        for t in told
    ]
    return markdown(words.heads("kind", "organisation", "year", "state", "file"), rows, words)

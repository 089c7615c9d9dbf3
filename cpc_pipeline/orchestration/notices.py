"""Messages in Dagster: written and sent after each arrival and every morning, and when a run has failed."""

from collections.abc import Iterator, Sequence

import dagster as dg

from cpc_pipeline.desk import contacts, notifying
from cpc_pipeline.notices import Notice, failure
from cpc_pipeline.orchestration.automation import WHEN_INPUTS_CHANGE
from cpc_pipeline.orchestration.common import described, key
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import markdown
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy

MORNING = "0 8 * * *"
FAILED = ("unclear", "refused")
BY_HAND = ("publish",)
"""Jobs that a person starts and looks at: that an edition was refused is an answer, and no failure."""
IN_TIME = "every_message_on_its_way"


def notices_asset(project: Project) -> dg.AssetsDefinition:
    """Reminders that are due and results of what has arrived."""
    own = key(project, "notices")

    @dg.asset(
        key=own,
        deps=[key(project, "measures")],  # when they are made, what readers see is up to date
        pool=POOL,
        automation_condition=WHEN_INPUTS_CHANGE,
        description=(
            "Messages to organisations: reminders on the days of the compact's calendar, and what became of each "
            "workbook. They lie ready to be sent, and are sent, each once, where a mail server is set up."
        ),
        check_specs=[
            dg.AssetCheckSpec(IN_TIME, asset=own, description="The mail server took every message it was given.")
        ],
        **described(project, "notices", "email"),
    )
    def notices() -> Iterator[dg.MaterializeResult[None]]:
        told = _tell(project, notifying.due(project), whole=True)
        lost = [one for one in told if one.state in FAILED]
        check = dg.AssetCheckResult(
            check_name=IN_TIME,
            passed=not lost,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"messages": _table(lost)},
        )
        yield dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(told),
                "messages": _table(told),
                "path": dg.MetadataValue.path(project.folders.notices),
            },
            check_results=[check],
        )

    return notices


def reminders_schedule(project: Project, job: dg.JobDefinition | object) -> dg.ScheduleDefinition:
    """Every morning in the compact's time zone; nothing runs on a day on which nobody is to be reminded."""

    @dg.schedule(
        name="reminders",
        job=job,  # type: ignore[arg-type]
        cron_schedule=MORNING,
        execution_timezone=project.catalogue.header.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Reminders on the days of the compact's calendar to whoever has not sent, or must correct.",
    )
    def reminders(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        try:
            waiting = notifying.reminders(project)
        except WarehouseBusy:
            return dg.RunRequest()  # the run waits for its turn
        return dg.RunRequest() if waiting else dg.SkipReason("nobody is to be reminded today")

    return reminders


def failure_sensor(project: Project) -> dg.SensorDefinition:
    """A message to the secretariat: job, step and run, and never the text of an error, which may hold a value."""

    @dg.run_failure_sensor(
        name="failures",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells the secretariat that a run failed.",
    )
    def failures(context: dg.RunFailureSensorContext) -> None:
        if context.dagster_run.job_name in BY_HAND:
            return
        steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
        run = context.dagster_run
        _tell(project, [failure(run.job_name, ", ".join(steps), run.run_id, project.catalogue)], whole=False)

    return failures


def _tell(project: Project, due: Sequence[Notice], *, whole: bool) -> list[notifying.Told]:
    try:
        return notifying.send(project, notifying.write(project, due, all_of_them=whole))
    except contacts.Unusable as why:
        said = dict(why.params)
        text, language = project.catalogue.wording.text, project.catalogue.languages[0]
        if "fault" in said:
            said["what"] = text(f"notices.cli.fault.{said.pop('fault')}", language)
        raise dg.Failure(text(f"notices.cli.{why.key}", language, **said), allow_retries=False) from None


def _table(told: Sequence[notifying.Told]) -> dg.MarkdownMetadataValue:
    rows = [(t.notice.kind, t.notice.organisation, t.notice.year, t.state, t.path.name) for t in told]
    return markdown(["kind", "organisation", "year", "state", "file"], rows)

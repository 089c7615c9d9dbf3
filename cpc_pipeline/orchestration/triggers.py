"""When something runs by itself: files that arrive, and the yearly date of the compact."""

from typing import Any

import dagster as dg

from cpc_pipeline import intake, receiving
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.spreading import is_many
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project

SECONDS = 30


def arrivals_sensor(project: Project, words: Words, intake_job: Any, spread: Any = None) -> dg.SensorDefinition:
    """One run for everything that is new, changed or gone since the last look.

    The cursor names what lies under data/raw by content and by when it was put there, so that an unchanged folder asks
    for nothing; what is on record with the same size, date and inode is not hashed at every look. The run key holds a
    count besides the content: a file that goes back to an earlier version is read again too. What there is to do is
    asked by the run itself, when its turn has come. spread: the job that takes very many in, where there is one.
    """

    @dg.sensor(
        name="arrivals",
        jobs=[job for job in (intake_job, spread) if job is not None],
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=words("runs.arrivals"),
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen, _, count = (context.cursor or "").partition(" ")
        content = intake.fingerprint(project.folders.raw, _seen(project))
        if content == seen:
            return dg.SensorResult(skip_reason=words("skipped.nothing_arrived"))
        turn = int(count or 0) + 1
        chosen = spread if spread is not None and is_many(project) else intake_job
        request = dg.RunRequest(run_key=f"{content}-{turn}", job_name=chosen.name)
        return dg.SensorResult(run_requests=[request], cursor=f"{content} {turn}")

    return arrivals


def _seen(project: Project) -> dict[str, Any] | None:
    """What the copy for readers knows of the files; nothing is waited for."""
    if not project.folders.copy.exists():
        return None
    with project.read_warehouse() as warehouse:
        return receiving.seen(warehouse)


def annual_schedule(project: Project, words: Words, results: Any) -> dg.ScheduleDefinition:
    """The yearly refresh of every year's results, on the date of the compact and in its time zone.

    What arrived until then has been taken in by the sensor; years whose edition is current are left as they are.
    """

    @dg.schedule(
        name="annual_refresh",
        job=results,
        cron_schedule=project.catalogue.header.annual_refresh.cron,
        execution_timezone=project.catalogue.header.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=words("runs.annual_refresh"),
    )
    def annual_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        years = project.catalogue.years
        return dg.RunRequest(tags=partitions.range_tags(years[0], years[-1]))

    return annual_refresh

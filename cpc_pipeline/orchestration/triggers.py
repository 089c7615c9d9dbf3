"""When something runs by itself: files that arrive, and the yearly date of the compact."""

from typing import Any

import dagster as dg

from cpc_pipeline import intake, pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.submissions import asked, runs_of
from cpc_pipeline.project import Project

SECONDS = 30


def arrivals_sensor(project: Project, intake_job: Any, places_job: Any) -> dg.SensorDefinition:
    """A run request for all that is new, changed or gone (a hundred at a time), and one look at misplaced files.

    The cursor names what lies under data/raw by content, so that an unchanged folder asks for nothing. The run key
    holds a count besides the content: a file that goes back to an earlier version is read again too.
    """

    @dg.sensor(
        name="arrivals",
        jobs=[intake_job, places_job],
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen, _, count = (context.cursor or "").partition(" ")
        content = intake.fingerprint(project.folders.raw)
        if content == seen:
            return dg.SensorResult(skip_reason="nothing has arrived")
        turn = int(count or 0) + 1
        due = pipeline.todo(project, years=()).submissions
        requests = [
            dg.RunRequest(run_key=f"{content}-{turn}-{number}", run_config=asked(keys), job_name=intake_job.name)
            for number, keys in enumerate(runs_of(due, project))
        ]
        if places_need_a_look(project, context.instance):
            requests.append(dg.RunRequest(run_key=f"{content}-{turn}-places", job_name=places_job.name))
        return dg.SensorResult(run_requests=requests, cursor=f"{content} {turn}")

    return arrivals


def places_need_a_look(project: Project, instance: dg.DagsterInstance) -> bool:
    """True while a file is misplaced, and once after the last one was moved, so that the warning ends."""
    if not questions.unplaced(project).is_empty():
        return True
    last = instance.get_latest_materialization_event(dg.AssetKey("unplaced_files"))
    told = last.asset_materialization.metadata if last and last.asset_materialization else {}
    return "dagster/row_count" in told and told["dagster/row_count"].value != 0


def annual_schedule(project: Project, results: Any) -> dg.ScheduleDefinition:
    """The yearly refresh of every year's results, on the date of the compact and in its time zone.

    What arrived until then has been taken in by the sensor; years whose edition is current are left as they are.
    """

    @dg.schedule(
        name="annual_refresh",
        job=results,
        cron_schedule=project.catalogue.header.annual_refresh.cron,
        execution_timezone=project.catalogue.header.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def annual_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        years = project.catalogue.years
        return dg.RunRequest(tags=partitions.range_tags(years[0], years[-1]))

    return annual_refresh

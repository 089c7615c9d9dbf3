"""Every definition of one compact: the river as assets, what runs by itself, and what a person starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dagster as dg

from cpc_pipeline.orchestration.automation import automation_sensor
from cpc_pipeline.orchestration.computing import measures
from cpc_pipeline.orchestration.editions import internal_edition
from cpc_pipeline.orchestration.intake import intake_job, submissions, unplaced_files
from cpc_pipeline.orchestration.issued import issued_assets, issued_editions, publish_job
from cpc_pipeline.orchestration.notices import failure_sensor, notices_asset, reminders_schedule
from cpc_pipeline.orchestration.quality import warehouse_quality
from cpc_pipeline.orchestration.reports import annual_report, drafts_sensor
from cpc_pipeline.orchestration.triggers import annual_schedule, arrivals_sensor
from cpc_pipeline.project import Project


def build(project: Project, progress: Callable[..., None] = lambda *_, **__: None) -> dg.Definitions:
    """progress: is told what is read next; for the terminal, where everything runs in one process."""
    measured, edition, quality = measures(project), internal_edition(project), warehouse_quality(project)
    report, told = annual_report(project), notices_asset(project)
    intake = intake_job(project, progress)
    results = _job("results", "Measures, tables and figures; of all years in one run with a range.", measured, edition)
    reports = _job("report", "The annual report of a year.", report)
    notices = _job("notices", "Reminders that are due and results of what has arrived.", told)
    looked_at = _job("quality", "The warehouse held to the rules of the compact.", quality)
    return dg.Definitions(
        assets=[
            submissions(project),
            unplaced_files(project),
            measured,
            quality,
            edition,
            report,
            told,
            issued_editions(project),
            *issued_assets(project),
        ],
        jobs=[intake, results, looked_at, reports, notices, publish_job(project)],
        schedules=[annual_schedule(project, results), reminders_schedule(project, notices)],
        sensors=[
            arrivals_sensor(project, intake),
            drafts_sensor(project, reports),
            failure_sensor(project),
            automation_sensor(),
        ],
        executor=dg.in_process_executor,
    )


def _job(name: str, words: str, *assets: dg.AssetsDefinition) -> Any:
    return dg.define_asset_job(name, selection=list(assets), description=words)

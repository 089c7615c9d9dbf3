"""Every definition of one compact: the river as assets, what runs by itself, and what a person starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dagster as dg

from cpc_pipeline.orchestration.automation import automation_sensor
from cpc_pipeline.orchestration.common import tagged
from cpc_pipeline.orchestration.computing import measures
from cpc_pipeline.orchestration.editions import internal_edition
from cpc_pipeline.orchestration.intake import intake_job, submissions, unplaced_files
from cpc_pipeline.orchestration.issued import issued_assets, issued_editions, publish_job
from cpc_pipeline.orchestration.notices import failure_sensor, notices_asset, reminders_schedule
from cpc_pipeline.orchestration.quality import warehouse_quality
from cpc_pipeline.orchestration.reports import annual_report, drafts_sensor
from cpc_pipeline.orchestration.sending import all_sent, nobody_is_late
from cpc_pipeline.orchestration.spreading import spread_intake
from cpc_pipeline.orchestration.triggers import annual_schedule, arrivals_sensor
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project


def build(project: Project, progress: Callable[..., None] = lambda *_, **__: None) -> dg.Definitions:
    """progress: is told what is read next; for the terminal, where everything runs in one process."""
    words = Words(project)
    measured, edition, quality = (make(project, words) for make in (measures, internal_edition, warehouse_quality))
    report, told = annual_report(project, words), notices_asset(project, words)
    intake, spread = intake_job(project, words, progress), spread_intake(project, words)

    def job(name: str, *assets: dg.AssetsDefinition) -> Any:
        return dg.define_asset_job(name, selection=list(assets), description=words(f"job.{name}"), tags=tagged(project))

    results = job("results", measured, edition)
    reports = job("report", report)
    notices = job("notices", told)
    looked_at = job("quality", quality)
    return dg.Definitions(
        assets=[
            submissions(project, words),
            unplaced_files(project, words),
            all_sent(project, words),
            measured,
            quality,
            edition,
            report,
            told,
            issued_editions(project, words),
            *issued_assets(project, words),
        ],
        asset_checks=[nobody_is_late(project, words)],
        jobs=[intake, *([spread] if spread else []), results, looked_at, reports, notices, publish_job(project, words)],
        schedules=[annual_schedule(project, words, results), reminders_schedule(project, words, notices)],
        sensors=[
            arrivals_sensor(project, words, intake, spread),
            drafts_sensor(project, words, reports),
            failure_sensor(project, words),
            automation_sensor(words),
        ],
        executor=dg.in_process_executor,
    )

"""The main job through Dagster, in this process: what a press in the UI does, with progress on the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg
import polars as pl
from dagster._core.storage.tags import MAX_RETRIES_TAG

from cpc_pipeline import pipeline, quality
from cpc_pipeline.contracts import Severity, Verdict
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.healing import MACHINE, REFRESH, TAG, UI, bury_the_dead, door, machine
from cpc_pipeline.orchestration.home import history, prepare
from cpc_pipeline.orchestration.intake import places_need_a_look
from cpc_pipeline.orchestration.telling import left_untold
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project


@dataclass(frozen=True)
class Refreshed:
    """How many organisation-years were read, years published, submissions returned, and warehouse rules that failed.

    receipts: rows of contracts.RECEIPTS, one for each file that arrived.
    asked: rules that failed and wait for an answer. wrong: rules by which the warehouse is not sound. broken: rules
    that could not be evaluated, which says nothing about the data.
    """

    submissions: int
    years: int
    receipts: pl.DataFrame
    returned: int
    asked: int
    wrong: int
    broken: int


class AlreadyRunning(Exception):
    """Another refresh of this project is at work; nothing was begun."""


def refresh(project: Project, years: Sequence[int] | None, progress: Callable[..., None]) -> Refreshed:
    """Everything that is new: read, compute, check, publish; the history is kept for the UI.

    Raises AlreadyRunning while another refresh of the same project is at work.
    """
    os.environ.update(prepare(project.folders.root))
    home, killed = project.folders.root / ".dagster", Words(project)("says.killed")
    with door(home, REFRESH) as ours:
        if not ours:
            raise AlreadyRunning
        with history() as instance:
            bury_the_dead(instance, REFRESH, killed)
            with door(home, UI) as no_ui:
                if no_ui:
                    bury_the_dead(instance, UI, killed)
            return _refresh(project, instance, years, progress)


def _refresh(
    project: Project, instance: dg.DagsterInstance, years: Sequence[int] | None, progress: Callable[..., None]
) -> Refreshed:
    plan = pipeline.todo(project, years)
    before = questions.receipts(project)
    repository = build(project, progress).get_repository_def()
    if plan.submissions or places_need_a_look(project, instance) or left_untold(project.folders):
        _run(repository.get_job("intake"), instance)
    wanted = pipeline.todo(project, years)
    if wanted.measures or wanted.years:
        progress("results")
        published = wanted.years or tuple(years or project.catalogue.years)
        _run(repository.get_job("results"), instance, tags=partitions.range_tags(min(published), max(published)))
    for year in pipeline.reports_due(project, years):
        progress("report", year=year)
        _run(repository.get_job("report"), instance, partition_key=str(year))
    if wanted.quality:
        progress("quality")
        _run(repository.get_job("quality"), instance)
    pipeline.settle(project)
    given = questions.receipts(project).join(before, on="receipt_id", how="anti")
    returned = questions.status(project).filter(pl.col("verdict") == str(Verdict.RETURNED)).height
    return Refreshed(len(plan.submissions), len(wanted.years), given, returned, **_outcomes(project))


def _outcomes(project: Project) -> dict[str, int]:
    """How many warehouse rules wait for an answer, say that the warehouse is not sound, or could not be evaluated."""
    checked = quality.recall(project.folders.quality)
    outcomes = checked.outcomes if checked else ()
    failed = [o for o in outcomes if o.outcome == "failed"]
    wrong = sum(o.severity in (Severity.RETURN, Severity.REJECT) for o in failed)
    broken = sum(o.outcome == "broken" for o in outcomes)
    return {"asked": len(failed) - wrong, "wrong": wrong, "broken": broken}


def _run(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    partition_key: str | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    """One run in this process; its own log lines go to the history, not to the terminal."""
    quiet = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
    result = job.execute_in_process(
        instance=instance,
        partition_key=partition_key,
        # Not tried again by itself: who asked for it is there to ask again.
        tags={TAG: REFRESH, MACHINE: machine(), MAX_RETRIES_TAG: "0", **(tags or {})},
        run_config=quiet,
        raise_on_error=True,
    )
    if not result.success:
        raise RuntimeError("a step of the refresh failed; the run in the UI says which")

"""The intake of very many workbooks over several workers: they read, and one loads, as everywhere.

Only where a broker hands out runs (CPC_BROKER_URL). The steps of this one job go to the queue `steps` through
Dagster's own executor for Celery, to processes that do nothing else (`cpc service steps`): a run that waits for its
steps must not hold the process that they need. What a worker has read lies in the shared folder; who was killed left
nothing that counts, and the broker gives the step to another.
"""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.orchestration.common import tagged
from cpc_pipeline.orchestration.healing import turn
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.intake import Told, all_of_it, due
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.services import QUEUE
from cpc_pipeline.orchestration.settings import BROKER, SPREAD_FROM
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import WarehouseBusy

NAME = "spread_intake"
PARTS = 4
"""Portions of what is just enough to be spread: of more there are more, and each takes as long."""


def spread_from() -> int:
    """From how many organisations and years on it pays (docs/scaling.md)."""
    return int(os.environ.get(SPREAD_FROM, "") or 2_000)


def is_many(project: Project) -> bool:
    """Whether what has arrived is worth the start of several processes."""
    if not os.environ.get(BROKER):
        return False
    try:
        return len(pipeline.todo(project, years=()).submissions) >= spread_from()
    except WarehouseBusy:
        return False


def spread_intake(project: Project, words: Words) -> dg.JobDefinition | None:
    """None on an installation without a broker."""
    if not os.environ.get(BROKER):
        return None
    from dagster_celery import celery_executor

    by_workers = celery_executor.configured({"broker": {"env": BROKER}, "backend": "rpc://"})
    # What passes from step to step: who is to be read, and how many were. Never what they say.
    between = dg.FilesystemIOManager(base_dir=str(project.folders.ahead / "steps"))
    queued = {"dagster-celery/queue": QUEUE}

    @dg.op(out=dg.DynamicOut(), pool=POOL, tags=queued, description=words("step.portions"))
    def portions(context: dg.OpExecutionContext) -> Iterator[dg.DynamicOutput[list[Any]]]:
        with if_busy_again(context):
            keys = due(project, context.instance)
        size = max(spread_from() // PARTS, 1)
        for start in range(0, len(keys), size):
            yield dg.DynamicOutput(keys[start : start + size], mapping_key=f"from_{start}")

    @dg.op(tags=queued, description=words("step.read_portion"))
    def read_portion(keys: list[Any]) -> int:
        return pipeline.read_ahead(project, [(str(organisation), int(year)) for organisation, year in keys])

    @dg.op(out=dg.Out(dg.Nothing), pool=POOL, tags=queued, description=words("step.take_in_what_was_read"))
    def take_in_what_was_read(context: dg.OpExecutionContext, read: list[int]) -> Iterator[Told]:
        context.log.info(str(sum(read)))
        # A step whose run was given up may still be at work on another machine: one after the other.
        with if_busy_again(context), turn(project.folders.warehouse):
            yield from all_of_it(replace(project, ahead=pipeline.Ahead(project)), words, context)
            pipeline.forget_ahead(project)

    @dg.job(
        name=NAME,
        description=words(f"job.{NAME}"),
        tags=tagged(project),
        executor_def=by_workers,
        resource_defs={"io_manager": between},
    )
    def spread() -> None:
        take_in_what_was_read(portions().map(read_portion).collect())

    return spread

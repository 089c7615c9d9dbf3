"""What executes runs and steps where a broker hands them out: Dagster's own tasks for Celery, and a rule for the dead.

A run is acknowledged when it has ended. Where its worker dies first, the broker gives the run to another, who finds it
begun: it is declared failed with the reason that Dagster takes up again, and gives back its place in the pool. The run
that follows begins from the beginning, which every step allows.
"""

from __future__ import annotations

import os
from typing import Any

import dagster as dg
from celery.result import allow_join_result
from celery.signals import task_prerun, worker_process_init
from dagster._core.events import JobFailureData, RunFailureReason
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import unpack_value
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task, create_task

from cpc_pipeline.orchestration.settings import BROKER
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import open_project

app = make_app({"broker": os.environ.get(BROKER), "backend": "rpc://"})
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,  # of runs: the history is the result
    worker_prefetch_multiplier=1,
    # The compact's data and this code may be other ones for the next run: each gets a process that read them afresh.
    worker_max_tasks_per_child=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)
execute_job = create_execute_job_task(app)
resume_job = create_resume_job_task(app)
execute_step = create_task(app, ignore_result=False)  # the run that waits for it is told


def bury_what_was_killed(kwargs: dict[str, Any] | None = None, **_: Any) -> None:
    """Declare failed a run that was begun by a worker that is no more."""
    packed = (kwargs or {}).get("execute_job_args_packed")
    if packed is None:
        return
    with dg.DagsterInstance.get() as instance:
        bury(instance, unpack_value(packed, as_type=ExecuteRunArgs).run_id)


task_prerun.connect(bury_what_was_killed, weak=False)


WAITING = allow_join_result()
"""Kept: when nothing refers to it any more, it ends, and waiting is forbidden again."""


def wait_for_steps(**_: Any) -> None:
    """Celery forbids a task to wait for others, which may wait for its own process: steps have processes of theirs."""
    WAITING.__enter__()


worker_process_init.connect(wait_for_steps, weak=False)


def bury(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether the run had been begun before: then it is declared failed, and what it held is given back."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.status not in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING):
        return False
    reason = JobFailureData(error=None, failure_reason=RunFailureReason.RUN_WORKER_RESTART)
    instance.report_run_failed(run, Words(open_project())("says.worker_killed"), reason)
    instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    return True

"""The same work as pipeline_job.py, through Dagster: history in SQLite, a materialization and a check per workbook.

python jobs/dagster_job.py FOLDER [in_process | multiprocess]

In process is what `cpc refresh` does. Multiprocess starts a new process for each step, as Dagster does by default; it
is not used by this project, and is measured to show why.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
warnings.filterwarnings("ignore")
import dagster as dg
from country import fresh
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.home import prepare
from cpc_pipeline.project import open_project
from cpc_pipeline.sample import COMPACT
from spent import counted, cpu, tell

from jobs.pipeline_job import found

QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


def definitions() -> dg.Definitions:
    return build(open_project())


def intake_alone() -> dg.JobDefinition:
    """The job of the project with the executor of Dagster's own default."""
    own = definitions().get_job_def("intake")
    return own.graph.to_job(name="intake", executor_def=dg.multiprocess_executor)


def measures_alone() -> dg.JobDefinition:
    made = build(open_project())
    only = [
        a
        for a in made.assets or ()
        if isinstance(a, dg.AssetsDefinition) and a.keys == {dg.AssetKey([COMPACT, "measures"])}
    ]
    return dg.Definitions(
        assets=only, jobs=[dg.define_asset_job("only_measures", only)], executor=dg.multiprocess_executor
    ).get_job_def("only_measures")


def main(folder: Path, executor: str) -> None:
    project = fresh(folder)
    os.environ.update(prepare(folder))
    os.environ.update({"CPC_HOME": str(folder), "CPC_COMPACTS": str(folder / "compacts"), "CPC_COMPACT": COMPACT})
    ready = cpu()
    stages: dict[str, float] = {}
    with dg.DagsterInstance.get() as instance:
        measured = dg.AssetKey([COMPACT, "measures"])
        if executor == "in_process":
            repository = build(project).get_repository_def()
            with counted(stages, "see what there is to do, and take in"):
                done = repository.get_job("intake").execute_in_process(instance=instance, run_config=QUIET)
                assert done.success
            with counted(stages, "measures"):
                job = repository.get_implicit_global_asset_job_def()
                done = job.execute_in_process(instance=instance, asset_selection=[measured], run_config=QUIET)
                assert done.success
        else:
            with counted(stages, "see what there is to do, and take in"):
                _apart(intake_alone, instance)
            with counted(stages, "measures"):
                _apart(measures_alone, instance)
        ended = cpu()
        events = sum(len(instance.all_logs(run.run_id)) for run in instance.get_runs())
        sent = len(instance.get_materialized_partitions(dg.AssetKey([COMPACT, "submissions"])))
    tell(ready=ready, ended=ended, stages=stages, faults=found(project), events=events, partitions=sent)


def _apart(job: Any, instance: dg.DagsterInstance) -> None:
    with dg.execute_job(dg.reconstructable(job), instance=instance, run_config=QUIET, raise_on_error=True) as done:
        assert done.success


if __name__ == "__main__":
    # Under its own name, so that a process which Dagster starts finds the jobs again.
    from jobs import dagster_job  # noqa: PLW0406

    dagster_job.main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "in_process")

"""This project on a sample: every workbook taken in, then all measures, by the functions of `pipeline`.

python jobs/pipeline_job.py FOLDER [--profile FILE]
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from country import fresh
from cpc_pipeline import pipeline
from cpc_pipeline.project import Project
from spent import counted, cpu, tell

AS_OF = date(2026, 6, 1)


def found(project: Project) -> list[list[str]]:
    """File, cell and code of every finding on record."""
    with project.open_warehouse() as warehouse:
        paths = warehouse.submissions().select("submission_id", "path")
        rows = warehouse.findings().join(paths, on="submission_id")
    return sorted(map(list, rows.select("path", "cell", "code").iter_rows()))


def whole(project: Project, stages: dict[str, float]) -> int:
    with counted(stages, "see what there is to do"):
        keys = pipeline.todo(project, years=(), as_of=AS_OF).submissions
    with counted(stages, "take in"):
        pipeline.take_in(project, keys, as_of=AS_OF)
    with counted(stages, "measures"):
        return pipeline.compute_measures(project).rows


def main() -> None:
    project = fresh(Path(sys.argv[1]))
    ready = cpu()
    stages: dict[str, float] = {}
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(whole, project, stages)
        with Path(sys.argv[sys.argv.index("--profile") + 1]).open("w", encoding="utf-8") as file:
            pstats.Stats(profile, stream=file).strip_dirs().sort_stats("cumulative").print_stats(60)
        return
    measures = whole(project, stages)
    ended = cpu()
    tell(ready=ready, ended=ended, stages=stages, measures=measures, faults=found(project))


if __name__ == "__main__":
    main()

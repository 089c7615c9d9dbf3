"""What comes after the measures of a sample: disclosure control, tables and figures, and the report of the last year.

python jobs/publish_job.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from country import fresh
from cpc_pipeline import pipeline
from spent import counted, cpu, tell

from jobs.pipeline_job import whole


def main(folder: Path) -> None:
    project = fresh(folder)
    before: dict[str, float] = {}
    whole(project, before)
    ready = cpu()
    year = project.catalogue.years[-1]
    stages: dict[str, float] = {}
    with counted(stages, "disclosure: what may leave"):
        release = pipeline.release_for(project, year)
    with counted(stages, "disclosure, tables, figures"):
        paths = pipeline.publish_year(project, year)
    with counted(stages, "the same with the report"):
        with_report = pipeline.publish_year(project, year, report=True)
    rows = release.measures.height
    tell(ready=ready, stages=stages, rows=rows, files=len(paths), with_report=len(with_report))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

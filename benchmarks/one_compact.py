"""What one compact costs in full: every workbook, every measure, the tables and figures of every year, a report.

    .venv/bin/python benchmarks/one_compact.py [organisations] [years] [rows]

Synthetic workbooks; CPU seconds with children, peak memory of the process, and what it leaves on the disk. What several
compacts cost is a multiple of it: they share nothing (docs/scaling.md).
"""

from __future__ import annotations

import resource
import sys
import tempfile
from datetime import date
from pathlib import Path

from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT, Request, write_sample

sys.path.insert(0, str(Path(__file__).parent))
from spent import conditions, counted

LAST = 2025


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    organisations, years, rows = (numbers + [60, 10, 100][len(numbers) :])[:3]
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder, Request(organisations, tuple(range(LAST - years + 1, LAST + 1)), rows))
        project = Project(Folders(folder, COMPACT), load(COMPACT, extra=[folder / "compacts"]))
        print(
            f"{organisations} organisations, {years} years, {rows} rows: {organisations * years} workbooks", flush=True
        )
        with counted(spent, "take in"):
            pipeline.take_in(project, pipeline.todo(project, as_of=date(LAST + 1, 6, 1)).submissions)
        with counted(spent, "measures"):
            pipeline.compute_measures(project)
        for year in project.catalogue.years:
            with counted(spent, "tables and figures"):
                pipeline.publish_year(project, year)
        with counted(spent, "one report"):
            pipeline.write_reports(project, [LAST])
        for part in ("raw", "warehouse", "published"):
            size = sum(p.stat().st_size for p in (folder / "data" / part).rglob("*") if p.is_file())
            print(f"  {part}: {size / 1e6:.1f} MB")
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"  peak memory: {peak / 1024:.0f} MiB; {conditions()}")


if __name__ == "__main__":
    main()

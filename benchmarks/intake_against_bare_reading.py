"""CPU of taking workbooks in against the bare reader, on 200 and 2,000 different workbooks of 500 rows.

    .venv/bin/python benchmarks/intake_against_bare_reading.py [200 2000]

The workbooks are those of `cpc sample`, without faults. Bare: fastexcel to Arrow, every sheet. Reading: the same files
to cells, in a process of its own. Intake: `intake.take_in`: reading, guard for personal data, recognition and
observations. These three take turns by blocks of 50 files. Whole: `pipeline.take_in` on all of them, with rules,
receipts, kept originals and the warehouse. CPU is that of this process and of the readers, whose start counts too.
Only ratios travel.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import fastexcel
from cpc_pipeline import intake, pipeline
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.reading.workers import POOL
from cpc_pipeline.project import Project

sys.path.insert(0, str(Path(__file__).parent))
from country import synthetic
from spent import conditions

ROWS, BLOCK = 500, 50
TICKS = os.sysconf("SC_CLK_TCK")


def bare(content: bytes) -> None:
    book = fastexcel.read_excel(content)
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()


def cpu() -> float:
    """CPU seconds of this process, of its ended children and of the readers that wait."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    waiting = [Path(f"/proc/{worker.process.pid}/stat").read_text().rsplit(")", 1)[1].split() for worker in POOL.idle]
    return sum(used.ru_utime + used.ru_stime for used in spent) + sum(int(w[11]) + int(w[12]) for w in waiting) / TICKS


def measure(project: Project) -> dict[str, float]:
    catalogue = project.catalogue
    arrived = [(a, a.path.read_bytes()) for a in intake.arrivals(project.folders.raw)]

    def whole(arrival: intake.Arrival, content: bytes) -> None:
        intake.take_in(
            content,
            name=arrival.name,
            submission_id=arrival.submission_id,
            organisation=arrival.organisation,
            year=arrival.year,
            catalogue=catalogue,
        )

    steps: dict[str, Callable[[intake.Arrival, bytes], object]] = {
        "bare": lambda _, content: bare(content),
        "reading": lambda _, content: read(content),
        "intake": whole,
    }
    spent = dict.fromkeys(steps, 0.0)
    for number, start in enumerate(range(0, len(arrived), BLOCK)):
        for name in [*list(steps)[number % 3 :], *list(steps)[: number % 3]]:
            gc.collect()
            before = cpu()
            for arrival, content in arrived[start : start + BLOCK]:
                steps[name](arrival, content)
            spent[name] += cpu() - before
    before = cpu()
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    spent["whole"] = cpu() - before
    return spent


def main() -> None:
    for count in [int(n) for n in sys.argv[1:]] or [200, 2000]:
        with tempfile.TemporaryDirectory() as folder:
            project = synthetic(Path(folder) / "sample", count, ROWS)
            bare(next(iter(project.folders.raw.rglob("*.xlsx"))).read_bytes())
            spent = measure(project)
        said = ", ".join(f"{name} {spent[name] / spent['bare']:.1f}" for name in spent)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"{count} workbooks of {ROWS} rows: {said} (bare = 1, {spent['bare'] / count * 1000:.2f} ms CPU each)")
        print(f"peak {peak} MiB; {conditions()}", flush=True)


if __name__ == "__main__":
    main()

"""The whole job against bare reading: how many times the CPU of opening the same files it takes to know what they say.

    .venv/bin/python benchmarks/whole_job.py [workbooks] [rows]

Bare: fastexcel reads every sheet to Arrow, in this process. The whole job: every file guarded, read in a process of its
own, checked, loaded with its receipt, and the measures of all years computed. Synthetic workbooks; CPU with children.
intake_against_bare_reading.py asks the same of the reading alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import fastexcel
from cpc_pipeline import pipeline

sys.path.insert(0, str(Path(__file__).parent))
from spent import conditions, counted, synthetic


def bare(path: Path) -> int:
    book = fastexcel.read_excel(path.read_bytes())
    return sum(
        book.load_sheet(n, header_row=None, skip_rows=0, dtypes="string").to_arrow().num_rows for n in book.sheet_names
    )


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:]]
    workbooks, rows = (numbers + [200, 500][len(numbers) :])[:2]
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        project = synthetic(Path(folder) / "sample", workbooks, rows)
        files = sorted(project.folders.raw.rglob("*.xlsx"))
        bare(files[0])
        with counted(spent, "bare"):
            for path in files:
                bare(path)
        with counted(spent, "take in"):
            pipeline.take_in(project, pipeline.todo(project).submissions)
        with counted(spent, "measures"):
            done = pipeline.compute_measures(project)
    job = spent["take in"] + spent["measures"]
    print(
        f"{workbooks} workbooks of {rows} rows, {done.rows} measures: the whole job is {job / spent['bare']:.1f} times"
    )
    print(f"bare reading ({spent['bare']:.1f} s CPU); taking in alone {spent['take in'] / spent['bare']:.1f} times")
    print(conditions())


if __name__ == "__main__":
    main()

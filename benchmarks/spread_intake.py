"""What the intake of one compact costs when it is read where it is loaded, and when the readings were made ahead.

    .venv/bin/python benchmarks/spread_intake.py [organisations] [years] [rows]

Synthetic workbooks; CPU seconds with children. From the two follows from how many workbooks on it pays to read them on
other machines (docs/scaling.md).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake.reading.workers import POOL
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT, Request, write_sample

sys.path.insert(0, str(Path(__file__).parent))
from spent import conditions, counted

LAST, TOGETHER = 2025, 500


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    organisations, years, rows = (numbers + [60, 10, 100][len(numbers) :])[:3]
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        here, there = Path(name) / "here", Path(name) / "there"
        write_sample(here, Request(organisations, tuple(range(LAST - years + 1, LAST + 1)), rows))
        shutil.copytree(here, there)
        catalogue = load(COMPACT, extra=[here / "compacts"])
        alone, spread = (Project(Folders(folder, COMPACT), catalogue) for folder in (here, there))
        keys = pipeline.todo(alone, as_of=date(LAST + 1, 6, 1)).submissions
        print(f"{organisations} organisations, {years} years, {rows} rows: {len(keys)} workbooks", flush=True)
        pipeline.take_in(alone, keys[:1])  # imports and the first process are no part of it
        with counted(spent, "read and load"):
            pipeline.take_in(alone, keys[1:])
            POOL.close()  # what its processes have spent is known when they have ended
        with counted(spent, "read ahead"):
            for start in range(0, len(keys), TOGETHER):
                pipeline.read_ahead(spread, keys[start : start + TOGETHER])
            POOL.close()
        size = sum(p.stat().st_size for p in spread.folders.ahead.rglob("*") if p.is_file())
        ahead = replace(spread, ahead=pipeline.Ahead(spread))
        pipeline.take_in(ahead, keys[:1])
        with counted(spent, "load what was read ahead"):
            pipeline.take_in(ahead, keys[1:])
            POOL.close()
        for part, seconds in spent.items():
            print(f"  {part}: {seconds:.1f} s, {1000 * seconds / len(keys):.1f} ms each")
        print(f"  readings: {size / 1e6:.1f} MB; {conditions()}")


if __name__ == "__main__":
    main()

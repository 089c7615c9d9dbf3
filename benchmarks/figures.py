"""What a figure costs: CPU seconds per figure and language, as the median of several drawings in one warm process.

    CPC_HOME=… CPC_COMPACTS=… python benchmarks/figures.py COMPACT YEAR [ROUNDS]

The measures must be there (`cpc refresh`). Each drawing shapes its texts anew. The clock is not looked at: it tells
what else the machine does.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict

from cpc_pipeline import pipeline
from cpc_pipeline.project import open_project
from cpc_pipeline.publication import figures
from cpc_pipeline.publication.figures import lettering


def measure(compact: str, year: int, rounds: int = 5) -> dict[str, list[float]]:
    """Figure and language -> seconds of each drawing but the first, which warms up."""
    project = open_project(compact)
    release = pipeline.release_for(project, year)
    spent: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        drawing = figures.draw(release, project.catalogue, year)
        while True:
            lettering.forget()
            start = time.process_time()
            one = next(drawing, None)
            if one is None:
                break
            if number:
                spent[one.stem].append(time.process_time() - start)
    return spent


if __name__ == "__main__":
    found = measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 5)
    for name, seconds in sorted(found.items(), key=lambda item: -statistics.median(item[1])):
        print(f"{statistics.median(seconds):.3f} s  {name}")

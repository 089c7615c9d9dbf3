"""`cpc check` of one ordinary workbook, from nothing: what starting costs, and what the check itself costs.

    python benchmarks/check_cold.py [TIMES]

A template of the organisation with most indicators is filled with invented numbers and checked in a new process each
time. CPU includes the reader's process; the clock is that of a machine on which other work may run. Medians.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
from cpc_pipeline import contracts, intake
from cpc_pipeline.catalogue import load
from spent import conditions

YEAR = 2025
INSIDE = """
import json, sys, time, resource
def cpu():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)
at = [(cpu(), time.perf_counter())]
from pathlib import Path
from cpc_pipeline.desk import questions
from cpc_pipeline.cli import door
from cpc_pipeline.project import open_project
project = open_project("colombia", Path(sys.argv[2]))
at.append((cpu(), time.perf_counter()))
found, _, values = questions.check_file(project, Path(sys.argv[1]))
questions.in_words(found, project, "es")
from cpc_pipeline.intake.reading.workers import POOL
at.append((cpu(), time.perf_counter()))
POOL.close()
at.append((cpu(), time.perf_counter()))
print(json.dumps({"values": values, "at": at}))
"""


def workbook() -> bytes:
    """The longest template of the compact, each cell filled in."""
    catalogue = load("colombia")
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    most = max(catalogue.organisations, key=lambda o: len(intake.indicators_of(catalogue, o, YEAR)))
    book = openpyxl.load_workbook(io.BytesIO(intake.template_bytes(catalogue, most, YEAR, "es", nothing)))
    sheet = book[catalogue.header.sheets["indicators"].name]
    column = next(cell.column for cell in sheet[5] if cell.value == "value")
    for row in range(6, sheet.max_row + 1):
        sheet.cell(row, column).value = row
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def main(times: int) -> None:
    said = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "informe.xlsx"
        path.write_bytes(workbook())
        for _ in range(times):
            before = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", INSIDE, str(path), folder], check=True, capture_output=True, text=True
            )
            told = json.loads(done.stdout)
            start, ready, answered, ended = told["at"]
            whole = (ended[0], time.perf_counter() - before)
            checked = (ended[0] - ready[0], answered[1] - ready[1])
            said.append((ready[0], ready[1] - start[1], *checked, *whole))
    print(f"{told['values']} values, {times} times, {conditions()}")
    heads = ("start: CPU", "start: clock", "check: CPU", "check: clock", "all: CPU", "all: clock")
    for head, numbers in zip(heads, zip(*said, strict=True), strict=True):
        print(f"  {head:13} {statistics.median(numbers):5.2f} s   (least {min(numbers):.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)

"""A full run, a run with nothing changed, and a run after one workbook changed: how much work each is.

    .venv/bin/python benchmarks/one_change.py [workbooks] [rows] [--publish]

A run is what a refresh does without Dagster: see what there is to do, take it in, compute the measures, and with
--publish write the tables and figures of the years that are out of date. Synthetic workbooks; CPU with children.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
from cpc_pipeline import pipeline
from cpc_pipeline.project import Project

sys.path.insert(0, str(Path(__file__).parent))
from spent import conditions, counted, synthetic

AS_OF = date(2026, 6, 1)


def run(project: Project, name: str, publish: bool, spent: dict[str, float]) -> None:
    own: dict[str, float] = {}
    print(f"{name}:")
    with counted(own, "see what there is to do"):
        due = pipeline.todo(project, as_of=AS_OF)
    if due.submissions:
        with counted(own, "take in"):
            pipeline.take_in(project, due.submissions, as_of=AS_OF)
    if due.measures:
        with counted(own, "measures"):
            pipeline.compute_measures(project)
    if publish and due.years:
        with counted(own, "tables and figures"):
            for year in due.years:
                pipeline.publish_year(project, year)
    print(f"  {len(due.submissions)} organisation-years looked at", flush=True)
    spent[name] = sum(own.values())


def change(path: Path) -> None:
    """The last number one larger, as a correction would be."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    column = next(cell.column for cell in sheet[4] if str(cell.value).startswith("Valor"))
    cell = next(sheet.cell(r, column) for r in range(sheet.max_row, 4, -1) if sheet.cell(r, column).value is not None)
    cell.value += 1
    book.save(path)


def main() -> None:
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    workbooks, rows = (numbers + [200, 500][len(numbers) :])[:2]
    publish = "--publish" in sys.argv
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        writing: dict[str, float] = {}
        with counted(writing, f"write {workbooks} workbooks of {rows} rows"):
            project = synthetic(Path(folder) / "sample", workbooks, rows)
        run(project, "everything", publish, spent)
        run(project, "nothing changed, looked at for the first time", publish, spent)
        run(project, "nothing changed", publish, spent)
        # Of the last year: an earlier one is an earlier value for the years after it, which are looked at again.
        change(sorted((project.folders.raw / "2025").rglob("*.xlsx"))[-1])
        run(project, "one workbook changed", publish, spent)
    whole = spent["everything"]
    for name, seconds in spent.items():
        print(f"{name}: {seconds:.1f} s CPU, {100 * seconds / whole:.1f} % of everything")
    print(conditions())


if __name__ == "__main__":
    main()

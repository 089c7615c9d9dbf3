"""A full run on a sample, then nothing changed, one workbook changed, a definition changed, nothing changed again.

python jobs/change_job.py FOLDER [without-definition]

A definition that changed asks for everything again, so that it is left out where everything takes long.
A run is what `cpc refresh` does without Dagster: see what there is to do, take it in, compute the measures. Tables and
figures of a year are written again where its release became another; they are measured by publish_job.py.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent))
from country import fresh
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT
from spent import cpu, tell

AS_OF = date(2026, 6, 1)


def run(project: Project) -> dict[str, float]:
    """CPU seconds of one run, by step."""
    started = cpu()
    due = pipeline.todo(project, years=(), as_of=AS_OF)
    seen = cpu()
    if due.submissions:
        pipeline.take_in(project, due.submissions, as_of=AS_OF)
    read = cpu()
    if due.measures:
        pipeline.compute_measures(project)
    ended = cpu()
    return {
        "cpu": ended - started,
        "see": seen - started,
        "take in": read - seen,
        "measures": ended - read,
        "organisation-years": len(due.submissions),
    }


def correct(path: Path) -> None:
    """The last number one larger, as a correction would be."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    column = next(cell.column for cell in sheet[4] if str(cell.value).startswith("Valor"))
    cell = next(sheet.cell(r, column) for r in range(sheet.max_row, 4, -1) if sheet.cell(r, column).value is not None)
    cell.value += 1
    book.save(path)


def redefine(folder: Path) -> Project:
    """Another tolerance of the first indicator, from one line of its file."""
    path = folder / "compacts" / COMPACT / "indicators" / "all.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("tolerance_pct: 10", "tolerance_pct: 11", 1), encoding="utf-8")
    return Project(Folders(folder, COMPACT), load(COMPACT, extra=[folder / "compacts"]))


def main(folder: Path, *, definition: bool) -> None:
    project = fresh(folder)
    indicators = folder / "compacts" / COMPACT / "indicators" / "all.yaml"
    # Of the last year: an earlier one is an earlier value for the years after it, which are looked at again.
    changed = sorted((project.folders.raw / "2025").rglob("*.xlsx"))[-1]
    before = {path: path.read_bytes() for path in (indicators, changed)}
    ready = cpu()
    runs = {"everything": run(project), "nothing changed": run(project)}
    try:
        correct(changed)
        runs["one workbook changed"] = run(project)
        if definition:
            runs["a definition changed"] = run(redefine(folder))
    finally:
        for path, content in before.items():
            path.write_bytes(content)
    tell(ready=ready, runs=runs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), definition="without-definition" not in sys.argv)

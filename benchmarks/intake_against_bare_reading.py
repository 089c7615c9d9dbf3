"""CPU of the whole intake against the bare reader, on 200 and 2,000 workbooks of 500 rows.

    .venv/bin/python benchmarks/intake_against_bare_reading.py [200 2000]

The workbooks are synthetic: our template's sheets with invented numbers. Bare: fastexcel to Arrow, every sheet, one
process. Reading: the same files to cells, in processes of their own. Intake: `intake.take_in`, with whatever guard and
recognition this version has. Turns are taken file by file; the CPU of the children is counted. Only ratios travel.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl
from cpc_pipeline import intake
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.reading.workers import POOL
from cpc_pipeline.intake.workbook import Cover, fields, write_workbook

ROWS, DIFFERENT = 500, 20


def workbook(path: Path, catalogue: Catalogue, number: int) -> bytes:
    """A workbook of 500 invented rows of one indicator, by place and quarter."""
    columns = fields(catalogue)
    places = sorted(catalogue.places.codes)
    indicator = sorted(catalogue.indicators)[0]
    rows = [
        {"indicator": indicator, "place": places[(r + number) % len(places)], "value": r * 7 % 311, "note": f"n {r}"}
        for r in range(ROWS)
    ]
    frame = pl.DataFrame({c: pl.Series(c, [r.get(c) for r in rows], dtype=pl.Object) for c in columns})
    organisation = sorted(catalogue.organisations)[0]
    write_workbook(path, catalogue, Cover(organisation, catalogue.years[-1], "annual"), frame, frame.clear())
    return path.read_bytes()


def bare(content: bytes) -> None:
    book = fastexcel.read_excel(content)
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()


def cpu() -> float:
    """CPU of this process and of its children that still run (Linux) or have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    total = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    return total


def children() -> float:
    """CPU of the idle readers, in seconds; they only count as ended once they have."""
    total = 0.0
    for worker in POOL.idle:
        numbers = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()
        total += (int(numbers[11]) + int(numbers[12])) / 100
    return total


def measure(files: list[bytes], count: int, catalogue: Catalogue) -> dict[str, float]:
    organisation, year = sorted(catalogue.organisations)[0], catalogue.years[-1]

    def whole(content: bytes) -> None:
        intake.take_in(
            content, name="x.xlsx", submission_id="x", organisation=organisation, year=year, catalogue=catalogue
        )

    steps: dict[str, Callable[[bytes], object]] = {"bare": bare, "reading": read, "intake": whole}
    spent = dict.fromkeys(steps, 0.0)
    gc.collect()
    for turn in range(count):
        for name, step in steps.items():
            before = cpu()
            step(files[turn % len(files)])
            spent[name] += cpu() - before
    # The readers are shared by `reading` and `intake`, which hand them the same files as often: half each.
    shared = children()
    return {name: spent[name] + (shared / 2 if name != "bare" else 0) for name in spent}


def main() -> None:
    catalogue = load("colombia")
    with tempfile.TemporaryDirectory() as folder:
        files = [workbook(Path(folder) / f"{n}.xlsx", catalogue, n) for n in range(DIFFERENT)]
    for step in (bare, read):
        step(files[0])
    for count in [int(n) for n in sys.argv[1:]] or [200, 2000]:
        POOL.close()
        spent = measure(files, count, catalogue)
        said = ", ".join(f"{name} {spent[name] / spent['bare']:.2f}" for name in spent)
        print(f"{count} workbooks of {ROWS} rows: {said} (bare = 1, {spent['bare'] / count * 1000:.1f} ms CPU each)")


if __name__ == "__main__":
    main()

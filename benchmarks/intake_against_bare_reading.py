"""CPU of the whole intake against the bare reader, on 200 and 2,000 workbooks of 500 rows.

    .venv/bin/python benchmarks/intake_against_bare_reading.py [200 2000]

The workbooks are synthetic: our template's sheets with invented numbers. Bare: fastexcel to Arrow, every sheet, one
process. Reading: the same files to cells, in processes of their own. Intake: `intake.take_in`, with whatever guard and
recognition this version has. The three take turns by blocks of 50 files, and each block ends the
processes it started, so that their CPU is counted where it was spent. Only ratios travel.
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

ROWS, DIFFERENT, BLOCK = 500, 20, 50


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
    """CPU of this process and of the children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in spent)


def measure(files: list[bytes], count: int, catalogue: Catalogue) -> dict[str, float]:
    organisation, year = sorted(catalogue.organisations)[0], catalogue.years[-1]

    def whole(content: bytes) -> None:
        intake.take_in(
            content, name="x.xlsx", submission_id="x", organisation=organisation, year=year, catalogue=catalogue
        )

    steps: dict[str, Callable[[bytes], object]] = {"bare": bare, "reading": read, "intake": whole}
    spent = dict.fromkeys(steps, 0.0)
    blocks = [range(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
    for number, block in enumerate(blocks):
        order = list(steps)[number % 3 :] + list(steps)[: number % 3]
        for name in order:
            gc.collect()
            before = cpu()
            for turn in block:
                steps[name](files[turn % len(files)])
            # A child counts once it has ended: its start and all its work belong to the block that used it.
            POOL.close()
            spent[name] += cpu() - before
    return spent


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

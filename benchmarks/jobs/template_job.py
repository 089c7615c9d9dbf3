"""Writes the longest template of Colombia, every cell filled in: what a focal point would send.

python jobs/template_job.py FILE
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent))
from cpc_pipeline import contracts, intake
from cpc_pipeline.catalogue import load
from spent import tell

YEAR = 2025


def filled() -> bytes:
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


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(filled())
    tell(written=True)

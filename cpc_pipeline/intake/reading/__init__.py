"""Bytes to cells, with the addresses and the exact content that the submitter sees: read rightly, or refused.

`read` hands the bytes to a process of their own (workers), which finds out what they are (kinds), unpacks them within
limits (package), looks for what readers of values drop (xlsx, xls, xlsb, ods) and reads the values (opening, text).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from cpc_pipeline.intake.blocks import Block, Sheets, Workbook
from cpc_pipeline.intake.cells import Cell, Refused
from cpc_pipeline.intake.reading.wire import workbook_from
from cpc_pipeline.intake.reading.workers import POOL

__all__ = ["Block", "Cell", "Refused", "Sheets", "Workbook", "read"]


def read(content: bytes) -> Workbook:
    """Cells of every sheet, hidden ones too, in reading order; raises Refused where the file must not be read."""
    reply = POOL.ask(content)
    with without_collector():
        return workbook_from(reply)


@contextmanager
def without_collector() -> Iterator[None]:
    """Thousands of cells are made at once and none of them is garbage: looking for it takes as long as making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

"""How much of the machine one file may take. Whoever sends more is told what is too much, and where."""

from __future__ import annotations

MAX_UNPACKED = 200 * 2**20
"""Bytes of the parts of a workbook that hold cells, once unpacked; also of a text file."""
MAX_CELLS = 5_000_000
"""Cells of the rectangle from the first to the last cell of a sheet: the reader makes all of them."""
MAX_CONTENT = 2_000_000
"""Cells with content in a file: what the rest of the intake can hold at once."""
MAX_TEXT = 100_000
"""Letters of one cell; no spreadsheet program lets more than 32,767 be typed into one."""
MAX_LETTERS = 20 * 2**20
"""Letters of all contents that differ in a column: the rules for personal data look at every one, without a limit of
time, and take up to three seconds for a million."""
MAX_MEMBERS = 5_000
"""Files in the package of a workbook."""
MAX_RESIDENT = 900 * 2**20
"""Resident bytes of the process that reads; watched from outside, because an address-space limit hurts sound files."""
MAX_ADDRESSES = 3 * 2**30
"""Address space of that process: the net below, for what asks for hundreds of gigabytes at once."""


PATIENCE = 4
"""So many times the limit may pass by the clock, where other programs have the processor; then it ends all the same."""


def seconds(size: int) -> float:
    """How much work of the processor reading a file of so many bytes may take; a sound one of 5 MB takes under two."""
    return 15.0 if size <= 5 * 2**20 else 60.0

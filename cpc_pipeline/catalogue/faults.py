"""Faults in a compact's data: ours or the editor's, never a submitter's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: file below the compact's folder, line (0 when it concerns the whole file), words, and a hint."""

    file: str
    line: int
    message: str
    hint: str = ""
    severity: str = "fault"  # or "acknowledge": true, known, and never hidden

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class CatalogueFaults(Exception):
    """The compact's data cannot be used; `faults` lists everything that is wrong with them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

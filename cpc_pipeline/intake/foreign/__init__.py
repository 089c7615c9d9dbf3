"""Tables that are not our template: found, read by a layout of the compact, or refused with the reason.

There is no third outcome. Nothing here guesses: a heading is known by its names, a number by its column, a place by
its code or inside one larger place. What belongs here: from cells to observations. What does not: bytes (reading),
plausibility (validation).
"""

from __future__ import annotations

from cpc_pipeline.intake.foreign.grid import Account, Fate, Grid, Role, grids_of
from cpc_pipeline.intake.foreign.sheets import SheetReading, own_reading, read_foreign

__all__ = ["Account", "Fate", "Grid", "Role", "SheetReading", "grids_of", "own_reading", "read_foreign"]

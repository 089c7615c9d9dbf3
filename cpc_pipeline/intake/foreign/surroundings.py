"""What stands around a table, and whether its shape lets its rows be read at all."""

from __future__ import annotations

from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.body import Body
from cpc_pipeline.intake.foreign.grid import Account, Fate, Grid, Role, row_ranges, where
from cpc_pipeline.intake.foreign.headings import Match, heading_cells
from cpc_pipeline.intake.foreign.rows import ROLES

EXPORT_LIMITS = (10_000, 65_535, 65_536, 1_048_575, 1_048_576)
"""Where programs stop writing without a word: a round limit of portals, the rows of .xls and of .xlsx (with and without
the headings)."""


def say_surroundings(account: Account, match: Match, body: Body, found: Found) -> None:
    """The heading's place, and what stands above and below the table."""
    grid = account.grid
    for level, row in zip(match.layout.spread, match.rows, strict=False):
        own = [at for at in heading_cells(grid, match) if at[0] == row and at[1] in match.spread]
        account.enter(own, Fate.LOADED, ROLES.get(level.field, Role.CATEGORY))
    account.enter(heading_cells(grid, match), Fate.LOADED, Role.HEADING)
    top, name = match.rows[0], grid.name
    above = [row for row in grid.rows if row < top]
    for row in above:
        account.enter(grid.rows[row].values(), Fate.REPORTED, Role.NOTE)
    if above:
        first = next(iter(grid.rows[above[0]].values()))
        params = {"row": top, "rows": row_ranges(above)}
        found.add("rows_above", "note", name, first.address, found=first.text[:200], params=params)
    for row in body.below:
        account.enter(grid.rows[row].values(), Fate.REPORTED, Role.NOTE)
    if body.below:
        first = next(iter(grid.rows[body.below[0]].values()))
        params = {"count": len(body.below), "rows": row_ranges(body.below)}
        found.add("rows_below", "note", name, first.address, found=first.text[:200], params=params)
    for row in body.repeated:
        account.enter(grid.rows[row].values(), Fate.REPORTED, Role.HEADING)
    if body.repeated:
        params = {"rows": row_ranges(body.repeated)}
        found.add("headings_repeated", "note", name, where((body.repeated[0], 1)), params=params)


def sound(grid: Grid, match: Match, body: Body, found: Found) -> bool:
    """Whether the shape of the table lets its rows be read at all; the reason is a finding."""
    name = grid.name
    if body.second is not None:
        first = next(iter(grid.rows[body.second].values()))
        params = {"row": body.second}
        found.add("second_table", "return", name, first.address, found=first.text[:200], params=params)
        return False
    filled = any((r, c) in grid.cells for r in body.data for c in match.values)
    if not body.data or (match.values and not filled):
        found.add("empty_table", "return", name, where((match.rows[-1], 1)))
        return False
    if match.layout.period == "reporting" and not found.year:
        found.add("year_unknown", "return", name, where((match.rows[0], 1)))
        return False
    count = len(body.data)
    if count in EXPORT_LIMITS or max(grid.rows) in EXPORT_LIMITS:
        limit = {"count": count if count in EXPORT_LIMITS else max(grid.rows)}
        found.add("export_limit", "query", name, where((body.data[-1], 1)), params=limit)
    hidden = [row for row in (*body.data, *body.totals) if row in grid.hidden_rows]
    if hidden:
        where_hidden = {"count": len(hidden), "rows": row_ranges(hidden)}
        found.add("hidden_rows", "note", name, where((hidden[0], 1)), params=where_hidden)
    return True

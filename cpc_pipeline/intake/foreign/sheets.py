"""Which sheet of a foreign workbook is read, and by which layout."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from cpc_pipeline.catalogue import Catalogue, Layout, confirmed
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.grid import Account, At, Fate, Grid, Role, contains, where
from cpc_pipeline.intake.foreign.headings import Match, matches, suggestions
from cpc_pipeline.intake.foreign.rows import ROLES
from cpc_pipeline.intake.foreign.table import TableReader


@dataclass
class SheetReading:
    """What became of one sheet. match: None where no layout fits. read: its numbers were taken."""

    grid: Grid
    account: Account
    match: Match | None = None
    read: bool = False
    observations: int = 0


def read_foreign(
    grids: Sequence[Grid], catalogue: Catalogue, found: Found
) -> tuple[list[dict[str, object]], list[SheetReading]]:
    """Rows of the Observations frame, and an account of every cell of every sheet."""
    readings = [SheetReading(grid, Account(grid)) for grid in grids if grid.cells]
    seen = [reading for reading in readings if not reading.grid.hidden]
    if not seen:
        found.add("empty_file", "return", readings[0].grid.name if readings else "", "A1")
    fitting: dict[int, Match] = {}
    failed: dict[int, Match] = {}
    for position, reading in enumerate(seen):
        best = _best(reading.grid, catalogue, found)
        if best is not None and best.complete:
            fitting[position] = best
        elif best is not None:
            failed[position] = best
    chosen = _choose(seen, fitting, catalogue, found)
    if seen and not fitting:
        _say_none(seen, failed, catalogue, found)
    rows: list[dict[str, object]] = []
    for position, reading in enumerate(seen):
        if position not in chosen:
            continue
        match = reading.match = fitting[position]
        known = confirmed(catalogue.mappings, found.organisation, match.layout.id)
        if not _say_match(reading, match, catalogue, found):
            continue
        outcome = TableReader(reading.account, match, catalogue, known, found).read()
        reading.read, reading.observations = not outcome.returned, len(outcome.rows)
        rows += outcome.rows
    _account_for_the_rest(readings, fitting, chosen, seen, found)
    return rows, readings


def own_reading(
    name: str, cells: Sequence[Cell], rows: Sequence[tuple[int, Mapping[str, Cell]]], rejected: Container[int]
) -> SheetReading:
    """The account of a sheet of our own workbook, from its rows as field -> cell; for the picture alone."""
    grid = Grid(name, {(cell.row, cell.column): cell for cell in cells})
    account = Account(grid)
    first = min((number for number, _ in rows), default=1)
    columns = {cell.column for _, own in rows for cell in own.values()}
    account.enter([at for at in grid.cells if at[0] == first - 1 and at[1] in columns], Fate.LOADED, Role.HEADING)
    for number, own in rows:
        for name_, cell in own.items():
            account.enter([cell], Fate.LOADED, ROLES.get(name_, Role.CATEGORY))
        if number in rejected and "value" in own:
            account.refuse([own["value"]])
    account.enter(account.open, Fate.REPORTED, Role.NOTE)
    return SheetReading(grid, account, None, True, len(rows))


def _best(grid: Grid, catalogue: Catalogue, found: Found) -> Match | None:
    """The best match of any layout: complete before incomplete, then most columns, then the fewest left over.

    Two layouts that fit equally well are a question to the compact's editors, and the sheet is refused.
    """
    candidates: list[Match] = []
    for layout in catalogue.layouts.values():
        known = confirmed(catalogue.mappings, found.organisation, layout.id)
        candidates += [m for m in matches(grid, layout, catalogue, known) if m.score]
    if not candidates:
        return None
    best = max(candidates, key=_rank)
    equal = {m.layout.id for m in candidates if m.complete and _rank(m)[:2] == _rank(best)[:2] and m is not best}
    if best.complete and equal - {best.layout.id}:
        layouts = ", ".join(sorted({best.layout.id, *equal}))
        found.add(
            "layouts_alike", "return", grid.name, where((best.rows[-1], 1)), found=layouts, params={"codes": "layouts"}
        )
        best.missing = list(best.layout.columns[:1])
    return best


def _rank(match: Match) -> tuple[bool, int, int, int]:
    return match.complete, match.score, -len(match.missing), -match.rows[-1]


def _choose(
    seen: Sequence[SheetReading], fitting: Mapping[int, Match], catalogue: Catalogue, found: Found
) -> dict[int, Match]:
    """Of the sheets that fit, those that are read: one, or all of a layout that may lie on several.

    A pivot table beside the data it is made from is not read.
    """
    plain = {
        p: m
        for p, m in fitting.items()
        if not (m.layout.pivot or seen[p].grid.pivot or _shows_pivot(seen[p].grid, m, catalogue))
    }
    use = plain or dict(fitting)
    for position, match in fitting.items():
        if position not in use:
            cell = where((match.rows[-1], 1))
            found.add("pivot_not_read", "note", seen[position].grid.name, cell, found=seen[position].grid.name)
    layouts: dict[str, Layout] = {m.layout.id: m.layout for m in use.values()}
    several = len(layouts) == 1 and next(iter(layouts.values())).several == "sheets"
    if len(use) > 1 and not several:
        names = ", ".join(seen[p].grid.name for p in use)
        first = min(use)
        found.add("several_tables", "return", seen[first].grid.name, "A1", found=names, params={"count": len(use)})
        return {}
    return use


def _shows_pivot(grid: Grid, match: Match, catalogue: Catalogue) -> bool:
    top = [cell for (row, _), cell in grid.cells.items() if row <= match.rows[-1]]
    return any(contains(cell.text, catalogue.reading_words.pivot) for cell in top if cell.kind == "text")


def _say_none(seen: Sequence[SheetReading], failed: Mapping[int, Match], catalogue: Catalogue, found: Found) -> None:
    """No sheet fits: the nearest layout, what it lacks, and which headings may be meant."""
    names = [layout.name for layout in catalogue.layouts.values()]
    known = {x: "; ".join(name[x] for name in names) for x in catalogue.languages}
    if not failed:
        sheets = ", ".join(reading.grid.name for reading in seen)
        found.add("no_table", "return", seen[0].grid.name, "A1", params={"sheets": sheets, "known": known})
        return
    position, match = max(failed.items(), key=lambda pair: _rank(pair[1]))
    grid, near = seen[position].grid, suggestions(match, catalogue)
    seen[position].match = match
    if not match.missing and match.layout.shape == "wide":
        missing = ", ".join(_called(level.field, catalogue) for level in match.layout.spread)
    else:
        missing = ", ".join(c.headings[0] if c.headings else _called(c.field, catalogue) for c in match.missing)
    params = {
        "codes": "layouts",
        "near": "; ".join(f'"{heading}" = {field}' for heading, field in near) or "-",
        "confirm": " ".join(f'--heading "{heading}={field}"' for heading, field in near),
        "known": known,
    }
    found.add(
        "layout_incomplete",
        "return",
        grid.name,
        where((match.rows[-1], 1)),
        found=match.layout.id,
        expected=missing,
        params=params,
    )


def _called(field: str, catalogue: Catalogue) -> str:
    """A field as the headings of our workbook call it, in every language."""
    known = catalogue.headings.get(field)
    return " / ".join(dict.fromkeys(known.labels[x] for x in catalogue.languages)) if known else field


def _say_match(reading: SheetReading, match: Match, catalogue: Catalogue, found: Found) -> bool:
    """What was recognised; False where the headings cannot be told apart."""
    grid = reading.grid
    cell = where((match.rows[-1], min(match.columns, default=1)))
    for _, second in match.twice:
        found.add("duplicate_heading", "return", grid.name, second.address, found=second.text)
    if match.twice:
        return False
    rows = str(match.rows[0]) if len(match.rows) == 1 else f"{match.rows[0]}-{match.rows[-1]}"
    found.add("layout_read", "note", grid.name, cell, found=match.layout.id, params={"rows": rows, "codes": "layouts"})
    if match.years_repaired:
        params = {"count": match.years_repaired, "cells": ""}
        found.add("years_repaired", "note", grid.name, cell, params=params)
    if match.used:
        who = ", ".join(dict.fromkeys(f"{m.confirmed_by} ({m.confirmed_on})" for m in match.used))
        said = ", ".join(f'"{m.heading}" = {m.field}' for m in match.used)
        found.add("mapping_used", "note", grid.name, cell, params={"mappings": said, "who": who})
    return True


def _account_for_the_rest(
    readings: Sequence[SheetReading],
    fitting: Mapping[int, Match],
    chosen: Mapping[int, Match],
    seen: Sequence[SheetReading],
    found: Found,
) -> None:
    """Sheets that were not read: named, and their cells entered."""
    taken = {id(seen[p]) for p in chosen}
    refused = not chosen
    pivots = {id(seen[p]) for p in fitting if p not in chosen}
    for reading in readings:
        open_: list[At] = reading.account.open
        if id(reading) in taken:
            reading.account.enter(open_, Fate.REFUSED, Role.REFUSED)
            continue
        if reading.grid.hidden:
            found.add("hidden_sheet", "note", reading.grid.name, "A1", found=reading.grid.name)
        elif not refused and id(reading) not in pivots:
            found.add("unknown_sheet", "note", reading.grid.name, "A1", found=reading.grid.name)
        fate = Fate.REFUSED if refused and not reading.grid.hidden else Fate.REPORTED
        reading.account.enter(open_, fate, Role.REFUSED if fate == Fate.REFUSED else Role.UNUSED)

"""Totals that a table brings along: held against their parts, said aloud, and never loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.foreign.body import Body
from cpc_pipeline.intake.foreign.grid import Account, At, Fate, Grid, Role, begins
from cpc_pipeline.intake.foreign.headings import Match
from cpc_pipeline.intake.foreign.tally import Tally

Numbers = Mapping[At, float | None]
"""Cell -> the number in it; None where it is a mark, blank, or cannot be read."""


def check_rows(
    grid: Grid, match: Match, body: Body, numbers: Numbers, account: Account, catalogue: Catalogue, tally: Tally
) -> None:
    """One finding per total row: it agrees with the rows above (or below) or not, or cannot be held against them."""
    before = 0
    for row in body.totals:
        cells = grid.rows[row]
        account.enter(cells.values(), Fate.REPORTED, Role.TOTAL)
        label = next((c for c in cells.values() if c.kind == "text"), next(iter(cells.values())))
        above = [r for r in body.data if r < row]
        since = [r for r in above if r > before]
        part = begins(label.text, catalogue.reading_words.subtotal) is not None
        if not above:  # it stands above its parts
            above = [r for r in body.data if r > row]
            since = [r for r in above if not any(row < other < r for other in body.totals)]
        before = row
        compared = [
            (c, numbers.get((row, c)), _sum(since, c, numbers), _sum(above, c, numbers))
            for c in match.values
            if c in cells
        ]
        differs = [
            (c, total, own if part else whole)
            for c, total, own, whole in compared
            if total is not None and not _near(total, own) and not _near(total, whole)
        ]
        params = {"row": row, "columns": len(compared)}
        unknown = [c for c, total, own, whole in compared if total is None or (own is None and whole is None)]
        if any(calculated is not None for _, _, calculated in differs):
            column, wrong, calculated = next(d for d in differs if d[2] is not None)
            said = {"total": _plain(wrong), "sum": _plain(calculated)}
            tally.say("total_differs", "query", (row, column), found=label.text, params={**params, **said})
        elif unknown or not compared:
            tally.say("total_unchecked", "note", (row, label.column), found=label.text, params=params)
        else:
            agrees = {**params, "total": _plain(compared[0][1])}
            tally.say("total_agrees", "note", (row, compared[0][0]), found=label.text, params=agrees)


def check_columns(match: Match, body: Body, numbers: Numbers, tally: Tally) -> None:
    """Columns of totals of a wide table, held against the columns that are their parts."""
    for column, spread in match.spread.items():
        if not spread.totals:
            continue
        rest = {f: v for f, v in spread.says.items() if f not in spread.totals}
        parts = [
            c
            for c, other in match.spread.items()
            if not other.totals and all(other.says.get(f) == v for f, v in rest.items())
        ]
        wrong = []
        for row in body.data:
            total, added = numbers.get((row, column)), [numbers.get((row, c)) for c in parts]
            if parts and total is not None and all(a is not None for a in added):
                calculated = sum(a for a in added if a is not None)
                if not _near(total, calculated):
                    wrong.append((row, total, calculated))
        if wrong:
            row, total, calculated = wrong[0]
            params = {"rows": len(wrong), "total": _plain(total), "sum": _plain(calculated)}
            tally.say("total_column_differs", "query", (row, column), params=params)
        elif any(level not in {s.field for s in match.layout.spread if s.total} for level in spread.totals):
            tally.say("total_column", "note", (match.rows[-1], column), params={"rows": len(body.data)})


def loaded_total(match: Match, column: int) -> bool:
    """Whether a column of totals is kept as the total of its dimension; the layout says it."""
    kept = {level.field for level in match.layout.spread if level.total}
    return all(level in kept for level in match.spread[column].totals)


def _sum(rows: Sequence[int], column: int, numbers: Numbers) -> float | None:
    """The sum of a column; None where a cell of it is no number, for then no sum is to be had."""
    values = [numbers[(row, column)] for row in rows if (row, column) in numbers]
    return None if any(v is None for v in values) else sum(v for v in values if v is not None)


def _near(a: float, b: float | None) -> bool:
    return b is not None and abs(a - b) <= 1e-6 * max(1.0, abs(a))


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"

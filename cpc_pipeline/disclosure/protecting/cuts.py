"""Inequalities that every sufficient pattern meets, from the weights that show that an insufficient one is so.

Take any weights u for the equations and v >= 0 for the inequalities. For each table z that an attacker thinks possible,

    z_p  =  z_p - u A z  <=  d z + v slack      with d = e_p - u A - v G,

so that a pattern y (1 = hidden) can let z_p reach `need` only if the sum of what the hidden cells can contribute,
`d_i` times the way up (without end) or `-d_i` times the way down, is at least `need - v slack`. Since y is 0 or 1 no
coefficient has to be larger than the right-hand side. Source: Fischetti and Salazar-Gonzalez (2000), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cpc_pipeline.disclosure.protecting.system import Flags, Numbers, Places, System

GRID = 5040.0
"""Weights are rounded to fractions of this: any weights give a valid cut, and clean ones give a clean cut."""
NOTHING = 1e-7


@dataclass(frozen=True, slots=True)
class Cut:
    """Sum of factor x hidden over these columns is at least 1."""

    columns: Places
    factors: Numbers

    def missing(self, pattern: Numbers) -> float:
        """By how much a pattern (possibly fractional) fails the cut."""
        return 1.0 - float(self.factors @ pattern[self.columns])


@dataclass(frozen=True, slots=True)
class Proof:
    """What the hidden cells can contribute at the most to the move of one cell in one direction, and what is free."""

    contributions: Numbers
    free: float


def proof(system: System, column: int, wary: bool, upwards: bool, dual: Numbers, need: float) -> Proof:
    """The bound on the move of one cell that these weights of the relations give."""
    weights = np.round(dual * GRID) / GRID
    weights[~system.equal] = np.maximum(weights[~system.equal], 0.0)
    direction = -system.combined(weights)
    direction[column] += 1.0 if upwards else -1.0
    direction[np.abs(direction) < NOTHING] = 0.0
    down = np.where(direction < 0, -direction, 0.0)
    contributions = np.where(direction > 0, need, 0.0)
    pays = down > 0
    contributions[pays] = np.minimum(need, down[pays] * system.rooms(wary)[pays])
    free = float(weights[~system.equal] @ system.slack[~system.equal])
    return Proof(contributions, free)


def cut(system: System, proofs: list[Proof], need: float) -> Cut | None:
    """The cut of one proof (or of two, for a width); None if it says nothing."""
    contributions = np.sum([p.contributions for p in proofs], axis=0)
    right = need - sum(p.free for p in proofs) - contributions[system.forced].sum()
    if right < NOTHING:
        return None
    columns = np.flatnonzero((contributions > 0) & ~system.forced)
    return Cut(columns, np.minimum(contributions[columns] / right, 1.0))


def first_cuts(system: System) -> Iterator[Cut]:
    """For each task the cuts of the single relations its cell is in, which hold before any attack is tried."""
    by_column: dict[int, list[tuple[int, float]]] = {}
    for row, column, factor in zip(system.row, system.column, system.factor, strict=True):
        by_column.setdefault(int(column), []).append((int(row), float(factor)))
    for task in system.tasks:
        if task.together:
            continue
        upwards = bool(task.up)
        for row, factor in by_column.get(task.column, []):
            dual = np.zeros(len(system.equal))
            dual[row] = (1.0 if upwards else -1.0) / factor
            if not system.equal[row] and dual[row] < 0:
                continue
            made = cut(system, [proof(system, task.column, task.wary, upwards, dual, task.need)], task.need)
            if made is not None:
                yield made


def no_good(system: System, hidden: Flags) -> Cut:
    """At least one more cell must be hidden: for patterns that whole numbers alone show to be insufficient."""
    columns = np.flatnonzero(~hidden)
    return Cut(columns, np.ones(len(columns)))

"""How many different people several organisations met, from what each counted and from the lists they compared.

n organisations divide the people into 2^n - 1 cells of a Venn diagram (met by these and no others). What was reported
fixes sums of cells; the least and the greatest sum of all cells that agree with it are the ends of what can be true.
Counts are whole, so it is an integer programme; both ends are attained, which makes the bounds the tightest there are.

Method: Boole's problem, put as a linear programme by Hailperin, "Best possible inequalities for the probability of a
logical function of events", American Mathematical Monthly 72 (1965) 343-359, as Boros and Lee restate it (arXiv
2110.10672: one variable for each cell, the union is their sum). Without any overlap known, it gives max(counts) and
sum(counts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

MOST = 10
"""Organisations at most: 2^10 cells are solved at once; more would have to be grouped by those who know them."""


class OverlapsContradict(ValueError):
    """No number of people agrees with these counts and overlaps."""


@dataclass(frozen=True)
class Range:
    """At least `lower`, at most `upper` (None: not known) different people."""

    lower: float
    upper: float | None


def union_range(
    counts: Mapping[str, tuple[float, float | None]], overlaps: Mapping[frozenset[str], float] | None = None
) -> Range:
    """The exact range of the number of different people.

    counts: organisation to (at least, at most) people it met. overlaps: group of organisations to the people all of
    them met. Raises OverlapsContradict where nothing fits.
    """
    names = sorted(counts)
    shared = {g: n for g, n in (overlaps or {}).items() if len(g) > 1 and g <= set(names)}
    if len(names) > MOST:
        raise ValueError("too many organisations at once")
    open_end = any(high is None for _, high in counts.values())
    if not shared:
        highs = [high or 0 for _, high in counts.values()]
        return Range(max((low for low, _ in counts.values()), default=0), None if open_end else sum(highs))
    lower = _solve(names, counts, shared, 1)
    return Range(lower, None if open_end else _solve(names, counts, shared, -1))


def _solve(
    names: list[str],
    counts: Mapping[str, tuple[float, float | None]],
    shared: Mapping[frozenset[str], float],
    direction: int,
) -> float:
    from scipy.optimize import Bounds, LinearConstraint, milp

    cells = np.arange(1, 2 ** len(names))
    rows, low, high = [], [], []
    for position, name in enumerate(names):
        rows.append((cells >> position) & 1)
        least, most = counts[name]
        low.append(least)
        high.append(np.inf if most is None else most)
    for group, number in sorted(shared.items(), key=lambda item: sorted(item[0])):
        mask = sum(1 << names.index(name) for name in group)
        rows.append(((cells & mask) == mask).astype(int))
        low.append(number)
        high.append(number)
    found = milp(
        c=np.full(len(cells), float(direction)),
        integrality=np.ones(len(cells)),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(np.array(rows), low, high),
    )
    if not found.success:
        raise OverlapsContradict
    return float(round(direction * found.fun))

"""What follows by hand: `this is the total less the others`, again and again. No solver.

The bounds are never narrower than the true interval; where they alone disclose a cell, no solver is needed to see it,
and where a solver says less than they do it is wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpc_pipeline.disclosure.auditing.sight import View

ROUNDS = 50

Numbers = NDArray[np.float64]


def deduced(what: View, floors: Numbers) -> tuple[Numbers, Numbers]:
    """Lower and upper bound of each unknown cell (infinite where nothing follows)."""
    low, high = floors.copy(), np.full(len(floors), np.inf)
    matrix = what.matrix
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        for row in range(matrix.shape[0]):
            entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
            columns, factors = matrix.indices[entries], matrix.data[entries].astype(float)
            _tighten(columns, factors, what.lower[row], what.upper[row], low, high)
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high


def _tighten(
    columns: NDArray[np.int32], factors: Numbers, lower: float, upper: float, low: Numbers, high: Numbers
) -> None:
    """Bounds of the cells of one relation from the bounds of the others."""
    least = np.where(factors > 0, factors * low[columns], factors * high[columns])
    most = np.where(factors > 0, factors * high[columns], factors * low[columns])
    at_most = upper - _others(least)
    at_least = lower - _others(most)
    up = np.where(factors > 0, at_most, at_least) / factors
    down = np.where(factors > 0, at_least, at_most) / factors
    high[columns] = np.minimum(high[columns], np.floor(up + 1e-9))
    low[columns] = np.maximum(low[columns], np.ceil(down - 1e-9))


def _others(bounds: Numbers) -> Numbers:
    """For each entry the sum of the other ones; an infinite one makes all sums but its own infinite."""
    endless = np.isinf(bounds)
    rest = np.where(endless, 0.0, bounds)
    sums: Numbers = rest.sum() - rest
    if endless.any():
        first = float(bounds[endless][0])
        alone = endless if endless.sum() == 1 else np.zeros_like(endless)
        sums = np.where(alone, sums, first)
    return sums

"""What it costs to hide a cell: reader's loss, the weight of its table, and a secret that nobody outside can guess.

An attacker who knows the algorithm and that its result is optimal could exclude tables for which another pattern would
have been cheaper (the minimality attack); the secret factor takes that knowledge away.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from enum import StrEnum

from cpc_pipeline.disclosure.problem import Cell, Problem

JITTER = 0.05


class Measure(StrEnum):
    """How the loss of a number counts."""

    MIXED = "mixed"  # 1 + ln(1 + x): a large number is missed more, but not as much more as it is larger
    COUNT = "count"  # every cell alike: the fewest cells
    VALUE = "value"  # the number itself: the smallest sum hidden


def costs(problem: Problem, release_key: bytes = b"", measure: Measure = Measure.MIXED) -> dict[str, float]:
    """The cost of each cell by key; without a release key there is no secret factor."""
    return {cell.key: _loss(cell, measure) * cell.weight * _factor(cell.key, release_key) for cell in problem.cells}


def _loss(cell: Cell, measure: Measure) -> float:
    size = abs(cell.value)
    match measure:
        case Measure.MIXED:
            return 1.0 + math.log1p(size)
        case Measure.COUNT:
            return 1.0
        case Measure.VALUE:
            return float(max(size, 1))


def _factor(key: str, release_key: bytes) -> float:
    if not release_key:
        return 1.0
    digest = hmac.new(release_key, key.encode(), hashlib.sha256).digest()
    unit = int.from_bytes(digest[:8], "big") / 2**64
    return 1.0 + JITTER * (2.0 * unit - 1.0)

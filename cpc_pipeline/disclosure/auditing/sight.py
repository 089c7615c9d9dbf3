"""What one attacker sees: the set of tables that agree with everything printed, and its extremes (scipy)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cpc_pipeline.disclosure.problem import Publication, Sense

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ENDLESS = 10_000_000
"""A cell that can be so large has no upper bound in an attacker's eyes."""
CLOSE = 1e-6

Table = NDArray[np.int64]


class Contradiction(Exception):
    """What is printed does not agree with the relations: nothing can be said about it. `relation` names the first."""

    def __init__(self, relation: str) -> None:
        super().__init__(relation)
        self.relation = relation


class NoAnswer(Exception):
    """The solver gave no answer, or one that does not hold, or the time was over: nothing is proved."""


@dataclass(frozen=True)
class View:
    """The unknown cells and the relations between them: lower <= matrix @ x <= upper, in whole numbers."""

    keys: tuple[str, ...]
    matrix: csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    def agrees(self, table: Table) -> bool:
        left = self.matrix @ table
        return bool((left >= self.lower).all() and (left <= self.upper).all())


def view(publication: Publication) -> View:
    """The relations with the printed numbers put in. Raises Contradiction where these alone break one."""
    keys = tuple(publication.unknown)
    place = {key: i for i, key in enumerate(keys)}
    rows: list[int] = []
    columns: list[int] = []
    factors: list[int] = []
    lower: list[float] = []
    upper: list[float] = []
    for relation in publication.relations:
        known = sum(factor * publication.printed[key] for key, factor in relation.terms if key not in place)
        unknown = [(place[key], factor) for key, factor in relation.terms if key in place]
        left, equal = relation.bound - known, relation.sense is Sense.EQUAL
        if not unknown:
            if (left != 0) if equal else (left < 0):
                raise Contradiction(relation.name)
            continue
        rows += [len(lower)] * len(unknown)
        columns += [column for column, _ in unknown]
        factors += [factor for _, factor in unknown]
        lower.append(left if equal else -np.inf)
        upper.append(left)
    from scipy.sparse import csr_array  # half a second, which whoever loads the definitions has no use for

    matrix = csr_array((factors, (rows, columns)), shape=(len(lower), len(keys)), dtype=np.int64)
    return View(keys, matrix, np.array(lower, dtype=float), np.array(upper, dtype=float))


class Sight:
    """One attacker: the view with his floors. Every question has a deadline."""

    def __init__(self, what: View, floors: NDArray[np.float64], deadline: float) -> None:
        from scipy.optimize import LinearConstraint

        self.view, self.floors, self.deadline = what, floors, deadline
        self._relations = LinearConstraint(what.matrix.astype(float), what.lower, what.upper)

    def extreme(self, weights: NDArray[np.float64], caps: NDArray[np.float64]) -> Table:
        """A table of whole numbers for which the weighted sum is largest, no cell being above its cap.

        The linear program first; only if its answer is not whole, the search over whole numbers. Raises NoAnswer.
        """
        for whole in (0, 1):
            found = self._solve(weights, caps, whole)
            table = np.round(found).astype(np.int64)
            if np.abs(found - table).max(initial=0.0) < CLOSE and self.view.agrees(table):
                if (table < self.floors - CLOSE).any() or (table > caps + CLOSE).any():
                    raise NoAnswer
                return table
        raise NoAnswer

    def _solve(self, weights: NDArray[np.float64], caps: NDArray[np.float64], whole: int) -> NDArray[np.float64]:
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise NoAnswer
        from scipy.optimize import Bounds, milp

        found = milp(
            -weights,
            integrality=np.full(len(weights), whole),
            bounds=Bounds(self.floors, caps),
            constraints=self._relations,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if found.status != 0 or found.x is None:
            raise NoAnswer
        return np.asarray(found.x)

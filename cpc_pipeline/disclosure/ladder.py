"""Coarsen first, then suppress: a table of mostly small cells is shown in a coarser version, or not at all.

Which coarser versions a table has is declared (age 4 to 2 groups, departments to regions, and so on); here is only the
choice. Design buys more than any algorithm: the finer the table, the more of it must be hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cpc_pipeline.disclosure.sensitivity import small

MOST = 0.40
"""A table with a larger share of small cells among those that are not zero is not shown in this version."""

Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step down the ladder: the codes of one dimension are replaced by groups of them.

    dimension: position in the codes. groups: code to group; codes not named stay (the total, for example).
    """

    name: str
    dimension: int
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Chosen:
    """The version of a table that is shown. cells None: the table is dropped. taken: names of the steps taken.

    share: of the small cells among those that are not zero, for each version tried, the finest first.
    """

    cells: Mapping[Codes, int] | None
    taken: tuple[str, ...] = ()
    share: tuple[float, ...] = field(default=())


def coarsened(cells: Mapping[Codes, int], step: Step) -> dict[Codes, int]:
    """The counts with the step's codes replaced by their groups, and added."""
    made: dict[Codes, int] = {}
    for codes, value in cells.items():
        code = step.groups.get(codes[step.dimension], codes[step.dimension])
        at = (*codes[: step.dimension], code, *codes[step.dimension + 1 :])
        made[at] = made.get(at, 0) + value
    return made


def share_of_small(cells: Mapping[Codes, int], k: int) -> float:
    """The share of the counts of 1 to k-1 among those that are not zero; 0 for a table of zeros."""
    counted = [value for value in cells.values() if value > 0]
    return sum(small(value, k) for value in counted) / len(counted) if counted else 0.0


def descend(cells: Mapping[Codes, int], steps: Sequence[Step], k: int, most: float = MOST) -> Chosen:
    """The finest version with no more small cells than allowed, stepping down the declared ladder; else dropped.

    cells: counts by codes; they may hold totals, which no step may name.
    """
    shares = [share_of_small(cells, k)]
    taken: list[str] = []
    for step in steps:
        if shares[-1] <= most:
            break
        cells = coarsened(cells, step)
        taken.append(step.name)
        shares.append(share_of_small(cells, k))
    return Chosen(cells if shares[-1] <= most else None, tuple(taken), tuple(shares))

"""The problem as arrays: a column per cell that can move, a row per relation, a task per thing that must be possible.

Everything is written as a deviation z = x - true value, so that z = 0 is the truth and a table that an attacker cannot
tell from it is any integer z with A z = 0 that is zero where numbers are printed and does not go below the floors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cpc_pipeline.disclosure.problem import Cell, Demand, Fate, Problem, Sense, floor_of

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """One sensitive cell must be able to move so far (down and up) in the eyes of one attacker.

    column: the cell. up, down: how far in each direction; `together` asks only for the sum of both (a width).
    wary: in the eyes of the attacker who knows that hidden cells are at least 1.
    """

    column: int
    up: int = 0
    down: int = 0
    together: int = 0
    wary: bool = False

    @property
    def need(self) -> int:
        return self.together or self.up or self.down


@dataclass(frozen=True)
class System:
    """keys, and per column: value, forced (hidden whatever happens), rooms below for each attacker, cost.

    The relations are triplets (row, column, factor); `slack` is how far an inequality is from its bound (0 and
    `equal` true for an equation).
    """

    keys: tuple[str, ...]
    forced: Flags
    room: Numbers
    wary_room: Numbers
    cost: Numbers
    row: Places
    column: Places
    factor: Numbers
    equal: Flags
    slack: Numbers
    tasks: tuple[Task, ...]

    @property
    def size(self) -> int:
        return len(self.keys)

    def rooms(self, wary: bool) -> Numbers:
        return self.wary_room if wary else self.room

    def combined(self, dual: Numbers) -> Numbers:
        """The sum of the relations with these weights, per column."""
        weights = self.factor * dual[self.row]
        return np.bincount(self.column, weights=weights, minlength=self.size).astype(np.float64)

    def keeps(self, table: Numbers) -> bool:
        """Whether a deviation from the truth respects every relation."""
        left = np.bincount(self.row, weights=self.factor * table[self.column], minlength=len(self.equal))
        return bool(np.all(np.where(self.equal, left == 0.0, left <= self.slack)))


def movable(cell: Cell) -> bool:
    """Whether a cell can differ from the truth in an attacker's eyes. A zero that is shown as zero cannot."""
    if cell.fate is Fate.KNOWN:
        return False
    return cell.fate is not Fate.OPEN or cell.sensitive or cell.value > 0 or cell.zeros_hidden


def build(problem: Problem, cost: dict[str, float]) -> System:
    """The arrays of a problem; cells that cannot move are left out, as are relations that none of the others is in."""
    cells = [cell for cell in problem.cells if movable(cell)]
    place = {cell.key: i for i, cell in enumerate(cells)}
    values = {cell.key: cell.value for cell in problem.cells}
    floors = [floor_of(cell) for cell in cells]
    triplets: list[tuple[int, int, int]] = []
    equal: list[bool] = []
    slack: list[int] = []
    for relation in problem.relations:
        terms = [(place[key], factor) for key, factor in relation.terms if key in place]
        if not terms:
            continue
        triplets += [(len(equal), column, factor) for column, factor in terms]
        equal.append(relation.sense is Sense.EQUAL)
        slack.append(relation.bound - sum(factor * values[key] for key, factor in relation.terms))
    row, column, factor = (np.array(part) for part in (zip(*triplets, strict=True) if triplets else ((), (), ())))
    return System(
        keys=tuple(cell.key for cell in cells),
        forced=np.array([cell.sensitive or cell.fate is not Fate.OPEN for cell in cells], dtype=bool),
        room=np.array([_room(cell, floor.plain) for cell, floor in zip(cells, floors, strict=True)]),
        wary_room=np.array([_room(cell, floor.wary) for cell, floor in zip(cells, floors, strict=True)]),
        cost=np.array([cost[cell.key] for cell in cells]),
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        factor=factor.astype(np.float64),
        equal=np.array(equal, dtype=bool),
        slack=np.array(slack, dtype=np.float64),
        tasks=tuple(t for d in problem.demands() for t in _tasks(d, place[d.key], values[d.key])),
    )


def _room(cell: Cell, floor: int | None) -> float:
    return np.inf if floor is None else float(cell.value - floor)


def _tasks(demand: Demand, column: int, value: int) -> list[Task]:
    made = []
    if demand.high is not None and demand.high > value:
        made.append(Task(column, up=demand.high - value, wary=demand.wary))
    if demand.low is not None and demand.low < value:
        made.append(Task(column, down=value - demand.low))
    if demand.width:
        made.append(Task(column, together=demand.width))
    return made


def without(system: System, tasks: set[Task]) -> System:
    """The same system with some tasks given up."""
    return replace(system, tasks=tuple(task for task in system.tasks if task not in tasks))

"""Which tasks a pattern fails, with the tables of whole numbers that show that it meets the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cpc_pipeline.disclosure.protecting.attack import TOLERANCE, Attacker, Move, whole
from cpc_pipeline.disclosure.protecting.system import Flags, Numbers, System, Task

MANY = 8
"""From so many open tasks on it pays to move many cells with one table."""


class Pool:
    """Tables found so far, as deviations from the truth. A table of the wary attacker serves for the other as well."""

    def __init__(self, system: System) -> None:
        self._matrix = np.zeros((256, system.size), dtype=np.int32)
        self._wary = np.zeros(256, dtype=bool)
        self._count = 0

    def add(self, wary: bool, table: Numbers) -> None:
        if self._count == len(self._matrix):
            self._matrix = np.concatenate((self._matrix, np.zeros_like(self._matrix)))
            self._wary = np.concatenate((self._wary, np.zeros_like(self._wary)))
        self._matrix[self._count] = np.round(table)
        self._wary[self._count] = wary
        self._count += 1

    def within(self, hidden: Flags) -> tuple[np.ndarray, Flags]:
        """The tables that differ from the truth in hidden cells only, and which of them are the wary attacker's."""
        matrix, wary = self._matrix[: self._count], self._wary[: self._count]
        usable = ~matrix[:, ~hidden].any(axis=1)
        return matrix[usable], wary[usable]


class Coverage:
    """How far the tables at hand move the cell of each task."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = list(tasks)
        self._columns = np.array([task.column for task in tasks], dtype=np.int64)
        self._wary = np.array([task.wary for task in tasks], dtype=bool)
        needs = [(task.up, task.down, task.together) for task in tasks]
        self._needs = np.array(needs, dtype=np.float64).reshape(-1, 3)
        self._up = np.zeros(len(self.tasks))
        self._down = np.zeros(len(self.tasks))

    def add(self, tables: np.ndarray, wary: Flags) -> None:
        for only_wary in (True, False):
            chosen = tables[wary] if only_wary else tables
            moved = chosen[:, self._columns]
            mine = self._wary == only_wary
            self._up[mine] = np.maximum(self._up, moved.max(axis=0, initial=0.0))[mine]
            self._down[mine] = np.maximum(self._down, -moved.min(axis=0, initial=0.0))[mine]

    def open(self) -> Flags:
        """Which tasks no table at hand meets."""
        up, down, together = self._needs.T
        return (self._up < up) | (self._down < down) | (self._up + self._down < together)


class Questions:
    """The questions that can be asked about one pattern, with one warm linear program per attacker."""

    def __init__(self, system: System, hidden: Flags, pool: Pool) -> None:
        self.system, self.pool = system, pool
        self.hidden = hidden.copy()
        self._columns = np.flatnonzero(hidden)
        self._attackers: dict[bool, Attacker] = {}

    def hide(self, column: int, hidden: bool) -> None:
        """Print a cell of the pattern, or hide it again."""
        self.hidden[column] = hidden
        for wary, attacker in self._attackers.items():
            attacker.free(column, self.system.rooms(wary)[column] if hidden else None)

    def shortfalls(self, tasks: Sequence[Task], *, first: bool = False) -> list[Task]:
        """The tasks that the pattern does not meet; with `first`, no more than one of them."""
        coverage = Coverage(tasks)
        coverage.add(*self.pool.within(self.hidden))
        failed: list[Task] = []
        if first and self._ask(coverage, failed, most=2, first=True):
            return failed
        self._move_many(coverage)
        self._ask(coverage, failed, most=len(coverage.tasks), first=first)
        return failed

    def _ask(self, coverage: Coverage, failed: list[Task], *, most: int, first: bool) -> bool:
        """Ask about the open tasks one by one, in their order; true if one failed and that is enough."""
        for i in np.flatnonzero(coverage.open())[:most]:
            if coverage.open()[i] and not self._meets(coverage.tasks[i], coverage):
                failed.append(coverage.tasks[i])
                if first:
                    return True
        return False

    def _move_many(self, coverage: Coverage) -> None:
        """Tables that each move as many of the open cells as possible, as long as that gets on."""
        left = coverage.open()
        while left.sum() >= MANY:
            before = left.sum()
            for tasks in _groups([coverage.tasks[i] for i in np.flatnonzero(left)]):
                wanted = [(task.column, bool(task.up), float(task.need)) for task in tasks]
                self._keep(tasks[0].wary, self._attacker(tasks[0].wary).reach_many(wanted), coverage)
            left = coverage.open()
            if left.sum() > 0.8 * before:
                break

    def _attacker(self, wary: bool) -> Attacker:
        if wary not in self._attackers:
            room = np.where(self.hidden, self.system.rooms(wary), 0.0)
            cap = np.where(self.hidden, np.inf, 0.0)
            self._attackers[wary] = Attacker(self.system, self._columns, room, cap)
        return self._attackers[wary]

    def _meets(self, task: Task, coverage: Coverage) -> bool:
        if task.together:
            up = self._furthest(task, coverage, upwards=True)
            return up + self._furthest(task, coverage, upwards=False) >= task.together
        return self._furthest(task, coverage, upwards=bool(task.up)) >= task.need

    def _furthest(self, task: Task, coverage: Coverage, *, upwards: bool) -> int:
        attacker = self._attacker(task.wary)
        move = attacker.reach(task.column, upwards, task.need)
        if not whole(move.table) and (task.together or move.reached >= task.need - TOLERANCE):
            attacker.integral(True)
            move = attacker.reach(task.column, upwards, task.need)
            attacker.integral(False)
        if not self._keep(task.wary, move, coverage) and move.table.any():
            return 0
        return int(np.floor(move.reached + TOLERANCE))

    def _keep(self, wary: bool, move: Move, coverage: Coverage) -> bool:
        """Put a table of whole numbers into the pool, if it is one and keeps every relation exactly."""
        table = np.round(move.table)
        if not table.any() or not whole(move.table) or not self.system.keeps(table):
            return False
        self.pool.add(wary, table)
        coverage.add(table[np.newaxis], np.array([wary]))
        return True


def shortfalls(system: System, hidden: Flags, pool: Pool, tasks: Sequence[Task] | None = None) -> list[Task]:
    """The tasks that the pattern does not meet."""
    return Questions(system, hidden, pool).shortfalls(system.tasks if tasks is None else tasks)


def _groups(tasks: list[Task]) -> list[list[Task]]:
    """Tasks that one table may serve: same attacker, same direction, each cell once."""
    groups: dict[tuple[bool, bool], list[Task]] = {}
    for task in tasks:
        if not task.together:
            groups.setdefault((task.wary, bool(task.up)), []).append(task)
    return list(groups.values())

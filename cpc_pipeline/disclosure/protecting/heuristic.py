"""A good pattern quickly: for each task that fails, hide what the cheapest table that meets it would change.

Source: the linear-programming heuristics of the US Census Bureau (Kelly, Golden and Assad, "Cell suppression:
disclosure protection for sensitive tabular data", Networks 22, 1992; Hundepool et al. 2012, section 4.4).
"""

from __future__ import annotations

import highspy
import numpy as np

from cpc_pipeline.disclosure.protecting.attack import TOLERANCE, solver
from cpc_pipeline.disclosure.protecting.shortfalls import Pool, Questions, shortfalls
from cpc_pipeline.disclosure.protecting.system import Flags, Numbers, System, Task


class Detour:
    """The cheapest table that moves one cell as far as needed: ups and downs are columns of their own, with a price."""

    def __init__(self, system: System, wary: bool) -> None:
        self.system = system
        self._size = system.size
        self._highs = solver()
        self._upper = np.concatenate((np.full(self._size, np.inf), system.rooms(wary)))
        self._everything = np.arange(2 * self._size, dtype=np.int32)
        self._highs.passModel(_two_way(system, self._upper))

    def cheapest(self, task: Task, hidden: Flags, *, integral: bool = False) -> Flags | None:
        """The cells that the cheapest such table changes; None if there is no such table at all."""
        price = np.where(hidden, 0.0, self.system.cost)
        self._highs.changeColsCost(2 * self._size, self._everything, np.concatenate((price, price)))
        for up in self._splits(task):
            table = self._move(task.column, up, task.need - up if task.together else task.down, integral)
            if table is not None:
                return np.abs(table) > TOLERANCE
        return None

    @staticmethod
    def _splits(task: Task) -> tuple[int, ...]:
        """How much of a width to look for upwards; a single direction is what it is."""
        return tuple(range(task.together, -1, -1)) if task.together else (task.up,)

    def _move(self, column: int, up: int, down: int, integral: bool) -> Numbers | None:
        changed = np.zeros(self._size)
        for sign, amount in ((0, up), (1, down)):
            if not amount:
                continue
            move = self._fixed(column, sign, amount, integral)
            if move is None:
                return None
            changed = np.maximum(changed, np.abs(move))
        return changed

    def _fixed(self, column: int, sign: int, amount: int, integral: bool) -> Numbers | None:
        there, back = column + sign * self._size, column + (1 - sign) * self._size
        if amount > self._upper[there]:
            return None
        self._highs.changeColBounds(there, amount, amount)
        self._highs.changeColBounds(back, 0.0, 0.0)
        if integral:
            self._highs.clearSolver()
            kinds = np.full(2 * self._size, highspy.HighsVarType.kInteger)
            self._highs.changeColsIntegrality(2 * self._size, self._everything, kinds)
        self._highs.run()
        found = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = np.array(self._highs.getSolution().col_value) if found else None
        if integral:
            kinds = np.full(2 * self._size, highspy.HighsVarType.kContinuous)
            self._highs.changeColsIntegrality(2 * self._size, self._everything, kinds)
        self._highs.changeColBounds(there, 0.0, self._upper[there])
        self._highs.changeColBounds(back, 0.0, self._upper[back])
        return None if values is None else values[: self._size] - values[self._size :]


def _two_way(system: System, upper: Numbers) -> highspy.HighsLp:
    size = system.size
    order = np.lexsort((system.row, system.column))
    counts = np.bincount(system.column, minlength=size)
    starts = np.concatenate(([0], np.cumsum(counts)))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 2 * size, len(system.equal)
    model.col_cost_ = np.zeros(2 * size)
    model.col_lower_, model.col_upper_ = np.zeros(2 * size), upper
    model.row_lower_ = np.where(system.equal, 0.0, -np.inf)
    model.row_upper_ = system.slack
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate((starts, starts[-1] + starts[1:]))
    model.a_matrix_.index_ = np.concatenate((system.row[order], system.row[order]))
    model.a_matrix_.value_ = np.concatenate((system.factor[order], -system.factor[order]))
    return model


class Unattainable(Exception):
    """Even with everything hidden these tasks fail: what is known already gives the cells away."""

    def __init__(self, tasks: list[Task]) -> None:
        super().__init__(len(tasks))
        self.tasks = tasks


def repaired(system: System, hidden: Flags, pool: Pool, failing: list[Task] | None = None) -> Flags:
    """The pattern with more cells hidden until every task is met. Raises Unattainable."""
    hidden = hidden.copy()
    detours: dict[bool, Detour] = {}
    lost: list[Task] = []
    tried: dict[Task, int] = {}
    failing = shortfalls(system, hidden, pool) if failing is None else failing
    while failing:
        failing.sort(key=lambda task: -task.need)
        for task in failing:
            if shortfalls(system, hidden, pool, [task]):
                detour = detours.setdefault(task.wary, Detour(system, task.wary))
                tried[task] = tried.get(task, 0) + 1
                extra = detour.cheapest(task, hidden, integral=tried[task] > 1)
                if extra is None or tried[task] > 2:
                    lost.append(task)
                else:
                    hidden |= extra
        failing = [task for task in shortfalls(system, hidden, pool) if task not in lost]
    if lost:
        raise Unattainable(lost)
    return hidden


def cleaned(system: System, hidden: Flags, pool: Pool) -> Flags:
    """The pattern without the cells that it does not need: then every secondary cell is necessary."""
    questions = Questions(system, hidden, pool)
    tasks = list(system.tasks)
    secondary = np.flatnonzero(hidden & ~system.forced)
    for column in secondary[np.argsort(-system.cost[secondary], kind="stable")]:
        questions.hide(int(column), False)
        failed = questions.shortfalls(tasks, first=True)
        if failed:
            questions.hide(int(column), True)
            # What failed once is asked first next time: most cells are kept for the sake of a few tasks.
            tasks.remove(failed[0])
            tasks.insert(0, failed[0])
    return questions.hidden


def price(system: System, hidden: Flags) -> float:
    """What a pattern costs beyond what must be hidden anyway."""
    return float(system.cost[hidden & ~system.forced].sum())

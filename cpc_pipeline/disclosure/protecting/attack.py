"""What an attacker can do: move one sensitive cell as far as the printed numbers and the relations allow (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs

from cpc_pipeline.disclosure.protecting.system import Numbers, Places, System

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Move:
    """How far a cell was moved, by which table (as deviation from the truth), and the weights of the relations."""

    reached: float
    table: Numbers
    dual: Numbers


def solver() -> _Highs:
    """A HiGHS that says nothing, uses one thread, and gives the same answer each time.

    The class below `highspy.Highs`: the latter prints a banner to stdout when it is made, which no option prevents.
    """
    highs = _Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("parallel", "off")
    highs.setOptionValue("random_seed", 0)
    return highs


class Attacker:
    """The linear program of one attacker on some columns, kept warm between questions.

    columns: the cells that may move at all. room: how far each may go down. cap: how far each may go up.
    """

    def __init__(self, system: System, columns: Places, room: Numbers, cap: Numbers | None = None) -> None:
        self.system = system
        self.columns = columns
        self.lower = -room[columns]
        self.upper = np.full(len(columns), np.inf) if cap is None else cap[columns].copy()
        self._place = {int(column): i for i, column in enumerate(columns)}
        self._highs = solver()
        self._rows = _pass(self._highs, system, columns, self.lower, self.upper)

    def reach(self, column: int, upwards: bool, need: float) -> Move:
        """Move one cell by `need`, or as far as it goes."""
        i = self._place[column]
        low, high = self.lower[i], self.upper[i]
        cost, bounds = (-1.0, (low, need)) if upwards else (1.0, (max(low, -need), high))
        self._highs.changeColCost(i, cost)
        self._highs.changeColBounds(i, *bounds)
        move = self._run()
        self._highs.changeColCost(i, 0.0)
        self._highs.changeColBounds(i, low, high)
        return Move(abs(move.table[column]), move.table, move.dual)

    def reach_many(self, wanted: list[tuple[int, bool, float]]) -> Move:
        """Move many cells at once, each by no more than its need; `reached` says nothing."""
        places = np.array([self._place[column] for column, _, _ in wanted], dtype=np.int32)
        needs = np.array([need for _, _, need in wanted])
        up = np.array([upwards for _, upwards, _ in wanted])
        lower = np.where(up, self.lower[places], np.maximum(self.lower[places], -needs))
        upper = np.where(up, needs, self.upper[places])
        self._highs.changeColsCost(len(places), places, np.where(up, -1.0, 1.0) / needs)
        self._highs.changeColsBounds(len(places), places, lower, upper)
        move = self._run()
        self._highs.changeColsCost(len(places), places, np.zeros(len(places)))
        self._highs.changeColsBounds(len(places), places, self.lower[places], self.upper[places])
        return move

    def bound(self, room: Numbers, cap: Numbers) -> None:
        """Let the cells move so far down and up from now on."""
        self.lower, self.upper = -room[self.columns], cap[self.columns].copy()
        everything = np.arange(len(self.columns), dtype=np.int32)
        self._highs.changeColsBounds(len(everything), everything, self.lower, self.upper)

    def free(self, column: int, room: float | None) -> None:
        """Let one cell move down so far and up without end; None keeps it where it is."""
        i = self._place[column]
        self.lower[i], self.upper[i] = (0.0, 0.0) if room is None else (-room, np.inf)
        self._highs.changeColBounds(i, self.lower[i], self.upper[i])

    def integral(self, on: bool) -> None:
        """Look for tables of whole numbers only; slower, and without weights of the relations."""
        self._highs.clearSolver()
        kind = highspy.HighsVarType.kInteger if on else highspy.HighsVarType.kContinuous
        everything = np.arange(len(self.columns), dtype=np.int32)
        self._highs.changeColsIntegrality(len(everything), everything, np.full(len(everything), kind))

    def _run(self) -> Move:
        self._highs.run()
        solution = self._highs.getSolution()
        table = np.zeros(self.system.size)
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return Move(0.0, table, np.zeros(len(self.system.equal)))
        table[self.columns] = solution.col_value
        dual = np.zeros(len(self.system.equal))
        if len(solution.row_dual):
            dual[self._rows] = -np.array(solution.row_dual)
        return Move(0.0, table, dual)


def _pass(highs: _Highs, system: System, columns: Places, lower: Numbers, upper: Numbers) -> Places:
    """Hand the columns and the relations they are in to HiGHS; gives the rows that were handed over."""
    renumber = np.full(system.size, -1)
    renumber[columns] = np.arange(len(columns))
    used = renumber[system.column] >= 0
    rows, row = np.unique(system.row[used], return_inverse=True)
    order = np.lexsort((row, renumber[system.column[used]]))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(rows)
    model.col_cost_ = np.zeros(len(columns))
    model.col_lower_, model.col_upper_ = lower, upper
    model.row_lower_ = np.where(system.equal[rows], 0.0, -np.inf)
    model.row_upper_ = system.slack[rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(renumber[system.column[used]], minlength=len(columns))
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts)))
    model.a_matrix_.index_ = row[order]
    model.a_matrix_.value_ = system.factor[used][order]
    highs.passModel(model)
    return rows


def whole(table: Numbers) -> bool:
    """Whether a table has whole numbers only."""
    return bool(np.abs(table - np.round(table)).max(initial=0.0) < TOLERANCE)

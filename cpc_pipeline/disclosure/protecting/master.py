"""The cheapest pattern that meets the cuts found so far: a linear program first, whole cells later (HiGHS)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from cpc_pipeline.disclosure.protecting.attack import solver
from cpc_pipeline.disclosure.protecting.cuts import Cut
from cpc_pipeline.disclosure.protecting.system import Numbers, System


@dataclass(frozen=True, slots=True)
class Choice:
    """A pattern (1 = hidden; None: none was found in the time), and a price that no sufficient pattern undercuts."""

    pattern: Numbers | None
    bound: float


class Master:
    """One column per cell that may be hidden or printed, one row per cut."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.columns = np.flatnonzero(~system.forced)
        self._renumber = np.full(system.size, -1)
        self._renumber[self.columns] = np.arange(len(self.columns))
        self._seen: set[bytes] = set()
        self._highs = solver()
        count = len(self.columns)
        self._highs.addVars(count, np.zeros(count), np.ones(count))
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), system.cost[self.columns])

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add the cuts that are new; gives their number."""
        added = 0
        for cut in cuts:
            name = cut.columns.tobytes() + np.round(cut.factors, 6).tobytes()
            if name not in self._seen:
                self._seen.add(name)
                places = self._renumber[cut.columns].astype(np.int32)
                self._highs.addRow(1.0, np.inf, len(places), places, cut.factors)
                added += 1
        return added

    def relaxed(self) -> Numbers:
        """The cheapest pattern when parts of a cell may be hidden."""
        self._kind(highspy.HighsVarType.kContinuous)
        self._highs.run()
        return self._pattern(self._highs.getSolution().col_value)

    def whole(self, seconds: float, gap: float) -> Choice:
        """The cheapest pattern of whole cells, or the best found in the time, with the bound proved so far.

        HiGHS starts from nothing: seen in version 1.16.0, where it has a solution to start from (even one of its own),
        what it gives back may be another pattern than the one whose price it reports.
        """
        self._kind(highspy.HighsVarType.kInteger)
        self._highs.clearSolver()
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.1))
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.run()
        self._highs.setOptionValue("time_limit", np.inf)
        found = self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        pattern = self._pattern(self._highs.getSolution().col_value) if found else None
        return Choice(pattern, self._highs.getInfo().mip_dual_bound)

    def price(self, pattern: Numbers) -> float:
        """What a pattern costs beyond the cells that are hidden anyway."""
        return float(self.system.cost[self.columns] @ pattern[self.columns])

    def _kind(self, kind: highspy.HighsVarType) -> None:
        count = len(self.columns)
        self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.full(count, kind))

    def _pattern(self, values: list[float]) -> Numbers:
        pattern = self.system.forced.astype(float)
        pattern[self.columns] = np.clip(values, 0.0, 1.0)
        return pattern

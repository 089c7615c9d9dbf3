"""Which cuts a pattern, possibly with halves of cells hidden, does not meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cpc_pipeline.disclosure.protecting.attack import TOLERANCE, Attacker, Move
from cpc_pipeline.disclosure.protecting.cuts import Cut, Proof, cut, proof
from cpc_pipeline.disclosure.protecting.system import Numbers, System, Task

LEAST = 1e-4
"""A cut that is missed by less is not worth a row."""
WHIFF = 1e-3
"""How far a printed cell counts as hidden when weights are looked for: of many proofs, the one that helps most."""


class Separator:
    """Two attackers on all columns, whose ways up and down are scaled by how much of each cell is hidden."""

    def __init__(self, system: System) -> None:
        self.system = system
        columns = np.arange(system.size)
        self._most = float(max((task.need for task in system.tasks), default=1))
        self._attackers = {
            wary: Attacker(system, columns, system.rooms(wary)) for wary in {task.wary for task in system.tasks}
        }

    def cuts(self, pattern: Numbers, tasks: Sequence[Task]) -> tuple[list[Cut], list[Task]]:
        """The cuts that the pattern misses, and the tasks that they come from."""
        scale = np.maximum(pattern, WHIFF)
        scale[self.system.forced] = 1.0
        finite = np.where(np.isinf(self.system.room), 100.0 * self._most, self.system.room)
        for wary, attacker in self._attackers.items():
            room = np.where(np.isinf(self.system.rooms(wary)), finite, self.system.rooms(wary))
            attacker.bound(room * scale, 4.0 * self._most * scale)
        found: list[Cut] = []
        sources: list[Task] = []
        for task in tasks:
            made = self._cut(task)
            if made is not None and made.missing(pattern) > LEAST:
                found.append(made)
                sources.append(task)
        return found, sources

    def _cut(self, task: Task) -> Cut | None:
        attacker = self._attackers[task.wary]
        if task.together:
            up = attacker.reach(task.column, True, task.together)
            down = attacker.reach(task.column, False, task.together)
            if up.reached + down.reached >= task.together - TOLERANCE:
                return None
            proofs = [self._proof(task, True, up), self._proof(task, False, down)]
            return cut(self.system, proofs, task.together)
        move = attacker.reach(task.column, bool(task.up), task.need)
        if move.reached >= task.need - TOLERANCE:
            return None
        return cut(self.system, [self._proof(task, bool(task.up), move)], task.need)

    def _proof(self, task: Task, upwards: bool, move: Move) -> Proof:
        return proof(self.system, task.column, task.wary, upwards, move.dual, float(task.need))

"""The cheapest sufficient pattern: cuts (Benders) until the cheapest pattern that meets them is sufficient itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cpc_pipeline.disclosure.protecting.cuts import first_cuts, no_good
from cpc_pipeline.disclosure.protecting.heuristic import cleaned, price, repaired
from cpc_pipeline.disclosure.protecting.master import Master
from cpc_pipeline.disclosure.protecting.separation import Separator
from cpc_pipeline.disclosure.protecting.shortfalls import Pool, shortfalls
from cpc_pipeline.disclosure.protecting.system import Flags, System, Task

CLOSE = 1e-6
"""Prices that differ by less (relatively) are the same."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the work stands: price of the best pattern so far, bound proved, cells hidden beyond the forced ones."""

    stage: str  # first (a pattern that holds), relaxed (cuts), whole (the exact search), done
    seconds: float
    price: float
    bound: float
    secondary: int


Watch = Callable[[Progress], None]


@dataclass
class Search:
    """The state of one search. `patterns` are sufficient, the cheapest last.

    seconds: of processor time, so that a busy machine does not change the result.
    """

    system: System
    pool: Pool
    seconds: float
    watch: Watch
    patterns: list[Flags] = field(default_factory=list)
    bound: float = 0.0
    started: float = field(default_factory=time.process_time)

    @property
    def best(self) -> Flags:
        return self.patterns[-1]

    @property
    def price(self) -> float:
        return price(self.system, self.best)

    @property
    def left(self) -> float:
        return self.seconds - (time.process_time() - self.started)

    @property
    def proven(self) -> bool:
        return self.price - self.bound <= CLOSE * max(1.0, self.price)

    def offer(self, pattern: Flags) -> None:
        """A sufficient pattern; kept if it is cheaper."""
        if not self.patterns or price(self.system, pattern) < self.price - CLOSE:
            self.patterns.append(pattern)

    def tell(self, stage: str) -> None:
        secondary = int((self.best & ~self.system.forced).sum())
        self.watch(Progress(stage, time.process_time() - self.started, self.price, self.bound, secondary))


def search(system: System, seconds: float, watch: Watch) -> Search:
    """Patterns for the system, the cheapest last, and the bound proved in the time. Raises Unattainable."""
    pool = Pool(system)
    state = Search(system, pool, seconds, watch)
    state.offer(cleaned(system, repaired(system, system.forced, pool), pool))
    state.tell("first")
    if not (state.best & ~system.forced).any():
        return state
    master, separator = Master(system), Separator(system)
    master.add(first_cuts(system))
    _relaxed(state, master, separator)
    _whole(state, master, separator)
    state.tell("done")
    return state


def _relaxed(state: Search, master: Master, separator: Separator) -> None:
    """Cuts for patterns that hide parts of cells, until there are none left or a third of the time is gone."""
    everything = list(state.system.tasks)
    tasks = everything
    while state.left > state.seconds * 2 / 3:
        pattern = master.relaxed()
        state.bound = max(state.bound, master.price(pattern))
        cuts, sources = separator.cuts(pattern, tasks)
        added = master.add(cuts)
        state.tell("relaxed")
        if not added and len(tasks) == len(everything):
            return
        tasks = sources if added else everything


def _whole(state: Search, master: Master, separator: Separator) -> None:
    """Cuts for patterns of whole cells; now and then a failing one is mended, which gives better patterns to keep."""
    turn = mend = 0
    while state.left > 0 and not state.proven:
        choice = master.whole(state.left, CLOSE / 10)
        state.bound = max(state.bound, choice.bound)
        if choice.pattern is None:
            return
        hidden = choice.pattern > 0.5
        failing = shortfalls(state.system, hidden, state.pool)
        if not failing:
            state.offer(hidden)
            state.tell("whole")
            return
        _learn(state, master, separator, hidden, failing)
        if turn == mend:
            state.offer(cleaned(state.system, repaired(state.system, hidden, state.pool, failing), state.pool))
            mend = max(turn + 1, turn * 2)
        turn += 1
        state.tell("whole")


def _learn(state: Search, master: Master, separator: Separator, hidden: Flags, failing: list[Task]) -> None:
    """Add cuts that the pattern misses; where only whole numbers show that it fails, ask for any other cell."""
    cuts, _ = separator.cuts(hidden.astype(np.float64), failing)
    if not master.add(cuts):
        master.add([no_good(state.system, hidden)])

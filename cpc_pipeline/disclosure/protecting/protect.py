"""From a problem to a pattern: which cells are hidden, what that costs, and whether nothing cheaper would do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from cpc_pipeline.disclosure.problem import Fate, Problem
from cpc_pipeline.disclosure.protecting.costs import Measure, costs
from cpc_pipeline.disclosure.protecting.exact import Search, Watch, search
from cpc_pipeline.disclosure.protecting.heuristic import Unattainable, price
from cpc_pipeline.disclosure.protecting.system import Flags, System, Task, build, without

SECONDS = 120.0
"""How long the exact search may take; the best pattern found until then is used."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which cells are not printed.

    primary: the sensitive cells. secondary: cells hidden to protect them, those hidden in an earlier edition included.
    optimal: proven that no sufficient pattern costs less. gap: how far the price is from the bound proved, relative.
    unattainable: sensitive cells that nothing can protect because of what is known already; with any of them the
    auditor fails. approved: the auditor said yes (None: it was not asked). seconds: processor time.
    """

    primary: frozenset[str]
    secondary: frozenset[str]
    optimal: bool
    gap: float
    price: float
    unattainable: tuple[str, ...]
    approved: bool | None
    seconds: float

    @property
    def hidden(self) -> frozenset[str]:
        return self.primary | self.secondary


def protect(
    problem: Problem,
    release_key: bytes = b"",
    seconds: float = SECONDS,
    watch: Watch = lambda progress: None,
    approve: Callable[[frozenset[str]], bool] | None = None,
    measure: Measure = Measure.MIXED,
) -> Pattern:
    """The cheapest pattern that meets every demand, or the best found in the time.

    approve: asked about the hidden keys, best pattern first, until it says yes (the auditor: it is not known here).
    The same problem and release key give the same pattern, unless the time runs out before the search ends.
    """
    started = time.process_time()
    system = build(problem, costs(problem, release_key, measure))
    found, lost = _searched(system, seconds, watch)
    sensitive = _keys(cell.key for cell in problem.cells if cell.sensitive and cell.fate not in _NEVER_MARKED)
    for pattern in reversed(found.patterns):
        hidden = _marked(problem, system, pattern)
        approved = None if approve is None else approve(hidden)
        if approved is not False:
            break
    cost = price(system, pattern)
    proven = pattern is found.best and found.proven
    return Pattern(
        primary=sensitive,
        secondary=hidden - sensitive,
        optimal=proven,
        gap=0.0 if proven else (cost - found.bound) / cost,
        price=cost,
        unattainable=tuple(sorted({system.keys[task.column] for task in lost})),
        approved=approved,
        seconds=time.process_time() - started,
    )


_NEVER_MARKED = {Fate.KNOWN, Fate.LATENT}


def _searched(system: System, seconds: float, watch: Watch) -> tuple[Search, set[Task]]:
    """The search, without the tasks that cannot be met whatever is hidden."""
    lost: set[Task] = set()
    while True:
        try:
            return search(without(system, lost), seconds, watch), lost
        except Unattainable as told:
            lost |= set(told.tasks)


def _marked(problem: Problem, system: System, pattern: Flags) -> frozenset[str]:
    """The keys that a marker stands for: what is hidden, without the latent cells that stand in no table."""
    latent = {cell.key for cell in problem.cells if cell.fate is Fate.LATENT}
    return _keys(system.keys[i] for i in np.flatnonzero(pattern)) - latent


def _keys(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(keys)

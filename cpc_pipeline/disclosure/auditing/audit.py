"""The proof that nothing can be recovered from what is printed, or the list of what can. Fails closed, no override."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cpc_pipeline.disclosure.auditing.checking import Certificate, confirmed
from cpc_pipeline.disclosure.auditing.deduction import deduced
from cpc_pipeline.disclosure.auditing.sight import ENDLESS, Contradiction, NoAnswer, Sight, Table, View, view
from cpc_pipeline.disclosure.problem import Demand, Publication

SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Interval:
    """The smallest and largest whole number that a cell can be; `upper` None: there is no largest."""

    lower: int | None
    upper: int | None


@dataclass(frozen=True)
class Audit:
    """What the auditor says.

    passed: each demand is proved by a table in `certificate`, which the short check has confirmed.
    exact: sensitive cells that some attacker knows exactly. narrow: other sensitive cells whose interval is too
    narrow. unproved: sensitive cells about which no answer was found in time. contradiction: the relation that the
    printed numbers break, if they break one. intervals: of every hidden cell, for the attacker who knows only that
    counts are not negative (empty unless asked for). seconds: processor time.
    """

    passed: bool
    exact: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    contradiction: str = ""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    certificate: Certificate | None = None
    seconds: float = 0.0


def audit(
    publication: Publication, demands: Sequence[Demand], *, intervals: bool = False, seconds: float = SECONDS
) -> Audit:
    """Prove every demand with a table of whole numbers, or say which sensitive cells are disclosed.

    publication: what a reader has in hand, read back from what was rendered. demands: from the raw side.
    """
    started = time.process_time()
    try:
        inquiry = Inquiry(publication, time.monotonic() + seconds)
    except Contradiction as broken:
        return Audit(passed=False, contradiction=broken.relation, seconds=time.process_time() - started)
    exact, narrow, unproved = inquiry.judge(demands)
    certificate = inquiry.certificate()
    clean = not (exact or narrow or unproved)
    try:
        found = {key: inquiry.interval(key) for key in publication.unknown} if intervals else {}
    except NoAnswer:
        found, clean = {}, False
    return Audit(
        passed=clean and confirmed(certificate, publication, demands),
        exact=tuple(exact),
        narrow=tuple(narrow),
        unproved=tuple(unproved),
        intervals=found,
        certificate=certificate,
        seconds=time.process_time() - started,
    )


class Inquiry:
    """The tables found so far, and the two attackers who may be asked for more."""

    def __init__(self, publication: Publication, deadline: float) -> None:
        self.publication = publication
        self.view: View = view(publication)
        self._place = {key: i for i, key in enumerate(self.view.keys)}
        floors = [publication.unknown[key] for key in self.view.keys]
        self._floors = {
            False: np.array([-ENDLESS if f.plain is None else f.plain for f in floors], dtype=float),
            True: np.array([-ENDLESS if f.wary is None else f.wary for f in floors], dtype=float),
        }
        self._sights = {wary: Sight(self.view, low, deadline) for wary, low in self._floors.items()}
        self._deduced = {wary: deduced(self.view, low) for wary, low in self._floors.items()}
        self._tables: list[Table] = []

    def judge(self, demands: Sequence[Demand]) -> tuple[list[str], list[str], list[str]]:
        """The sensitive cells that are known exactly, too narrowly, or of which nothing is proved."""
        exact = [demand.key for demand in demands if demand.key not in self._place]
        narrow: list[str] = []
        unproved: list[str] = []
        inside = [demand for demand in demands if demand.key in self._place]
        try:
            self._gather(inside)
        except NoAnswer:
            return exact, narrow, [demand.key for demand in inside]
        for demand in inside:
            try:
                if not self._proved(demand):
                    (exact if self._exact(demand) else narrow).append(demand.key)
            except NoAnswer:
                unproved.append(demand.key)
        return exact, narrow, unproved

    def certificate(self) -> Certificate:
        """All tables found, with the printed numbers beside them."""
        printed = self.publication.printed
        known = np.tile(np.array(list(printed.values()), dtype=np.int64), (len(self._tables), 1))
        found = np.array(self._tables, dtype=np.int64).reshape(len(self._tables), len(self.view.keys))
        return Certificate((*printed, *self.view.keys), np.hstack((known, found)))

    def interval(self, key: str) -> Interval:
        """What the attacker who knows only that counts are not negative can compute of one cell."""
        i = self._place[key]
        low, high = (bound[i] for bound in self._deduced[False])
        lower = low if self._least(i) <= low else self._reach(i, False, False, -ENDLESS)
        upper = high if self._most(i, False) >= high else self._reach(i, True, False, ENDLESS)
        if lower < low or upper > high:
            raise NoAnswer  # the solver says less than follows by hand
        return Interval(None if lower <= -ENDLESS else int(lower), None if upper >= ENDLESS else int(upper))

    def _gather(self, demands: Iterable[Demand]) -> None:
        """Tables that each move many cells as far as they have to."""
        wanted = [d for d in demands if d.high is not None]
        for wary in (True, False):
            left = [d for d in wanted if d.wary is wary]
            while len(left) > 4:
                caps = np.full(len(self.view.keys), np.inf)
                weights = np.zeros(len(caps))
                for demand in left:
                    at = self._place[demand.key]
                    caps[at] = max(float(demand.high or 0), self._floors[wary][at])
                    weights[at] = 1.0 / max(1.0, caps[at])
                self._tables.append(self._sights[wary].extreme(weights, caps))
                rest = [d for d in left if self._most(self._place[d.key], wary) < (d.high or 0)]
                if len(rest) > 0.8 * len(left):
                    break
                left = rest

    def _proved(self, demand: Demand) -> bool:
        i = self._place[demand.key]
        if demand.high is not None and self._most(i, demand.wary) < demand.high:
            if self._deduced[demand.wary][1][i] < demand.high:
                return False
            if self._reach(i, True, demand.wary, demand.high) < demand.high:
                return False
        if demand.low is not None and self._least(i) > demand.low:
            if self._deduced[False][0][i] > demand.low:
                return False
            if self._reach(i, False, False, demand.low) > demand.low:
                return False
        if demand.width and self._most(i, False) - self._least(i) < demand.width:
            least = self._reach(i, False, False, -ENDLESS)
            return self._reach(i, True, False, least + demand.width) - least >= demand.width
        return True

    def _exact(self, demand: Demand) -> bool:
        i = self._place[demand.key]
        sights = (True, False) if demand.wary else (False,)
        return any(self._reach(i, True, w, ENDLESS) == self._reach(i, False, w, -ENDLESS) for w in sights)

    def _reach(self, i: int, upwards: bool, wary: bool, enough: float) -> int:
        """How far one attacker can think the cell to go, `enough` being as far as matters."""
        caps = np.full(len(self.view.keys), np.inf)
        if upwards:
            caps[i] = max(enough, self._floors[wary][i])
        weights = np.zeros(len(caps))
        weights[i] = 1.0 if upwards else -1.0
        table = self._sights[wary].extreme(weights, caps)
        if abs(table[i]) < ENDLESS:
            self._tables.append(table)
        return int(table[i])

    def _column(self, i: int, wary: bool) -> NDArray[np.int64]:
        if not self._tables:
            return np.array([], dtype=np.int64)
        tables = np.array(self._tables)
        return tables[(tables >= self._floors[True]).all(axis=1)][:, i] if wary else tables[:, i]

    def _most(self, i: int, wary: bool) -> float:
        return float(self._column(i, wary).max(initial=-ENDLESS))

    def _least(self, i: int) -> float:
        return float(self._column(i, False).min(initial=ENDLESS))

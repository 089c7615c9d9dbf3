"""The short check of a certificate: no solver, no trust, only arithmetic on whole numbers.

A certificate is a set of tables. If each agrees with everything printed, then nobody can tell them from the truth, and
what differs between them is not disclosed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpc_pipeline.disclosure.problem import Demand, Publication, Sense


@dataclass(frozen=True)
class Certificate:
    """One column per key, one row per table that a reader cannot tell from the truth. It is not the truth either."""

    keys: tuple[str, ...]
    tables: NDArray[np.int64]


def confirmed(certificate: Certificate, publication: Publication, demands: Iterable[Demand]) -> bool:
    """Whether the tables agree with the publication and differ as much as the demands ask for."""
    tables, keys = certificate.tables, certificate.keys
    if tables.dtype != np.int64 or sorted(keys) != sorted([*publication.printed, *publication.unknown]):
        return False
    at = dict(zip(keys, tables.T, strict=True))
    wary = np.ones(len(tables), dtype=bool)
    for key, value in publication.printed.items():
        if (at[key] != value).any():
            return False
    for key, floor in publication.unknown.items():
        if floor.plain is not None and (at[key] < floor.plain).any():
            return False
        wary &= True if floor.wary is None else at[key] >= floor.wary
    for relation in publication.relations:
        left = sum((factor * at[key] for key, factor in relation.terms), np.zeros(len(tables), dtype=np.int64))
        if (left != relation.bound if relation.sense is Sense.EQUAL else left > relation.bound).any():
            return False
    return all(_met(demand, at[demand.key], at[demand.key][wary]) for demand in demands)


def _met(demand: Demand, seen: NDArray[np.int64], seen_wary: NDArray[np.int64]) -> bool:
    above = seen_wary if demand.wary else seen
    low = demand.low is None or (len(seen) > 0 and seen.min() <= demand.low)
    high = demand.high is None or (len(above) > 0 and above.max() >= demand.high)
    return bool(low and high and (not demand.width or (len(seen) > 0 and np.ptp(seen) >= demand.width)))

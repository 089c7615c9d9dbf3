"""Coarsen first, then suppress: a table of mostly small counts is shown in a coarser version, or not at all.

Which coarser versions a table has is declared in ladders.yaml of the compact; a table without a ladder loses its
finest groups first. Design buys more than any algorithm: the finer the table, the more of it must be hidden. Rows are
left out and never added up: what is shown are numbers that were reported or derived as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.disclosure.places import depth
from cpc_pipeline.disclosure.policy import Policy
from cpc_pipeline.disclosure.rows import groups, key_of
from cpc_pipeline.disclosure.sensitivity import small

Row = dict[str, Any]
Version = Callable[[Row], bool]
"""A coarser version of a table: which of its rows are still shown."""


def left_out(rows: Sequence[Row], catalogue: Catalogue, policy: Policy) -> set[str]:
    """Keys of the counts that are left out, because their table is too crowded with small ones.

    A table is an indicator's counts of one year by the same dimensions at the same depth. The national total of an
    indicator is no table: it is hidden where it must be, and never left out. Too crowded: more than policy.crowded of
    the counts that are not zero are small.
    """
    tables: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        broken, below = tuple(groups(row, catalogue)), depth(catalogue.places, row["place"])
        if broken or below:
            tables[row["indicator"], row["year"], row["organisation"], broken, below].append(row)
    gone: set[str] = set()
    for (indicator, _, _, broken, _), table in tables.items():
        shown = {key_of(row, catalogue) for row in _shown(table, str(indicator), broken, catalogue, policy)}
        gone |= {key_of(row, catalogue) for row in table} - shown
    return gone


def share_of_small(rows: Sequence[Row], catalogue: Catalogue, policy: Policy) -> float:
    """The share of the small counts among those that are not zero; 0 for a table of zeros."""
    some = [row for row in rows if row["actual"] > 0]
    few = sum(small(row["actual"], policy.k_at(depth(catalogue.places, row["place"]))) for row in some)
    return few / len(some) if some else 0


def _shown(
    table: list[Row], indicator: str, broken: tuple[str, ...], catalogue: Catalogue, policy: Policy
) -> list[Row]:
    """The finest version that is not too crowded; empty where there is none."""
    left = table
    for version in _versions(table, indicator, broken, catalogue):
        if share_of_small(left, catalogue, policy) <= policy.crowded:
            return left
        left = [row for row in left if version(row)]
    return left if share_of_small(left, catalogue, policy) <= policy.crowded else []


def _versions(table: list[Row], indicator: str, broken: tuple[str, ...], catalogue: Catalogue) -> Iterator[Version]:
    """The coarser versions of a table, each coarser than the one before it."""
    declared = next((x for x in catalogue.ladders if x.fits(indicator, frozenset(broken))), None)
    if declared is not None:
        for step in declared.steps:
            yield lambda row, s=step: _steps(catalogue, s.dimension, row[s.dimension]) <= s.finest  # type: ignore[misc]
        return
    finenesses = {sum(_steps(catalogue, d, row[d]) for d in broken) for row in table}
    for most in sorted(finenesses, reverse=True):
        yield lambda row, m=most: sum(_steps(catalogue, d, row[d]) for d in broken) < m  # type: ignore[misc]


def _steps(catalogue: Catalogue, dimension: str, code: str) -> int:
    """Steps of a category below the total of its dimension."""
    codes, steps = catalogue.codelist_of(dimension).codes, 0
    known = codes.get(code)
    while known is not None and known.code != TOTAL:
        steps += 1
        known = codes.get(known.parent) if known.parent else None
    return steps

"""Which numbers point at somebody: small counts, and groups that are all of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cpc_pipeline.disclosure.problem import K_FLOOR, Cell, Fate


class BelowFloorError(Exception):
    """A threshold below the floor was asked for; no edition goes out with it."""


def threshold(k: int) -> int:
    """The threshold for an edition of the project. Raises BelowFloorError below the floor."""
    if k < K_FLOOR:
        raise BelowFloorError
    return k


def small(value: int, k: int, *, zeros_hidden: bool = False) -> bool:
    """Whether a count is small enough to point at a child: 1 to k-1, and 0 where zeros are not told from these."""
    return (0 if zeros_hidden else 1) <= value < k


def all_of_one_kind(total: int, split: Mapping[str, int], ignored: Iterable[str] = ()) -> str | None:
    """The category that the whole of a row is in, if there is one (group disclosure); `ignored`: unknown, not stated.

    Whoever knows that a child is in such a row knows its ethnicity, disability or migration status, however large the
    row is. `total` is printed; the split is what would be printed beside it.
    """
    left_out = set(ignored)
    holders = [code for code, value in split.items() if value > 0]
    if total > 0 and len(holders) == 1 and split[holders[0]] == total and holders[0] not in left_out:
        return holders[0]
    return None


def groups_hidden(
    cells: Iterable[Cell], rows: Iterable[tuple[str, Sequence[str]]], ignored: Iterable[str] = ()
) -> tuple[Cell, ...]:
    """The cells, with every split hidden whose row of k or more is all of one kind.

    rows: the key of each row's total with the keys of its split (by ethnicity, disability or migration status).
    ignored: keys of categories such as `unknown`. The other categories of such a row are hidden zeros, so their marker
    says nothing about zero. A row below k is small and protected as such.
    """
    by_key = {cell.key: cell for cell in cells}
    left_out = set(ignored)
    for parent, parts in rows:
        split = {part: by_key[part].value for part in parts}
        holder = all_of_one_kind(by_key[parent].value, split, left_out)
        if holder is None or by_key[parent].value < by_key[parent].k:
            continue
        for part in parts:
            by_key[part] = _hidden(by_key[part], holder=part == holder)
    return tuple(by_key.values())


def _hidden(cell: Cell, *, holder: bool) -> Cell:
    if cell.fate is Fate.KNOWN:
        return replace(cell, sensitive=cell.sensitive or holder, group=holder)
    return replace(cell, fate=Fate.HIDDEN, zeros_hidden=True, sensitive=cell.sensitive or holder, group=holder)

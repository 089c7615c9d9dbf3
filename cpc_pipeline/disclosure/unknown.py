"""Cells that the source itself hides ("<5") and that a reader could compute from the total beside them.

A source that prints total 23, adults 21 and children "<5" has told the count of the children. The number is put into
the problem as what the relations leave for it, so that it is protected like one that we were told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.disclosure.relating import families
from cpc_pipeline.disclosure.rows import key_of

Row = dict[str, Any]


def implied(unknown: Sequence[Row], counts: Sequence[Row], catalogue: Catalogue) -> dict[str, int]:
    """Key -> what the known numbers leave for a hidden cell; cells about which they say nothing are not there.

    Where several cells of one total are hidden, what is left is shared out among them, each within its own bounds.
    """
    values = {key_of(row, catalogue): int(row["actual"]) for row in counts}
    ends = {key_of(row, catalogue): int(row["upper"] or 0) for row in unknown}
    rows = [*counts, *unknown]
    found: dict[str, int] = {}
    columns = [(d, catalogue.codelist_of(d), TOTAL) for d in catalogue.dimension_ids]
    for column, codes, top in [*columns, ("place", catalogue.places, NATION)]:
        for parent, children in families(rows, column, codes, top, catalogue):
            hidden = [c for c in children if c in ends and c not in found]
            known = {**values, **found}
            if not hidden or parent not in known:
                continue
            left = known[parent] - sum(known[c] for c in children if c in known)
            found |= _shared(left, hidden, ends)
    return found


def _shared(left: int, hidden: Sequence[str], ends: Mapping[str, int]) -> dict[str, int]:
    """What is left, shared among cells within their upper ends; nothing where it does not fit."""
    if not 0 <= left <= sum(ends[key] for key in hidden):
        return {}
    shared = {}
    for key in hidden:
        shared[key] = min(left, ends[key])
        left -= shared[key]
    return shared

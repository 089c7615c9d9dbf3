"""The kind of rule that holds a total against its parts, in any dimension whose codes have parents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import polars as pl

from cpc_pipeline.catalogue import Code, CodeList, Rule
from cpc_pipeline.validation.kind import Hit, Kind, Known, Row, plain, same_thing


def sum_of_parts(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """sum_of_parts: over `dimension` (place too), each total against the categories below it.

    With `exhaustive`, or where a category for what is not known (residual in the code list) is among the parts, they
    name everything, and a sum that is smaller is wrong too; otherwise parts may be missing, and only a sum that is
    larger than the total is wrong. Nothing is said where a part has no number, or where parts overlap (5 to 14 and
    12 to 17); a part inside another one given is left out.
    """
    dimension, exhaustive = rule.params["dimension"], rule.params.get("exhaustive", False)
    codes = known.catalogue.places if dimension == "place" else known.catalogue.codelist_of(dimension)
    below = _children(codes)
    rest = [column for column in same_thing(known) if column != dimension]
    adding = [i.id for i in known.catalogue.indicators.values() if dimension != "place" or i.over_places == "sum"]
    for group in observations.filter(pl.col("series").is_in(adding)).partition_by(rest):
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in group.iter_rows(named=True):
            rows[row[dimension]].append(row)
        for code, children in below.items():
            parts = [row for child in _disjoint([c for c in children if c in rows], codes) for row in rows[child]]
            single = len(rows.get(code, [])) == 1 and len({row[dimension] for row in parts}) == len(parts)
            if not single or len(parts) < 2 or any(row["value"] is None for row in [*parts, *rows[code]]):
                continue
            total, added = rows[code][0], sum(row["value"] for row in parts)
            everything = exhaustive or any(codes.codes[row[dimension]].residual for row in parts)
            if _exceeds(added, total["value"]) or (everything and _exceeds(total["value"], added)):
                yield Hit(total, plain(added), plain(total["value"]), {"dimension": dimension})


def _children(codes: CodeList) -> dict[str, list[str]]:
    """Code -> the codes just below it; a code without a parent is below the total."""
    below: dict[str, list[str]] = defaultdict(list)
    for code in codes.codes.values():
        if code.parent is not None:
            below[code.parent].append(code.code)
    return below


def _exceeds(one: float, other: float) -> bool:
    """Larger by more than what floating point makes of decimals (0.1 + 0.2)."""
    return one - other > 1e-9 * max(abs(one), abs(other), 1.0)


def _disjoint(given: list[str], codes: CodeList) -> list[str]:
    """The codes without those inside another of them; none where two of the rest overlap."""
    found = [codes.codes[c] for c in given]
    kept = [c for c in found if not any(_inside(c, other) for other in found)]
    return [] if any(_overlap(a, b) for a, b in combinations(kept, 2)) else [c.code for c in kept]


def _overlap(a: Code, b: Code) -> bool:
    if a.lower is None or a.upper is None or b.lower is None or b.upper is None:
        return False
    return a.lower <= b.upper and b.lower <= a.upper


def _inside(a: Code, b: Code) -> bool:
    if a.code == b.code or not _overlap(a, b):
        return False
    assert a.lower is not None and a.upper is not None and b.lower is not None and b.upper is not None
    return b.lower <= a.lower and a.upper <= b.upper


KINDS: dict[str, Kind] = {"sum_of_parts": sum_of_parts}

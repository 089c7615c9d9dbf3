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
    in_doubt = _in_doubt(observations.filter(pl.col("series").is_in(adding)), dimension, rest, codes, exhaustive)
    if in_doubt.is_empty():
        return
    odd = observations.join(in_doubt, on=rest, how="semi", nulls_equal=True, maintain_order="left")
    for group in odd.partition_by(rest):
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in group.iter_rows(named=True):
            rows[row[dimension]].append(row)
        for code, children in below.items():
            if code not in rows:
                continue
            parts = [row for child in _disjoint([c for c in children if c in rows], codes) for row in rows[child]]
            single = len(rows.get(code, [])) == 1 and len({row[dimension] for row in parts}) == len(parts)
            if not single or len(parts) < 2 or any(row["value"] is None for row in [*parts, *rows[code]]):
                continue
            total, added = rows[code][0], sum(row["value"] for row in parts)
            everything = exhaustive or any(codes.codes[row[dimension]].residual for row in parts)
            if _exceeds(added, total["value"]) or (everything and _exceeds(total["value"], added)):
                yield Hit(total, plain(added), plain(total["value"]), {"dimension": dimension})


def _in_doubt(
    observations: pl.DataFrame, dimension: str, rest: list[str], codes: CodeList, exhaustive: bool
) -> pl.DataFrame:
    """The groups in which something may be wrong: all others are known to add up, in columns, and are not looked at.

    Nothing is wrong where all parts together are no larger than the total and need not be all there is, or are just
    the total. Where some parts may overlap, only the first of these holds, whichever of them are left out.
    """
    parents = {c.code: c.parent for c in codes.codes.values() if c.parent is not None}
    overlapping = [p for p, below in _children(codes).items() if _some_overlap(below, codes)]
    residual = [c.code for c in codes.codes.values() if c.residual]
    own = pl.col(dimension)
    numbers = observations.select(*rest, dimension, "value")
    parts = numbers.filter(own.is_in(list(parents))).with_columns(own.replace_strict(parents).alias("of"))
    wholes = numbers.filter(own.is_in(sorted(set(parents.values()))))
    wholes = wholes.rename({dimension: "of", "value": "whole"}).with_row_index("nth")
    value, whole = pl.col("value"), pl.col("whole").first()
    apart = (value.sum() - whole).abs() > 1e-10 * pl.max_horizontal(whole.abs(), 1.0)
    more = value.clip(lower_bound=0.0).sum() > whole
    everything = pl.lit(exhaustive) | own.is_in(residual).any()
    overlaps = pl.col("of").first().is_in(overlapping)
    doubtful = (more | (everything & (apart | overlaps))) & (value.is_not_null().all() | overlaps)
    pairs = parts.join(wholes, on=[*rest, "of"], nulls_equal=True)
    found = pairs.group_by("nth").agg((doubtful & (pl.len() > 1) & whole.is_not_null()).alias("doubtful"))
    return wholes.join(found.filter("doubtful"), on="nth", how="semi").select(rest).unique()


def _some_overlap(below: list[str], codes: CodeList) -> bool:
    return any(_overlap(codes.codes[a], codes.codes[b]) for a, b in combinations(below, 2))


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

"""Organisations that may have met the same people: one row that says how many different people they can have met."""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import as_list, as_text
from cpc_pipeline.measures.overlap import MOST, OverlapsContradict, union_range

TOGETHER = "together"


def together(rows: pl.DataFrame, catalogue: Catalogue, start: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows for indicators with overlap `possible`, and which rows each of them was made of (whole, part).

    Only where two of its reporters or more gave a number, or an end of one, in the unit of the indicator. Who else
    publishes the same thing (the government as such, a statistics office) repeats a register, and is none of its own.
    start: the first key that is free.
    """
    possible = [i for i in catalogue.indicators.values() if i.overlap == "possible"]
    units = {i.id: i.unit for i in possible}
    reporters = pl.DataFrame(
        [(i.id, o) for i in possible for o in i.reporters],
        schema={"indicator": pl.String, "organisation": pl.String},
        orient="row",
    )
    known = pl.coalesce("actual", "lower").is_not_null() & (pl.col("organisation") != "")
    own = rows.filter(pl.col("indicator").is_in(list(units)) & known)
    own = own.join(reporters, on=["indicator", "organisation"], how="semi", maintain_order="left")
    own = own.filter(pl.col("unit") == pl.col("indicator").replace_strict(units, return_dtype=pl.String))
    where = ["indicator", "calendar", "year", "place", *catalogue.dimension_ids]
    made, pairs = [], []
    key = start - 1
    several = own.filter(pl.len().over(where) > 1).sort("organisation")
    for _, group in several.group_by(where, maintain_order=True):
        key += 1
        made.append(_row(group, key, catalogue))
        pairs += [{"whole": key, "part": part} for part in group["key"]]
    return (
        pl.DataFrame(made, schema=rows.schema),
        pl.DataFrame(pairs, schema={"whole": pl.UInt32, "part": pl.UInt32}),
    )


def _row(group: pl.DataFrame, key: int, catalogue: Catalogue) -> dict[str, object]:
    first = group.row(0, named=True)
    reporters = catalogue.indicators[first["indicator"]].reporters
    counts = {
        r["organisation"]: (
            r["actual"] if r["actual"] is not None else r["lower"],
            r["actual"] if r["actual"] is not None else r["upper"],
        )
        for r in group.iter_rows(named=True)
    }
    compared, sources = _overlaps(first, catalogue)
    missing = [o for o in reporters if o not in counts]
    code = "together_partly" if missing else "together"
    notes = [{"code": code, "params": {"organisations": sorted(counts), "missing": missing}}]
    notes += [{"code": "compared", "params": {"source": s}} for s in sources]
    try:
        if len(counts) > MOST:
            compared = {}
        found = union_range(counts, compared)
    except OverlapsContradict:
        found = union_range(counts)
        notes.append({"code": "overlaps_contradict", "params": {}})
    exact = found.lower == found.upper
    whole = not missing and set(group["status"]) == {str(Status.REPORTED)}
    status = Status.REPORTED if exact and whole else Status.PARTIAL if exact else Status.UPPER_BOUND
    if found.upper is None:
        status = Status.LOWER_BOUND
    return first | {
        "key": key,
        "organisation": "",
        "series": TOGETHER,
        "period_start": group["period_start"].min(),
        "period_end": group["period_end"].max(),
        "actual": found.upper if exact else None,
        "lower": None if exact else found.lower,
        "upper": None if exact else found.upper,
        "numerator": None,
        "denominator": None,
        "status": str(status),
        "basis": TOGETHER,
        "received": len(counts),
        "due": len(counts) + len(missing),
        "notes": as_text(as_list(notes)),
    }


def _overlaps(row: dict[str, object], catalogue: Catalogue) -> tuple[dict[frozenset[str], float], list[str]]:
    """What lists that were compared say of this indicator, year and place; only of the group that stands for it."""
    if row["calendar"] != catalogue.default_calendar:
        return {}, []
    indicator = catalogue.indicators[str(row["indicator"])]
    dims = dict.fromkeys(catalogue.dimension_ids, "all") | indicator.headline
    if any(row[d] != code for d, code in dims.items()):
        return {}, []
    own = catalogue.overlaps.filter(
        (pl.col("indicator") == row["indicator"]) & (pl.col("year") == row["year"]) & (pl.col("place") == row["place"])
    )
    shared = {frozenset(str(r["organisations"]).split("+")): float(r["count"]) for r in own.iter_rows(named=True)}
    return shared, sorted({str(s) for s in own["source"]})

"""Which row stands for an indicator: the system of record, what it did not say, and ratios of two indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Indicator
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.measures.notes import NONE, as_text, told, written
from cpc_pipeline.measures.placing import key_columns
from cpc_pipeline.measures.spans import ALL_YEARS, Span

RECORD, PARALLEL = "record", "parallel"
Row = dict[str, Any]


def choose_records(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """One record row per key at most: the system of record, in the indicator's unit or one of its family."""
    families = {u.id: u.family for u in catalogue.units.values()}
    known = pl.DataFrame(
        [(i.id, i.record, i.unit, families.get(i.unit)) for i in catalogue.indicators.values()],
        schema={"indicator": pl.String, "keeper": pl.String, "own_unit": pl.String, "own_family": pl.String},
        orient="row",
    )
    family = pl.col("unit").replace_strict(families, return_dtype=pl.String)
    ranked = rows.join(known, on="indicator", how="left", maintain_order="left").with_columns(
        same=family == pl.col("own_family"), first=pl.col("unit") != pl.col("own_unit")
    )
    able = ((pl.col("organisation") == pl.col("keeper")).fill_null(False) & pl.col("same")).fill_null(False)
    ranked = ranked.with_columns(able=able)
    record = pl.col("able") & ~pl.col("key").is_in(_second(ranked.filter("able"), catalogue).implode())
    beside = pl.when("same").then(pl.lit(written("parallel_series"))).otherwise(pl.lit(written("other_unit")))
    chosen = ranked.with_columns(record=record).with_columns(
        series=pl.when("record").then(pl.lit(RECORD)).otherwise(pl.lit(PARALLEL)),
        notes=pl.when("record").then("notes").otherwise(told(beside)),
    )
    return chosen.select(rows.columns)


def _second(able: pl.DataFrame, catalogue: Catalogue) -> pl.Series:
    """Keys of rows beside which the same keeper says the same in another unit that comes first: the indicator's own
    unit, then the others by name."""
    several = able.group_by("indicator").agg(pl.col("unit").n_unique()).filter(pl.col("unit") > 1)
    in_doubt = able.join(several, on="indicator", how="semi").sort("first", "unit")
    same_key = [c for c in key_columns(catalogue) if c not in ("organisation", "unit")]
    return in_doubt.filter(~pl.struct(same_key).is_first_distinct())["key"]


def not_received(rows: pl.DataFrame, catalogue: Catalogue, start: int, span: Span = ALL_YEARS) -> pl.DataFrame:
    """A row for each indicator and year of which the system of record said nothing: not received, not zero.

    start: the first key that is free. span: the years that are asked for.
    """
    years = [year for year in catalogue.years if span.holds(year)]
    names = ["indicator", "calendar", "year", "place", *catalogue.dimension_ids]
    there = rows.filter(pl.col("series") == RECORD).select(names)
    made = []
    for indicator in catalogue.indicators.values():
        dims = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
        made += [blank_row(indicator, catalogue.default_calendar, y, NATION, dims, catalogue) for y in years]
    frame = pl.DataFrame(made, schema=rows.schema).join(there, on=names, how="anti", maintain_order="left")
    frame = frame.with_columns(pl.int_range(start, start + frame.height, dtype=pl.UInt32).alias("key"))
    return pl.concat([rows, frame])


def blank_row(
    indicator: Indicator, calendar: str, year: int, place: str, dims: Mapping[str, str], catalogue: Catalogue
) -> Row:
    """A measure about which nothing is known yet."""
    start, end = catalogue.calendars[calendar].year(year)
    row: Row = {"indicator": indicator.id, "objective": indicator.objective, "calendar": calendar, "year": year}
    row |= {"place": place, **dims, "period_start": start, "period_end": end, "notes": NONE}
    row |= {"organisation": indicator.record or "", "series": RECORD, "unit": indicator.unit, "basis": "none"}
    return row | {"status": str(Status.NOT_RECEIVED), "received": 0, "due": indicator.reports_due}


def derive(rows: pl.DataFrame, catalogue: Catalogue) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ratios of two indicators, from the record rows of both; what is missing is named. And (whole, part) of each."""
    derived = {i.id: i for i in catalogue.indicators.values() if i.derived is not None}
    needed = {*derived}
    for indicator in derived.values():
        if indicator.derived and indicator.derived != "pipeline":
            needed |= {indicator.derived.numerator, indicator.derived.denominator}
    own = rows.filter((pl.col("place") == NATION) & pl.col("indicator").is_in(list(needed)))
    own = own.filter(is_headline(catalogue))
    totals = {(r["indicator"], r["year"]): r for r in own.iter_rows(named=True)}
    made, pairs = [], []
    for (indicator_id, year), row in totals.items():
        if indicator_id in derived:
            parts = _derived(row, derived[indicator_id], totals, year)
            made.append(row)
            pairs += [{"whole": row["key"], "part": p} for p in parts]
    schema = {"whole": pl.UInt32, "part": pl.UInt32}
    if not made:
        return rows, pl.DataFrame(schema=schema)
    frame = pl.DataFrame(made, schema=rows.schema)
    kept = rows.join(frame.select("key"), on="key", how="anti", maintain_order="left")
    return pl.concat([kept, frame]), pl.DataFrame(pairs, schema=schema)


def _derived(row: Row, indicator: Indicator, totals: Mapping[tuple[str, int], Row], year: int) -> list[int]:
    row["status"] = str(Status.NOT_AVAILABLE)
    if indicator.derived == "pipeline" or indicator.derived is None:
        row["notes"] += as_text([written("computed_later")])
        return []
    parts = [(i, totals.get((i, year))) for i in (indicator.derived.numerator, indicator.derived.denominator)]
    lacking = [i for i, part in parts if part is None or part["actual"] is None]
    top, bottom = (part["actual"] if part else None for _, part in parts)
    if lacking or not bottom:
        row["notes"] += as_text([written("derived_missing", {"indicators": lacking})])
        return []
    known = [part for _, part in parts if part]
    whole = all(part["status"] == Status.REPORTED for part in known)
    least = min(known, key=lambda part: part["received"] / part["due"])
    row |= {"numerator": top, "denominator": bottom, "status": str(Status.REPORTED if whole else Status.PARTIAL)}
    row |= {"received": least["received"], "due": least["due"], "basis": "derived"}
    row["actual"] = top / bottom * indicator.multiplier
    return [part["key"] for part in known]


def is_headline(catalogue: Catalogue) -> pl.Expr:
    """Does the row stand for its indicator: the record, default calendar, whole country, the group it is about?"""
    record = (pl.col("series") == RECORD) & (pl.col("calendar") == catalogue.default_calendar)
    return record & (pl.col("place") == NATION) & in_headline_group(catalogue)


def in_headline_group(catalogue: Catalogue) -> pl.Expr:
    """Is the row about the group that its indicator is about?"""
    expression = pl.lit(True)
    for dimension in catalogue.dimension_ids:
        wanted = {i.id: i.headline.get(dimension, TOTAL) for i in catalogue.indicators.values()}
        due = pl.col("indicator").replace_strict(wanted, default=TOTAL, return_dtype=pl.String)
        expression = expression & (pl.col(dimension) == due)
    return expression

"""Points of a year made one value by the indicator's rule, in columns; what overlaps or lacks numbers, row by row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.combining import Point, over_the_year
from cpc_pipeline.measures.notes import as_list, fixed, none
from cpc_pipeline.measures.placing import NUMBER
from cpc_pipeline.measures.points import NUMBERS, SCHEMA, Points, notes_of

LAST = ("latest", "milestone", "cumulative")
RATIOS = ("ratio_of_sums", "weighted_mean")


@dataclass(frozen=True)
class Yearly:
    """values: one row per key (points.SCHEMA). roles: key, number of the observation, role."""

    values: pl.DataFrame
    roles: pl.DataFrame


def over_years(points: Points, keys: pl.DataFrame, catalogue: Catalogue) -> Yearly:
    """One value per key. Same rules as combining.over_the_year."""
    placed = points.points.join(_rules(keys, catalogue), on="key").sort("key", "period_end", "period_start")
    placed = _shaped(placed.with_row_index("pid"))
    last = pl.col("rule").is_in(LAST)
    simple = (
        pl.col("has_whole")
        | (pl.col("n") == 1)
        | (
            ~pl.col("overlapping")
            & (
                last
                | (pl.col("all_known") & (~pl.col("rule").is_in(RATIOS) | pl.col("all_paired")))
                # A sum goes on without the periods that have no number, and says so.
                | ((pl.col("rule") == "sum") & pl.col("some_known"))
            )
        )
    )
    placed = placed.with_columns(simple=simple)
    easy = placed.filter("simple")
    whole = easy.filter("is_whole")
    rest = easy.filter(~pl.col("has_whole"))
    single = rest.filter((pl.col("n") == 1) | (last & (pl.col("pid") == pl.col("pid").max().over("key"))))
    several = rest.filter((pl.col("n") > 1) & ~last & pl.col("value").is_not_null())
    hard, kept_hard = _row_by_row(placed.filter(~pl.col("simple")))
    values = pl.concat([_as_it_is(whole), _one(single), _combined(several), hard]).sort("key")
    kept = pl.concat([whole["pid"], single["pid"], several["pid"], kept_hard])
    return Yearly(values, _roles(points.roles, placed, kept))


def _rules(keys: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Of each key: the rule and multiplier of its indicator, and the first and last day of its year."""
    rules = [(i.id, i.over_periods, float(i.multiplier)) for i in catalogue.indicators.values()]
    spans = [(c, y, *catalogue.calendars[c].year(y)) for c, y in keys.select("calendar", "year").unique().iter_rows()]
    by_indicator = pl.DataFrame(rules, schema=["indicator", "rule", "multiplier"], orient="row")
    by_year = pl.DataFrame(
        spans,
        schema={"calendar": pl.String, "year": pl.Int32, "first": pl.Date, "last": pl.Date},
        orient="row",
    )
    own = keys.select("key", "indicator", "calendar", "year")
    return (
        own.join(by_indicator, on="indicator")
        .join(by_year, on=["calendar", "year"])
        .drop("indicator", "calendar", "year")
    )


def _shaped(placed: pl.DataFrame) -> pl.DataFrame:
    """Points of keys, sorted by key and last day, with what their year looks like."""
    # Sorted by last day: a period overlaps an earlier one exactly if it begins before the one before it ends.
    same = pl.col("key") == pl.col("key").shift(1)
    shaped = placed.with_columns(
        is_whole=(pl.col("period_start") == pl.col("first")) & (pl.col("period_end") == pl.col("last")),
        overlaps=(same & (pl.col("period_start") <= pl.col("period_end").shift(1))).fill_null(False),
    )
    known = pl.col("value").is_not_null()
    paired = pl.col("numerator").is_not_null() & (pl.col("denominator") != 0).fill_null(False)
    years = shaped.group_by("key").agg(
        pl.col("is_whole").any().alias("has_whole"),
        pl.len().alias("n"),
        pl.col("overlaps").any().alias("overlapping"),
        known.any().alias("some_known"),
        known.all().alias("all_known"),
        paired.all().alias("all_paired"),
    )
    return shaped.drop("overlaps").join(years, on="key", how="left", maintain_order="left")


def _as_it_is(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(list(SCHEMA))


def _partial_note() -> pl.Expr:
    """The text of the note partial_period, as notes.written would write it."""
    start, end = (pl.col(c).dt.to_string("%Y-%m-%d") for c in ("period_start", "period_end"))
    return pl.concat_str(
        pl.lit('{"code": "partial_period", "params": {"end": "'), end, pl.lit('", "start": "'), start, pl.lit('"}}')
    )


def _marked(rows: pl.DataFrame, part: pl.Expr) -> pl.DataFrame:
    """A number of a part of the year is marked as one."""
    reported = pl.col("status") == str(Status.REPORTED)
    return rows.with_columns(
        status=pl.when(part & reported).then(pl.lit(str(Status.PARTIAL))).otherwise(pl.col("status")),
        notes=pl.when(part)
        .then(pl.col("notes").list.concat(pl.concat_list(_partial_note())))
        .otherwise(pl.col("notes")),
    )


def _one(rows: pl.DataFrame) -> pl.DataFrame:
    """The only period, or the last one where the last one counts."""
    return _marked(rows, ~pl.col("rule").is_in(LAST)).select(list(SCHEMA))


def _combined(rows: pl.DataFrame) -> pl.DataFrame:
    """Periods that do not overlap and have the numbers that their rule needs; of a sum those that have one."""
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1
    made = rows.group_by("key", maintain_order=True).agg(
        pl.col("rule", "multiplier", "first", "last").first(),
        (pl.col("n").first() > pl.len()).alias("lacking"),
        pl.col("period_start").min(),
        pl.col("period_end").max(),
        days.sum().alias("days"),
        pl.col("value").sum().alias("total"),
        pl.col("value").max().alias("largest"),
        pl.col("value").mean().alias("mean"),
        pl.col("numerator", "denominator").sum(),
        pl.col("notes").list.explode(keep_nulls=False, empty_as_null=False).unique(maintain_order=True),
    )
    rule = pl.col("rule")
    bound, ratio = rule == "unduplicated", rule.is_in(RATIOS)
    number = (
        pl.when(rule == "sum")
        .then("total")
        .when(rule == "max")
        .then("largest")
        .when(rule == "mean")
        .then("mean")
        .when(ratio)
        .then(pl.col("numerator") / pl.col("denominator") * pl.col("multiplier"))
    )
    made = made.with_columns(
        value=number,
        lower=pl.when(bound).then("largest"),
        upper=pl.when(bound).then("total"),
        numerator=pl.when(ratio).then("numerator"),
        denominator=pl.when(ratio).then("denominator"),
        status=pl.when(bound).then(pl.lit(str(Status.UPPER_BOUND))).otherwise(pl.lit(str(Status.REPORTED))),
        notes=pl.col("notes").list.concat(
            pl.when(bound)
            .then(fixed("unduplicated_upper_bound"))
            .when("lacking")
            .then(fixed("not_added"))
            .otherwise(none())
        ),
    )
    year = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return _marked(made, pl.col("days") != year).select(list(SCHEMA))


def _row_by_row(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Overlapping periods, and periods without a number: the rules in words."""
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        groups[row["key"]].append(row)
    made, kept = [], []
    for key, members in groups.items():
        year: tuple[date, date] = (members[0]["first"], members[0]["last"])
        p = over_the_year([_point(m) for m in members], members[0]["rule"], year, members[0]["multiplier"])
        kept += [int(pid) for pid, role in p.roles.items() if role == "used"]
        numbers = {c: getattr(p, c) for c in NUMBERS}
        found = {"key": key, "period_start": p.start, "period_end": p.end, "status": str(p.status)}
        made.append(found | numbers | {"notes": as_list(p.notes)})
    return pl.DataFrame(made, schema=SCHEMA), pl.Series(kept, dtype=pl.UInt32)


def _point(row: dict[str, Any]) -> Point:
    numbers = {c: row[c] for c in NUMBERS}
    roles = {str(row["pid"]): "used"}
    notes = notes_of(row["notes"])
    return Point(row["period_start"], row["period_end"], Status(row["status"]), roles=roles, notes=notes, **numbers)


def _roles(roles: pl.DataFrame, placed: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    """The role of each observation in its period, where the period counts; superseded where it does not."""
    period = ["key", "period_start", "period_end"]
    counts = placed.select(*period, pl.col("pid").is_in(kept.implode()).alias("counts"))
    joined = roles.join(counts, on=period, how="left")
    role = pl.when("counts").then("role").otherwise(pl.lit("superseded"))
    return joined.select("key", NUMBER, role.alias("role"))

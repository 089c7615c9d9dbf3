"""Observations of indicators, each under the key of the measure it belongs to; what belongs to none, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL, Status
from cpc_pipeline.measures.periods import year_around, years_of

COLUMNS = ("observation_id", "period_start", "period_end", "value", "numerator", "denominator", "lower", "upper")
GROUP = "group"
NUMBER = "number"
"""Of an observation among those of `compute`: what follows carries and compares it instead of its id."""
ABOUT = ("series_kind", "series", "organisation", "place", "unit", "revision", "status")


@dataclass(frozen=True)
class Keyed:
    """What `compute` starts from.

    keys: one row per measure key, numbered `key`; offered: also below the whole country (see `keyed`). members:
    observations that count, by `key`. refused: numbers of keys of which everything was rejected. left_out:
    observation_id and reason. ids: the observation_id of each `number`.
    """

    keys: pl.DataFrame
    members: pl.DataFrame
    refused: pl.DataFrame
    left_out: pl.DataFrame
    ids: pl.Series


def key_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """What makes two values the same measure."""
    return ("indicator", "calendar", "year", "place", *catalogue.dimension_ids, "organisation", "unit")


def columns_needed(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of observations that measures depend on: less than half of them."""
    return (*COLUMNS, *ABOUT, *catalogue.dimension_ids)


def next_key(rows: pl.DataFrame, least: int = 0) -> int:
    """The first number that no row has as its key yet."""
    return max(least, int(rows["key"].max() or 0) + 1)  # type: ignore[arg-type]


def keyed(observations: pl.DataFrame, catalogue: Catalogue) -> Keyed:
    """Every observation of an indicator under one key of each calendar it counts in.

    In the default calendar it counts where its period lies. In another one it counts where it is the whole year;
    where it lies in no year of the default calendar; and where it is about the group that stands for the indicator and
    no other period of the same series crosses a border of that year: a quarter is never split. Small groups are not
    offered in several calendars at once: subtracting two windows would show a quarter of a few children.
    """
    own = observations.select(columns_needed(catalogue)).filter(pl.col("series_kind") == "indicator")
    own = own.drop("series_kind").rename({"series": "indicator"})
    own = own.sort("observation_id").with_row_index(NUMBER)
    known = own.filter(
        pl.col("indicator").is_in(list(catalogue.indicators)) & pl.col("unit").is_in(list(catalogue.units))
    )
    # The dimensions as one number, in their order: what follows compares it instead of eight texts.
    dimensions = list(catalogue.dimension_ids)
    groups = known.select(dimensions).unique().sort(dimensions).with_row_index(GROUP)
    stands = groups.join(_headline_groups(catalogue), on=dimensions, nulls_equal=True)
    running = [i.id for i in catalogue.indicators.values() if i.over_periods == "cumulative"]
    known = known.join(groups, on=dimensions, nulls_equal=True).drop(dimensions)
    known = known.join(stands.drop(dimensions), on=["indicator", GROUP], how="left")
    known = known.with_columns(pl.col("headline").fill_null(False), running=pl.col("indicator").is_in(running))
    # Texts by their place in a list in order: as fast to compare as numbers, and sorted the same.
    texts = ("indicator", "place", "organisation", "unit")
    known = known.with_columns(pl.col(c).cast(pl.Enum(known[c].unique().sort())) for c in texts)
    years, periods = _years(known, catalogue), ["period_start", "period_end", "running"]
    everybody = known.join(years.filter("offered"), on=periods)
    placed = pl.concat([everybody, known.filter("headline").join(years.filter(~pl.col("offered")), on=periods)])
    names = ("indicator", "calendar", "year", "place", GROUP, "organisation", "unit")
    placed = placed.join(_crossed(known, catalogue, names), on=names, how="left", nulls_equal=True)
    placed = placed.filter(pl.col("offered") | pl.col("crossed").is_null())
    keys = placed.group_by(names).agg(pl.col("offered").any()).sort(names).with_row_index("key")
    small = placed.select(*names, NUMBER, *COLUMNS, "revision", "status")
    members = small.join(keys.drop("offered"), on=names, how="left", nulls_equal=True).drop(names)
    keys = keys.join(groups, on=GROUP, maintain_order="left").select("key", *key_columns(catalogue), "offered")
    keys = keys.with_columns(pl.col(c).cast(pl.String) for c in texts)
    rejected = pl.col("status") == str(Status.REJECTED)
    counted = members.filter(~rejected)
    refused = members.filter(rejected).select("key").unique().join(counted, on="key", how="anti").sort("key")
    return Keyed(keys, counted, refused, _left_out(own, counted), own["observation_id"])


def _left_out(own: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    rejected = pl.when(pl.col("status") == str(Status.REJECTED)).then(pl.lit("rejected"))
    reason = rejected.otherwise(pl.lit("belongs_to_no_year")).alias("reason")
    left = own.join(counted.select(NUMBER).unique(), on=NUMBER, how="anti")
    return left.select("observation_id", reason).sort("observation_id")


def _headline_groups(catalogue: Catalogue) -> pl.DataFrame:
    """The group that stands for each indicator."""
    rows = [
        {"indicator": i.id, "headline": True, **dict.fromkeys(catalogue.dimension_ids, TOTAL), **i.headline}
        for i in catalogue.indicators.values()
    ]
    schema: dict[str, type[pl.DataType]] = {"indicator": pl.String, "headline": pl.Boolean}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(catalogue.dimension_ids, pl.String))


def _crossed(known: pl.DataFrame, catalogue: Catalogue, names: tuple[str, ...]) -> pl.DataFrame:
    """Years of other calendars of which some period of the series lies partly inside and partly outside.

    A whole year of the default calendar is no part of anything, and crosses nothing.
    """
    rows = []
    default = catalogue.calendars[catalogue.default_calendar]
    for start, end in known.select("period_start", "period_end").unique().iter_rows():
        if start is None or end is None or default.year(year_around(start, default)) == (start, end):
            continue
        for name, calendar in catalogue.calendars.items():
            first, last = year_around(start, calendar), year_around(end, calendar)
            if first != last and name != catalogue.default_calendar:
                rows += [(start, end, name, label) for label in range(first, last + 1)]
    schema = {"period_start": pl.Date, "period_end": pl.Date, "calendar": pl.String, "year": pl.Int32}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    crossing = known.filter("headline").join(frame, on=["period_start", "period_end"])
    return crossing.select(*names, crossed=pl.lit(True)).unique()


def _years(known: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Calendar and year of each period there is; of a running total, by its last day."""
    rows = []
    for start, end, running in known.select("period_start", "period_end", "running").unique().iter_rows():
        if start is None or end is None:
            continue
        if running:
            rows += [
                (start, end, running, name, year_around(end, calendar), True)
                for name, calendar in catalogue.calendars.items()
            ]
            continue
        placed = years_of(start, end, catalogue)
        default = any(p.calendar == catalogue.default_calendar for p in placed)
        for p in placed:
            offered = p.whole or p.calendar == catalogue.default_calendar or not default
            rows.append((start, end, running, p.calendar, p.year, offered))
    schema = {
        "period_start": pl.Date,
        "period_end": pl.Date,
        "running": pl.Boolean,
        "calendar": pl.String,
        "year": pl.Int32,
        "offered": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")

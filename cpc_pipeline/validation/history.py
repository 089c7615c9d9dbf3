"""Kinds of rules that hold a value against what the same organisation said of the same thing in earlier years."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Rule
from cpc_pipeline.validation.kind import Hit, Kind, Known, plain

SCALE = 0.6745
"""Makes the median absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin 1993, How to Detect and
Handle Outliers, ASQC, p. 11: modified z-score; a score beyond 3.5 is a potential outlier)."""
EARLIER, LAST = "earlier years", "last earlier value"


def jump(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """jump: more than `factor` times the last earlier value, or less than its part, and at least `least` apart."""
    factor, least = rule.params["factor"], rule.params["least"]
    low, high = pl.min_horizontal("value", LAST), pl.max_horizontal("value", LAST)
    for row in (
        _with_earlier(observations, known).filter((high - low >= least) & (high > factor * low)).iter_rows(named=True)
    ):
        earlier = row[EARLIER]
        said = {"year": earlier[-1]["year"], "earlier": _words(earlier)}
        yield Hit(row, plain(row["value"]), plain(earlier[-1]["value"]), said)


def outlier(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """outlier: modified z-score against at least `years` earlier values beyond `score`."""
    told = _with_earlier(observations, known).filter(pl.col(EARLIER).list.len() >= rule.params["years"])
    for row in told.filter(_perhaps_beyond(rule.params["score"])).iter_rows(named=True):
        values = [one["value"] for one in row[EARLIER]]
        middle = median(values)
        spread = median(abs(value - middle) for value in values)
        if spread and SCALE * abs(row["value"] - middle) / spread > rule.params["score"]:
            yield Hit(row, plain(row["value"]), plain(middle), {"earlier": _words(row[EARLIER])})


def _perhaps_beyond(score: float) -> pl.Expr:
    """Leaves out what is plainly no outlier; the last digits of polars' median are not those of the exact one."""
    values = pl.col(EARLIER).list.eval(pl.element().struct.field("value"))
    middle = values.list.median()
    spread = (values - middle).list.eval(pl.element().abs()).list.median()
    slack = 1e-9 * (middle.abs() + spread)
    return SCALE * (pl.col("value") - middle).abs() >= score * (spread - slack)


def unchanged(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """unchanged: a flow of `least` or more that is just what it was the year before was perhaps copied."""
    flows = [i.id for i in known.catalogue.indicators.values() if i.accumulation == "flujo"]
    year = pl.col(EARLIER).list.last().struct.field("year")
    same = (pl.col("value") == pl.col(LAST)) & (pl.col(LAST) >= rule.params["least"])
    before = year == pl.col("reporting_year") - 1
    told = _with_earlier(observations, known).filter(same & before & pl.col("series").is_in(flows))
    for row in told.iter_rows(named=True):
        yield Hit(row, plain(row["value"]), "", {"year": row[EARLIER][-1]["year"]})


def _with_earlier(observations: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Whole-year numbers of which earlier years were told too, in order; years said twice are left out.

    Added: EARLIER (list of year and value, oldest first) and LAST, the value of the last of them. Only what was sent
    for an earlier year: what comes later must not change what was found before.
    """
    # Three rules ask the same of the same observations; a rule that is in force for some years asks it of others.
    asked, told = known.worked_out.get(EARLIER, (None, None))
    if asked is not observations or told is None:
        told = _earlier(observations, known)
        known.worked_out[EARLIER] = observations, told
    return told


def _earlier(observations: pl.DataFrame, known: Known) -> pl.DataFrame:
    about = ["organisation", "series", "place", *known.catalogue.dimension_ids, "unit"]
    now = _whole_years(observations).with_row_index("nth")
    before = _whole_years(known.history).select(*about, "reporting_year", "year", "value")
    pairs = now.select("nth", *about, "reporting_year", "year").join(
        before, on=about, suffix="_before", nulls_equal=True
    )
    sent_before = pl.col("reporting_year_before") < pl.col("reporting_year")
    pairs = pairs.filter(sent_before & (pl.col("year_before") < pl.col("year")))
    by_year = pairs.group_by("nth", pl.col("year_before").alias("year")).agg(
        pl.col("value").n_unique().alias("said"), pl.col("value").min()
    )
    clear = by_year.filter(pl.col("said") == 1).sort("nth", "year")
    earlier = clear.group_by("nth").agg(pl.struct("year", "value").alias(EARLIER), pl.col("value").last().alias(LAST))
    return now.join(earlier, on="nth", how="inner", maintain_order="left").drop("nth")


def _whole_years(observations: pl.DataFrame) -> pl.DataFrame:
    """Numbers of indicators about a period of a year, with the year in which it ends."""
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
    whole = days.is_between(364, 366) & pl.col("value").is_not_null() & (pl.col("series_kind") == "indicator")
    return observations.filter(whole).with_columns(pl.col("period_end").dt.year().alias("year"))


def _words(earlier: list[dict[str, Any]]) -> str:
    """The last four years: 2021: 40, 2022: 44."""
    return ", ".join(f"{one['year']}: {plain(one['value'])}" for one in earlier[-4:])


KINDS: dict[str, Kind] = {"jump": jump, "outlier": outlier, "unchanged": unchanged}

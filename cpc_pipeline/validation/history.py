"""Kinds of rules that hold a value against what the same organisation said of the same thing in earlier years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Rule
from cpc_pipeline.validation.kind import Hit, Kind, Known, Row, plain

SCALE = 0.6745
"""Makes the median absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin 1993, How to Detect and
Handle Outliers, ASQC, p. 11: modified z-score; a score beyond 3.5 is a potential outlier)."""


def jump(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """jump: more than `factor` times the last earlier value, or less than its part, and at least `least` apart."""
    for row, earlier in _with_earlier(observations, known):
        year, last = earlier[-1]
        factor, least = rule.params["factor"], rule.params["least"]
        low, high = sorted((row["value"], last))
        if high - low >= least and high > factor * low:
            yield Hit(row, plain(row["value"]), plain(last), {"year": year, "earlier": _words(earlier)})


def outlier(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """outlier: modified z-score against at least `years` earlier values beyond `score`."""
    for row, earlier in _with_earlier(observations, known):
        values = [value for _, value in earlier]
        if len(values) < rule.params["years"]:
            continue
        middle = median(values)
        spread = median(abs(value - middle) for value in values)
        if spread and SCALE * abs(row["value"] - middle) / spread > rule.params["score"]:
            yield Hit(row, plain(row["value"]), plain(middle), {"earlier": _words(earlier)})


def unchanged(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """unchanged: a flow of `least` or more that is just what it was the year before was perhaps copied."""
    flows = {i.id for i in known.catalogue.indicators.values() if i.accumulation == "flujo"}
    for row, earlier in _with_earlier(observations, known):
        year, last = earlier[-1]
        before = year == row["reporting_year"] - 1
        if row["series"] in flows and before and row["value"] == last and last >= rule.params["least"]:
            yield Hit(row, plain(row["value"]), "", {"year": year})


def _with_earlier(observations: pl.DataFrame, known: Known) -> Iterator[tuple[Row, list[tuple[int, float]]]]:
    """Each whole-year number with the earlier years' of the same thing, oldest first; years said twice are left out."""
    about = ["organisation", "series", "place", *known.catalogue.dimension_ids, "unit"]
    table: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in _whole_years(known.history).iter_rows(named=True):
        table[tuple(row[c] for c in about)].append(row)
    for row in _whole_years(observations).iter_rows(named=True):
        years: dict[int, set[float]] = defaultdict(set)
        for other in table.get(tuple(row[c] for c in about), []):
            # Only what was sent for an earlier year: what comes later must not change what was found before.
            if other["reporting_year"] < row["reporting_year"] and other["year"] < row["year"]:
                years[other["year"]].add(other["value"])
        earlier = [(year, min(values)) for year, values in sorted(years.items()) if len(values) == 1]
        if earlier:
            yield row, earlier


def _whole_years(observations: pl.DataFrame) -> pl.DataFrame:
    """Numbers of indicators about a period of a year, with the year in which it ends."""
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
    whole = days.is_between(364, 366) & pl.col("value").is_not_null() & (pl.col("series_kind") == "indicator")
    return observations.filter(whole).with_columns(pl.col("period_end").dt.year().alias("year"))


def _words(earlier: list[tuple[int, float]]) -> str:
    """The last four years: 2021: 40, 2022: 44."""
    return ", ".join(f"{year}: {plain(value)}" for year, value in earlier[-4:])


KINDS: dict[str, Kind] = {"jump": jump, "outlier": outlier, "unchanged": unchanged}

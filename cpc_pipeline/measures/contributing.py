"""What was contributed and is sustained, year by year (Section VII of the compact's text)."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from cpc_pipeline.catalogue import Catalogue

SUMMARY = {
    "year": pl.Int32,
    "organisation": pl.String,
    "contribution_kind": pl.String,
    "currency": pl.String,  # null where no amount was given
    "valuation": pl.String,
    "in_force": pl.String,
    "entries": pl.Int64,
    "amount": pl.Float64,  # of one currency and one way of valuing; never added over either
}


def contributions_by_year(
    contributions: pl.DataFrame, catalogue: Catalogue, years: Collection[int] = ()
) -> pl.DataFrame:
    """SUMMARY: one row per year, organisation, kind, currency, valuation and state of the measure.

    Money of two currencies, or found in two ways, is never added. An organisation that is due to report and gave
    nothing is a row with the kind `missing` and no entries, in each of `years` and each year with something on record.
    """
    keys = ["organisation", "contribution_kind", "currency", "valuation", "in_force"]
    given = (
        contributions.rename({"reporting_year": "year"})
        .group_by("year", *keys)
        .agg(pl.len().cast(pl.Int64).alias("entries"), pl.col("amount").sum(), pl.col("amount").count().alias("n"))
        .with_columns(amount=pl.when(pl.col("n") > 0).then("amount"))
        .select(list(SUMMARY))
    )
    due = [o.id for o in catalogue.organisations.values() if o.reports and o.kind == "government"]
    there = set(given.select("year", "organisation").iter_rows())
    lacking = [
        {"year": y, "organisation": o, "contribution_kind": "missing", "entries": 0}
        for y in sorted({*given["year"], *years})
        for o in due
        if (y, o) not in there
    ]
    missing = pl.DataFrame(lacking, schema=SUMMARY)
    return pl.concat([given.cast(SUMMARY), missing]).sort(pl.all(), nulls_last=True)  # type: ignore[arg-type]

"""Earlier values said again with newer codes, beside the series as reported and added to nothing.

Only for the internal edition: what a wider edition prints is what disclosure control has proved to be safe, and that
is the table of its year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, restate
from cpc_pipeline.contracts import Release
from cpc_pipeline.counted import counted
from cpc_pipeline.naming import reference

AS_IS = "as_is"
INTERNAL = "internal"


def restated_series(release: Release, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """One row per value of a series in which a code changed, by the codes of the last day of the year.

    place and the dimensions: newer codes where restated is exact, else as reported. reported_<column>: as reported.
    restated: as_is, exact, partial (part of the older code went elsewhere) or none (nobody said where it went).
    Empty where no code changed; values that are not numbers keep their status.
    """
    columns = ["place", *catalogue.dimension_ids]
    rows = release.measures.filter(pl.col("year") <= year, pl.col("basis") != "none")
    on = catalogue.calendars[catalogue.default_calendar].year(year)[1]
    reported = rows.select(pl.col(c).alias(f"reported_{c}") for c in columns)
    made = pl.concat([restate(rows, catalogue, on), reported], how="horizontal")
    series = ["indicator", "calendar", *columns, "organisation", "series", "unit"]
    touched = made.filter(pl.col("restated") != AS_IS).select(series).unique()
    if release.edition != INTERNAL:
        touched = touched.clear()
    kept = made.join(touched, on=series, how="semi")
    order = {name: position for position, name in enumerate(catalogue.indicators)}
    numbers = ["actual", "numerator", "denominator", "lower", "upper"]
    kept = kept.select(*series, "year", *numbers, "status", "restated", *reported.columns)
    rank = pl.col("indicator").replace_strict(order, return_dtype=pl.Int64)
    return kept.sort(rank, *series, "year", *reported.columns)


def restated_name(row: Mapping[str, Any], release: Release, catalogue: Catalogue) -> str:
    """The name (`cpc trace`) of what changed since the table was agreed: a column, and the measure that it is of."""
    keys = ("indicator", "calendar", "place", *catalogue.dimension_ids, "organisation", "unit")
    same = release.measures.filter(pl.col("year") == int(row["year"]), *(pl.col(k) == row[k] for k in keys))
    series = same["series"][0] if same.height else ("parallel" if row["organisation"] else "record")
    return counted("restated", row["column"], reference({**row, "series": series}, catalogue))

"""What keeps an edition from being final: no target, a deviation that nobody explained, no contributions."""

from __future__ import annotations

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION
from cpc_pipeline.measures.computing import headlines
from cpc_pipeline.measures.records import in_headline_group

SENT = "annual"


def explanations(observations: pl.DataFrame, submissions: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """EXPLANATIONS: the note that the system of record wrote beside its headline value, in what it sent itself.

    What a transcriber noted beside a published figure explains nothing. The last note of a year stands.
    """
    sent = submissions.filter(pl.col("kind") == SENT).select("submission_id")
    keepers = {i.id: i.record or "" for i in catalogue.indicators.values()}
    own = observations.filter(pl.col("series_kind") == "indicator").rename({"series": "indicator"})
    own = own.join(sent, on="submission_id", how="semi").filter(
        (pl.col("place") == NATION)
        & in_headline_group(catalogue)
        & (pl.col("organisation") == pl.col("indicator").replace_strict(keepers, default="", return_dtype=pl.String))
        & (pl.col("note").str.strip_chars().str.len_chars() > 0)
    )
    told = own.sort("period_end", "observation_id").unique(["indicator", "reporting_year"], keep="last")
    made = told.select(
        "indicator",
        pl.col("reporting_year").alias("year"),
        "organisation",
        text="note",
        observation_id="observation_id",
    )
    return made.select(list(contracts.EXPLANATIONS)).sort("indicator", "year")


def open_points(
    measures: pl.DataFrame,
    explained: pl.DataFrame,
    contributions: pl.DataFrame,
    catalogue: Catalogue,
    year: int,
    tolerated: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """OPEN_POINTS of a year; none means that the edition may be called final.

    explained: of `explanations`. tolerated: indicators whose lack of target both governments acknowledged.
    """
    own = headlines(measures, catalogue).filter(pl.col("year") == year)
    no_target = own.filter(pl.col("target").is_null() & ~pl.col("indicator").is_in(list(tolerated)))
    no_value = own.filter(pl.col("status") == "not_received")
    silent = own.filter("explanation_required").join(explained, on=["indicator", "year"], how="anti")
    gave = contributions.filter(pl.col("reporting_year") == year)["organisation"].unique()
    due = [o.id for o in catalogue.organisations.values() if o.reports and o.kind == "government"]
    lacking = [o for o in due if o not in set(gave)] if catalogue.header.contributions else []
    parts = [
        _points("no_target", no_target),
        _points("no_value", no_value),
        _points("explanation_required", silent),
        pl.DataFrame({"organisation": lacking}, schema={"organisation": pl.String}).select(
            code=pl.lit("contributions_missing"),
            year=pl.lit(year, pl.Int32),
            indicator=pl.lit(None, pl.String),
            organisation="organisation",
            deviation_pct=pl.lit(None, pl.Float64),
        ),
    ]
    schema = contracts.polars_schema(contracts.OPEN_POINTS)
    return pl.concat([contracts.empty(contracts.OPEN_POINTS), *parts], how="diagonal").select(list(schema))


def _points(code: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.lit(code).alias("code"), "year", "indicator", "organisation", "deviation_pct").sort(
        "indicator"
    )

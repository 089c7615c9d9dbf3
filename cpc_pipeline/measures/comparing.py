"""Every row against its baseline and target: achievement, deviation, rating, and whether it must be explained.

Decided: a target of zero has no percentage, and anything but zero is off it and must be explained. Without target or
value nothing is rated. A part of a year of something that grows until its end is incomplete, not behind. Without
direction a deviation is never good or bad, and must be explained all the same. Down: the way from the baseline to the
target that is gone, (baseline - actual) / (baseline - target), as the Colombian guide to indicators has it for
`reduccion` (DNP, Guia para la construccion y analisis de indicadores, 3.6; that the six types are the guide's was
checked, the wording of this formula was not); without a baseline, or with one that equals the target, there is no
achievement, and the rating says whether the target was met. A value that is hidden, a bound or a range is no value
here.
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import as_text, noted, told, written
from cpc_pipeline.measures.records import RECORD

GROWING = ("sum", "max", "unduplicated", "cumulative")
"""Rules by which the value of a year grows until its end: a part of the year is not behind its target yet."""


def earliest(rows: pl.DataFrame, catalogue: Catalogue, before: pl.DataFrame | None = None) -> pl.DataFrame:
    """The first whole year of each series and its number (first_year, first): one row per series.

    before: the same of the years before those of the rows.
    """
    series = _series(catalogue)
    whole = (pl.col("status") == str(Status.REPORTED)) & pl.col("actual").is_not_null()
    own = rows.filter(whole).sort("year", maintain_order=True).select(*series, first="actual", first_year="year")
    known = own if before is None else pl.concat([before, own])
    return known.unique(series, keep="first", maintain_order=True)


def _series(catalogue: Catalogue) -> list[str]:
    return ["indicator", "calendar", "place", *catalogue.dimension_ids, "organisation", "unit"]


def compared(rows: pl.DataFrame, catalogue: Catalogue, first: pl.DataFrame) -> pl.DataFrame:
    """Baseline, target, achievement, deviation, rating and explanation_required of every row. first: of `earliest`."""
    own = (pl.col("series") == RECORD) & (pl.col("calendar") == catalogue.default_calendar)
    rows = _with_target(_with_baseline(rows, own, catalogue, first), own, catalogue)
    lacking = own & pl.col("target").is_null()
    rows = rows.with_columns(
        notes=pl.when(lacking)
        .then(pl.concat_str(pl.lit(as_text([written("no_target_set")])), "notes"))
        .otherwise("notes")
    )
    known = pl.DataFrame(
        [(i.id, i.direction, i.tolerance_pct, i.over_periods in GROWING) for i in catalogue.indicators.values()],
        schema=["indicator", "direction", "tolerance", "growing"],
        orient="row",
    )
    rated = _rated(rows.join(known, on="indicator", how="left", maintain_order="left"))
    return rated.drop("direction", "tolerance", "growing")


def _with_target(rows: pl.DataFrame, own: pl.Expr, catalogue: Catalogue) -> pl.DataFrame:
    keys = ["indicator", "year", "place", *catalogue.dimension_ids]
    said = [
        written("target_agreed", {"by": by, "on": on}) if on and by else None
        for by, on in catalogue.targets.select("agreed_by", "agreed_on").iter_rows()
    ]
    agreed = catalogue.targets.select(*keys, pl.Series("agreed", said, dtype=pl.String), target="value")
    agreed = agreed.unique(keys, keep="last", maintain_order=True)
    joined = rows.join(agreed, on=keys, how="left", maintain_order="left")
    notes = pl.when(own & pl.col("agreed").is_not_null()).then(told(pl.col("agreed"))).otherwise("notes")
    joined = joined.with_columns(target=pl.when(own).then("target"), notes=notes)
    return joined.drop("agreed")


def _with_baseline(rows: pl.DataFrame, own: pl.Expr, catalogue: Catalogue, first: pl.DataFrame) -> pl.DataFrame:
    """The declared baseline, or else the earliest whole year of the same series; never one that came later."""
    keys = ["indicator", "place", *catalogue.dimension_ids]
    declared = catalogue.baselines.unique(keys, keep="last", maintain_order=True)
    declared = declared.select(*keys, declared="value", declared_year="year")
    joined = rows.join(declared, on=keys, how="left", maintain_order="left")
    joined = joined.join(first, on=_series(catalogue), how="left", maintain_order="left")
    chosen = own & pl.col("declared").is_not_null()
    joined = joined.with_columns(
        baseline=pl.when(chosen).then("declared").otherwise("first"),
        baseline_year=pl.when(chosen).then("declared_year").otherwise("first_year"),
    ).drop("declared", "declared_year", "first", "first_year")
    later = pl.col("baseline_year") > pl.col("year")
    return joined.with_columns(pl.when(~later).then(c).alias(c) for c in ("baseline", "baseline_year"))


def _rated(rows: pl.DataFrame) -> pl.DataFrame:
    actual, target, baseline = pl.col("actual"), pl.col("target"), pl.col("baseline")
    comparable = target.is_not_null() & actual.is_not_null()
    zero, down = comparable & (target == 0), pl.col("direction") == "down"
    usable = comparable & (target != 0)
    deviation = pl.when(usable).then((actual - target) / target.abs() * 100)
    way = pl.when(baseline.is_not_null() & (baseline != target)).then((baseline - actual) / (baseline - target) * 100)
    rows = rows.with_columns(
        deviation_pct=deviation,
        achievement_pct=pl.when(usable & down).then(way).when(usable).then(actual / target * 100),
    )
    unfinished = usable & (pl.col("status") == str(Status.PARTIAL)) & pl.col("growing")
    within = pl.col("deviation_pct").abs() <= pl.col("tolerance")
    better = ((pl.col("direction") == "up") & (actual >= target)) | (down & (actual <= target))
    met = pl.when((zero & (actual == 0)) | within | better).then(pl.lit("on_target")).otherwise(pl.lit("off_target"))
    rating = (
        pl.when(target.is_null())
        .then(pl.lit("no_target"))
        .when(actual.is_null())
        .then(pl.lit("no_value"))
        .when(unfinished)
        .then(pl.lit("incomplete"))
        .when(pl.col("direction") == "none")
        .then(pl.lit("no_direction"))
        .otherwise(met)
    )
    required = (zero & (actual != 0)) | (usable & ~unfinished & ~within)
    return rows.with_columns(
        noted(zero, "target_is_zero"), rating=rating, explanation_required=required.fill_null(False)
    )

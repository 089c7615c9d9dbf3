"""From facts to a score per standard, to the mark beside weak numbers, and to the trend of an organisation."""

from __future__ import annotations

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.measures.assessing import facts
from cpc_pipeline.measures.notes import written

STANDARDS = ("validity", "integrity", "precision", "reliability", "timeliness")
ISSUED = STANDARDS[:-1]
"""Standards whose scores are printed in an edition. When a file arrived is a fact of the desk and not of the data: the
same submissions must give the same edition."""


def assess(
    observations: pl.DataFrame,
    findings: pl.DataFrame,
    submissions: pl.DataFrame,
    receipts: pl.DataFrame,
    measures: pl.DataFrame,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """QUALITY: one row per submission, indicator and standard; score null where no fact is known.

    observations: all on record, those that were refused among them.
    """
    # A row of an indicator that nobody knows was refused with its own finding; there is nothing to score it by.
    own = facts.prepared(observations.filter(pl.col("series").is_in(list(catalogue.indicators))), catalogue)
    earlier = facts.before(own)
    checks = facts.of_checks(own, findings, catalogue)
    # What has nothing before it was not looked at by rules about history: not known, and no full score.
    compared = facts.before(own.filter(facts.whole_year()))
    unheard = checks.filter(pl.col("standard") == "reliability").join(compared, on=facts.KEY, how="anti")
    checks = checks.join(unheard.select(*facts.KEY, "code"), on=[*facts.KEY, "code"], how="anti")
    known = pl.concat(
        [
            checks,
            facts.of_definition(own, earlier, catalogue),
            facts.of_origin(own, submissions, receipts),
            facts.of_precision(own, catalogue),
            facts.of_time(own, measures, receipts, catalogue),
        ]
    )
    told = pl.struct("code", "score", "weight", "count", "of")
    scored = (
        known.sort("code")
        .group_by(*facts.KEY, "standard", maintain_order=True)
        .agg((pl.col("score") * pl.col("weight")).sum() / pl.col("weight").sum(), facts=told)
    )
    keys = own.select("submission_id", "organisation", "indicator", year="reporting_year").unique()
    rows = keys.join(pl.DataFrame({"standard": STANDARDS}), how="cross").join(
        scored, on=[*facts.KEY, "standard"], how="left"
    )
    order = {name: position for position, name in enumerate(STANDARDS)}
    frame = rows.select(list(contracts.QUALITY)).cast(contracts.polars_schema(contracts.QUALITY))  # type: ignore[arg-type]
    return frame.sort("year", "submission_id", "indicator", pl.col("standard").replace_strict(order))


def weak(quality: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The rows of QUALITY whose score is known and below the compact's limit (compact.yaml, quality.weak)."""
    return quality.filter(pl.col("score") < catalogue.header.quality.weak)


def marked(measures: pl.DataFrame, quality: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Measures with a note beside each value of an organisation, indicator and year that is weak in a standard."""
    found = weak(quality.filter(pl.col("standard").is_in(ISSUED)), catalogue)
    notes = found.select("organisation", "indicator", "year", "standard").unique().sort(pl.all())
    words = pl.col("standard").map_elements(lambda s: written(f"weak_{s}"), return_dtype=pl.String)
    beside = notes.group_by("organisation", "indicator", "year", maintain_order=True).agg(
        words.str.join(", ").alias("weak")
    )
    known = pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null()) & pl.col("weak").is_not_null()
    joined = measures.join(beside, on=["organisation", "indicator", "year"], how="left", maintain_order="left")
    bare = pl.col("notes").fill_null("[]").str.strip_chars_end("]")
    more = pl.concat_str(bare, pl.when(bare == "[").then(pl.lit("")).otherwise(pl.lit(", ")), "weak", pl.lit("]"))
    return joined.with_columns(notes=pl.when(known).then(more).otherwise("notes")).drop("weak")


def trend(quality: pl.DataFrame) -> pl.DataFrame:
    """Per organisation, year and standard: mean known score, the one of the year before, and what would help most.

    help: the code of the fact that lowers the standard most; indicators: those that it concerns, the lowest first.
    """
    of = ["organisation", "year", "standard"]
    means = quality.group_by(of).agg(pl.col("score").mean(), known=pl.col("score").count(), indicators_sent=pl.len())
    last = means.select("organisation", "standard", year=pl.col("year") + 1, before="score")
    facts_ = quality.explode("facts").drop("score").unnest("facts").drop_nulls("code")
    lost = facts_.with_columns(lost=(1 - pl.col("score")) * pl.col("weight")).filter(pl.col("lost") > 0)
    by_code = lost.sort("lost", "indicator", descending=[True, False]).group_by(*of, "code", maintain_order=True)
    causes = by_code.agg(pl.col("lost").sum(), pl.col("indicator").unique(maintain_order=True).alias("indicators"))
    first = causes.sort("lost", "code", descending=[True, False]).unique(of, keep="first", maintain_order=True)
    made = means.join(last, on=of, how="left").join(first.drop("lost").rename({"code": "help"}), on=of, how="left")
    order = {name: position for position, name in enumerate(STANDARDS)}
    return made.sort("organisation", "year", pl.col("standard").replace_strict(order))

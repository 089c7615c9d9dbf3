"""Facts about the quality of what one submission says of one indicator, each with a score from 0 to 1 and a weight.

A fact that the pipeline does not know is no row: it is never taken for a good one. Method: docs/data-quality.md.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL, Severity, Status
from cpc_pipeline.measures.records import in_headline_group
from cpc_pipeline.measures.status import arrival_day

KEY = ["submission_id", "indicator"]
SCHEMA: dict[str, Any] = {
    "submission_id": pl.String,
    "indicator": pl.String,
    "standard": pl.String,
    "code": pl.String,
    "score": pl.Float64,
    "weight": pl.Float64,
    "count": pl.Float64,  # what the sentence of the fact names: values in question, reports in, days
    "of": pl.Float64,  # out of how many
}
CHECKS = {
    "validity": (
        "range", "whole_number", "unit_matches", "code_valid", "ratio_agrees", "ratio_bounds", "required_with",
        "part_of", "period_in_year",
    ),
    "integrity": ("repeated_key", "note_mark"),
    "precision": ("sum_of_parts",),
    "reliability": ("jump", "outlier", "unchanged"),
}  # fmt: skip
"""Kinds of rules that speak to a standard."""
COSTS = {Severity.RETURN: 1.0, Severity.REJECT: 1.0, Severity.QUERY: 0.5, Severity.NOTE: 0.25}
"""What a finding costs the value it is about. One that was answered or waived costs nothing."""
READER = "intake"
BOUNDS = (Status.RANGE, Status.LOWER_BOUND, Status.UPPER_BOUND, Status.CONFLICTING, Status.SUPPRESSED_BY_SOURCE)


def prepared(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Observations of indicators, with the column `head`: does the value stand for its indicator?"""
    own = observations.filter(pl.col("series_kind") == "indicator").rename({"series": "indicator"})
    return own.with_columns(head=(pl.col("place") == NATION) & in_headline_group(catalogue))


def of_checks(own: pl.DataFrame, findings: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """checks_<standard>: the worse of two shares without findings, of all values and of those for the indicator."""
    kinds = {r.id: s for r in catalogue.rules for s, named in CHECKS.items() if r.kind in named}
    settled = pl.col("params").str.contains('"answered": true|"waiver":')
    cost = pl.col("severity").replace_strict(COSTS, default=0.0, return_dtype=pl.Float64)
    refused = (pl.col("rule") == READER) & (pl.col("severity") == str(Severity.REJECT))
    standard = pl.col("rule").replace_strict(kinds, default=None, return_dtype=pl.String)
    found = findings.filter(pl.col("observation_id").is_not_null()).select(
        "observation_id",
        standard=pl.when(refused).then(pl.lit("validity")).otherwise(standard),
        cost=pl.when(settled).then(0.0).otherwise(cost),
    )
    worst = found.drop_nulls("standard").group_by("observation_id", "standard").agg(pl.col("cost").max())
    parts = []
    for name in sorted({*kinds.values()}):
        beside = own.join(worst.filter(pl.col("standard") == name), on="observation_id", how="left")
        spent = pl.col("cost").fill_null(0.0)
        shares = beside.group_by(KEY).agg(
            score=pl.min_horizontal(1 - spent.mean(), 1 - spent.filter(pl.col("head")).mean()),
            count=(spent > 0).sum(),
            of=pl.len(),
        )
        parts.append(_facts(shares, name, f"checks_{name}", 2))
    return _all(parts)


def of_definition(own: pl.DataFrame, earlier: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """in_force: share of values about a day with a definition. same_definition: no break since the year before.

    earlier: submission_id, indicator, last_year for what the same organisation said before.
    """
    days = own.select("indicator", "period_end").drop_nulls().unique()
    versions = [(name, day, catalogue.indicators[name].version_on(day) is not None) for name, day in days.iter_rows()]
    schema: dict[str, Any] = {"indicator": pl.String, "period_end": pl.Date, "agreed": pl.Boolean}
    table = pl.DataFrame(versions, schema=schema, orient="row")
    told = own.join(table, on=["indicator", "period_end"]).group_by(KEY)
    agreed = told.agg(score=pl.col("agreed").mean(), count=pl.col("agreed").sum(), of=pl.len())
    rows = []
    years = dict(own.select("submission_id", "reporting_year").unique().iter_rows())
    for submission, name, last in earlier.select(*KEY, "last_year").iter_rows():
        broke = [d for d in catalogue.indicators[name].breaks if date(last, 12, 31) < d]
        broke = [d for d in broke if d <= date(years[submission], 12, 31)]
        rows.append({"submission_id": submission, "indicator": name, "score": float(not broke), "count": last})
    same = pl.DataFrame(rows, schema={**dict.fromkeys(KEY, pl.String), "score": pl.Float64, "count": pl.Float64})
    return _all([_facts(agreed, "validity", "in_force"), _facts(same, "reliability", "same_definition")])


def whole_year() -> pl.Expr:
    """Is the value about a whole year? Rules about history look at no other."""
    return (pl.col("period_end") - pl.col("period_start")).dt.total_days().is_between(364, 366)


def before(own: pl.DataFrame) -> pl.DataFrame:
    """What has an earlier year with a number of the same organisation: submission_id, indicator, last_year."""
    said = own.filter(pl.col("value").is_not_null()).select("organisation", "indicator", last_year="reporting_year")
    now = own.select(*KEY, "organisation", "reporting_year").unique()
    pairs = now.join(said.unique(), on=["organisation", "indicator"])
    return pairs.filter(pl.col("last_year") < pl.col("reporting_year")).group_by(KEY).agg(pl.col("last_year").max())


def of_origin(own: pl.DataFrame, submissions: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """file_kept, signed (of what was sent), source_named (of what was transcribed), changes_explained."""
    about = own.join(submissions.select("submission_id", "kind", "sha256"), on="submission_id")
    signed = receipts.filter(pl.col("signed").is_not_null())["submission_id"].implode()
    named = pl.col("source_title").is_not_null() & pl.col("source_url").is_not_null()
    noted = pl.col("note").str.strip_chars().str.len_chars().fill_null(0) > 0
    sent, published = pl.col("kind") == "annual", pl.col("kind") == "published_figures"
    kinds = [
        ("file_kept", about, pl.col("sha256").is_not_null(), 1),
        ("signed", about.filter(sent), pl.col("submission_id").is_in(signed), 1),
        ("source_named", about.filter(published), named, 1),
        ("changes_explained", about.filter(pl.col("revision") > 0), noted, 1),
    ]
    return _all([_facts(_share(rows, is_so), "integrity", code, weight) for code, rows, is_so, weight in kinds])


def of_precision(own: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """required_split: dimensions asked for that came. exact: values without a range. known_share: not "unknown"."""
    parts = []
    for dimension in catalogue.dimension_ids:
        asking = [i.id for i in catalogue.indicators.values() if dimension in i.disaggregations.required]
        heads = {i.id: i.headline.get(dimension, TOTAL) for i in catalogue.indicators.values()}
        head = pl.col("indicator").replace_strict(heads, return_dtype=pl.String)
        split = (pl.col(dimension) != TOTAL) & (pl.col(dimension) != head)
        wanted = own.filter(pl.col("indicator").is_in(asking)).group_by(KEY)
        parts.append(wanted.agg(came=split.any().cast(pl.Float64)))
    came = pl.concat(parts).group_by(KEY).agg(score=pl.col("came").mean(), count=pl.col("came").sum(), of=pl.len())
    vague = pl.col("status").is_in([str(s) for s in BOUNDS]) | (pl.col("qualifier") == "about")
    said = own.filter(pl.col("value").is_not_null() | vague)
    facts = [
        _facts(came, "precision", "required_split", 2),
        _facts(_share(said, ~vague.fill_null(False)), "precision", "exact"),
        _facts(_known(own, catalogue), "precision", "known_share"),
    ]
    return _all(facts)


def _known(own: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Of what was broken down by a dimension whose list has an unknown: the share that is not in it."""
    parts = []
    for dimension in catalogue.dimension_ids:
        codes = catalogue.codelist_of(dimension).codes.values()
        residual = [c.code for c in codes if c.residual]
        heads = {i.id: i.headline.get(dimension, TOTAL) for i in catalogue.indicators.values()}
        head = pl.col("indicator").replace_strict(heads, return_dtype=pl.String)
        split = own.filter((pl.col(dimension) != TOTAL) & (pl.col(dimension) != head) & (pl.col("value") > 0))
        unknown = pl.col(dimension).is_in(residual)
        if residual:
            parts.append(split.select(*KEY, "value", unknown=unknown.cast(pl.Float64) * pl.col("value")))
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    sums = pl.concat(parts).group_by(KEY).agg(count=pl.col("unknown").sum(), of=pl.col("value").sum())
    return sums.with_columns(score=1 - pl.col("count") / pl.col("of"))


def of_time(own: pl.DataFrame, measures: pl.DataFrame, receipts: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """on_time: days after the deadline, where the compact has one. reports_in: reports in of the reports due."""
    told = measures.filter(
        (pl.col("calendar") == catalogue.default_calendar) & (pl.col("place") == NATION) & in_headline_group(catalogue)
    ).select("organisation", "indicator", "completeness", reporting_year="year")
    ends = pl.col("completeness").str.split_exact("/", 1).struct
    keys = own.select(*KEY, "organisation", "reporting_year").unique()
    complete = (
        keys.join(told, on=["organisation", "indicator", "reporting_year"])
        .group_by(KEY)
        .agg(
            count=ends.field("field_0").cast(pl.Float64, strict=False).max(),
            of=ends.field("field_1").cast(pl.Float64, strict=False).max(),
        )
    )
    complete = complete.with_columns(score=pl.min_horizontal(pl.col("count") / pl.col("of"), pl.lit(1.0)))
    parts = [_facts(complete, "timeliness", "reports_in", 2)]
    due = {y: d for y in catalogue.years if (d := catalogue.header.due(y))}
    if due:
        arrived = receipts.group_by("submission_id").agg(arrival_day(catalogue).min().alias("day"))
        sent = keys.join(arrived, on="submission_id").with_columns(
            due=pl.col("reporting_year").replace_strict(due, default=None, return_dtype=pl.Date)
        )
        late = (pl.col("day") - pl.col("due")).dt.total_days().clip(0).cast(pl.Float64)
        allowed = catalogue.header.quality.late_days
        late_ones = sent.drop_nulls("due").select(*KEY, count=late, score=(1 - late / allowed).clip(0))
        parts.append(_facts(late_ones, "timeliness", "on_time", 2))
    return _all(parts)


def _share(rows: pl.DataFrame, is_so: pl.Expr) -> pl.DataFrame:
    return rows.group_by(KEY).agg(score=is_so.mean(), count=is_so.sum(), of=pl.len())


def _facts(scored: pl.DataFrame, standard: str, code: str, weight: float = 1) -> pl.DataFrame:
    told = [c if c in scored.columns else pl.lit(None).alias(c) for c in ("count", "of")]
    lits = [pl.lit(standard).alias("standard"), pl.lit(code).alias("code"), pl.lit(float(weight)).alias("weight")]
    return scored.select(*KEY, *lits, "score", *told).select(list(SCHEMA)).cast(SCHEMA).drop_nulls("score")  # type: ignore[arg-type]


def _all(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts])

"""What was computed from it: measures with their lineage, quality, explanations, open points."""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

from cpc_pipeline.contracts.frames import Column, Frame, declared

# One row per indicator x year x calendar x place x disaggregation x organisation x unit.
# The dimension columns of the compact follow `place`.
MEASURES_HEAD: Frame = declared(
    indicator=(pl.String, "indicator id"),
    objective=(pl.String, "objective id"),
    year=(pl.Int32, "year of the calendar named beside it"),
    calendar=(pl.String, "calendar id from compact.yaml (calendar, tip_period, ...)"),
    period_start=(pl.Date, "first day covered"),
    period_end=(pl.Date, "last day covered"),
    place=(pl.String, "place code; 00 is the whole country"),
)
MEASURES_TAIL: Frame = declared(
    organisation=(pl.String, "whose series this is"),
    series=(
        pl.String,
        "record (system of record), parallel (stands beside it, never added to it) or together (what several "
        "organisations that may have met the same people know: an exact number or a pair of bounds)",
    ),
    unit=(pl.String, "unit id"),
    baseline=(pl.Float64, "declared baseline, else the earliest value of the same series"),
    baseline_year=(pl.Int32, "year of the baseline"),
    target=(pl.Float64, "agreed target; null means none is set"),
    actual=(pl.Float64, "the year's value; null unless status is reported or partial"),
    numerator=(pl.Float64, "for ratios"),
    denominator=(pl.Float64, "for ratios"),
    lower=(pl.Float64, "lower end where the value is a range or bound"),
    upper=(pl.Float64, "upper end where the value is a range or bound"),
    status=(pl.String, "Status"),
    achievement_pct=(pl.Float64, "actual against target, by the indicator's direction"),
    deviation_pct=(pl.Float64, "(actual - target) / target x 100"),
    rating=(
        pl.String,
        "no_target, no_value, on_target, off_target, no_direction; incomplete: a part of a year that still grows",
    ),
    completeness=(
        pl.String,
        "reports in / reports due, e.g. 2/4: periods of the indicator's frequency; for a total that was made of places "
        "or groups, those; which are missing is in the notes",
    ),
    basis=(
        pl.String,
        "how the row came about: reported, periods (parts of a year), places (parts of a place), groups (parts of a "
        "dimension), derived (two other indicators), together (several organisations), converted (another currency), "
        "none (nothing arrived)",
    ),
    explanation_required=(pl.Boolean, "deviation beyond the indicator's tolerance"),
    notes=(
        pl.String,
        "JSON list of {code, params}: what a reader must know; worded per language at publication",
    ),
)

# One row per group of organisations that compared their lists. Data of the compact (overlaps.csv): it is what several
# organisations found together, and no single submission says it.
OVERLAPS: Frame = declared(
    indicator=(pl.String, "indicator id"),
    year=(pl.Int32, "year of the default calendar"),
    place=(pl.String, "place code"),
    organisations=(pl.String, "ids of the organisations that compared, sorted, joined by +"),
    count=(pl.Float64, "people whom all of them met"),
    source=(pl.String, "who compared, when, and how: printed beside the number"),
)

# One row per explanation of a deviation: the note that the system of record wrote beside its headline value.
EXPLANATIONS: Frame = declared(
    indicator=(pl.String, "indicator id"),
    year=(pl.Int32, "reporting year"),
    organisation=(pl.String, "who explains"),
    text=(pl.String, "as written; free text, which may name a child, so it stays in the warehouse until it is read"),
    observation_id=(pl.String, "the value beside which it stands"),
)

_FACT = pl.Struct({"code": pl.String, "score": pl.Float64, "weight": pl.Float64, "count": pl.Float64, "of": pl.Float64})

# One row per submission, indicator and standard of data quality (docs/data-quality.md).
QUALITY: Frame = declared(
    submission_id=(pl.String, "the workbook"),
    organisation=(pl.String, "who sent it"),
    year=(pl.Int32, "reporting year"),
    indicator=(pl.String, "indicator id"),
    standard=(pl.String, "validity, integrity, precision, reliability or timeliness"),
    score=(pl.Float64, "0 to 1: mean of the known facts by weight; null where none is known"),
    facts=(pl.List(_FACT), "the known facts: code, score, weight, and the numbers that its sentence names"),
)

# One row per thing without which the edition of a year is not final.
OPEN_POINTS: Frame = declared(
    code=(
        pl.String,
        "no_target, no_value, explanation_required, contributions_missing; of a text of the report narrative_missing, "
        "narrative_unreviewed, narrative_sources_changed, narrative_personal or narrative_unreadable",
    ),
    year=(pl.Int32, "year of the default calendar"),
    indicator=(pl.String, "indicator id; null where it is about an organisation or a text"),
    organisation=(pl.String, "who answers; null for a text of the report, for which its editors do"),
    deviation_pct=(pl.Float64, "for explanation_required"),
    objective=(pl.String, "of a text of the report; null for the whole report"),
    section=(pl.String, "of a text of the report"),
    language=(pl.String, "of a text of the report"),
)

# One row per observation that a measure was computed from.
LINEAGE: Frame = declared(
    measure_id=(pl.String, "key of the measure, see measures.measure_id"),
    observation_id=(pl.String, "an observation it came from"),
    role=(
        pl.String,
        "used, repeated (same value again), superseded (a revision or longer period replaced it), conflicting, "
        "blank (a period for which nothing was sent)",
    ),
)


def measures_frame(dimensions: tuple[str, ...]) -> Frame:
    """The Measures frame of a compact: head, then one String column per dimension, then tail."""
    dims = {d: Column(pl.String(), f"category of dimension {d}; 'all' is the total") for d in dimensions}
    return MappingProxyType({**MEASURES_HEAD, **dims, **MEASURES_TAIL})

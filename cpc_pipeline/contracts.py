"""The frames, statuses and severities that the stages share: the whole interface between them.

Data flows one way: `Cells` -> `Observations` (+ `Findings`) -> `Measures` -> `Release`. Each frame is declared
once here, as an ordered mapping from column to polars type with a sentence per column; the pandera models, the
DuckDB tables, the Dagster column metadata and the documentation are derived from these declarations.

What does not belong here: anything about one country (that is data in `compacts/`), and any computation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import polars as pl


class Status(StrEnum):
    """Why a value is, or is not, a number. Missing is not zero: a null value always carries one of these."""

    REPORTED = "reported"  # a number, zero included
    PARTIAL = "partial"  # a number for a part of the year or of the places only
    UPPER_BOUND = "upper_bound"  # "up to 10 million", or people added over periods: value is null, upper holds it
    LOWER_BOUND = "lower_bound"  # "more than 400": value is null, lower holds 400
    RANGE = "range"  # "85-95": value is null, lower and upper hold the ends
    CONFLICTING = "conflicting"  # the same organisation gives two values: lower and upper hold them
    NOT_AVAILABLE = "not_available"  # asked, not known (ND, S/D)
    NOT_APPLICABLE = "not_applicable"  # the question does not apply (N/A)
    NOT_COLLECTED = "not_collected"  # nobody counts it
    DISAGGREGATE_NOT_AVAILABLE = "disaggregate_not_available"  # the total is known, its split is not
    SUPPRESSED_BY_SOURCE = "suppressed_by_source"  # "<5" in the source
    BLANK = "blank"  # an empty cell where a value was due
    REJECTED = "rejected"  # a finding refused this observation; it is kept, never counted
    NOT_RECEIVED = "not_received"  # nothing arrived
    NOT_ADDITIVE = "not_additive"  # parts exist, but this indicator's rule forbids adding them
    HIDDEN = "hidden"  # withheld by disclosure control


class Severity(StrEnum):
    """What a finding does to a submission."""

    NOTE = "note"  # printed beside the value, no answer needed
    QUERY = "query"  # kept, an answer is asked for
    REJECT = "reject"  # this observation is not counted
    RETURN = "return"  # the whole submission is returned and none of it is counted


class Verdict(StrEnum):
    """What became of a submission, from its worst finding."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_QUERIES = "accepted_with_queries"
    PARTLY_ACCEPTED = "partly_accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"  # the file is no longer under data/raw; its rows are kept and not counted


@dataclass(frozen=True)
class Column:
    """One column of a frame: its polars type and what it holds."""

    dtype: pl.DataType
    meaning: str


Frame = Mapping[str, Column]


def _frame(**columns: tuple[type[pl.DataType] | pl.DataType, str]) -> Frame:
    made = {}
    for name, (dtype, meaning) in columns.items():
        made[name] = Column(dtype() if isinstance(dtype, type) else dtype, meaning)
    return MappingProxyType(made)


SUBMISSIONS: Frame = _frame(
    submission_id=(pl.String, "organisation/year/file name; one row per workbook"),
    organisation=(pl.String, "id of the organisation that sends, from the folder and the cover sheet"),
    year=(pl.Int32, "reporting year, from the folder and the cover sheet"),
    path=(pl.String, "path below data/raw/<compact>"),
    sha256=(pl.String, "hash of the file as received"),
    catalogue_version=(pl.String, "hash of the compact's data the workbook was checked against"),
    kind=(
        pl.String,
        "annual (sent by the organisation), published_figures (transcribed from public sources) or replies (a list of "
        "findings that came back with replies to those of another workbook)",
    ),
    verdict=(pl.String, "Verdict"),
    observations=(pl.Int64, "rows read from the workbook"),
    findings=(pl.Int64, "findings of every severity"),
    received_at=(
        pl.Datetime("us"),
        "when this content was first seen, UTC; information, never an input to a result",
    ),
    revision=(pl.Int32, "1 for the first content received, one more for each that replaced it"),
    receipt_id=(pl.String, "receipt of this content"),
)

# One row per arrival of a file: nothing that arrives is without one, and none is ever changed or deleted.
RECEIPTS: Frame = _frame(
    receipt_id=(pl.String, "organisation-year-number, in the order of arrival"),
    submission_id=(pl.String, "the submission it is a revision of, or repeats"),
    organisation=(pl.String, "who sent it, from the folder"),
    year=(pl.Int32, "reporting year, from the folder"),
    path=(pl.String, "path below data/raw/<compact> where it arrived"),
    sha256=(pl.String, "hash of the file; null where the file must leave no trace (personal data)"),
    size=(pl.Int64, "bytes"),
    received_at=(pl.Datetime("us"), "UTC; never before an earlier receipt, whatever the clock says"),
    clock_at=(pl.Datetime("us"), "what the clock of the machine said; differs where it went backwards"),
    status=(pl.String, "received, identical, or the Verdict on this content when it arrived"),
    revision=(pl.Int32, "of the submission; for an identical file the revision that it repeats"),
    predecessor=(pl.String, "receipt of the revision that this one replaces, or that it repeats"),
    signed=(pl.String, "office, role and date as the sign-off sheet says; null where there is none"),
    texts=(pl.Int64, "texts of the narrative, which a person reads before any is printed; null where nothing was read"),
    observations=(pl.Int64, "rows read from it"),
    findings=(pl.Int64, "findings of every severity"),
)

# One row per thing that was agreed, as the compact's data said it while it was in force.
DEFINITIONS: Frame = _frame(
    kind=(pl.String, "indicator, organisation, rule, decision, target, baseline, code, context_series ..."),
    id=(pl.String, "its id; for a target indicator|year|place|groups, for a code list/code"),
    valid_from=(pl.Date, "first day it is about; null means always"),
    valid_to=(pl.Date, "last day it is about; null means still"),
    decision=(pl.String, "id of the decision that made it, where one is named"),
    content=(pl.String, "the whole of it as JSON"),
)

# One row per workbook cell with content, as the submitter sees it.
CELLS: Frame = _frame(
    sheet=(pl.String, "sheet name"),
    row=(pl.Int64, "row number as shown in Excel, from 1"),
    column=(pl.Int64, "column number, from 1 (A)"),
    cell=(pl.String, "address as shown in Excel, e.g. D14"),
    kind=(pl.String, "number, text, bool, date, error, formula (a formula with no stored result)"),
    text=(pl.String, "the content as text: exactly what was typed for text, shortest exact form for numbers"),
    number=(pl.Float64, "the content as a number, where kind is number"),
)

# One row per reported number. The dimension columns of the compact (catalogue.dimensions) follow `place`.
OBSERVATIONS_HEAD: Frame = _frame(
    observation_id=(pl.String, "submission_id!sheet!cell of the value: an address that is also a key"),
    submission_id=(pl.String, "the workbook"),
    sheet=(pl.String, "sheet of the value cell"),
    cell=(pl.String, "address of the value cell"),
    row=(pl.Int64, "row of the value cell"),
    organisation=(pl.String, "who says so"),
    reporting_year=(pl.Int32, "year of the submission"),
    series=(pl.String, "indicator id (e.g. PROT-1) or context series id"),
    series_kind=(pl.String, "indicator or context"),
    period_start=(pl.Date, "first day the value is about"),
    period_end=(pl.Date, "last day the value is about (a stock: both are the day of the count)"),
    place=(pl.String, "code from the place list; 00 is the whole country"),
)
OBSERVATIONS_TAIL: Frame = _frame(
    unit=(pl.String, "unit id"),
    value=(pl.Float64, "the number, null unless status is reported"),
    numerator=(pl.Float64, "for ratios"),
    denominator=(pl.Float64, "for ratios"),
    lower=(pl.Float64, "lower end of a range or lower bound"),
    upper=(pl.Float64, "upper end of a range or upper bound"),
    qualifier=(pl.String, "exact, at_least, more_than, up_to, about, range: as the source words it"),
    status=(pl.String, "Status"),
    raw=(pl.String, "the value cell as typed"),
    revision=(pl.Int32, "0 for the first value given for this key, 1 for one that replaces it, and so on"),
    source_key=(pl.String, "key of the row in the list the value was transcribed from, if any"),
    source_title=(pl.String, "document the value was read in, for published figures"),
    source_url=(pl.String, "its address or citation"),
    institution=(pl.String, "institution as printed in the source"),
    note=(pl.String, "remark of the submitter or transcriber, unchanged"),
)

# One row per problem or remark.
FINDINGS: Frame = _frame(
    submission_id=(pl.String, "the workbook"),
    organisation=(pl.String, "who answers it"),
    reporting_year=(pl.Int32, "year of the submission"),
    sheet=(pl.String, "where: sheet"),
    cell=(pl.String, "where: address; A1 where the whole sheet is meant"),
    code=(pl.String, "message key in wording/<language>.yaml"),
    severity=(pl.String, "Severity"),
    rule=(pl.String, "rule id from rules.yaml, or 'intake' for what the reader saw"),
    observation_id=(pl.String, "the observation it is about, if it is about one"),
    found=(pl.String, "what was found; masked before storage unless it is plainly harmless"),
    expected=(pl.String, "what is expected"),
    params=(pl.String, "JSON object with what else the message needs"),
)

# One row per text of the narrative that was written, and per line of the sign-off. Free text may name a child: these
# rows stay in the warehouse, and out of findings, logs, run metadata and published tables.
NARRATIVES: Frame = _frame(
    submission_id=(pl.String, "the workbook"),
    organisation=(pl.String, "who says so"),
    reporting_year=(pl.Int32, "year of the submission"),
    objective=(pl.String, "objective id; null for a line of the sign-off"),
    section=(pl.String, "section id from compact.yaml, or sign_off.<line>"),
    language=(pl.String, "language of the text as the submitter says"),
    text=(pl.String, "as written"),
    sheet=(pl.String, "sheet of the text"),
    cell=(pl.String, "address of the text"),
)

# One row per reviewed text of the report: edited or translated from the narratives by a person who answers for it. Only
# these texts are printed; a slot that nobody has written, or nobody has reviewed, has no row.
REVIEWED_TEXTS: Frame = _frame(
    objective=(pl.String, "objective id; null for a text about the whole report"),
    section=(pl.String, "section id from compact.yaml: of sections, or of report_sections for the whole report"),
    language=(pl.String, "language of the text"),
    text=(pl.String, "as reviewed; a blank line ends a paragraph"),
    organisations=(pl.String, "ids of the organisations whose narratives it was written from, sorted, joined by +"),
    reviewed_by=(pl.String, "who answers for it: office and role"),
    reviewed_on=(pl.Date, "day of the review"),
    standing=(pl.String, "reviewed, or sources_changed: a narrative that it was written from changed afterwards"),
    other_numbers=(pl.String, "phrases of the text with numbers that no table has, joined by |; for the lint alone"),
)

# One row per contribution or sustained measure; free text stays in the warehouse, as for the narrative.
CONTRIBUTIONS: Frame = _frame(
    submission_id=(pl.String, "the workbook"),
    organisation=(pl.String, "who contributes"),
    reporting_year=(pl.Int32, "year of the submission"),
    contribution_kind=(pl.String, "code of the kind"),
    objective=(pl.String, "objective id it serves"),
    description=(pl.String, "as written"),
    amount=(pl.Float64, "in the currency beside it; null where none was given"),
    currency=(pl.String, "code of the currency"),
    valuation=(pl.String, "code of the method by which the amount was found"),
    in_force=(pl.String, "code: whether the measure is still in force"),
    evidence=(pl.String, "where it can be checked, as written"),
    sheet=(pl.String, "sheet of the row"),
    cell=(pl.String, "address of the first cell with content"),
)

# One row per reply that a submitter wrote beside a finding. Free text: it stays in the warehouse, out of findings, logs
# and run metadata, and is printed only in the internal edition.
REPLIES: Frame = _frame(
    submission_id=(pl.String, "the workbook that the reply came in"),
    organisation=(pl.String, "who replies"),
    reporting_year=(pl.Int32, "year of the submission"),
    sheet=(pl.String, "sheet that the finding is about"),
    cell=(pl.String, "cell that the finding is about; empty where it is about a whole sheet"),
    code=(pl.String, "message key of the finding"),
    question=(pl.String, "code and what was found and expected, as a hash: an answer to another value is no answer"),
    rule=(pl.String, "rule of the finding it answers; null where that finding is no longer there"),
    observation_id=(pl.String, "the observation that the finding is about, if it is about one"),
    language=(pl.String, "language of the list in which the reply was written"),
    text=(pl.String, "as written"),
)

REPLIES_KIND = "replies"
"""Kind of a workbook that is nothing but the list of findings of another one, with replies."""
FEEDBACK_MARK = "cpc-feedback-1"
"""Stands in the first row, eighth column, of the sheet of findings that goes back with a workbook: by it the sheet is
known under any name. Columns from the first: sheet, cell, severity, what, expected, action, reply, question."""

# One row per indicator x year x calendar x place x disaggregation x organisation x unit.
# The dimension columns of the compact follow `place`.
MEASURES_HEAD: Frame = _frame(
    indicator=(pl.String, "indicator id"),
    objective=(pl.String, "objective id"),
    year=(pl.Int32, "year of the calendar named beside it"),
    calendar=(pl.String, "calendar id from compact.yaml (calendar, tip_period, ...)"),
    period_start=(pl.Date, "first day covered"),
    period_end=(pl.Date, "last day covered"),
    place=(pl.String, "place code; 00 is the whole country"),
)
MEASURES_TAIL: Frame = _frame(
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
OVERLAPS: Frame = _frame(
    indicator=(pl.String, "indicator id"),
    year=(pl.Int32, "year of the default calendar"),
    place=(pl.String, "place code"),
    organisations=(pl.String, "ids of the organisations that compared, sorted, joined by +"),
    count=(pl.Float64, "people whom all of them met"),
    source=(pl.String, "who compared, when, and how: printed beside the number"),
)

# One row per explanation of a deviation: the note that the system of record wrote beside its headline value.
EXPLANATIONS: Frame = _frame(
    indicator=(pl.String, "indicator id"),
    year=(pl.Int32, "reporting year"),
    organisation=(pl.String, "who explains"),
    text=(pl.String, "as written; free text, which may name a child, so it stays in the warehouse until it is read"),
    observation_id=(pl.String, "the value beside which it stands"),
)

_FACT = pl.Struct({"code": pl.String, "score": pl.Float64, "weight": pl.Float64, "count": pl.Float64, "of": pl.Float64})

# One row per submission, indicator and standard of data quality (docs/data-quality.md).
QUALITY: Frame = _frame(
    submission_id=(pl.String, "the workbook"),
    organisation=(pl.String, "who sent it"),
    year=(pl.Int32, "reporting year"),
    indicator=(pl.String, "indicator id"),
    standard=(pl.String, "validity, integrity, precision, reliability or timeliness"),
    score=(pl.Float64, "0 to 1: mean of the known facts by weight; null where none is known"),
    facts=(pl.List(_FACT), "the known facts: code, score, weight, and the numbers that its sentence names"),
)

# One row per thing without which the edition of a year is not final.
OPEN_POINTS: Frame = _frame(
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
LINEAGE: Frame = _frame(
    measure_id=(pl.String, "key of the measure, see measures.measure_id"),
    observation_id=(pl.String, "an observation it came from"),
    role=(
        pl.String,
        "used, repeated (same value again), superseded (a revision or longer period replaced it), conflicting, "
        "blank (a period for which nothing was sent)",
    ),
)


@lru_cache(maxsize=16)
def observations_frame(dimensions: tuple[str, ...]) -> Frame:
    """The Observations frame of a compact: head, then one String column per dimension, then tail."""
    dims = {d: Column(pl.String(), f"category of dimension {d}; 'all' is the total") for d in dimensions}
    return MappingProxyType({**OBSERVATIONS_HEAD, **dims, **OBSERVATIONS_TAIL})


def measures_frame(dimensions: tuple[str, ...]) -> Frame:
    """The Measures frame of a compact: head, then one String column per dimension, then tail."""
    dims = {d: Column(pl.String(), f"category of dimension {d}; 'all' is the total") for d in dimensions}
    return MappingProxyType({**MEASURES_HEAD, **dims, **MEASURES_TAIL})


def polars_schema(frame: Frame) -> dict[str, pl.DataType]:
    """Column name to polars type, in order, for `pl.DataFrame(schema=...)` and casts."""
    return {name: column.dtype for name, column in frame.items()}


def empty(frame: Frame) -> pl.DataFrame:
    """A frame of no rows with the declared columns."""
    return _empty(tuple(polars_schema(frame).items())).clone()


@lru_cache(maxsize=64)
def _empty(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """Thousands of workbooks have no narrative: thirty columns without a row take as long as hundreds of numbers."""
    return pl.DataFrame(schema=dict(columns))


TOTAL = "all"  # the category that means "not broken down by this dimension"
NATION = "00"  # the place code that means the whole country


@dataclass(frozen=True)
class Release:
    """What disclosure control lets leave for one edition; the only thing that publication accepts.

    `measures` follows `measures_frame`, plus a Boolean column `sensitive` (true where a count below the
    threshold would have to be hidden in a public edition). `context` follows `observations_frame`.
    """

    compact: str
    edition: str  # internal, partners, public
    measures: pl.DataFrame
    context: pl.DataFrame
    observations: pl.DataFrame
    findings: pl.DataFrame
    submissions: pl.DataFrame
    standing: str = "provisional"  # provisional, under_review, agreed, restated: how far the table is agreed
    restated: pl.DataFrame | None = None  # what changed since it was agreed: columns of ledger.restatements
    # Of the internal edition only: what follows may hold free text, or tell of a number that is hidden.
    quality: pl.DataFrame | None = None  # QUALITY, without timeliness
    explanations: pl.DataFrame | None = None  # EXPLANATIONS
    contributions: pl.DataFrame | None = None  # CONTRIBUTIONS
    progress: pl.DataFrame | None = None  # measures.progress
    # Of the internal and the partners' edition: no free text.
    contributed: pl.DataFrame | None = None  # measures.contributions_by_year
    # Of every edition: what a person has read and answers for.
    narrative: pl.DataFrame | None = None  # REVIEWED_TEXTS

"""What was sent, and what was found in it: submissions, receipts, cells, observations, findings, texts, replies."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

import polars as pl

from cpc_pipeline.contracts.frames import Column, Frame, declared

SUBMISSIONS: Frame = declared(
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
RECEIPTS: Frame = declared(
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
DEFINITIONS: Frame = declared(
    kind=(pl.String, "indicator, organisation, rule, decision, target, baseline, code, context_series ..."),
    id=(pl.String, "its id; for a target indicator|year|place|groups, for a code list/code"),
    valid_from=(pl.Date, "first day it is about; null means always"),
    valid_to=(pl.Date, "last day it is about; null means still"),
    decision=(pl.String, "id of the decision that made it, where one is named"),
    content=(pl.String, "the whole of it as JSON"),
)

# One row per workbook cell with content, as the submitter sees it.
CELLS: Frame = declared(
    sheet=(pl.String, "sheet name"),
    row=(pl.Int64, "row number as shown in Excel, from 1"),
    column=(pl.Int64, "column number, from 1 (A)"),
    cell=(pl.String, "address as shown in Excel, e.g. D14"),
    kind=(pl.String, "number, text, bool, date, error, formula (a formula with no stored result)"),
    text=(pl.String, "the content as text: exactly what was typed for text, shortest exact form for numbers"),
    number=(pl.Float64, "the content as a number, where kind is number"),
)

# One row per reported number. The dimension columns of the compact (catalogue.dimensions) follow `place`.
OBSERVATIONS_HEAD: Frame = declared(
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
OBSERVATIONS_TAIL: Frame = declared(
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
FINDINGS: Frame = declared(
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
NARRATIVES: Frame = declared(
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
REVIEWED_TEXTS: Frame = declared(
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
CONTRIBUTIONS: Frame = declared(
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
REPLIES: Frame = declared(
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


@lru_cache(maxsize=16)
def observations_frame(dimensions: tuple[str, ...]) -> Frame:
    """The Observations frame of a compact: head, then one String column per dimension, then tail."""
    dims = {d: Column(pl.String(), f"category of dimension {d}; 'all' is the total") for d in dimensions}
    return MappingProxyType({**OBSERVATIONS_HEAD, **dims, **OBSERVATIONS_TAIL})

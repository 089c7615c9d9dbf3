"""Who has sent what, and when: organisation x year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import REPLIES_KIND, Verdict

WORST_FIRST = [
    Verdict.RETURNED,
    Verdict.PARTLY_ACCEPTED,
    Verdict.ACCEPTED_WITH_QUERIES,
    Verdict.ACCEPTED,
    Verdict.WITHDRAWN,
]
TRANSCRIBED = "published_figures"
"""Kind of a workbook that nobody sent: it is never late."""


def submission_status(
    submissions: pl.DataFrame, catalogue: Catalogue, years: Sequence[int], receipts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per organisation and year: verdict (missing and not_due included), kind, number of findings, due, late.

    due: the last day in time; null where the compact has none or nothing is due. late: days from it to the day on which
    the first file arrived, in the compact's time zone; null where that was in time, nothing arrived, or there is no
    deadline. A corrected workbook that follows one that came in time is in time.
    Figures transcribed from publications do not make an organisation that is due to report one that has reported.
    """
    rows = []
    sent = submissions.filter(pl.col("kind") != REPLIES_KIND)  # a list with replies reports nothing
    arrived = _arrived(contracts.empty(contracts.RECEIPTS) if receipts is None else receipts, sent, catalogue)
    for organisation in catalogue.organisations.values():
        for year in years:
            own = sent.filter((pl.col("organisation") == organisation.id) & (pl.col("year") == year))
            is_due = organisation.reports and catalogue.header.start.year <= year <= catalogue.header.end.year
            verdict, kind = ("missing" if is_due else "not_due"), None
            if not own.is_empty():
                present = set(own["verdict"])
                verdict = str(next(v for v in WORST_FIRST if v in present))
                kind = own["kind"][0]
            due, first = (catalogue.header.due(year) if is_due else None), arrived.get((organisation.id, year))
            rows.append(
                {
                    "organisation": organisation.id,
                    "year": year,
                    "verdict": verdict,
                    "kind": kind,
                    "findings": int(own["findings"].sum()),
                    "due": due,
                    "late": (first - due).days if due and first and first > due else None,
                }
            )
    schema = {
        "organisation": pl.String,
        "year": pl.Int32,
        "verdict": pl.String,
        "kind": pl.String,
        "findings": pl.Int64,
        "due": pl.Date,
        "late": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema)


def arrival_day(catalogue: Catalogue) -> pl.Expr:
    """The day on which a file arrived, as people of the compact count days; receipts are in UTC."""
    there = pl.col("received_at").dt.replace_time_zone("UTC").dt.convert_time_zone(catalogue.header.time_zone)
    return there.dt.date()


def _arrived(receipts: pl.DataFrame, sent: pl.DataFrame, catalogue: Catalogue) -> dict[tuple[str, int], date]:
    """Day of the first arrival by organisation and year, of what organisations sent themselves."""
    own = sent.filter(pl.col("kind") != TRANSCRIBED)["submission_id"].to_list()
    days = receipts.filter(pl.col("submission_id").is_in(own)).select(
        "organisation", "year", arrival_day(catalogue).alias("day")
    )
    first = days.group_by("organisation", "year").agg(pl.col("day").min())
    return {(organisation, year): day for organisation, year, day in first.iter_rows()}

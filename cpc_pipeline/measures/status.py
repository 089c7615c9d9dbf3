"""Who has sent what: organisation x year."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import REPLIES_KIND, Verdict

WORST_FIRST = [
    Verdict.RETURNED,
    Verdict.PARTLY_ACCEPTED,
    Verdict.ACCEPTED_WITH_QUERIES,
    Verdict.ACCEPTED,
    Verdict.WITHDRAWN,
]


def submission_status(submissions: pl.DataFrame, catalogue: Catalogue, years: Sequence[int]) -> pl.DataFrame:
    """One row per organisation and year: verdict (missing and not_due included), kind, number of findings.

    Figures transcribed from publications do not make an organisation that is due to report one that has reported.
    """
    rows = []
    sent = submissions.filter(pl.col("kind") != REPLIES_KIND)  # a list with replies reports nothing
    for organisation in catalogue.organisations.values():
        for year in years:
            own = sent.filter((pl.col("organisation") == organisation.id) & (pl.col("year") == year))
            due = organisation.reports and catalogue.header.start.year <= year <= catalogue.header.end.year
            verdict, kind = ("missing" if due else "not_due"), None
            if not own.is_empty():
                present = set(own["verdict"])
                verdict = str(next(v for v in WORST_FIRST if v in present))
                kind = own["kind"][0]
            findings = int(own["findings"].sum())
            rows.append(
                {"organisation": organisation.id, "year": year, "verdict": verdict, "kind": kind, "findings": findings}
            )
    schema = {
        "organisation": pl.String,
        "year": pl.Int32,
        "verdict": pl.String,
        "kind": pl.String,
        "findings": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema)

"""From findings to what becomes of a submission and of each of its observations."""

from __future__ import annotations

import polars as pl

from cpc_pipeline.contracts import Severity, Status, Verdict


def judge(observations: pl.DataFrame, findings: pl.DataFrame) -> tuple[pl.DataFrame, Verdict]:
    """Observations with the rejected ones marked (kept, never counted), and the verdict on the whole workbook."""
    if findings.is_empty():
        return observations, Verdict.ACCEPTED
    refused = findings.filter(pl.col("severity") == str(Severity.REJECT))["observation_id"].drop_nulls()
    judged = observations if refused.is_empty() else _without(observations, refused.to_list())
    severities = set(findings["severity"])
    if Severity.RETURN in severities:
        return judged, Verdict.RETURNED
    if Severity.REJECT in severities:
        return judged, Verdict.PARTLY_ACCEPTED
    if Severity.QUERY in severities:
        return judged, Verdict.ACCEPTED_WITH_QUERIES
    return judged, Verdict.ACCEPTED


def _without(observations: pl.DataFrame, refused: list[str]) -> pl.DataFrame:
    out = pl.col("observation_id").is_in(refused)
    return observations.with_columns(
        pl.when(out).then(pl.lit(str(Status.REJECTED))).otherwise(pl.col("status")).alias("status"),
        *(pl.when(out).then(None).otherwise(pl.col(c)).alias(c) for c in ("value", "lower", "upper")),
    )

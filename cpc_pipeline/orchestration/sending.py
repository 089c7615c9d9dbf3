"""Whether all have sent by the reporting calendar: what Dagster's freshness is told, because it knows no organisations.

Dagster holds the newest event of an asset against a deadline, whoever it is about. So there is an asset that gets an
event only when nobody is missing any more: it is overdue from the last day on for as long as one organisation is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
import polars as pl

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.desk import notifying, questions
from cpc_pipeline.orchestration.common import described, key, sent_in_time
from cpc_pipeline.orchestration.metadata import list_schema, table
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project

ASSET, CHECK = "all_sent", "nobody_is_late"
OWED = ("missing", str(Verdict.RETURNED), str(Verdict.WITHDRAWN))
"""What is not there yet: a returned workbook counts no more than one that was never sent."""


@dataclass(frozen=True)
class Sent:
    """Of the year that is being sent: who has sent, who has not, and how many days after the last day it is."""

    year: int
    there: pl.DataFrame
    owed: pl.DataFrame
    over: int


def look(project: Project) -> Sent | None:
    """None before the first year of the compact is to be sent."""
    header, today = project.catalogue.header, notifying.today(project)
    status = questions.status(project).filter(pl.col("verdict") != "not_due")
    begun = [year for year in sorted(set(status["year"])) if date(header.closing(year).year, 1, 1) <= today]
    if not begun:
        return None
    own = status.filter(pl.col("year") == begun[-1])
    owed = pl.col("verdict").is_in(OWED)
    return Sent(begun[-1], own.filter(~owed), own.filter(owed), (today - header.closing(begun[-1])).days)


def all_sent(project: Project, words: Words) -> dg.AssetSpec:
    """It has no button: whatever computes the measures says when all have sent."""
    return dg.AssetSpec(
        key(project, ASSET),
        deps=[key(project, "submissions")],
        description=words(f"asset.{ASSET}"),
        metadata={"dagster/column_schema": list_schema(words, ASSET)},
        freshness_policy=sent_in_time(project.catalogue.header),
        **described(project, "intake", "excel"),
    )


def nobody_is_late(project: Project, words: Words) -> dg.AssetChecksDefinition:
    """Who is late, by name; it can be pressed at any time and changes nothing."""

    @dg.asset_check(asset=key(project, ASSET), name=CHECK, description=words(f"check.{CHECK}"))
    def late() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(**_said(look(project), words))

    return late


def tell(project: Project, words: Words, context: Any) -> None:
    """To the history: that all have sent, where they have, and who is late."""
    sent = look(project)
    if sent is None:
        return
    if sent.owed.is_empty():
        metadata: dict[str, Any] = {
            words.label("year"): str(sent.year),
            words.label("workbooks"): _table(sent.there, words),
        }
        context.log_event(dg.AssetMaterialization(key(project, ASSET), metadata=metadata))
    context.log_event(dg.AssetCheckEvaluation(key(project, ASSET), CHECK, **_said(sent, words)))


def _said(sent: Sent | None, words: Words) -> dict[str, Any]:
    late = sent is not None and sent.over > 0 and not sent.owed.is_empty()
    return {
        "passed": not late,
        "severity": dg.AssetCheckSeverity.WARN,
        "description": words("says.missing", count=sent.over) if sent and late else words("says.nobody_late"),
        "metadata": {
            words.label("year"): str(sent.year) if sent else "",  # a number would be drawn as a curve
            words.label("missing"): _table(sent.owed if sent else pl.DataFrame(), words),
        },
    }


def _table(status: pl.DataFrame, words: Words) -> dg.MarkdownMetadataValue:
    names = {o.id: o.short[words.language] for o in words.catalogue.organisations.values()}
    rows = [
        (names[row["organisation"]], words.of("cli", f"verdict.{row['verdict']}"), row["late"])
        for row in status.iter_rows(named=True)
    ]
    frame = pl.DataFrame(rows, schema=["organisation", "verdict", "late"], orient="row")
    return table(frame, {c: c for c in frame.columns}, words)

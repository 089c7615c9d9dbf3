"""How far a table or a submission is on its way to being agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.ledger.signing import Signature


class Standing(StrEnum):
    """provisional: nobody, or nobody of what it is now, has signed. restated: it was agreed, and has changed since."""

    PROVISIONAL = "provisional"
    UNDER_REVIEW = "under_review"  # some parties have signed what it is now, or a question is open
    AGREED = "agreed"
    RESTATED = "restated"


@dataclass(frozen=True)
class Table:
    """The annual table of a year: its standing, who signed what it is now, and what was agreed last, if ever.

    agreed: the content that all parties signed last; signed: parties whose last signature is for the current content.
    """

    standing: Standing
    content: str
    signed: tuple[Signature, ...]
    missing: tuple[str, ...]
    agreed: str | None
    agreed_by: tuple[Signature, ...] = ()


def standing_of_table(content: str, signatures: Sequence[Signature], parties: Sequence[str]) -> Table:
    """The standing of a content, from every signature of its year in order. Without parties nothing can be agreed."""
    valid = [s for s in signatures if s.party in parties and s.holds]
    agreed, by = _last_agreed(valid, parties)
    latest = {s.party: s for s in valid}
    now = tuple(s for s in latest.values() if s.content == content)
    missing = tuple(p for p in parties if p not in {s.party for s in now})
    if parties and not missing:
        return Table(Standing.AGREED, content, now, (), content, now)
    standing = Standing.UNDER_REVIEW if now else Standing.PROVISIONAL
    if agreed is not None and agreed != content:
        standing = Standing.RESTATED
    return Table(standing, content, now, missing, agreed, by)


def _last_agreed(valid: Iterable[Signature], parties: Sequence[str]) -> tuple[str | None, tuple[Signature, ...]]:
    """The last content that every party had signed at the same time."""
    latest: dict[str, Signature] = {}
    agreed: str | None = None
    by: tuple[Signature, ...] = ()
    for signature in valid:
        latest[signature.party] = signature
        if set(latest) == set(parties) and len({s.content for s in latest.values()}) == 1:
            agreed, by = signature.content, tuple(latest.values())
    return agreed, by


def standing_of_submissions(
    submissions: pl.DataFrame, tables: Mapping[int, Table], revisions: Mapping[str, int]
) -> pl.DataFrame:
    """Submission id and standing, one row each.

    A submission is agreed with the table that counted its revision, and restated once it has a later one. Before
    that it is under review while a question of it is open, else provisional.
    submissions: submission_id, year, verdict. revisions: the revision of each that is on record now.
    """
    rows = []
    for row in submissions.select("submission_id", "year", "verdict").iter_rows(named=True):
        table = tables.get(row["year"])
        counted = _counted(table, row["submission_id"])
        if counted is not None:
            same = revisions.get(row["submission_id"]) == counted and row["verdict"] != Verdict.WITHDRAWN
            standing = Standing.AGREED if same else Standing.RESTATED
        elif row["verdict"] == Verdict.ACCEPTED:
            standing = Standing.PROVISIONAL
        else:
            standing = Standing.UNDER_REVIEW
        rows.append((row["submission_id"], str(standing)))
    return pl.DataFrame(rows, schema={"submission_id": pl.String, "standing": pl.String}, orient="row")


def _counted(table: Table | None, submission: str) -> int | None:
    """The revision of a submission that the table counted when it was agreed."""
    signatures = table.agreed_by if table else ()
    return next((s.submissions[submission] for s in signatures if submission in s.submissions), None)

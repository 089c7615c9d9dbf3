"""What is put on record of one workbook, and the row and receipt that it gets: nothing here knows the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Verdict

Row = dict[str, Any]
KeepReceipt = Callable[[Row], object]
"""Called with a receipt before it is committed: a receipt that was recorded has been written for its sender too."""


@dataclass(frozen=True)
class Load:
    """One workbook, read and judged.

    submission: contracts.SUBMISSIONS without revision, receipt and time of receipt, with `size`, `signed` and
    `texts` of its receipt. The frames: rows per their contracts; None where the workbook has none.
    """

    submission: Mapping[str, Any]
    observations: pl.DataFrame | None = None
    findings: pl.DataFrame | None = None
    narratives: pl.DataFrame | None = None
    contributions: pl.DataFrame | None = None
    replies: pl.DataFrame | None = None


def recorded(submission: Mapping[str, Any], known: Row | None, at: datetime, said: datetime) -> tuple[Row, Row | None]:
    """The row of a submission, and its receipt (still without number) where this content had none."""
    row = {k: v for k, v in submission.items() if k not in ("size", "signed", "texts")}
    same = known is not None and known["sha256"] == submission["sha256"]
    if known is not None and same and known["verdict"] != Verdict.WITHDRAWN:
        return row | {k: known[k] for k in ("revision", "receipt_id", "received_at")}, None
    revision = (known["revision"] + (not same)) if known else 1
    receipt = receipt_of(submission, at, said) | {
        "status": submission["verdict"],
        "revision": revision,
        "predecessor": known["receipt_id"] if known else None,
    }
    return row | {"revision": revision, "received_at": at}, receipt


def receipt_of(arrival: Mapping[str, Any], at: datetime, said: datetime) -> Row:
    """A receipt without its number."""
    row: Row = dict.fromkeys(contracts.RECEIPTS)
    row |= {k: v for k, v in arrival.items() if k in row}
    return row | {"received_at": at, "clock_at": said}


def next_number(receipt: Row, given: dict[tuple[str, int], int]) -> str:
    """The number of a receipt; given: how many each organisation has for each year, and then one more."""
    key = (receipt["organisation"], receipt["year"])
    given[key] = given.get(key, 0) + 1
    return f"{key[0]}-{key[1]}-{given[key]:03}"

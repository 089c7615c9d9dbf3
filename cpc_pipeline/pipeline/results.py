"""What the steps say they have done, or would do."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.receiving import Key


@dataclass(frozen=True)
class OnRecord:
    """What is on record of the workbooks that were asked for: rows per contracts; receipts: those given just now."""

    submissions: pl.DataFrame
    findings: pl.DataFrame
    receipts: pl.DataFrame


@dataclass(frozen=True)
class TakenIn:
    """What became of the workbooks of one organisation and year; record: what is on record of all that were asked for.

    Frames of its own would take more room than what they say, where thousands are asked for.
    """

    organisation: str
    year: int
    record: OnRecord

    @property
    def submissions(self) -> pl.DataFrame:
        return self._own(self.record.submissions)

    @property
    def findings(self) -> pl.DataFrame:
        return self.record.findings.filter(pl.col("submission_id").is_in(self.submissions["submission_id"].to_list()))

    @property
    def receipts(self) -> pl.DataFrame:
        return self._own(self.record.receipts)

    @property
    def observations(self) -> int:
        return int(self.submissions["observations"].sum())

    def _own(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter((pl.col("organisation") == self.organisation) & (pl.col("year") == self.year))

    @property
    def verdict(self) -> str:
        """The worst verdict among the workbooks, so that no returned one hides behind an accepted one."""
        order = [Verdict.RETURNED, Verdict.PARTLY_ACCEPTED, Verdict.ACCEPTED_WITH_QUERIES, Verdict.ACCEPTED]
        present = set(self.submissions["verdict"])
        return next((str(v) for v in order if v in present), str(Verdict.WITHDRAWN))


@dataclass(frozen=True)
class MeasuresDone:
    """How many measures there are and for which years; `unchanged` when the inputs were those of last time."""

    rows: int
    years: tuple[int, ...]
    unchanged: bool


@dataclass(frozen=True)
class Todo:
    """What a refresh would do now."""

    submissions: tuple[Key, ...]
    measures: bool
    quality: bool
    years: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        return not (self.submissions or self.measures or self.quality or self.years)

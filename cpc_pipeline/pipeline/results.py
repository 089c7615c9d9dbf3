"""What the steps say they have done, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.receiving import Key


@dataclass(frozen=True)
class OnRecord:
    """What is on record of the workbooks that were asked for: rows per contracts; receipts: those given just now."""

    submissions: pl.DataFrame
    findings: pl.DataFrame
    receipts: pl.DataFrame

    @cached_property
    def parts(self) -> dict[str, dict[tuple[object, ...], pl.DataFrame]]:
        """The rows of each organisation and year, parted once: looking through all for each grows with the square."""
        who = self.submissions.select("submission_id", of="organisation", in_="year")
        found = self.findings.join(who, on="submission_id", maintain_order="left")
        return {
            "submissions": _parted(self.submissions, "organisation", "year"),
            "receipts": _parted(self.receipts, "organisation", "year"),
            "findings": {key: own.drop("of", "in_") for key, own in _parted(found, "of", "in_").items()},
        }


def _parted(frame: pl.DataFrame, *by: str) -> dict[tuple[object, ...], pl.DataFrame]:
    return frame.partition_by(by, as_dict=True, maintain_order=True)


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
        return self._own("submissions")

    @property
    def findings(self) -> pl.DataFrame:
        return self._own("findings")

    @property
    def receipts(self) -> pl.DataFrame:
        return self._own("receipts")

    @property
    def observations(self) -> int:
        return int(self.submissions["observations"].sum())

    def _own(self, name: str) -> pl.DataFrame:
        own = self.record.parts[name].get((self.organisation, self.year))
        whole: pl.DataFrame = getattr(self.record, name)
        return whole.clear() if own is None else own

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

"""Collects what the reader sees, as rows of the Findings frame."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from cpc_pipeline import contracts


class Found:
    """Findings about one workbook."""

    def __init__(self, submission_id: str, organisation: str, year: int) -> None:
        self.submission_id = submission_id
        self.organisation = organisation
        self.year = year
        self._rows: list[dict[str, object]] = []

    def add(
        self,
        code: str,
        severity: str,
        sheet: str,
        cell: str,
        *,
        found: str = "",
        expected: str = "",
        observation_id: str | None = None,
        params: Mapping[str, object] | None = None,
        rule: str = "intake",
    ) -> None:
        self._rows.append(
            {
                "submission_id": self.submission_id,
                "organisation": self.organisation,
                "reporting_year": self.year,
                "sheet": sheet,
                "cell": cell,
                "code": code,
                "severity": severity,
                "rule": rule,
                "observation_id": observation_id,
                "found": found,
                "expected": expected,
                "params": json.dumps(dict(params or {}), sort_keys=True, default=str),
            }
        )

    def frame(self) -> pl.DataFrame:
        known = {"organisation": self.organisation, "reporting_year": self.year}  # perhaps known only from the cover
        rows = [row | known for row in self._rows]
        if not rows:
            return contracts.empty(contracts.FINDINGS)
        return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.FINDINGS))

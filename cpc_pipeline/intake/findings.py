"""Collects what the reader sees, as rows of the Findings frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import polars as pl

from cpc_pipeline import contracts

LEFT_OUT = "[…]"


class Found:
    """Findings about one workbook.

    hides: tells of a text whether it may be personal data: then it is left out, and the address says where it stands.
    """

    def __init__(self, submission_id: str, organisation: str, year: int) -> None:
        self.submission_id = submission_id
        self.organisation = organisation
        self.year = year
        self.hides: Callable[[str], bool] = lambda text: False
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
        if found and self.hides(found):
            found = LEFT_OUT
        said = {key: LEFT_OUT if type(x) is str and self.hides(x) else x for key, x in (params or {}).items()}
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
                "params": json.dumps(said, sort_keys=True, default=str),
            }
        )

    def frame(self) -> pl.DataFrame:
        known = {"organisation": self.organisation, "reporting_year": self.year}  # perhaps known only from the cover
        rows = [row | known for row in self._rows]
        if not rows:
            return contracts.empty(contracts.FINDINGS)
        return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.FINDINGS))

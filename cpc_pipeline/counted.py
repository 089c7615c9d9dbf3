"""The name of a printed number that is no measure: a count, a score, a contribution, a restatement, a progress.

KIND:PART/PART/…, with - for what is not there. `cpc trace` takes it like the name of a measure (naming.py), which has
no colon, and tells what the number was made of.

count:YEAR/EDITION/WHAT[/OF …] · quality:SUBMISSION/INDICATOR[/STANDARD] · progress:INDICATOR/YEAR ·
contribution:YEAR/ORGANISATION/KIND/CURRENCY/VALUATION/IN_FORCE · restated:COLUMN/MEASURE
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("count", "quality", "contribution", "restated", "progress")
NOTHING = "-"
GIVEN = ("organisation", "contribution_kind", "currency", "valuation", "in_force")
"""Columns that part contributions from each other within a year."""


@dataclass(frozen=True)
class Counted:
    """A name, read. parts: what stands behind the kind; a submission's own slashes part it too."""

    kind: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return counted(self.kind, *self.parts)


def counted(kind: str, *parts: object) -> str:
    """The name of a number that is no measure."""
    return f"{kind}:{'/'.join(NOTHING if part is None else str(part) for part in parts)}"


def read(text: str) -> Counted | None:
    """A name, read; None where the text is no name of this form, and may be that of a measure."""
    kind, colon, rest = text.strip().partition(":")
    parts = tuple(rest.split("/"))
    return Counted(kind, parts) if colon and kind in KINDS and all(parts) else None


def contribution(row: Mapping[str, Any]) -> str:
    """The name of a row of contributions_by_year."""
    return counted("contribution", row["year"], *(row[name] for name in GIVEN))

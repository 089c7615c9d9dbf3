"""Hits as findings: rule and address in a row like any other, and never what was found."""

from __future__ import annotations

from collections.abc import Iterable

from cpc_pipeline.contracts import Severity
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.personal.hits import Hit


def say(hits: Iterable[Hit], found: Found, released: bool = False) -> None:
    """released: two people have looked at this very file, so that what the guard says of it is a note."""
    for hit in hits:
        code, severity = ("personal_released", str(Severity.NOTE)) if released else (hit.code, hit.severity)
        params = {"count": hit.count} | ({"aside": hit.place} if hit.place else {})
        found.add(code, severity, hit.sheet, hit.cell, params=params, rule=f"personal.{hit.rule}")

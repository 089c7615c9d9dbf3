"""From a file as received to observations with an address: bytes -> cells -> observations and findings.

What does not belong here: judging whether a value is plausible (validation), or keeping anything (warehouse).
A file that cannot be read is a finding, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake import personal
from cpc_pipeline.intake.arrivals import Arrival, arrivals, fingerprint, irregular, misplaced
from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.picture import page
from cpc_pipeline.intake.foreign.sameness import extent as extent_of
from cpc_pipeline.intake.foreign.sameness import say_same
from cpc_pipeline.intake.preflight import received, shown
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.target_sheet import AgreedTargets, NotATargetSheet, add_targets, read_target_sheet
from cpc_pipeline.intake.template import Asked, indicators_of, template_bytes, template_with
from cpc_pipeline.intake.template.migrating import lines as lost_lines
from cpc_pipeline.intake.tidying import Intake, take_in
from cpc_pipeline.intake.workbook import Cover, write_workbook

__all__ = [
    "AgreedTargets",
    "Arrival",
    "Asked",
    "Cover",
    "Found",
    "Intake",
    "NotATargetSheet",
    "Refused",
    "add_targets",
    "address",
    "arrivals",
    "extent",
    "fingerprint",
    "indicators_of",
    "irregular",
    "lost_lines",
    "misplaced",
    "personal",
    "read",
    "read_target_sheet",
    "reading_page",
    "received",
    "repeats",
    "shown",
    "take_in",
    "take_in_arrival",
    "template_bytes",
    "template_with",
    "write_workbook",
]


def take_in_arrival(arrival: Arrival, catalogue: Catalogue, released: bool = False) -> Intake:
    """Read the file of an arrival; what its folder says of organisation and year is checked against its cover."""
    return take_in(
        received(arrival.path, arrival.sha256),
        name=arrival.name,
        submission_id=arrival.submission_id,
        organisation=arrival.organisation,
        year=arrival.year,
        catalogue=catalogue,
        released=released,
    )


def reading_page(name: str, read: Intake, findings: Mapping[str, pl.DataFrame], catalogue: Catalogue) -> str:
    """The reading of a file as one page of HTML; findings: language -> findings in words."""
    return page(name, read.readings, read.observations, findings, catalogue)


def extent(read: Intake) -> tuple[int, float, float] | None:
    """How many numbers a file says, the least and the largest; None where they are too few to be compared."""
    return extent_of(read.observations)


def repeats(read: Intake, submission_id: str, others: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A finding where a table that is not our template says what another submission says; else no rows."""
    first = read.observations.row(0, named=True) if read.observations.height else {}
    found = Found(submission_id, str(first.get("organisation", "")), int(first.get("reporting_year") or 0))
    if read.by_layout:
        say_same(read.observations, others, catalogue, found)
    return found.frame()

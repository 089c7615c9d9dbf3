"""From a file as received to observations with an address: bytes -> cells -> observations and findings.

What does not belong here: judging whether a value is plausible (validation), or keeping anything (warehouse).
A file that cannot be read is a finding, never an exception.
"""

from __future__ import annotations

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake import personal
from cpc_pipeline.intake.arrivals import Arrival, arrivals, fingerprint, irregular, misplaced
from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.preflight import received, shown
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.template import indicators_of, template_bytes
from cpc_pipeline.intake.tidying import Intake, take_in
from cpc_pipeline.intake.workbook import Cover, write_workbook

__all__ = [
    "Arrival",
    "Cover",
    "Found",
    "Intake",
    "Refused",
    "address",
    "arrivals",
    "fingerprint",
    "indicators_of",
    "irregular",
    "misplaced",
    "personal",
    "read",
    "received",
    "shown",
    "take_in",
    "take_in_arrival",
    "template_bytes",
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

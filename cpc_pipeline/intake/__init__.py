"""From a file as received to observations with an address: bytes -> cells -> observations and findings.

What does not belong here: judging whether a value is plausible (validation), or keeping anything (warehouse).
A file that cannot be read is a finding, never an exception.
"""

from __future__ import annotations

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.arrivals import Arrival, arrivals, fingerprint, misplaced
from cpc_pipeline.intake.preflight import Refused, address
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.template import indicators_of, template_bytes, template_with
from cpc_pipeline.intake.template.migrating import lines as lost_lines
from cpc_pipeline.intake.tidying import Intake, take_in
from cpc_pipeline.intake.workbook import Cover, write_workbook

__all__ = [
    "Arrival",
    "Cover",
    "Intake",
    "Refused",
    "address",
    "arrivals",
    "fingerprint",
    "indicators_of",
    "lost_lines",
    "misplaced",
    "read",
    "take_in",
    "take_in_arrival",
    "template_bytes",
    "template_with",
    "write_workbook",
]


def take_in_arrival(arrival: Arrival, catalogue: Catalogue) -> Intake:
    """Read the file of an arrival; what its folder says of organisation and year is checked against its cover."""
    return take_in(
        arrival.path.read_bytes(),
        name=arrival.path.name,
        submission_id=arrival.submission_id,
        organisation=arrival.organisation,
        year=arrival.year,
        catalogue=catalogue,
    )

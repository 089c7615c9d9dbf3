"""What a sound catalogue still lacks, and the Participants must acknowledge.

A missing target or baseline for a year in force is what the US Government Accountability Office criticised in
these compacts (GAO-23-105390): it is said aloud, one line per indicator.
"""

from __future__ import annotations

from cpc_pipeline.catalogue.faults import Fault
from cpc_pipeline.catalogue.models import Catalogue


def audit(catalogue: Catalogue) -> list[Fault]:
    """Faults of severity 'acknowledge': years in force without target, indicators without declared baseline."""
    in_force = [y for y in catalogue.years if catalogue.header.start.year <= y <= catalogue.header.end.year]
    with_target = set(catalogue.targets.select("indicator", "year").iter_rows())
    with_baseline = set(catalogue.baselines["indicator"])
    faults = []
    for indicator in catalogue.indicators:
        lacking = [str(y) for y in in_force if (indicator, y) not in with_target]
        if lacking:
            faults.append(
                Fault("targets.csv", 0, f"{indicator}: no target for {', '.join(lacking)}", severity="acknowledge")
            )
        if indicator not in with_baseline:
            faults.append(Fault("baselines.csv", 0, f"{indicator}: no baseline declared", severity="acknowledge"))
    return faults

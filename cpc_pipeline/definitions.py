"""What Dagster loads: one compact of one project folder (CPC_COMPACT, CPC_HOME), and nothing else."""

from __future__ import annotations

import dagster as dg

from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.project import open_project


@dg.definitions
def defs() -> dg.Definitions:
    """Assets, checks, sensor and schedule of the compact."""
    return build(open_project())

"""From what was reported to one value per indicator, year, place, group and organisation. Pure functions on frames.

What does not belong here: rounding (publication), hiding (disclosure), and adding up what may not be added.
"""

from cpc_pipeline.measures.computing import Computed, compute, headlines, measure_id
from cpc_pipeline.measures.contributing import contributions_by_year
from cpc_pipeline.measures.explaining import explain
from cpc_pipeline.measures.final import explanations, open_points
from cpc_pipeline.measures.performance import progress
from cpc_pipeline.measures.status import submission_status
from cpc_pipeline.measures.working import Working, working

__all__ = [
    "Computed",
    "Working",
    "compute",
    "contributions_by_year",
    "explain",
    "explanations",
    "headlines",
    "measure_id",
    "open_points",
    "progress",
    "submission_status",
    "working",
]

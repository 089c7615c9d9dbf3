"""From what was reported to one value per indicator, year, place, group and organisation. Pure functions on frames.

What does not belong here: rounding (publication), hiding (disclosure), and adding up what may not be added.
"""

from cpc_pipeline.measures.computing import Computed, compute, headlines, measure_id
from cpc_pipeline.measures.explaining import explain
from cpc_pipeline.measures.status import submission_status

__all__ = ["Computed", "compute", "explain", "headlines", "measure_id", "submission_status"]

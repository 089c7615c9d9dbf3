"""From what was reported to one value per indicator, year, place, group and organisation. Pure functions on frames.

What does not belong here: rounding (publication), hiding (disclosure), and adding up what may not be added.
"""

from cpc_pipeline.measures.affected import Affected, affected, divided, frame_of
from cpc_pipeline.measures.assessing import ISSUED, STANDARDS, assess, marked, trend, weak
from cpc_pipeline.measures.computing import Computed, compute, headlines, measure_id
from cpc_pipeline.measures.contributing import contributions_by_year
from cpc_pipeline.measures.explaining import explain
from cpc_pipeline.measures.final import explanations, open_points
from cpc_pipeline.measures.jumping import jumped
from cpc_pipeline.measures.performance import progress
from cpc_pipeline.measures.placing import columns_needed
from cpc_pipeline.measures.spans import Span, days_of, spans
from cpc_pipeline.measures.status import submission_status
from cpc_pipeline.measures.working import Working, working

__all__ = [
    "ISSUED",
    "STANDARDS",
    "Affected",
    "Computed",
    "Span",
    "Working",
    "affected",
    "assess",
    "columns_needed",
    "compute",
    "contributions_by_year",
    "days_of",
    "divided",
    "explain",
    "explanations",
    "frame_of",
    "headlines",
    "jumped",
    "marked",
    "measure_id",
    "open_points",
    "progress",
    "spans",
    "submission_status",
    "trend",
    "weak",
    "working",
]

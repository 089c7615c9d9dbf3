"""What is wrong with what was reported, as findings that an organisation can answer.

What does not belong here: reading files (intake) and arithmetic of indicators (measures).
"""

from cpc_pipeline.validation.judgement import judge
from cpc_pipeline.validation.rules import reconcile, validate
from cpc_pipeline.validation.words import mask, render

__all__ = ["judge", "mask", "reconcile", "render", "validate"]

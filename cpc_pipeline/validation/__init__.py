"""What is wrong with what was reported, as findings that an organisation can answer.

What does not belong here: reading files (intake) and arithmetic of indicators (measures).
"""

from cpc_pipeline.validation.judgement import judge
from cpc_pipeline.validation.rules import reconcile, validate
from cpc_pipeline.validation.settling import Settled, about, reply_key, settle, waive, waivers_in_force
from cpc_pipeline.validation.words import mask, render

__all__ = [
    "Settled",
    "about",
    "judge",
    "mask",
    "reconcile",
    "render",
    "reply_key",
    "settle",
    "validate",
    "waive",
    "waivers_in_force",
]

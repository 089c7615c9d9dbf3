"""What is wrong with what was reported, as findings that an organisation can answer.

What does not belong here: reading files (intake) and arithmetic of indicators (measures).
"""

from __future__ import annotations

from cpc_pipeline.validation.judgement import judge
from cpc_pipeline.validation.rules import reconcile, validate
from cpc_pipeline.validation.schema import BrokenContract, hold_to_contract
from cpc_pipeline.validation.settling import Settled, about, reply_key, settle, waive, waivers_in_force
from cpc_pipeline.validation.words import mask, render

__all__ = [
    "BrokenContract",
    "Settled",
    "about",
    "hold_to_contract",
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

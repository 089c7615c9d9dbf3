"""What is wrong with what was reported, as findings that an organisation can answer.

What does not belong here: reading files (intake) and arithmetic of indicators (measures).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpc_pipeline.validation.judgement import judge
from cpc_pipeline.validation.rules import reconcile, validate
from cpc_pipeline.validation.settling import Settled, about, reply_key, settle, waive, waivers_in_force
from cpc_pipeline.validation.words import mask, render

if TYPE_CHECKING:
    import polars as pl

    from cpc_pipeline.catalogue import Catalogue

__all__ = [
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


def hold_to_contract(observations: pl.DataFrame, catalogue: Catalogue) -> None:
    """Before anything is loaded: raises BrokenContract where the frame is not what intake promises.

    pandera takes long to import: who only asks whether a workbook is right does not wait for it.
    """
    from cpc_pipeline.validation.schema import hold_to_contract as held

    held(observations, catalogue)

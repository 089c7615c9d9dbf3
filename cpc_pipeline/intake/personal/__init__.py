"""Nothing about an identifiable child gets past this door: sheets of cells -> hits, each a rule and an address.

`guard` judges a whole workbook, `in_text` one text (a narrative or a reply before it is printed), `in_name` the name
of a file or sheet. A hit never holds what was found: no value, no hash, no part of it. What does not belong here:
moving the file away (quarantine.py), words (wording), what a country's identities look like (its personal_data.yaml).
"""

from __future__ import annotations

from cpc_pipeline.intake.personal.guarding import guard
from cpc_pipeline.intake.personal.hits import Hit
from cpc_pipeline.intake.personal.saying import say
from cpc_pipeline.intake.personal.texts import hides, in_name, in_text, of_file

__all__ = ["Hit", "guard", "hides", "in_name", "in_text", "of_file", "say"]

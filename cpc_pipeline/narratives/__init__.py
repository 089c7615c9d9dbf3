"""The texts of the report: drafted from the narratives of the submissions, edited and reviewed by people.

Free text may name a child, so nothing that an organisation wrote is printed: what is printed is what a person has read,
and answers for by name. What does not belong here: printing, deciding what personal data is.
"""

from cpc_pipeline.narratives.drafting import draft, gather, key_of
from cpc_pipeline.narratives.files import FileBroken, path_of, read, slot_of, write
from cpc_pipeline.narratives.linting import Doubt, Facts, lint
from cpc_pipeline.narratives.reviewing import Guard, Looked, Standing, points, reviewed, standing_of
from cpc_pipeline.narratives.slots import Review, Slot, Source, Text, slots

__all__ = [
    "Doubt",
    "Facts",
    "FileBroken",
    "Guard",
    "Looked",
    "Review",
    "Slot",
    "Source",
    "Standing",
    "Text",
    "draft",
    "gather",
    "key_of",
    "lint",
    "path_of",
    "points",
    "read",
    "reviewed",
    "slot_of",
    "slots",
    "standing_of",
    "write",
]

"""For analysts in a notebook: issued editions and the warehouse as tidy polars frames, and the figures of the report.

Everything here reads and nothing writes: an edition from its own files, the warehouse from the readers' copy, so that a
run is never disturbed. What hides nothing must be asked for by name (edition "internal", restricted=True).

What does not belong here: computing or hiding a value, drawing, and words (compacts/common/wording/*/exploring.yaml).
"""

from cpc_pipeline.exploring.edition import Edition
from cpc_pipeline.exploring.memory import Memory
from cpc_pipeline.exploring.opening import list_editions, open_edition, open_warehouse
from cpc_pipeline.exploring.picture import Picture
from cpc_pipeline.exploring.speaking import CannotExplore
from cpc_pipeline.exploring.traced import Traced

__all__ = ["CannotExplore", "Edition", "Memory", "Picture", "Traced", "list_editions", "open_edition", "open_warehouse"]

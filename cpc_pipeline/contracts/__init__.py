"""The frames, statuses and severities that the stages share: the whole interface between them.

Data flows one way: `Cells` -> `Observations` (+ `Findings`) -> `Measures` -> `Release`. Each frame is declared
once here, as an ordered mapping from column to polars type with a sentence per column; the check before loading, the
DuckDB tables, the Dagster column metadata and the documentation are derived from these declarations.

What does not belong here: anything about one country (that is data in `compacts/`), and any computation.
"""

from cpc_pipeline.contracts.computed import (
    EXPLANATIONS,
    LINEAGE,
    MEASURES_HEAD,
    MEASURES_TAIL,
    OPEN_POINTS,
    OVERLAPS,
    QUALITY,
    measures_frame,
)
from cpc_pipeline.contracts.frames import NATION, TOTAL, Column, Frame, Severity, Status, Verdict, empty, polars_schema
from cpc_pipeline.contracts.release import Release
from cpc_pipeline.contracts.sent import (
    CELLS,
    CONTRIBUTIONS,
    DEFINITIONS,
    FEEDBACK_MARK,
    FINDINGS,
    NARRATIVES,
    OBSERVATIONS_HEAD,
    OBSERVATIONS_TAIL,
    RECEIPTS,
    REPLIES,
    REPLIES_KIND,
    REVIEWED_TEXTS,
    SUBMISSIONS,
    observations_frame,
)

__all__ = [
    "CELLS",
    "CONTRIBUTIONS",
    "DEFINITIONS",
    "EXPLANATIONS",
    "FEEDBACK_MARK",
    "FINDINGS",
    "LINEAGE",
    "MEASURES_HEAD",
    "MEASURES_TAIL",
    "NARRATIVES",
    "NATION",
    "OBSERVATIONS_HEAD",
    "OBSERVATIONS_TAIL",
    "OPEN_POINTS",
    "OVERLAPS",
    "QUALITY",
    "RECEIPTS",
    "REPLIES",
    "REPLIES_KIND",
    "REVIEWED_TEXTS",
    "SUBMISSIONS",
    "TOTAL",
    "Column",
    "Frame",
    "Release",
    "Severity",
    "Status",
    "Verdict",
    "empty",
    "measures_frame",
    "observations_frame",
    "polars_schema",
]

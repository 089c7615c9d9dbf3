"""A note on every value that follows another definition than the values before it. No value is touched."""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue, breaks
from cpc_pipeline.measures.notes import noted


def broken(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A value has the definition that is in force on the last day of its period."""
    for found in breaks(catalogue):
        after = (pl.col("indicator") == found.indicator) & (pl.col("period_end") >= found.since)
        if found.until is not None:
            after = after & (pl.col("period_end") < found.until)
        said = {"since": str(found.since), "of": found.of, "version": found.version, "decision": found.decision}
        rows = rows.with_columns(noted(after, "definition_break", said))
    return rows

"""What a reader must know of a row before using its number: three columns of yes and no, in every frame of numbers."""

from __future__ import annotations

import polars as pl

from cpc_pipeline.contracts import Status

AGREED = "agreed"
SUPPRESSED = (str(Status.HIDDEN), str(Status.SUPPRESSED_BY_SOURCE))
FLAGS = ("provisional", "suppressed", "partial")


def flagged(rows: pl.DataFrame, standing: str) -> pl.DataFrame:
    """With three Boolean columns behind the status.

    provisional: not all parties have signed this table. suppressed: withheld, by us or by the source. partial: a number
    for a part of the year, of the places or of the groups.
    """
    made = rows.with_columns(
        pl.lit(standing != AGREED).alias("provisional"),
        pl.col("status").is_in(SUPPRESSED).fill_null(value=False).alias("suppressed"),
        (pl.col("status") == str(Status.PARTIAL)).fill_null(value=False).alias("partial"),
    )
    order = [c for c in made.columns if c not in FLAGS]
    at = order.index("status_name" if "status_name" in order else "status") + 1
    return made.select(*order[:at], *FLAGS, *order[at:])

"""What a new state changes in an old one, row by row: pure functions on frames."""

from __future__ import annotations

import polars as pl

ROWID = "rowid"
_NTH = "nth of its kind"


def difference(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Row ids of `old` that are no longer so, and rows of `new` that were not there. Equal rows are counted.

    old has the columns of new and `rowid`. Rows that are in both stay as they are, with the time they were recorded.
    """
    if old.is_empty():  # nothing to compare with: the first time, and whatever is sent for the first time
        return old[ROWID], new
    columns = new.columns
    counted_old = old.with_columns(_nth(columns))
    counted_new = new.with_columns(_nth(columns))
    on = [*columns, _NTH]
    gone = counted_old.join(counted_new, on=on, how="anti", nulls_equal=True)
    come = counted_new.join(counted_old.drop(ROWID), on=on, how="anti", nulls_equal=True, maintain_order="left")
    return gone[ROWID], come.drop(_NTH)


def _nth(columns: list[str]) -> pl.Expr:
    return pl.int_range(pl.len()).over(columns).alias(_NTH)

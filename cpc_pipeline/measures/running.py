"""Running totals: what a total since some day says of one year is the difference to the total a year before.

The rule `cumulative` is for what is published as "since 1999: 6,570". The total is never the value of a year.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import as_text, plain, written
from cpc_pipeline.measures.placing import key_columns

PAIRS = {"whole": pl.UInt32, "part": pl.UInt32}
Row = dict[str, Any]


def differences(rows: pl.DataFrame, catalogue: Catalogue) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of indicators with the rule `cumulative` as values of their years, and (whole, part) for lineage.

    A total that begins within the year is the value of the year. Another needs the total of the day before the
    year, since the same day; without it there is no value. A total that fell is shown with both numbers, and no value.
    """
    running = [i.id for i in catalogue.indicators.values() if i.over_periods == "cumulative"]
    own = rows.filter(pl.col("indicator").is_in(running) & pl.col("actual").is_not_null())
    if own.is_empty():
        return rows, pl.DataFrame(schema=PAIRS)
    names = [c for c in key_columns(catalogue) if c != "year"]
    totals = {(*(r[c] for c in names), r["year"]): r for r in own.iter_rows(named=True)}
    made, pairs = [], []
    for key, row in totals.items():
        first, last = catalogue.calendars[row["calendar"]].year(row["year"])
        before = totals.get((*key[:-1], row["year"] - 1))
        fits = before is not None and (before["period_start"], before["period_end"]) == (
            row["period_start"],
            first - timedelta(days=1),
        )
        if fits and before is not None:
            pairs.append({"whole": row["key"], "part": before["key"]})
        made.append(_of_the_year(row, before if fits else None, first, last))
    frame = pl.DataFrame(made, schema=rows.schema)
    kept = rows.join(frame.select("key"), on="key", how="anti", maintain_order="left")
    return pl.concat([kept, frame]), pl.DataFrame(pairs, schema=PAIRS)


def _of_the_year(row: Row, before: Row | None, first: Any, last: Any) -> Row:
    since, total = row["period_start"], row["actual"]
    params: dict[str, Any] = {"since": str(since), "until": str(row["period_end"]), "total": plain(total)}
    whole = row["period_end"] == last
    status = str(Status.REPORTED if whole else Status.PARTIAL)
    made = row | {"period_start": max(since, first), "status": status, "basis": "periods"}
    if since >= first:
        return made | {"basis": "reported"}
    if before is None:
        note = as_text([written("running_total", params)])
        return made | {"actual": None, "status": str(Status.NOT_AVAILABLE), "notes": row["notes"] + note}
    params["before"] = plain(before["actual"])
    if total < before["actual"]:
        note = as_text([written("running_total_fell", params)])
        return made | {"actual": None, "status": str(Status.CONFLICTING), "notes": row["notes"] + note}
    note = as_text([written("running_difference", params)])
    return made | {"actual": total - before["actual"], "notes": row["notes"] + note}

"""What is known of one key over one period: reports of the same thing brought to agreement."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.combining import BOUNDS, agree
from cpc_pipeline.measures.notes import NOTES, as_list, none
from cpc_pipeline.measures.placing import NUMBER

NUMBERS = ("value", "lower", "upper", "numerator", "denominator")
SCHEMA: dict[str, Any] = {
    "key": pl.UInt32,
    "period_start": pl.Date,
    "period_end": pl.Date,
    **dict.fromkeys(NUMBERS, pl.Float64),
    "status": pl.String,
    "notes": NOTES,
}
PERIOD = ("key", "period_start", "period_end")


@dataclass(frozen=True)
class Points:
    """points: one row per key and period (SCHEMA). roles: key, period, number of the observation, role within that
    period."""

    points: pl.DataFrame
    roles: pl.DataFrame


def agreed(members: pl.DataFrame) -> Points:
    """One point per key and period. Only where several reports speak of the same is there anything to weigh."""
    said = members.filter(pl.col("status") != str(Status.BLANK)).with_columns(size=pl.len().over(PERIOD))
    single = said.filter(pl.col("size") == 1)
    several = said.filter(pl.col("size") > 1)
    points, roles = _alone(single), single.select(*PERIOD, NUMBER, pl.lit("used").alias("role"))
    if several.is_empty():
        return Points(points, roles)
    weighed, weighed_roles = _together(several)
    return Points(pl.concat([points, weighed]), pl.concat([roles, weighed_roles]))


def _alone(single: pl.DataFrame) -> pl.DataFrame:
    """A report that stands alone: a number is a number, an end of a range is kept, anything else is its status."""
    number = pl.col("value").is_not_null()
    bound = ~number & pl.col("status").is_in([str(b) for b in BOUNDS])
    return single.select(
        *PERIOD,
        "value",
        *(pl.when(bound).then(pl.col(c)).alias(c) for c in ("lower", "upper")),
        *(pl.when(number).then(pl.col(c)).alias(c) for c in ("numerator", "denominator")),
        pl.when(number).then(pl.lit(str(Status.REPORTED))).otherwise(pl.col("status")).alias("status"),
        none().alias("notes"),
    ).cast(SCHEMA)  # type: ignore[arg-type]


def _together(several: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in several.sort("observation_id").iter_rows(named=True):
        groups[row["key"], row["period_start"], row["period_end"]].append(row)
    points, roles = [], []
    for (key, start, end), rows in groups.items():
        p = agree(rows)
        numbers = {c: getattr(p, c) for c in NUMBERS}
        known = {"key": key, "period_start": start, "period_end": end}
        points.append(known | numbers | {"status": str(p.status), "notes": as_list(p.notes)})
        numbers_of = {row["observation_id"]: row[NUMBER] for row in rows}
        roles += [known | {NUMBER: numbers_of[o], "role": r} for o, r in p.roles.items()]
    schema = {c: SCHEMA[c] for c in PERIOD} | {NUMBER: pl.UInt32, "role": pl.String}
    return pl.DataFrame(points, schema=SCHEMA), pl.DataFrame(roles, schema=schema)


def notes_of(texts: list[str]) -> tuple[dict[str, Any], ...]:
    """Notes as `combining` has them."""
    return tuple(json.loads(text) for text in texts)

"""Observations as short lines of text: `2024Q1@00=40`, `2024@01=60(30/50) sex=female org=guards unit=cases`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import polars as pl
from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue

LINE = re.compile(r"(?P<period>[^@]+)@(?P<place>\w+)=(?P<value>[^(]+)(\((?P<top>[\d.]+)/(?P<bottom>[\d.]+)\))?$")


def observed(lines: list[str], catalogue: Catalogue, indicator: str) -> pl.DataFrame:
    """One row per line; what is not said is the total, the record and the unit of the indicator.

    Periods: 2024, 2024Q1, or two days joined by /. Values: a number, >400, 85..95, or a status.
    """
    rows = []
    for number, line in enumerate(lines):
        head, *more = line.split(" ")
        told = dict(word.split("=") for word in more)
        own = catalogue.indicators[told.get("indicator", indicator)]
        found = LINE.match(head)
        assert found, line
        start, end = _days(found["period"])
        rows.append(
            {
                "observation_id": f"s!{number:04}",
                "submission_id": "s",
                "organisation": told.get("org", own.record),
                "reporting_year": end.year,
                "series": own.id,
                "series_kind": "indicator",
                "period_start": start,
                "period_end": end,
                "place": found["place"],
                "unit": told.get("unit", own.unit),
                "revision": int(told.get("revision", 0)),
                "numerator": float(found["top"]) if found["top"] else None,
                "denominator": float(found["bottom"]) if found["bottom"] else None,
                **{d: told.get(d, own.headline.get(d, "all")) for d in catalogue.dimension_ids},
                **_value(found["value"]),
            }
        )
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids)))


def _days(text: str) -> tuple[date, date]:
    if "/" in text:
        start, end = text.split("/")
        return date.fromisoformat(start), date.fromisoformat(end)
    year, _, quarter = text.partition("Q")
    if not quarter:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    month = 3 * int(quarter)
    following = date(int(year) + month // 12, month % 12 + 1, 1)
    return date(int(year), month - 2, 1), following - timedelta(days=1)


def _value(text: str) -> dict[str, Any]:
    if text.startswith(">"):
        return {"lower": float(text[1:]), "status": "lower_bound"}
    if ".." in text:
        low, high = text.split("..")
        return {"lower": float(low), "upper": float(high), "status": "range"}
    if text.replace(".", "", 1).isdigit():
        return {"value": float(text), "status": "reported"}
    return {"status": text}


def like(catalogue: Catalogue, indicator: str, **changes: Any) -> Catalogue:
    """The catalogue with one indicator changed."""
    changed = catalogue.indicators[indicator].model_copy(update=changes)
    return catalogue.model_copy(update={"indicators": {**catalogue.indicators, indicator: changed}})

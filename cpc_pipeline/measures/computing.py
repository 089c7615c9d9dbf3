"""The measures of all years: grouping, the system of record, what is missing, baselines, targets, deviations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, Indicator
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.measures.combining import Note, Point, agree, over_the_year
from cpc_pipeline.measures.periods import place_period

RECORD, PARALLEL = "record", "parallel"
GROWING = ("sum", "max", "unduplicated")
"""Rules by which the value of a year grows until its end: a part of the year is not behind its target yet."""
Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Computed:
    """measures and lineage per contracts; left_out: observation_id and reason, so that nothing is lost unseen."""

    measures: pl.DataFrame
    lineage: pl.DataFrame
    left_out: pl.DataFrame


def compute(observations: pl.DataFrame, catalogue: Catalogue) -> Computed:
    """Measures of every year of the compact from the observations that count. Nothing is rounded."""
    groups, refused, left_out = _group(observations, catalogue)
    rows, lineage = [_refused(key, catalogue) for key in sorted(refused - groups.keys())], []
    for key, members in groups.items():
        row, roles = _measure(key, members, catalogue)
        rows.append(row)
        lineage += [
            {"measure_id": measure_id(row, catalogue), "observation_id": o, "role": r} for o, r in roles.items()
        ]
    _choose_records(rows, catalogue)
    rows += _headlines(rows, catalogue)
    _derive(rows, catalogue)
    _compare(rows, catalogue)
    schema = contracts.polars_schema(contracts.measures_frame(catalogue.dimension_ids))
    finished = [{**row, "notes": json.dumps(row["notes"], sort_keys=True, ensure_ascii=False)} for row in rows]
    return Computed(
        pl.DataFrame(finished, schema=schema).sort(pl.all(), nulls_last=True),
        pl.DataFrame(lineage, schema=contracts.polars_schema(contracts.LINEAGE)).sort(pl.all()),
        pl.DataFrame(left_out, schema={"observation_id": pl.String, "reason": pl.String}),
    )


def measure_id(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The key of a measure as text."""
    parts = [
        row[c] for c in ("indicator", "calendar", "year", "place", *catalogue.dimension_ids, "organisation", "unit")
    ]
    return "|".join(str(part) for part in parts)


def headlines(measures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The measures that stand for their indicator in a year in force: one row per indicator and year."""
    years = [y for y in catalogue.years if catalogue.header.start.year <= y <= catalogue.header.end.year]
    record = (pl.col("series") == RECORD) & (pl.col("calendar") == catalogue.default_calendar)
    own = measures.filter(record & pl.col("year").is_in(years))
    return own.filter(pl.Series([_is_headline(row, catalogue) for row in own.iter_rows(named=True)], dtype=pl.Boolean))


def _group(observations: pl.DataFrame, catalogue: Catalogue) -> tuple[dict[Key, list[Row]], set[Key], list[Row]]:
    """Observations of indicators by measure key; keys of refused ones; what is left out, each with its reason."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    refused: set[Key] = set()
    left_out: list[Row] = []
    indicators = observations.filter(pl.col("series_kind") == "indicator").sort("observation_id")
    for row in indicators.iter_rows(named=True):
        placed = place_period(row["period_start"], row["period_end"], catalogue)
        rejected = row["status"] == Status.REJECTED
        key = None
        if placed is not None and row["series"] in catalogue.indicators and row["unit"] in catalogue.units:
            dims = tuple(row[d] for d in catalogue.dimension_ids)
            key = (row["series"], placed.calendar, placed.year, row["place"], dims, row["organisation"], row["unit"])
        if rejected or key is None:
            reason = "rejected" if rejected else "belongs_to_no_year"
            left_out.append({"observation_id": row["observation_id"], "reason": reason})
            refused |= {key} if key else set()
        else:
            groups[key].append(row)
    return groups, refused, left_out


def _refused(key: Key, catalogue: Catalogue) -> Row:
    """A measure of which all that arrived was refused: received, and not counted, which is not the same as missing."""
    indicator_id, calendar, year, place, dims, organisation, unit = key
    groups = dict(zip(catalogue.dimension_ids, dims, strict=True))
    row = _row(catalogue.indicators[indicator_id], calendar, year, place, groups, catalogue)
    return row | {"organisation": organisation, "unit": unit, "status": str(Status.REJECTED)}


def _measure(key: tuple[Any, ...], members: list[Row], catalogue: Catalogue) -> tuple[Row, Mapping[str, str]]:
    indicator_id, calendar, year, place, dims, organisation, unit = key
    indicator = catalogue.indicators[indicator_id]
    by_period: dict[tuple[Any, Any], list[Row]] = defaultdict(list)
    # A blank row is a period for which nothing was sent: it is no report, and hides none of the others.
    said = [member for member in members if member["status"] != Status.BLANK]
    for member in said:
        by_period[(member["period_start"], member["period_end"])].append(member)
    span = catalogue.calendars[calendar].year(year)
    point = Point(*span, Status.BLANK, roles={member["observation_id"]: "used" for member in members})
    if said:
        points = [agree(rows) for rows in by_period.values()]
        point = over_the_year(points, indicator.over_periods, span, indicator.multiplier)
    row = _row(indicator, calendar, year, place, dict(zip(catalogue.dimension_ids, dims, strict=True)), catalogue)
    row |= {
        "organisation": organisation,
        "unit": unit,
        "period_start": point.start,
        "period_end": point.end,
        "actual": point.value,
        "lower": point.lower,
        "upper": point.upper,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "status": str(point.status),
        "completeness": _completeness(point, indicator, len(by_period), span),
        "notes": [*row["notes"], *point.notes],
    }
    return row, point.roles


def _row(
    indicator: Indicator, calendar: str, year: int, place: str, dims: Mapping[str, str], catalogue: Catalogue
) -> Row:
    """A measure about which nothing is known yet."""
    start, end = catalogue.calendars[calendar].year(year)
    notes: list[Note] = []
    if start < catalogue.header.start.replace(month=1, day=1):
        notes.append({"code": "before_compact", "params": {}})
    row: Row = dict.fromkeys(contracts.measures_frame(catalogue.dimension_ids))
    row |= {"indicator": indicator.id, "objective": indicator.objective, "calendar": calendar, "year": year}
    row |= {"place": place, **dims, "period_start": start, "period_end": end, "notes": notes}
    row |= {"organisation": indicator.record or "", "series": RECORD, "unit": indicator.unit}
    return row | {"status": str(Status.NOT_RECEIVED), "completeness": f"0/{indicator.reports_due}"}


def _completeness(point: Point, indicator: Indicator, periods: int, span: tuple[Any, Any]) -> str:
    due = indicator.reports_due
    if not periods:
        return f"0/{due}"
    return f"{due}/{due}" if (point.start, point.end) == span else f"{min(periods, due)}/{due}"


def _place_key(row: Row, catalogue: Catalogue) -> tuple[Any, ...]:
    return tuple(row[c] for c in ("indicator", "calendar", "year", "place", *catalogue.dimension_ids))


def _choose_records(rows: list[Row], catalogue: Catalogue) -> None:
    """One record row per key at most: the system of record, in the indicator's unit or one of its family."""
    taken: set[tuple[Any, ...]] = set()
    for row in sorted(rows, key=lambda r: (r["unit"] != catalogue.indicators[r["indicator"]].unit, r["unit"])):
        indicator = catalogue.indicators[row["indicator"]]
        same = catalogue.units[row["unit"]].family == catalogue.units[indicator.unit].family
        key = _place_key(row, catalogue)
        if row["organisation"] == indicator.record and same and key not in taken:
            taken.add(key)
            continue
        row["series"] = PARALLEL
        row["notes"].append({"code": "parallel_series" if same else "other_unit", "params": {}})


def _headlines(rows: list[Row], catalogue: Catalogue) -> list[Row]:
    """A row for each indicator and year of which the system of record said nothing: not received, not zero."""
    there = {_place_key(row, catalogue) for row in rows if row["series"] == RECORD}
    made = []
    for indicator in catalogue.indicators.values():
        dims = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
        for year in catalogue.years:
            row = _row(indicator, catalogue.default_calendar, year, NATION, dims, catalogue)
            if _place_key(row, catalogue) not in there:
                made.append(row)
    return made


def _derive(rows: list[Row], catalogue: Catalogue) -> None:
    """Ratios of two indicators, from the record rows of both; what is missing is named."""
    totals = {
        (row["indicator"], row["year"]): row
        for row in rows
        if row["series"] == RECORD and row["calendar"] == catalogue.default_calendar and _is_headline(row, catalogue)
    }
    for (indicator_id, year), row in totals.items():
        derived = catalogue.indicators[indicator_id].derived
        if derived is None:
            continue
        row["status"] = str(Status.NOT_AVAILABLE)
        if derived == "pipeline":
            row["notes"].append({"code": "computed_later", "params": {}})
            continue
        parts = [(i, totals.get((i, year))) for i in (derived.numerator, derived.denominator)]
        lacking = [i for i, part in parts if part is None or part["actual"] is None]
        top, bottom = (part["actual"] if part else None for _, part in parts)
        if lacking or not bottom:
            row["notes"].append({"code": "derived_missing", "params": {"indicators": lacking}})
            continue
        known = [part for _, part in parts if part]
        whole = all(part["status"] == Status.REPORTED for part in known)
        row |= {"numerator": top, "denominator": bottom, "status": str(Status.REPORTED if whole else Status.PARTIAL)}
        row["completeness"] = min((part["completeness"] for part in known), key=_share)
        row["actual"] = top / bottom * catalogue.indicators[indicator_id].multiplier


def _share(completeness: str) -> float:
    received, due = completeness.split("/")
    return int(received) / int(due)


def _is_headline(row: Row, catalogue: Catalogue) -> bool:
    dims = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[row["indicator"]].headline
    return row["place"] == NATION and all(row[d] == c for d, c in dims.items())


def _compare(rows: list[Row], catalogue: Catalogue) -> None:
    """Baseline, target, achievement and deviation of every row."""
    targets = _agreed(catalogue.targets, catalogue)
    declared = {key[:1] + key[2:]: (value, key[1]) for key, value in _agreed(catalogue.baselines, catalogue).items()}
    earliest = _earliest(rows, catalogue)
    for row in rows:
        dims = tuple(row[d] for d in catalogue.dimension_ids)
        indicator = catalogue.indicators[row["indicator"]]
        series = (row["indicator"], row["calendar"], row["place"], dims, row["organisation"], row["unit"])
        own = row["series"] == RECORD
        baseline = declared.get((row["indicator"], row["place"], dims)) if own else None
        first = baseline or earliest.get(series)
        if first and first[1] > row["year"]:
            first = None  # what came later is no baseline of this year
        row["baseline"], row["baseline_year"] = first or (None, None)
        row["target"] = targets.get((row["indicator"], row["year"], row["place"], dims)) if own else None
        if row["target"] is None and own:
            row["notes"].insert(0, {"code": "no_target_set", "params": {}})
        _rate(row, indicator)


def _rate(row: Row, indicator: Indicator) -> None:
    """Achievement and deviation against the target, by the indicator's direction and its own tolerance."""
    actual, target, baseline = row["actual"], row["target"], row["baseline"]
    row["explanation_required"] = False
    if target is None:
        row["rating"] = "no_target"
        return
    if actual is None:
        row["rating"] = "no_value"
        return
    if target == 0:
        row["rating"] = "on_target" if actual == 0 else "off_target"
        row["explanation_required"] = actual != 0
        row["notes"].append({"code": "target_is_zero", "params": {}})
        return
    row["deviation_pct"] = (actual - target) / target * 100
    if indicator.direction == "down":
        if baseline not in (None, target):
            row["achievement_pct"] = (baseline - actual) / (baseline - target) * 100
    else:
        row["achievement_pct"] = actual / target * 100
    if row["status"] == Status.PARTIAL and indicator.over_periods in GROWING:
        row["rating"] = "incomplete"
        return
    within = abs(row["deviation_pct"]) <= indicator.tolerance_pct
    row["explanation_required"] = not within
    better = (indicator.direction == "up" and actual >= target) or (indicator.direction == "down" and actual <= target)
    row["rating"] = (
        "no_direction" if indicator.direction == "none" else "on_target" if within or better else "off_target"
    )


def _agreed(frame: pl.DataFrame, catalogue: Catalogue) -> dict[tuple[Any, ...], float]:
    return {
        (r["indicator"], r["year"], r["place"], tuple(r[d] for d in catalogue.dimension_ids)): r["value"]
        for r in frame.iter_rows(named=True)
    }


def _earliest(rows: Iterable[Row], catalogue: Catalogue) -> dict[tuple[Any, ...], tuple[float, int]]:
    """First whole-year value of each series, where no baseline is declared."""
    first: dict[tuple[Any, ...], tuple[float, int]] = {}
    for row in sorted(rows, key=lambda r: r["year"]):
        dims = tuple(row[d] for d in catalogue.dimension_ids)
        key = (row["indicator"], row["calendar"], row["place"], dims, row["organisation"], row["unit"])
        if row["status"] == Status.REPORTED and row["actual"] is not None:
            first.setdefault(key, (row["actual"], row["year"]))
    return first

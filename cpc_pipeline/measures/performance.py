"""Progress over the years: rate of change against the rate that the target needs, life of the compact, outlook.

Method: the progress measure of Statistics Canada for indicators with a quantitative target, as Open SDG computes it
(open-sdg/sdg-build, ProgressMeasure.py, compared line by line). The yearly rate of change from the base year to now,
r = (actual / baseline) ^ (1 / years) - 1, is divided by the size of the rate that leads from the base year to the
target in the target year, and counts as negative where it goes against the direction of the indicator. 95 % of it or
more: significant progress; 60 % or more: moderate; 0 % or more: insufficient; below: away from the target. What
reaches the target of the target year already is significant whatever the base was. Eurostat's monitoring reports are
said to use the same ratio and thresholds; that was not checked. Ours alone: where one of the three numbers is zero or
less there is no rate of growth, the yearly difference takes its place, and `method` says linear (Open SDG puts 0.001
in the place of zero). The thresholds are data (compact.yaml, `progress`). An indicator without direction is never
assessed. The target in the target year is the last that was agreed.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Indicator
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.computing import headlines

SCHEMA: dict[str, Any] = {
    "indicator": pl.String,
    "year": pl.Int32,
    "baseline": pl.Float64,
    "baseline_year": pl.Int32,
    "actual": pl.Float64,
    "target": pl.Float64,  # of target_year
    "target_year": pl.Int32,
    "rate": pl.Float64,  # of change in a year, from the base year to this one (per cent, or units where linear)
    "required_rate": pl.Float64,
    "ratio": pl.Float64,  # rate / required_rate
    "method": pl.String,  # growth or linear
    "assessment": pl.String,  # see above, or no_direction, no_target, no_baseline, no_value
    "trend": pl.Float64,  # mean yearly difference over the years with a whole value, by least squares
    "cumulative": pl.Float64,  # flows: sum of the compact's years so far; others: the last value
    "life_target": pl.Float64,  # flows: sum of the agreed yearly targets; others: the last one agreed
    "life_pct": pl.Float64,
    "outlook": pl.Float64,  # at the end of the compact
    "assumption": pl.String,  # of the outlook: same_mean_year (flows), same_yearly_change, none
}
Row = dict[str, Any]


def progress(measures: pl.DataFrame, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """One row per indicator, as known at the end of `year`; see SCHEMA. Only whole years of the record count."""
    own = headlines(measures, catalogue).filter(pl.col("year") <= year)
    rows = []
    for indicator in catalogue.indicators.values():
        series = own.filter(pl.col("indicator") == indicator.id).sort("year").to_dicts()
        rows.append(_of_one(indicator, series, catalogue, year))
    return pl.DataFrame(rows, schema=SCHEMA)


def _of_one(indicator: Indicator, series: list[Row], catalogue: Catalogue, year: int) -> Row:
    whole = [r for r in series if r["status"] == Status.REPORTED and r["actual"] is not None]
    last = series[-1] if series else {}
    now = next((r for r in whole if r["year"] == year), None)
    targets = _targets(indicator, catalogue)
    target_year = max(targets, default=None)
    row: Row = dict.fromkeys(SCHEMA) | {"indicator": indicator.id, "year": year, "assumption": "none"}
    row |= {"baseline": last.get("baseline"), "baseline_year": last.get("baseline_year")}
    row |= {"actual": now["actual"] if now else None, "target_year": target_year}
    row["target"] = targets[target_year] if target_year is not None else None
    row |= _assessed(row, indicator, catalogue)
    row["trend"] = _slope([(r["year"], r["actual"]) for r in whole])
    row |= _over_life(indicator, whole, targets, catalogue, year)
    return row


def _targets(indicator: Indicator, catalogue: Catalogue) -> dict[int, float]:
    dims = dict.fromkeys(catalogue.dimension_ids, "all") | indicator.headline
    own = catalogue.targets.filter(
        pl.col("indicator") == indicator.id, pl.col("place") == "00", *(pl.col(d) == c for d, c in dims.items())
    )
    return dict(own.select("year", "value").iter_rows())


def _assessed(row: Row, indicator: Indicator, catalogue: Catalogue) -> Row:
    base, actual, target = row["baseline"], row["actual"], row["target"]
    if indicator.direction == "none":
        return {"assessment": "no_direction"}
    if target is None:
        return {"assessment": "no_target"}
    if actual is None:
        return {"assessment": "no_value"}
    gone = row["year"] - row["baseline_year"] if base is not None else 0
    ahead = row["target_year"] - row["baseline_year"] if base is not None else 0
    if gone <= 0 or ahead <= 0:
        return {"assessment": "no_baseline"}
    growth = min(base, actual, target) > 0
    rate, required = (_rate(base, x, n, growth) for x, n in ((actual, gone), (target, ahead)))
    made: Row = {"rate": rate, "required_rate": required, "method": "growth" if growth else "linear"}
    up = indicator.direction == "up"
    met = actual >= target if up else actual <= target
    if required == 0:
        return made | {"assessment": "significant" if met else "away"}
    ratio = (rate if up else -rate) / abs(required)
    if met:
        return made | {"ratio": ratio, "assessment": "significant"}
    limits = catalogue.header.progress
    words = ((limits.significant, "significant"), (limits.moderate, "moderate"), (0.0, "insufficient"))
    return made | {"ratio": ratio, "assessment": next((w for least, w in words if ratio >= least), "away")}


def _rate(base: float, value: float, years: int, growth: bool) -> float:
    return ((value / base) ** (1 / years) - 1) * 100 if growth else (value - base) / years


def _slope(points: list[tuple[int, float]]) -> float | None:
    """Least squares: the yearly difference that fits all years best; None for fewer than two."""
    if len(points) < 2:
        return None
    x = sum(p[0] for p in points) / len(points)
    y = sum(p[1] for p in points) / len(points)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def _over_life(
    indicator: Indicator, whole: list[Row], targets: dict[int, float], catalogue: Catalogue, year: int
) -> Row:
    """Flows add up over the years of the compact; what is counted anew each year does not. The end is the last year
    with a target, or else the last of the compact."""
    if not whole:
        return {}
    flow = indicator.over_periods in ("sum", "cumulative") and indicator.kind in ("count", "money")
    end = max([*targets, catalogue.header.end.year])
    left = end - year
    last = whole[-1]["actual"]
    if flow:
        total = sum(r["actual"] for r in whole)
        life = sum(targets.values()) if targets else None
        outlook = total + total / len(whole) * left
        made: Row = {"cumulative": total, "life_target": life, "outlook": outlook, "assumption": "same_mean_year"}
    else:
        slope = _slope([(r["year"], r["actual"]) for r in whole])
        life = targets[max(targets)] if targets else None
        made = {"cumulative": last, "life_target": life}
        if slope is not None and indicator.kind != "milestone":
            made |= {"outlook": last + slope * left, "assumption": "same_yearly_change"}
    if life:
        made["life_pct"] = made["cumulative"] / life * 100
    return made

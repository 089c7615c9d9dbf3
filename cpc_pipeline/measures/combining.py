"""Several reports of one thing in one year, made one: by revision, by agreement, then by the indicator's own rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from cpc_pipeline.contracts import Status

Note = dict[str, Any]
BOUNDS = (Status.LOWER_BOUND, Status.UPPER_BOUND, Status.RANGE, Status.SUPPRESSED_BY_SOURCE)


@dataclass(frozen=True)
class Point:
    """What is known of one key over one period. roles: observation -> used, repeated, superseded, conflicting."""

    start: date
    end: date
    status: Status
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def agree(rows: Sequence[Mapping[str, Any]]) -> Point:
    """Reports of the same key and the same period by one organisation.

    The highest revision stands. Equal values are one value; different ones are shown as the range they span, and
    nobody here decides between them. An exact value stands before a bound that it satisfies.
    """
    last = max(row["revision"] for row in rows)
    standing = [row for row in rows if row["revision"] == last]
    roles = {row["observation_id"]: "superseded" for row in rows}
    notes: list[Note] = []
    if len(standing) < len(rows):
        old = sorted({_said(r) for r in rows if r["revision"] < last} - {None})
        notes.append({"code": "revised", "params": {"values": [_plain(v) for v in old]}})
    start, end = standing[0]["period_start"], standing[0]["period_end"]
    exact = [row for row in standing if row["value"] is not None]
    bounds = [row for row in standing if row["value"] is None and row["status"] in BOUNDS]
    values = sorted({row["value"] for row in exact})
    if len(values) == 1 and all(_holds(row, values[0]) for row in bounds):
        first = exact[0]
        roles |= {row["observation_id"]: "repeated" for row in exact}
        roles[first["observation_id"]] = "used"
        ratio = (first["numerator"], first["denominator"])
        return Point(start, end, Status.REPORTED, values[0], None, None, *ratio, roles, tuple(notes))
    known = [x for row in [*exact, *bounds] for x in (row["value"], row["lower"], row["upper"]) if x is not None]
    if exact:
        roles |= {row["observation_id"]: "conflicting" for row in [*exact, *bounds]}
        notes.append({"code": "conflicting", "params": {"values": [_plain(v) for v in sorted(set(known))]}})
        low, high = min(known), max(known)
        return Point(start, end, Status.CONFLICTING, None, low, high, None, None, roles, tuple(notes))
    roles |= {row["observation_id"]: "used" for row in standing}
    if bounds:
        lowers = [row["lower"] for row in bounds if row["lower"] is not None]
        uppers = [row["upper"] for row in bounds if row["upper"] is not None]
        status = Status(bounds[0]["status"])
        low, high = max(lowers, default=None), min(uppers, default=None)
        return Point(start, end, status, None, low, high, None, None, roles, tuple(notes))
    return Point(start, end, Status(standing[0]["status"]), roles=roles, notes=tuple(notes))


def over_the_year(points: Sequence[Point], rule: str, year: tuple[date, date], multiplier: float = 1) -> Point:
    """Points of different periods of one year made one by the indicator's rule.

    A whole year stands before its parts. Parts are added only where the rule is a sum and they do not overlap;
    people counted without duplicates are never the sum of periods: that is only their upper bound. Ratios are the
    sum of numerators over the sum of denominators, times the indicator's multiplier (100 for percentages).
    """
    whole = [p for p in points if (p.start, p.end) == year]
    if whole:
        return _with_roles(whole[0], points)
    parts = [p for p in points if not any(_inside(p, other) for other in points)]
    parts.sort(key=lambda p: (p.end, p.start))
    last = parts[-1]
    if rule in ("latest", "milestone"):
        return _with_roles(last, points)
    if rule == "sum" and len(parts) > 1:
        return _sum(parts, points, year)
    if rule == "unduplicated" and len(parts) > 1 and all(p.value is not None for p in parts):
        low, high = max(p.value or 0 for p in parts), sum(p.value or 0 for p in parts)
        note: Note = {"code": "unduplicated_upper_bound", "params": {}}
        bound = Point(parts[0].start, last.end, Status.UPPER_BOUND, None, low, high, notes=(note,))
        return _with_roles(bound, points, parts)
    if rule in ("mean", "max", "weighted_mean", "ratio_of_sums") and len(parts) > 1:
        return _average(parts, points, rule, multiplier)
    return _with_roles(_partial(last), points, [last])


def _sum(parts: list[Point], points: Sequence[Point], year: tuple[date, date]) -> Point:
    ordered = sorted(parts, key=lambda p: p.start)
    apart = all(a.end < b.start for a, b in pairwise(ordered))
    if not apart or any(p.value is None for p in parts):
        note: Note = {"code": "not_added", "params": {}}
        last = _partial(parts[-1])
        return _with_roles(replace(last, notes=(*last.notes, note)), points, [parts[-1]])
    joined = all(a.end + timedelta(days=1) == b.start for a, b in pairwise(ordered))
    span = (ordered[0].start, ordered[-1].end)
    total = Point(*span, Status.REPORTED, sum(p.value or 0 for p in parts))
    return _with_roles(total if joined and span == year else _partial(total), points, parts)


def _average(parts: list[Point], points: Sequence[Point], rule: str, multiplier: float) -> Point:
    values = [p.value for p in parts if p.value is not None]
    span = (min(p.start for p in parts), max(p.end for p in parts))
    if rule in ("ratio_of_sums", "weighted_mean"):
        if any(p.numerator is None or not p.denominator for p in parts):
            return _with_roles(_partial(parts[-1]), points, [parts[-1]])
        top, bottom = sum(p.numerator or 0 for p in parts), sum(p.denominator or 0 for p in parts)
        combined = Point(*span, Status.PARTIAL, top / bottom * multiplier, numerator=top, denominator=bottom)
        return _with_roles(combined, points, parts)
    if not values:
        return _with_roles(parts[-1], points)
    value = max(values) if rule == "max" else sum(values) / len(values)
    return _with_roles(Point(*span, Status.PARTIAL, value), points, parts)


def _partial(point: Point) -> Point:
    """A number for a part of the year is a number, marked."""
    note: Note = {"code": "partial_period", "params": {"start": str(point.start), "end": str(point.end)}}
    status = Status.PARTIAL if point.status == Status.REPORTED else point.status
    return replace(point, status=status, notes=(*point.notes, note))


def _with_roles(chosen: Point, points: Sequence[Point], used: Sequence[Point] | None = None) -> Point:
    roles: dict[str, str] = {}
    kept = used if used is not None else [p for p in points if (p.start, p.end) == (chosen.start, chosen.end)]
    for point in points:
        roles |= point.roles if point in kept else dict.fromkeys(point.roles, "superseded")
    return replace(chosen, roles=roles)


def _inside(point: Point, other: Point) -> bool:
    return point is not other and other.start <= point.start and point.end <= other.end


def _holds(bound: Mapping[str, Any], value: float) -> bool:
    low, high = bound["lower"], bound["upper"]
    return (low is None or value >= low) and (high is None or value <= high)


def _said(row: Mapping[str, Any]) -> Any:
    return next((row[c] for c in ("value", "lower", "upper") if row[c] is not None), None)


def _plain(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else number

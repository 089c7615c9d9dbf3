"""Several reports of one thing in one year, made one: by revision, by agreement, then by the indicator's own rule.

These are the rules in words that can be read. Most keys have one value per period and periods that do not overlap: for
those years.py does the same in columns, and a test holds the two to each other.
"""

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

    A whole year stands before its parts. Parts are added only where the rule is a sum and they do not overlap; what
    has no number is left out of the sum, which is then a part of the year. People counted without duplicates are never
    the sum of periods: they are at least the largest of them and at most all. Ratios are the sum of numerators over the
    sum of denominators, times the indicator's multiplier (100 for percentages).
    """
    whole = [p for p in points if (p.start, p.end) == year]
    if whole:
        return _with_roles(whole[0], points)
    parts = [p for p in points if not any(_inside(p, other) for other in points)]
    parts.sort(key=lambda p: (p.end, p.start))
    last = parts[-1]
    if rule in ("latest", "milestone", "cumulative"):
        return _with_roles(last, points)
    if rule == "sum" and len(parts) > 1:
        return _sum(parts, points, year)
    if rule == "unduplicated" and len(parts) > 1 and all(p.value is not None for p in parts):
        low, high = max(p.value or 0 for p in parts), sum(p.value or 0 for p in parts)
        note: Note = {"code": "unduplicated_upper_bound", "params": {}}
        bound = Point(parts[0].start, last.end, Status.UPPER_BOUND, None, low, high, notes=(*_notes(parts), note))
        return _with_roles(bound if _tile(parts, year) else _partial(bound), points, parts)
    if rule in ("mean", "max", "weighted_mean", "ratio_of_sums") and len(parts) > 1:
        return _average(parts, points, rule, multiplier, year)
    return _with_roles(_partial(last), points, [last])


def _sum(parts: list[Point], points: Sequence[Point], year: tuple[date, date]) -> Point:
    ordered = sorted(parts, key=lambda p: p.start)
    apart = all(a.end < b.start for a, b in pairwise(ordered))
    known = [p for p in ordered if p.value is not None]
    note: Note = {"code": "not_added", "params": {}}
    if not apart or not known:
        last = _partial(parts[-1])
        return _with_roles(replace(last, notes=(*last.notes, note)), points, [parts[-1]])
    notes = _notes(known)
    if len(known) < len(parts):
        notes = (*notes, note)
    total = Point(known[0].start, known[-1].end, Status.REPORTED, sum(p.value or 0 for p in known), notes=notes)
    return _with_roles(total if _tile(known, year) else _partial(total), points, known)


def _average(
    parts: list[Point], points: Sequence[Point], rule: str, multiplier: float, year: tuple[date, date]
) -> Point:
    known = [p for p in parts if p.value is not None]
    ratio = rule in ("ratio_of_sums", "weighted_mean")
    if ratio and any(p.numerator is None or not p.denominator for p in parts):
        return _with_roles(_partial(parts[-1]), points, [parts[-1]])
    if not ratio and not known:
        return _with_roles(parts[-1], points)
    span = (min(p.start for p in parts), max(p.end for p in parts))
    if ratio:
        top, bottom = sum(p.numerator or 0 for p in parts), sum(p.denominator or 0 for p in parts)
        made = Point(*span, Status.REPORTED, top / bottom * multiplier, numerator=top, denominator=bottom)
    else:
        values = [p.value or 0 for p in known]
        made = Point(*span, Status.REPORTED, max(values) if rule == "max" else sum(values) / len(values))
    made = replace(made, notes=_notes(parts))
    whole = _tile(parts, year) and (ratio or len(known) == len(parts))
    return _with_roles(made if whole else _partial(made), points, parts)


def _tile(parts: Sequence[Point], year: tuple[date, date]) -> bool:
    """Do these periods follow on each other from the first day of the year to its last?"""
    ordered = sorted(parts, key=lambda p: p.start)
    joined = all(a.end + timedelta(days=1) == b.start for a, b in pairwise(ordered))
    return joined and (ordered[0].start, ordered[-1].end) == year


def _notes(parts: Sequence[Point]) -> tuple[Note, ...]:
    """The notes of all parts, each once: what was revised in a quarter was revised in the year."""
    notes: list[Note] = []
    for part in parts:
        notes += [n for n in part.notes if n not in notes]
    return tuple(notes)


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

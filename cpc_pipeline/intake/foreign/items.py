"""From rows to numbers: one item per cell of values, then one observation per thing that is reported.

Events are added up per place, period and category, and every event stays: two equal rows are two events. A long or
wide table must not say two numbers for the same thing. A running total is turned into what each year adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.grid import At, ranges
from cpc_pipeline.intake.foreign.tally import Tally
from cpc_pipeline.intake.numbers import Value

Span = tuple[date, date]
Key = tuple[str, ...]


@dataclass
class Item:
    """One number or mark, with what it is about. says: indicator, unit, place and dimensions as codes."""

    at: At
    value: Value
    says: dict[str, str]
    span: Span
    raw: str | None = None
    kept: dict[str, str] = field(default_factory=dict)
    cells: list[At] = field(default_factory=list)  # where several make one: all of them

    def key(self, catalogue: Catalogue) -> Key:
        dims = tuple(self.says.get(d, TOTAL) for d in catalogue.dimension_ids)
        start, end = self.span
        return (
            *(self.says["indicator"], unit_of(self.says, catalogue), self.says.get("place", NATION)),
            *(start.isoformat(), end.isoformat()),
            *dims,
        )

    @property
    def all_cells(self) -> list[At]:
        return self.cells or [self.at]


def unit_of(says: dict[str, str], catalogue: Catalogue) -> str:
    return says.get("unit") or catalogue.unit_of(says["indicator"])


def whole(says: dict[str, str], catalogue: Catalogue) -> bool:
    """Whether the unit is counted in whole numbers."""
    unit = catalogue.units.get(unit_of(says, catalogue))
    return unit is None or unit.decimals == 0


def add_up(items: Sequence[Item], catalogue: Catalogue) -> list[Item]:
    """Events of the same thing as one item each. What is not known of one event leaves the sum a bound."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(item.key(catalogue), []).append(item)
    added = []
    for members in groups.values():
        first = members[0]
        cells = [m.at for m in members]
        added.append(Item(min(cells), _sum([m.value for m in members]), first.says, first.span, None, {}, cells))
    return added


def _sum(values: Sequence[Value]) -> Value:
    if len(values) == 1:
        return values[0]
    known = sum(v.value or 0 for v in values)
    if all(v.status == Status.REPORTED for v in values):
        return Value(Status.REPORTED, value=known)
    lower = known + sum(v.lower or 0 for v in values if v.status != Status.REPORTED)
    uppers = [v.upper for v in values if v.status != Status.REPORTED]
    if all(u is not None for u in uppers):
        return Value(Status.RANGE, lower=lower, upper=known + sum(u for u in uppers if u is not None))
    if lower == 0:
        return Value(Status.NOT_AVAILABLE)
    return Value(Status.LOWER_BOUND, lower=lower)


def without_conflicts(
    items: Sequence[Item], catalogue: Catalogue, tally: Tally, beside: Callable[[At], tuple[str, ...]]
) -> tuple[list[Item], list[Item]]:
    """(items that stand, items refused because another says otherwise); the same number again is counted once.

    beside: what stands in the row of a cell in columns that nobody declared: where that differs, two equal numbers may
    be those of two parts.
    """
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(item.key(catalogue), []).append(item)
    kept: list[Item] = []
    refused: list[Item] = []
    for members in groups.values():
        said = [m for m in members if m.value.status != Status.BLANK] or members[:1]
        different = {(m.value.status, m.value.value, m.value.lower, m.value.upper) for m in said}
        if len(different) == 1 and len({beside(m.at) for m in said}) == 1:
            kept.append(said[0])
            for again in said[1:]:
                tally.add("key_repeated", "note", again.at, expected=ranges([said[0].at]))
            said[0].cells = [m.at for m in said]
            continue
        refused += said
        shown = ", ".join(dict.fromkeys(m.raw or str(m.value.status) for m in said))
        for member in said:
            others = ranges(m.at for m in said if m is not member)
            tally.add("key_conflict", "reject", member.at, found=shown, expected=others)
    return kept, refused


def differences(items: Sequence[Item], catalogue: Catalogue, tally: Tally, since: int) -> tuple[list[Item], list[Item]]:
    """What each year adds to a running total: (items of years, items that say no year's value).

    The first year of a series is the total of all years before it, too, and is not loaded; nor is a year after a gap.
    A total that falls is a finding, and says nothing about its year.
    """
    series: dict[Key, list[Item]] = {}
    for item in items:
        key = item.key(catalogue)
        series.setdefault((*key[:3], *key[5:]), []).append(item)
    years: list[Item] = []
    aside: list[Item] = []
    for members in series.values():
        ordered = sorted(members, key=lambda m: m.span)
        for before, item in zip([None, *ordered], ordered, strict=False):
            if before is None or before.span[1] + timedelta(days=1) != item.span[0]:
                starts = item.span[0].year == since
                (years if starts else aside).append(item)
                if not starts:
                    tally.add("running_total_first", "note", item.at, expected=str(since))
                continue
            old, new = before.value.value, item.value.value
            if old is None or new is None:
                aside.append(item)
                tally.add("running_total_gap", "note", item.at)
            elif new < old:
                aside.append(item)
                tally.add("running_total_fell", "reject", item.at, found=f"{old:g} → {new:g}")
            else:
                made = Value(Status.REPORTED, value=new - old)
                years.append(Item(item.at, made, item.says, item.span, item.raw, item.kept, [before.at, item.at]))
    return years, aside


def observations(items: Iterable[Item], sheet: str, catalogue: Catalogue, found: Found) -> list[dict[str, object]]:
    """Rows of the Observations frame. The id holds the first cell, which no other observation has; `cell` holds all."""
    rows: list[dict[str, object]] = []
    for item in sorted(items, key=lambda i: i.at):
        value, series = item.value, item.says["indicator"]
        cells = ranges(item.all_cells)
        rows.append(
            {
                "observation_id": f"{found.submission_id}!{sheet}!{ranges([item.at])}",
                "submission_id": found.submission_id,
                "sheet": sheet,
                "cell": cells,
                "row": item.at[0],
                "organisation": found.organisation,
                "reporting_year": found.year,
                "series": series,
                "series_kind": "indicator" if series in catalogue.indicators else "context",
                "period_start": item.span[0],
                "period_end": item.span[1],
                "place": item.says.get("place", NATION),
                **{d: item.says.get(d, TOTAL) for d in catalogue.dimension_ids},
                "unit": unit_of(item.says, catalogue),
                "value": value.value,
                "numerator": None,
                "denominator": None,
                "lower": value.lower,
                "upper": value.upper,
                "qualifier": _QUALIFIER.get(value.status, "exact"),
                "status": str(value.status),
                "raw": item.raw,
                "revision": 0,
                "source_key": None,
                "source_url": None,
                **{k: item.kept.get(k) or None for k in ("source_title", "institution", "note")},
            }
        )
    return rows


_QUALIFIER = {Status.LOWER_BOUND: "at_least", Status.UPPER_BOUND: "up_to", Status.RANGE: "range"}


def span_of(day: date, period: str, catalogue: Catalogue) -> Span | None:
    """The year, quarter or month of the compact's first calendar that a day lies in; None outside its years."""
    calendar = catalogue.calendars[catalogue.default_calendar]
    months = {"quarter": 3, "month": 1}.get(period, 12)
    for label in catalogue.years:
        first, last = calendar.year(label)
        if first <= day <= last:
            return next((a, b) for a, b in calendar.periods(label, months) if a <= day <= b)
    return None


def cut_short(items: Sequence[Item], days: dict[At, date]) -> tuple[date, Span] | None:
    """(last day of an event, its period) where the last period of a list of events may still have been running."""
    if not days:
        return None
    last = max(days.values())
    span = next(i.span for i in items if days.get(i.at) == last)
    return (last, span) if (span[1] - last).days > 31 or (span[1] - last).days > (span[1] - span[0]).days // 3 else None

"""The printed rule with the numbers put in: `40 + 35 = 75`, `(30 + 15) / (40 + 35) x 100 = 60`.

From nothing but the observations that lineage gives to a measure; a test holds every measure to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Indicator
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import plain

Row = Mapping[str, Any]
RATIOS = ("ratio_of_sums", "weighted_mean")
USED = ("used", "repeated")


@dataclass(frozen=True)
class Working:
    """text: the formula with its numbers and its result. value, lower, upper: the result, as the measure has it."""

    text: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class _Term:
    """A part of a formula and what it comes to; top and bottom where it is a ratio."""

    text: str
    low: float | None
    high: float | None
    top: str = ""
    bottom: str = ""
    ratio: tuple[float, float] | None = None

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high


def working(measure: Row, traced: pl.DataFrame, catalogue: Catalogue) -> Working | None:
    """The formula of one measure, or None where it has no number.

    traced: the observations of its lineage, with their `role`. What is made of several organisations or converted is
    not a formula of observations alone, and gives None: its note says how it came about.
    """
    if measure["basis"] in ("together", "converted", "none"):
        return None
    if measure["actual"] is None and measure["lower"] is None and measure["upper"] is None:
        return None
    indicator = catalogue.indicators[measure["indicator"]]
    rows = traced.sort("period_end", "place", *catalogue.dimension_ids, "observation_id").to_dicts()
    if measure["status"] == str(Status.CONFLICTING):
        said = sorted({x for r in rows for x in (r["value"], r["lower"], r["upper"]) if x is not None})
        return Working(" / ".join(_said(v) for v in said), None, min(said), max(said))
    used = [r for r in rows if r["role"] in USED]
    if indicator.derived not in (None, "pipeline"):
        return _of_two(indicator, used, catalogue)
    if indicator.over_periods == "cumulative":
        return _difference(used, measure)
    term = _whole(used, indicator, measure["basis"], catalogue)
    if measure["status"] == str(Status.LOWER_BOUND):  # some place is missing: nothing is said of the upper end
        return Working(f"{_said(measure['lower'])} <= {term.text}", None, term.low)
    return _result(term, indicator)


def _of_two(indicator: Indicator, used: Sequence[Row], catalogue: Catalogue) -> Working:
    assert indicator.derived is not None and indicator.derived != "pipeline"
    terms = []
    for name in (indicator.derived.numerator, indicator.derived.denominator):
        part = catalogue.indicators[name]
        own = [r for r in used if r["series"] == name]
        places = len({r["place"] for r in own}) > 1
        terms.append(_whole(own, part, "places" if places else "reported", catalogue))
    top, bottom = terms
    value = (top.low or 0) / (bottom.low or 1) * indicator.multiplier
    return Working(f"{_held(top.text)} / {_held(bottom.text)}{_times(indicator)} = {_said(value)}", value)


def _difference(used: Sequence[Row], measure: Row) -> Working:
    totals = [r["value"] for r in sorted(used, key=lambda r: r["period_end"])]
    before = totals[-2] if len(totals) > 1 and measure["basis"] == "periods" else None
    if before is None:
        return Working(_said(totals[-1]), totals[-1])
    return Working(f"{_said(totals[-1])} - {_said(before)} = {_said(totals[-1] - before)}", totals[-1] - before)


def _whole(used: Sequence[Row], indicator: Indicator, basis: str, catalogue: Catalogue) -> _Term:
    """Observations of one place and group by period, then places, then groups."""
    by_group: dict[tuple[Any, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in used:
        by_group[tuple(row[d] for d in catalogue.dimension_ids)][row["place"]].append(row)
    groups = []
    for places in by_group.values():
        terms = [_year(rows, indicator) for _, rows in sorted(places.items())]
        groups.append(terms[0] if len(terms) == 1 else _together(terms, indicator.over_places))
    return groups[0] if len(groups) == 1 else _together(groups, _additive(indicator.over_places))


def _additive(rule: str) -> str:
    """Groups exclude each other: whatever may overlap between places is added between them."""
    return rule if rule in RATIOS else "sum"


def _year(rows: Sequence[Row], indicator: Indicator) -> _Term:
    """One place and group: equal values that were repeated for one period count once."""
    once = {(r["period_start"], r["period_end"]): r for r in reversed(rows)}
    ordered = [once[p] for p in sorted(once, key=lambda p: (p[1], p[0]))]
    terms = [_leaf(r) for r in ordered]
    rule = indicator.over_periods
    if len(terms) == 1:
        return terms[0]
    return terms[-1] if rule in ("latest", "milestone") else _together(terms, rule)


def _leaf(row: Row) -> _Term:
    value = row["value"]
    low, high = (value, value) if value is not None else (row["lower"], row["upper"])
    pair = (row["numerator"], row["denominator"])
    ratio = pair if None not in pair and pair[1] else None
    text = _said(value) if value is not None else f"{_said(low)}..{_said(high)}"
    return _Term(text, low, high, _said(pair[0]), _said(pair[1]), ratio)


def _together(terms: Sequence[_Term], rule: str) -> _Term:
    if rule in RATIOS:
        known = [t for t in terms if t.ratio]
        top = sum(t.ratio[0] for t in known if t.ratio)
        bottom = sum(t.ratio[1] for t in known if t.ratio)
        tops, bottoms = " + ".join(t.top for t in known), " + ".join(t.bottom for t in known)
        return _Term("", None, None, tops, bottoms, (top, bottom))
    terms = [t for t in terms if (t.low, t.high) != (None, None)]
    lows = [t.low for t in terms if t.low is not None]
    highs = [t.high for t in terms if t.high is not None]
    texts = [t.text for t in terms]
    if rule == "sum":
        return _Term(" + ".join(_held(t) for t in texts), sum(lows), sum(highs))
    if rule == "unduplicated":
        return _Term(" + ".join(_held(t) for t in texts), max(lows, default=None), sum(highs))
    pick: Callable[[list[float]], float] = max if rule == "max" else lambda values: sum(values) / len(values)
    value = pick(lows)
    text = f"max({', '.join(texts)})" if rule == "max" else f"({' + '.join(texts)}) / {len(texts)}"
    return _Term(text, value, value)


def _result(term: _Term, indicator: Indicator) -> Working:
    if not term.text and term.ratio:
        value = term.ratio[0] / term.ratio[1] * indicator.multiplier
        return Working(f"{_held(term.top)} / {_held(term.bottom)}{_times(indicator)} = {_said(value)}", value)
    if term.exact and term.low is not None:
        alone = term.text == _said(term.low)
        return Working(term.text if alone else f"{term.text} = {_said(term.low)}", term.low)
    return Working(f"{_said(term.low)} <= {term.text} <= {_said(term.high)}", None, term.low, term.high)


def _held(text: str) -> str:
    return f"({text})" if " " in text else text


def _times(indicator: Indicator) -> str:
    return "" if indicator.multiplier == 1 else f" x {_said(indicator.multiplier)}"


def _said(number: float | None) -> str:
    """Six decimals at most; rounding for print is the publication's."""
    return "?" if number is None else str(plain(round(number, 6)))

"""What the template of one organisation and year asks for: its indicators, rows and columns. Nothing of how it looks.

The row key ties a pre-filled row to what it is about (`indicator=...;place=...;...`): it is a constant in a cell, so
that a row is known even where a program has dropped the results of the formulas that show its labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Fault, Indicator
from cpc_pipeline.contracts import NATION, TOTAL

KEY = "row_key"
ASKED = "last_question"
SHOWN_ONLY = ("indicator_name", "last_value", ASKED, "target_shown", KEY)
"""Columns that are there for people, or for the program alone: their content is never data of the submitter."""
NARRATIVE = ("objective", "section", "text", "language", KEY)
SIGN_OFF = ("section", "text", KEY)
"""Columns of the sheets of words; those of the contributions are the compact's."""
SHEETS = ("cover", "instructions", "indicators", "breakdowns", "narrative", "contributions", "sign_off")
REFERENCE = ("definitions", "lists", "texts")
HEADINGS = (*(f for f in SHOWN_ONLY if f != ASKED), "language", "objective", "section", "text", "period")


@dataclass(frozen=True)
class Asked:
    """What was asked about a number of the year before, and what came of it, in every language.

    about: the observation it was asked about (contracts), as far as it says what the number is of.
    """

    about: Mapping[str, object]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One pre-filled row: one number that is asked for."""

    indicator: Indicator
    start: date
    end: date
    dimensions: Mapping[str, str]
    last: str | float | None
    target: float | None
    asked: tuple[Mapping[str, str], ...] = ()

    @property
    def key(self) -> str:
        parts = {"indicator": self.indicator.id, "place": NATION, "period_start": self.start, "period_end": self.end}
        return join_key({**parts, **self.dimensions, "unit": self.indicator.unit})


def join_key(parts: Mapping[str, object]) -> str:
    return ";".join(f"{field}={value}" for field, value in parts.items())


def split_key(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


@dataclass(frozen=True)
class Layout:
    """The template of one organisation and year; language is the one it is shown in when it is opened."""

    catalogue: Catalogue
    organisation: str
    year: int
    language: str
    indicators: tuple[Indicator, ...]
    entries: tuple[Entry, ...]

    @property
    def has_parts(self) -> bool:
        """Whether any indicator asks for numerator and denominator."""
        return any(i.numerator is not None or i.kind == "ratio" for i in self.indicators)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that some indicator of the organisation is broken down by, or is about."""
        used = {d for i in self.indicators for d in applies(i)}
        return tuple(d for d in self.catalogue.dimension_ids if d in used)

    @property
    def entry_dimensions(self) -> tuple[str, ...]:
        """Those of them in which some pre-filled row is not the total."""
        used = {d for e in self.entries for d, code in e.dimensions.items() if code != TOTAL}
        return tuple(d for d in self.catalogue.dimension_ids if d in used)

    @property
    def objectives(self) -> tuple[str, ...]:
        served = {i.objective for i in self.indicators}
        return tuple(o.id for o in self.catalogue.objectives if o.id in served)

    @property
    def entry_columns(self) -> tuple[str, ...]:
        head = ("indicator", "indicator_name", "place", "period_start", "period_end", *self.entry_dimensions)
        parts = ("numerator", "denominator") if self.has_parts else ()
        asked = (ASKED,) if any(entry.asked for entry in self.entries) else ()
        return (*head, "unit", "last_value", *asked, "target_shown", "value", *parts, "note", KEY)

    @property
    def breakdown_columns(self) -> tuple[str, ...]:
        parts = ("numerator", "denominator") if self.has_parts else ()
        return ("indicator", "place", "period_start", "period_end", *self.dimensions, "value", *parts, "note")


def applies(indicator: Indicator) -> set[str]:
    asked = indicator.disaggregations
    return {*asked.required, *asked.optional, *indicator.headline}


def layout(
    catalogue: Catalogue,
    organisation: str,
    year: int,
    language: str,
    previous: pl.DataFrame,
    asked: Sequence[Asked] = (),
) -> Layout:
    """previous: observations of the organisation that count (contracts), those of the year before among them.

    asked: what it was asked about numbers of the year before. It is shown where the compact has a heading for it.
    """
    indicators = indicators_of(catalogue, organisation, year)
    last = _Last(catalogue, previous.filter(pl.col("organisation") == organisation), year - 1)
    before_now = _Before(last, asked if ASKED in catalogue.headings else ())
    calendar = catalogue.calendars[catalogue.default_calendar]
    entries = []
    for indicator in indicators:
        months = 12 // indicator.reports_due
        before = calendar.periods(year - 1, months)
        for (start, end), earlier in zip(calendar.periods(year, months), before, strict=True):
            for dims in _groups(indicator, catalogue, end):
                said, target = (
                    last.value(indicator, earlier, dims, language),
                    _target(catalogue, indicator, year, dims),
                )
                questions = before_now.of(indicator, earlier, dims)
                entries.append(Entry(indicator, start, end, dims, said, target, questions))
    return Layout(catalogue, organisation, year, language, indicators, tuple(entries))


def indicators_of(catalogue: Catalogue, organisation: str, year: int) -> tuple[Indicator, ...]:
    """Those that the organisation reports and that are valid in the year, by objective, as defined on its last day."""
    first, last = catalogue.calendars[catalogue.default_calendar].year(year)
    order = [o.id for o in catalogue.objectives]
    own = [
        i.on(last)
        for i in catalogue.indicators.values()
        if organisation in i.reporters and i.valid_from <= last and (i.valid_to is None or i.valid_to >= first)
    ]
    return tuple(sorted(own, key=lambda i: order.index(i.objective)))


def _groups(indicator: Indicator, catalogue: Catalogue, on: date) -> list[dict[str, str]]:
    """The group that stands for the indicator, then each category of each required dimension."""
    stands = {d: indicator.headline.get(d, TOTAL) for d in catalogue.dimension_ids}
    groups, version = [stands], indicator.version_on(on)
    for dimension in indicator.disaggregations.required:
        for code in catalogue.codelist_of(dimension).codes.values():
            asked = version.categories.get(dimension) if version else None
            if code.parent == stands[dimension] and code.valid_on(on) and (asked is None or code.code in asked):
                groups.append(stands | {dimension: code.code})
    return groups


def _target(catalogue: Catalogue, indicator: Indicator, year: int, dims: Mapping[str, str]) -> float | None:
    for row in catalogue.targets.filter(pl.col("indicator") == indicator.id).iter_rows(named=True):
        if (row["year"], row["place"]) == (year, NATION) and all(row[d] == c for d, c in dims.items()):
            return float(row["value"])
    return None


class _Last:
    """What the organisation said for the same thing a year before."""

    def __init__(self, catalogue: Catalogue, observations: pl.DataFrame, year: int) -> None:
        self.catalogue, self.year = catalogue, year
        self.whole = catalogue.calendars[catalogue.default_calendar].year(year)
        self.rows: dict[tuple[object, ...], dict[str, object]] = {}
        told = observations.filter(pl.coalesce("value", "lower", "upper").is_not_null())
        for row in told.sort("revision", "observation_id").iter_rows(named=True):
            self.rows[self.key(row, (row["period_start"], row["period_end"]), row["series"], row["unit"])] = row

    def key(self, dims: Mapping[str, object], period: object, series: str, unit: str) -> tuple[object, ...]:
        place = dims.get("place", NATION)
        return (series, unit, place, period, *(dims[d] for d in self.catalogue.dimension_ids))

    def value(
        self, indicator: Indicator, period: tuple[date, date], dims: Mapping[str, str], language: str
    ) -> str | float | None:
        """The value of the period, or that of the whole year, which says so; a bound or range as text."""
        for about in (period, self.whole):
            row = self.rows.get(self.key(dims, about, indicator.id, indicator.unit))
            if row is None:
                continue
            said = row["value"] if row["value"] is not None else _bounds(row["lower"], row["upper"])
            if about == period:
                return said  # type: ignore[return-value]  # a float of the frame, or the text
            number = f"{said:g}" if isinstance(said, float) else said
            return self.catalogue.wording.text("template.whole_year", language, value=number, year=self.year)
        return None


class _Before:
    """What the organisation was asked about the same thing a year before."""

    def __init__(self, last: _Last, asked: Sequence[Asked]) -> None:
        self.last = last
        self.texts: dict[tuple[object, ...], list[Mapping[str, str]]] = {}
        for one in asked:
            period = (one.about["period_start"], one.about["period_end"])
            key = last.key(one.about, period, str(one.about["series"]), str(one.about["unit"]))
            self.texts.setdefault(key, []).append(one.texts)

    def of(
        self, indicator: Indicator, period: tuple[date, date], dims: Mapping[str, str]
    ) -> tuple[Mapping[str, str], ...]:
        """About the period; and about the whole year, once, beside its first period."""
        periods = [period]
        if period != self.last.whole and period[0] == self.last.whole[0]:
            periods.append(self.last.whole)
        keys = (self.last.key(dims, about, indicator.id, indicator.unit) for about in periods)
        return tuple(texts for key in keys for texts in self.texts.get(key, ()))


def _bounds(lower: object, upper: object) -> str:
    if lower is None:
        return f"≤ {upper:g}"
    return f"≥ {lower:g}" if upper is None else f"{lower:g}–{upper:g}"


def lacking(catalogue: Catalogue) -> list[Fault]:
    """What a compact must declare before a template can be written, and does not."""
    faults = [
        Fault(f"{catalogue.id}/compact.yaml", 0, f"sheets: there is no '{role}'")
        for role in (*SHEETS, *REFERENCE)
        if role not in catalogue.header.sheets
    ]
    fields = (*HEADINGS, *(c.field for c in catalogue.header.contributions))
    faults += [
        Fault(f"{catalogue.id}/headings.csv", 0, f"there is no heading '{field}'")
        for field in dict.fromkeys(fields)
        if field not in catalogue.headings
    ]
    if not catalogue.wording.has("template.title", catalogue.languages[0]):
        faults.append(Fault(f"{catalogue.id}/wording", 0, "no texts 'template.*'"))
    return faults

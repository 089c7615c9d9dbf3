"""The shapes of a compact's data. Unknown keys are refused; everything is frozen once loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from cpc_pipeline.catalogue.text import fold
from cpc_pipeline.catalogue.wording import Wording

Text = dict[str, str]
"""Language to string; every language of the compact must be there."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Objective(Model):
    id: str
    number: int
    name: Text
    description: Text


class Organisation(Model):
    """A ministry, agency or partner. kind source: quoted in publications, never due to report."""

    id: str
    name: Text
    short: Text
    kind: Literal["government", "partner", "source"]
    reports: bool = False
    language: str | None = None
    aliases: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None


class Calendar(Model):
    """A year that begins on `starts` (MM-DD) and is named after its first (start) or last (end) day."""

    name: Text
    starts: str = Field(pattern=r"^\d\d-\d\d$")
    labelled_by: Literal["start", "end"]

    def year(self, label: int) -> tuple[date, date]:
        """First and last day of the year with this label."""
        month, day = (int(part) for part in self.starts.split("-"))
        first = date(label, month, day)
        if self.labelled_by == "end" and (month, day) != (1, 1):
            first = first.replace(year=label - 1)
        return first, date.fromordinal(first.replace(year=first.year + 1).toordinal() - 1)

    def periods(self, label: int, months: int) -> list[tuple[date, date]]:
        """First and last day of each part of that many months of the year with this label."""
        first, last = self.year(label)
        starts = [first]
        for step in range(months, 12, months):
            years, month = divmod(first.month - 1 + step, 12)
            starts.append(first.replace(year=first.year + years, month=month + 1))
        return list(zip(starts, [*(date.fromordinal(s.toordinal() - 1) for s in starts[1:]), last], strict=True))


class Dimension(Model):
    id: str
    name: Text
    codelist: str


class Sheet(Model):
    """A sheet of the workbook; missing: what its absence does to a submission of the versions that have it (nothing: it
    is ours, not theirs).

    since, until: first and last format version (of the cover) with this sheet. Order in the file: order of the tabs.
    """

    name: str
    missing: Literal["nothing", "note", "query", "reject", "return"] = "return"
    since: int = 1
    until: int | None = None

    def belongs_to(self, version: int) -> bool:
        return self.since <= version and (self.until is None or version <= self.until)


class Section(Model):
    """A part of the narrative, asked for each objective; limit: most characters."""

    id: str
    name: Text
    help: Text
    limit: int = 1500


class ContributionColumn(Model):
    """A column of the contributions sheet: a field of the CONTRIBUTIONS frame, and how it is typed."""

    field: Literal[
        "contribution_kind", "objective", "description", "amount", "currency", "valuation", "in_force", "evidence"
    ]
    type: Literal["text", "number", "choice", "objective"] = "text"
    codelist: str | None = None
    width: int = 20


class Refresh(Model):
    cron: str


class YearRange(Model):
    first: int
    last: int


class Nation(Model):
    code: str
    name: Text


class Header(Model):
    """compact.yaml."""

    id: str
    name: Text
    languages: list[str]
    number_format: dict[str, tuple[str, str]]  # separators of thousands and of decimals, by language
    start: date
    end: date
    years: YearRange
    calendars: dict[str, Calendar]
    time_zone: str
    annual_refresh: Refresh
    nation: Nation
    dimensions: list[Dimension]
    sheets: dict[str, Sheet]
    sections: list[Section] = []
    contributions: list[ContributionColumn] = []
    sign_off: dict[str, Text] = {}  # line of the sign-off sheet -> its label


class Derived(Model):
    """A ratio of two other indicators."""

    numerator: str
    denominator: str


class Disaggregations(Model):
    required: list[str] = []
    optional: list[str] = []


class Indicator(Model):
    """What a USAID reference sheet and a Colombian ficha tecnica ask for, as far as it is known."""

    id: str
    slug: str
    objective: str
    name: Text
    definition: Text
    seed: str
    unit: str
    kind: Literal["count", "ratio", "average", "milestone", "money"]
    numerator: Text | None = None
    denominator: Text | None = None
    multiplier: float = 1
    disaggregations: Disaggregations = Disaggregations()
    # The categories that the definition is about (children, say): the row that stands for the indicator.
    headline: dict[str, str] = {}
    record: str | None
    reporters: list[str] = []
    derived: Derived | Literal["pipeline"] | None = None
    frequency: Literal["monthly", "quarterly", "annual"]
    accumulation: Literal["flujo", "acumulado", "stock", "capacidad", "reduccion", "reduccion_anual"]
    over_periods: Literal["sum", "latest", "unduplicated", "ratio_of_sums", "mean", "max", "weighted_mean", "milestone"]
    over_places: Literal["sum", "ratio_of_sums", "unduplicated", "weighted_mean", "national_only"]
    direction: Literal["up", "down", "none"]
    tolerance_pct: float = 10
    sensitivity: Literal["public", "restricted_cells", "restricted"]
    minimum: float | None = 0
    maximum: float | None = None
    limitation: Text | None = None
    key_indicator: bool = False
    valid_from: date
    valid_to: date | None = None
    decision: str


class ContextSeries(Model):
    """Something published that is not an indicator; it may stand near one and is never added to it."""

    id: str
    name: Text
    unit: str
    objective: str
    relates_to: str | None = None
    note: Text | None = None


RuleKind = Literal[
    "range",
    "whole_number",
    "unit_matches",
    "period_in_year",
    "note_mark",
    "required_with",
    "ratio_agrees",
    "repeated_key",
    "sum_of_parts",
    "part_of",
    "required_parts",
    "required",
    "jump",
    "outlier",
    "unchanged",
    "expectation",  # scope warehouse
    "small_count",  # scope release
]


class Rule(Model):
    """One rule of the rule book. kind names a function of validation, or what scope warehouse and release know."""

    id: str
    kind: RuleKind
    scope: Literal["submission", "warehouse", "release"]
    severity: Literal["note", "query", "reject", "return"]
    code: str
    params: dict[str, Any] = {}
    valid_from: date | None = None
    valid_to: date | None = None


class Decision(Model):
    id: str
    date: date
    title: Text
    description: Text
    basis: str


class Unit(Model):
    id: str
    labels: Text
    family: str
    decimals: int = 0
    aliases: tuple[str, ...] = ()


class Code(Model):
    """One category or place. `extra` holds further columns of the list (level, tile_row, ...)."""

    code: str
    labels: Text
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    extra: Mapping[str, str] = {}


class CodeList(Model):
    id: str
    codes: dict[str, Code]

    @cached_property
    def _index(self) -> dict[str, str]:
        index: dict[str, str] = {}
        # Later writes win: a code beats a label, a label beats an alias.
        for names in ("aliases", "labels", "code"):
            for code in self.codes.values():
                given = getattr(code, names)
                values = given.values() if isinstance(given, dict) else [given] if isinstance(given, str) else given
                index.update({fold(value): code.code for value in values if value})
        return index

    def find(self, text: str) -> str | None:
        """The code for what was typed: code, label in any language, or alias; never a guess."""
        return self._index.get(fold(text))

    def suggest(self, text: str, limit: int = 3) -> list[str]:
        """Near names, for a message; never applied unasked."""
        from rapidfuzz import fuzz, process

        near = process.extract(fold(text), list(self._index), scorer=fuzz.ratio, limit=limit, score_cutoff=70)
        return sorted({self._index[name] for name, _, _ in near})

    def label(self, code: str, language: str) -> str:
        return self.codes[code].labels[language] if code in self.codes else code


class Heading(Model):
    """A column of the workbook, or a line of its cover, by the names people give it."""

    field: str
    labels: Text
    aliases: tuple[str, ...] = ()


class Catalogue(Model):
    """One compact, whole."""

    header: Header
    objectives: tuple[Objective, ...]
    organisations: dict[str, Organisation]
    indicators: dict[str, Indicator]
    context_series: dict[str, ContextSeries]
    units: dict[str, Unit]
    codelists: dict[str, CodeList]
    places: CodeList
    missing_marks: dict[str, str]
    headings: dict[str, Heading]
    targets: pl.DataFrame
    baselines: pl.DataFrame
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    wording: Wording
    version: str

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.header.languages)

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.header.years.first, self.header.years.last + 1))

    @property
    def calendars(self) -> dict[str, Calendar]:
        return self.header.calendars

    @property
    def default_calendar(self) -> str:
        return next(iter(self.header.calendars))

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(self.header.dimensions)

    @cached_property
    def dimension_ids(self) -> tuple[str, ...]:
        return tuple(d.id for d in self.header.dimensions)

    def codelist_of(self, dimension: str) -> CodeList:
        return self.codelists[next(d.codelist for d in self.header.dimensions if d.id == dimension)]

    def find_series(self, text: str, kind: str) -> str | None:
        """Indicator or context series by id, slug or name in any language."""
        return self._series[kind].get(fold(text))

    @cached_property
    def _series(self) -> dict[str, dict[str, str]]:
        indicators: dict[str, str] = {}
        for i in self.indicators.values():
            indicators.update({fold(name): i.id for name in (*i.name.values(), i.slug, i.id)})
        context: dict[str, str] = {}
        for c in self.context_series.values():
            context.update({fold(name): c.id for name in (*c.name.values(), c.id)})
        return {"indicator": indicators, "context": context}

    def unit_of(self, series: str) -> str:
        known = self.indicators.get(series) or self.context_series.get(series)
        return known.unit if known else ""

    def find_unit(self, text: str) -> str | None:
        return self._units.get(fold(text))

    @cached_property
    def _units(self) -> dict[str, str]:
        index: dict[str, str] = {}
        for unit in self.units.values():
            index.update({fold(n): unit.id for n in (*unit.aliases, *unit.labels.values(), unit.id)})
        return index

"""What was agreed: objectives, organisations, indicators, rules, decisions, and the catalogue that holds it all.

Unknown keys are refused; everything is frozen once loaded.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal

import polars as pl
from pydantic import Field

from cpc_pipeline.catalogue.codes import CodeList, Heading, Unit
from cpc_pipeline.catalogue.header import Calendar, Dimension, Header, Model, Text
from cpc_pipeline.catalogue.layouts import Confirmed, Layout, ReadingWords
from cpc_pipeline.catalogue.personal import PersonalData
from cpc_pipeline.catalogue.text import fold
from cpc_pipeline.catalogue.wording import Wording


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
    over_periods: Literal[
        "sum", "latest", "unduplicated", "ratio_of_sums", "mean", "max", "weighted_mean", "milestone", "cumulative"
    ]
    over_places: Literal["sum", "ratio_of_sums", "unduplicated", "weighted_mean", "national_only"]
    # possible: several organisations may have met the same people; their counts are bounds of one number, never a sum.
    overlap: Literal["none", "possible"] = "none"
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

    @property
    def reports_due(self) -> int:
        """Reports in a year, by the frequency."""
        return {"monthly": 12, "quarterly": 4, "annual": 1}[self.frequency]


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


class Waiver(Model):
    """A finding that is allowed: which (rule, or code of the reader), of whom, about what, why, by whom, until when.

    indicators, places, years: empty means all of them. A waived finding is kept, marked, and printed in the annex.
    """

    id: str
    organisation: str
    rule: str | None = None
    code: str | None = None
    indicators: list[str] = []
    places: list[str] = []
    years: list[int] = []
    reason: Text
    allowed_by: str
    granted: date
    until: date
    decision: str


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
    overlaps: pl.DataFrame
    exchange_rates: pl.DataFrame
    deflators: pl.DataFrame
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    waivers: tuple[Waiver, ...] = ()
    wording: Wording
    personal: PersonalData = PersonalData()
    layouts: dict[str, Layout] = {}
    mappings: dict[str, Confirmed] = {}
    reading_words: ReadingWords
    version: str
    # The files it was read from, whole: what is needed to know later what was agreed now.
    sources: dict[str, bytes] = Field(default_factory=dict, repr=False)

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

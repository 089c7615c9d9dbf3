"""What was agreed: objectives, organisations, indicators, rules, decisions, and the catalogue that holds it all.

Unknown keys are refused; everything is frozen once loaded.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal

import polars as pl
from pydantic import Field

from cpc_pipeline.catalogue.base import Model, Text
from cpc_pipeline.catalogue.codes import CodeList, Heading, Unit
from cpc_pipeline.catalogue.crosswalks import Walk
from cpc_pipeline.catalogue.decisions import Acknowledgement, Decision
from cpc_pipeline.catalogue.header import Calendar, Dimension, Header
from cpc_pipeline.catalogue.indicator import Indicator
from cpc_pipeline.catalogue.ladders import Ladder
from cpc_pipeline.catalogue.layouts import Confirmed, Layout, ReadingWords
from cpc_pipeline.catalogue.outline import Outline
from cpc_pipeline.catalogue.personal import PersonalData
from cpc_pipeline.catalogue.shapes import Shapes
from cpc_pipeline.catalogue.text import fold
from cpc_pipeline.catalogue.typed import TypedNumbers
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
    "period_in_no_year",
    "labelled_year",
    "note_mark",
    "required_with",
    "ratio_agrees",
    "ratio_bounds",
    "code_valid",
    "repeated_key",
    "sum_of_parts",
    "part_of",
    "required_parts",
    "totals_only",
    "required",
    "unexplained",
    "jump",
    "outlier",
    "unchanged",
    "other_organisation",  # scope across
    "expectation",  # scope warehouse
    "small_count",  # scope release
]


class Rule(Model):
    """One rule of the rule book. kind names a function of validation, or what scope warehouse and release know."""

    id: str
    kind: RuleKind
    scope: Literal["submission", "across", "warehouse", "release"]
    severity: Literal["note", "query", "reject", "return"]
    code: str
    params: dict[str, Any] = {}
    valid_from: date | None = None
    valid_to: date | None = None


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
    known_elsewhere: pl.DataFrame  # numbers that anybody can find in publications of others: columns as targets
    overlaps: pl.DataFrame
    exchange_rates: pl.DataFrame
    deflators: pl.DataFrame
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    acknowledgements: tuple[Acknowledgement, ...] = ()
    crosswalks: tuple[Walk, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    wording: Wording
    personal: PersonalData = PersonalData()
    layouts: dict[str, Layout] = {}
    mappings: dict[str, Confirmed] = {}
    reading_words: ReadingWords
    typed_numbers: TypedNumbers
    outline: Outline
    shapes: Shapes | None = None  # outlines of places, where the compact has them
    version: str
    # The files it was read from, whole: what is needed to know later what was agreed now.
    sources: dict[str, bytes] = Field(default_factory=dict, repr=False)
    # "Indicator X-1", "Header years" -> file and line, so that what is said of it later can name the place.
    lines: dict[str, tuple[str, int]] = Field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.header.languages)

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.header.years.first, self.header.years.last + 1))

    @cached_property
    def end(self) -> date:
        """Last day of the term, as it was last extended in writing."""
        later = [d.new_end for d in self.decisions if d.kind == "extension" and d.new_end is not None]
        return max([self.header.end, *later])

    @cached_property
    def years_in_force(self) -> tuple[int, ...]:
        return tuple(y for y in self.years if self.header.start.year <= y <= self.end.year)

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

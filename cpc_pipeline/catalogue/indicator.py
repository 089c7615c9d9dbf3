"""An indicator as a USAID reference sheet and a Colombian ficha tecnica describe it, with its definitions in time.

Method: ADS 201maf (USAID, performance indicator reference sheet) and DNP, Guia para la construccion y analisis de
indicadores. A definition that changes is a version with a date and a decision; values keep the version of their period.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import model_validator

from cpc_pipeline.catalogue.base import Model, Text


class Derived(Model):
    """A ratio of two other indicators."""

    numerator: str
    denominator: str


class Disaggregations(Model):
    required: list[str] = []
    optional: list[str] = []


class Version(Model):
    """One definition of an indicator, from a day on. What is left out is as the indicator says.

    number: 1 for the first. change: what became different, in words. comparable: whether values of the version before
    may be read as one series with these: `no` is a break of the series. categories: the codes of a dimension that this
    version is broken down by; a dimension that is not named takes every valid code.
    """

    number: int
    valid_from: date
    valid_to: date | None = None
    decision: str
    change: Text | None = None
    comparable: Literal["yes", "no"] = "no"
    definition: Text | None = None
    numerator: Text | None = None
    denominator: Text | None = None
    unit: str | None = None
    disaggregations: Disaggregations | None = None
    headline: dict[str, str] | None = None
    categories: dict[str, list[str]] = {}

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Indicator(Model):
    """What the reference sheet asks for. Texts are in every language of the compact."""

    id: str
    slug: str
    shared_id: str | None = None  # the same indicator in other compacts; the slug where nothing is said
    objective: str
    name: Text
    definition: Text
    rationale: Text | None = None
    seed: str
    unit: str
    kind: Literal["count", "ratio", "average", "milestone", "money"]
    numerator: Text | None = None
    denominator: Text | None = None
    multiplier: float = 1
    disaggregations: Disaggregations = Disaggregations()
    # The categories that the definition is about (children, say): the row that stands for the indicator.
    headline: dict[str, str] = {}
    record: str | None  # the organisation whose value counts
    system_of_record: Text | None = None  # the register or information system that it is taken from
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
    # Whom a small number could point at: a child, unless the catalogue says that it counts nobody.
    protected_unit: Literal["child", "suspect", "none"] = "child"
    minimum: float | None = 0
    maximum: float | None = None
    limitation: Text | None = None
    quality_method: Text | None = None  # how the quality of its data is assessed
    key_indicator: bool = False  # discussed at the annual dialogue
    valid_from: date
    valid_to: date | None = None
    decision: str
    versions: list[Version] = []

    @model_validator(mode="after")
    def _one_after_another(self) -> Indicator:
        for before, after in zip(self.versions, self.versions[1:], strict=False):
            if after.number != before.number + 1 or before.valid_to is None:
                raise ValueError("versions: each is numbered one more than the one before, which must end (valid_to)")
            if after.valid_from <= before.valid_to:
                raise ValueError(f"versions: {after.number} begins before {before.number} ends")
        if self.versions and (self.versions[0].number != 1 or self.versions[0].valid_from != self.valid_from):
            raise ValueError("versions: the first has number 1 and begins with the indicator (valid_from)")
        if self.versions and self.versions[-1].valid_to != self.valid_to:
            raise ValueError("versions: the last ends with the indicator (valid_to)")
        return self

    @property
    def reports_due(self) -> int:
        """Reports in a year, by the frequency."""
        return {"monthly": 12, "quarterly": 4, "annual": 1}[self.frequency]

    @property
    def shared(self) -> str:
        """What the same indicator is called in every compact."""
        return self.shared_id or self.slug

    @cached_property
    def history(self) -> tuple[Version, ...]:
        """Every version, oldest first; an indicator that never changed has one."""
        only = Version(number=1, valid_from=self.valid_from, valid_to=self.valid_to, decision=self.decision)
        return tuple(self.versions) or (only,)

    def version_on(self, day: date) -> Version | None:
        """The version in force on a day (for a period: its last day); None where nothing was agreed."""
        return next((version for version in self.history if version.covers(day)), None)

    def on(self, day: date) -> Indicator:
        """The indicator as it stood on a day; as it is now where no version covers the day."""
        version = self.version_on(day)
        if version is None:
            return self
        fields = ("definition", "numerator", "denominator", "unit", "disaggregations", "headline")
        said = {f: v for f in fields if (v := getattr(version, f)) is not None}
        return self.model_copy(update=said | {"decision": version.decision}) if said else self

    @property
    def breaks(self) -> tuple[date, ...]:
        """Days from which values may not be compared with those before."""
        return tuple(v.valid_from for v in self.history[1:] if v.comparable == "no")

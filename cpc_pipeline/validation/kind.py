"""What a kind of rule is: from the observations that count to hits, each one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Rule

Row = dict[str, Any]
ANNUAL = "annual"
"""Kind of a submission that the organisation itself sends."""


@dataclass(frozen=True)
class Known:
    """What rules may know besides the observations in hand.

    history: observations of earlier reporting years that count. kinds: submission -> annual or published_figures.
    worked_out: what several rules need of the same observations, by name, so that it is worked out once.
    """

    catalogue: Catalogue
    history: pl.DataFrame
    kinds: Mapping[str, str] = field(default_factory=dict)
    worked_out: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """One finding: about which observation, what was found and expected; code and severity other than the rule's."""

    row: Row
    found: str
    expected: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    code: str | None = None
    severity: str | None = None


Kind = Callable[[pl.DataFrame, Rule, Known], Iterator[Hit]]


def plain(number: object) -> str:
    """A number as people write it: no .0 on whole ones."""
    return f"{number:g}" if isinstance(number, float) and abs(number) < 1e6 else str(number).removesuffix(".0")


def typed(row: Row) -> str:
    """The value as it stands in the cell, which is what its writer looks for; else the number that was read."""
    return str(row["raw"] or plain(row["value"]))


def same_thing(known: Known) -> list[str]:
    """Columns that together say what a number is about, within one submission."""
    about = ("submission_id", "organisation", "series", "period_start", "period_end", "place")
    return [*about, *known.catalogue.dimension_ids, "unit"]

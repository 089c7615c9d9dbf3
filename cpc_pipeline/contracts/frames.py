"""What a frame is, why a value is a number or none, and what the shared codes of a total are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import polars as pl

TOTAL = "all"  # the category that means "not broken down by this dimension"
NATION = "00"  # the place code that means the whole country


class Status(StrEnum):
    """Why a value is, or is not, a number. Missing is not zero: a null value always carries one of these."""

    REPORTED = "reported"  # a number, zero included
    PARTIAL = "partial"  # a number for a part of the year or of the places only
    UPPER_BOUND = "upper_bound"  # "up to 10 million", or people added over periods: value is null, upper holds it
    LOWER_BOUND = "lower_bound"  # "more than 400": value is null, lower holds 400
    RANGE = "range"  # "85-95": value is null, lower and upper hold the ends
    CONFLICTING = "conflicting"  # the same organisation gives two values: lower and upper hold them
    NOT_AVAILABLE = "not_available"  # asked, not known (ND, S/D)
    NOT_APPLICABLE = "not_applicable"  # the question does not apply (N/A)
    NOT_COLLECTED = "not_collected"  # nobody counts it
    DISAGGREGATE_NOT_AVAILABLE = "disaggregate_not_available"  # the total is known, its split is not
    SUPPRESSED_BY_SOURCE = "suppressed_by_source"  # "<5" in the source
    BLANK = "blank"  # an empty cell where a value was due
    REJECTED = "rejected"  # a finding refused this observation; it is kept, never counted
    NOT_RECEIVED = "not_received"  # nothing arrived
    NOT_ADDITIVE = "not_additive"  # parts exist, but this indicator's rule forbids adding them
    HIDDEN = "hidden"  # withheld by disclosure control


class Severity(StrEnum):
    """What a finding does to a submission."""

    NOTE = "note"  # printed beside the value, no answer needed
    QUERY = "query"  # kept, an answer is asked for
    REJECT = "reject"  # this observation is not counted
    RETURN = "return"  # the whole submission is returned and none of it is counted


class Verdict(StrEnum):
    """What became of a submission, from its worst finding."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_QUERIES = "accepted_with_queries"
    PARTLY_ACCEPTED = "partly_accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"  # the file is no longer under data/raw; its rows are kept and not counted


@dataclass(frozen=True)
class Column:
    """One column of a frame: its polars type and what it holds."""

    dtype: pl.DataType
    meaning: str


Frame = Mapping[str, Column]


def declared(**columns: tuple[type[pl.DataType] | pl.DataType, str]) -> Frame:
    """A frame from its columns in order, each with its polars type and a sentence."""
    made = {}
    for name, (dtype, meaning) in columns.items():
        made[name] = Column(dtype() if isinstance(dtype, type) else dtype, meaning)
    return MappingProxyType(made)


def polars_schema(frame: Frame) -> dict[str, pl.DataType]:
    """Column name to polars type, in order, for `pl.DataFrame(schema=...)` and casts."""
    return {name: column.dtype for name, column in frame.items()}


def empty(frame: Frame) -> pl.DataFrame:
    """A frame of no rows with the declared columns."""
    return _empty(tuple(polars_schema(frame).items())).clone()


@lru_cache(maxsize=64)
def _empty(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """Thousands of workbooks have no narrative: thirty columns without a row take as long as hundreds of numbers."""
    return pl.DataFrame(schema=dict(columns))

"""What a value cell says: a number, a range, a suppressed count, a declared missing mark, or nothing readable."""

from __future__ import annotations

import re
from typing import NamedTuple

from cpc_pipeline.catalogue import INVISIBLE, Catalogue, fold
from cpc_pipeline.contracts import Status
from cpc_pipeline.intake.reading import Cell

_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)")
_LESS = re.compile(r"<\s*(\d+)")
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
_AMBIGUOUS = re.compile(r"-?\d{1,3}[.,]\d{3}")
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,  ]\d{3}){2,}|-?\d{1,3}[  ]\d{3}")


class Value(NamedTuple):
    """status and what goes with it; `problem` is the code of a finding, if any. A tuple, as `Cell` is, and for that."""

    status: Status
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    problem: str | None = None


def read_value(cell: Cell | None, qualifier: str, catalogue: Catalogue) -> Value:
    """Blank, zero, missing marks, ranges and bounds stay apart; an ambiguous number is refused, never guessed."""
    if cell is None:
        return Value(Status.BLANK, problem="blank_value")
    if cell.kind == "number" and cell.number is not None:
        return _qualified(cell.number, qualifier)
    if cell.kind in ("error", "formula"):
        code = "error_cell" if cell.kind == "error" else "formula_without_result"
        return Value(Status.REJECTED, problem=code)
    text = cell.text.translate(INVISIBLE).strip()
    if (mark := catalogue.missing_marks.get(fold(text))) is not None:
        return Value(Status(mark))
    if match := _LESS.fullmatch(text):
        return Value(Status.SUPPRESSED_BY_SOURCE, upper=float(match[1]) - 1)
    if (match := _RANGE.fullmatch(text)) and float(match[1]) <= float(match[2]):
        return Value(Status.RANGE, lower=float(match[1]), upper=float(match[2]))
    if _AMBIGUOUS.fullmatch(text) or _GROUPED.fullmatch(text):
        return Value(Status.REJECTED, problem="ambiguous_number")
    if _PLAIN.fullmatch(text):
        read = _qualified(float(text.replace(",", ".")), qualifier)
        return Value(read.status, read.value, read.lower, read.upper, problem="number_as_text")
    return Value(Status.REJECTED, problem="text_in_number_cell")


def _qualified(number: float, qualifier: str) -> Value:
    """ "More than" and "up to" are bounds: they never stand where a number would be added."""
    if qualifier in ("at_least", "more_than"):
        return Value(Status.LOWER_BOUND, lower=number)
    if qualifier == "up_to":
        return Value(Status.UPPER_BOUND, upper=number)
    return Value(Status.REPORTED, value=number)

"""Years and dates of a column: the order of day and month is decided for the column, never for a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cpc_pipeline.intake.cells import Cell

_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T].*)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\.0+)?")
_POINTED = re.compile(r"([12])[.,]?(\d{3})")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Order:
    """How the dates of a column are written. day_first None: no cell shows it. torn: cells show both."""

    day_first: bool | None = None
    torn: bool = False
    open: int = 0
    of: int = 0
    example: str = ""


def order_of(cells: Iterable[Cell], declared: str) -> Order:
    """The order of day and month in a column; `declared`: decide, day_first or month_first."""
    days, months, either, total, example = 0, 0, 0, 0, ""
    for cell in cells:
        match = _SLASHED.fullmatch(cell.text.strip()) if cell.kind == "text" else None
        if match is None:
            continue
        total += 1
        first, second = int(match[1]), int(match[2])
        days += first > 12
        months += second > 12
        if first <= 12 and second <= 12 and first != second:
            either += 1
            example = example or cell.text.strip()
    shows = {True: days, False: months}
    wanted = {"day_first": True, "month_first": False}.get(declared)
    if (days and months) or (wanted is not None and shows[not wanted]):
        return Order(None, True, either, total, example)
    decided = wanted if wanted is not None else True if days else False if months else None
    return Order(decided, False, either, total, example)


def read_date(cell: Cell, order: Order, *, serials: bool) -> date | None:
    """The day that a cell says; None where it says none, or where its column does not say which day it is."""
    text = cell.text.strip()
    try:
        if cell.kind == "date":
            return date.fromisoformat(text[:10])
        if _COMPACT.fullmatch(text.removesuffix(".0")):
            digits = text[:8]
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if serials and cell.kind == "number" and cell.number is not None and 20_000 < cell.number < 80_000:
            return _EPOCH + timedelta(days=int(cell.number))
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _SLASHED.fullmatch(text):
            return _slashed(int(match[1]), int(match[2]), int(match[3]), order)
    except ValueError:
        return None
    return None


def _slashed(first: int, second: int, year: int, order: Order) -> date | None:
    if order.torn:
        return None
    if first == second:
        return date(year, first, second)
    if order.day_first is None:
        return None
    return date(year, second, first) if order.day_first else date(year, first, second)


def read_year(cell: Cell, words: Iterable[str] = ()) -> tuple[int | None, bool]:
    """The year that a cell says, and whether it was written as no year is (2.024)."""
    if cell.kind == "date":
        return None, False
    text = " ".join(cell.text.split())
    for word in words:
        if text.casefold().startswith(word.casefold()):
            text = text[len(word) :].strip(" :.")
            break
    if _YEAR.fullmatch(text):
        return int(text[:4]), False
    if match := _POINTED.fullmatch(text):
        return _plausible(int(match[1] + match[2]))
    if cell.kind == "number" and cell.number is not None and 1.9 <= cell.number <= 2.1:
        thousandfold = round(cell.number * 1000, 6)
        return _plausible(int(thousandfold)) if thousandfold.is_integer() else (None, False)
    return None, False


def _plausible(year: int) -> tuple[int | None, bool]:
    return (year, True) if 1900 <= year <= 2100 else (None, False)

"""What the content of one cell says in its column, and what is wrong with it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from cpc_pipeline.catalogue import CodeList
from cpc_pipeline.intake.cells import Cell

_FIRST_DAY = date(1970, 1, 1).toordinal()
"""The day from which polars counts."""
MOST_KEPT = 2_000
"""Rows up to which a column that says one thing is kept for the next workbook."""


class Remark(NamedTuple):
    """What is wrong with a cell. codes: the list that the expected codes are of, so that its words can name them."""

    code: str
    severity: str
    expected: str = ""
    codes: str = ""


Judged = tuple[Any, Remark | None]


def column(name: str, values: list[Any], dtype: pl.DataType, count: int) -> pl.Series:
    """A column of so many rows; most say one thing in all of them."""
    first = values[0]
    if values.count(first) == len(values):
        return (_same if count <= MOST_KEPT else _same.__wrapped__)(name, first, dtype, count)
    if dtype == pl.Date:  # a day is made of its number in a tenth of the time that its parts take
        return pl.Series(name, [day and day.toordinal() - _FIRST_DAY for day in values], pl.Int32).cast(pl.Date)
    return pl.Series(name, values, dtype=dtype)


@lru_cache(maxsize=200, typed=True)
def _same(name: str, value: object, dtype: pl.DataType, count: int) -> pl.Series:
    """A column that says one thing; thousands of workbooks have the same ones."""
    return pl.Series(name, [value], dtype=dtype).new_from_index(0, count)


def text_of(cell: Cell | None) -> str:
    return cell.text.strip() if cell else ""


def words_of(cell: Cell | None) -> Judged:
    return text_of(cell) or None, None


def number_of(cell: Cell | None) -> Judged:
    if cell is None or cell.number is not None:
        return (cell.number if cell else None), None
    return None, Remark("text_in_number_cell", "reject")


def whole_of(cell: Cell | None) -> Judged:
    number, remark = number_of(cell)
    return int(number or 0), remark


def with_its_zeros(digits: str, codes: CodeList) -> str | None:
    """The code that these digits are once the zeros are back that Excel takes from a number."""
    lengths = sorted({len(code) for code in codes.codes if len(code) > len(digits)})
    return next((digits.zfill(n) for n in lengths if digits.zfill(n) in codes.codes), None)

"""What a case of a messy file is: a file, and what must come of it: the numbers, or a refusal with its reason.

In the tables of this file `WIDE` is children reached by region and year, `LIST` a police list of events, in Arcadia, an
invented country. Where a file is refused today only because its type is not read, the numbers are the rule once it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.messy.books import Rows

Values = dict[tuple[str, int], float | str]
"""Place and year -> number, or the status of what is no number."""

WIDE: Rows = [["Región", 2022, 2023], ["Northmoor", 12, 15], ["Eastvale", 7, 0]]
WIDE_VALUES: Values = {("01", 2022): 12, ("01", 2023): 15, ("02", 2022): 7, ("02", 2023): 0}
HEAD = ["FECHA HECHO", "COD_DEPTO", "DEPARTAMENTO", "COD_MUNI", "MUNICIPIO", "DESCRIPCION CONDUCTA", "CANTIDAD"]
A = "ARTICLE 7 A.- TRAFFICKING"


def event(
    code: object = "01001", name: str = "NORTHMOOR BRIDGE", count: object = 2, day: object = "08/24/2022"
) -> list[object]:
    region = {"01": "NORTHMOOR", "02": "EASTVALE"}.get(str(code).strip("'").zfill(5)[:2], "NORTHMOOR")
    return [day, {"NORTHMOOR": "01", "EASTVALE": "02"}[region], region, code, name, A, count]


LAST = event(day="12/24/2023", count=1)
"""An event at the end of the last year, so that the year is whole."""


@dataclass(frozen=True)
class Case:
    """values: what must be read (None: nothing may be). codes: findings that must be there. year: it was sent for."""

    kind: int
    name: str
    make: Callable[[], bytes]
    values: Values | None
    codes: tuple[str, ...] = ()
    year: int = 2023
    organisation: str = "guards"


KINDS = (
    "password",
    "cut, damaged or empty",
    "another type than its name says",
    "pointer, lock file, odd styles",
    "old or foreign formats",
    "too large for a reader",
    "several sheets, pivots",
    "heading not in row 1",
    "years, sexes or ages in columns",
    "labels once per block",
    "notes and sources below",
    "totals",
    "two tables, blank rows inside",
    "headings twice, blank, in NFD",
    "codes without zeros, as numbers",
    "8 digits, (CT), another place's name",
    "codes outside the list",
    "encodings and separators",
    "mixed, doubled or lost letters",
    "quoted and ragged lines, quotes, NUL",
    "signs of thousands and decimals",
    "marks for missing and partial",
    "error cells",
    "formulas without result",
    "dates",
    "categories outside the list",
    "equal rows, repeated keys",
    "parts and totals, impossible counts",
    "cut at an export limit",
    "text that begins like a formula",
    "odd names",
    "hidden rows, columns, sheets",
    "nothing filled in",
)
"""The kinds of mess, in order; a case's kind counts from 1."""
CASES: list[Case] = []


def case(
    kind: int, name: str, values: Values | None, *codes: str, year: int = 2023
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(kind, name, make, values, codes, year))
        return make

    return keep


def add(kind: int, name: str, content: Callable[[], bytes], values: Values | None, *codes: str, **more: object) -> None:
    case(kind, name, values, *codes, **more)(content)  # type: ignore[arg-type]


LIST: Rows = [HEAD, event(), event(), LAST]
LIST_VALUES: Values = {("01001", 2022): 4, ("01001", 2023): 1}
REPAIRED: Values = {("01001", 2022): 2, ("01001", 2023): 1}

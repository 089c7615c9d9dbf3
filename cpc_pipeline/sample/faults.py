"""Faults planted on purpose, as people make them, each with the findings that it must lead to.

They go into the monthly numbers, which no other number is added up from, so that one fault gives the findings told here
and no others; a wrong total goes into the total of a split indicator, which is larger than all its places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cpc_pipeline.sample.country import Row

READ = ""
"""No finding: it is read as it was meant."""


@dataclass(frozen=True)
class Fault:
    """kind: what was planted. field: the cell that a finding names. code: of the finding. change: of the row."""

    kind: str
    field: str
    code: str
    change: Callable[[Row], Row]


@dataclass(frozen=True)
class Planted:
    """One fault in a row of a workbook (from 0); row is None where the whole file is meant."""

    row: int | None
    field: str
    kind: str
    code: str


SIMPLE = (
    Fault("text in a number", "value", "text_in_number_cell", lambda _: {"value": "about ten"}),
    Fault("number as text", "value", "number_as_text", lambda row: {"value": str(row["value"])}),
    Fault("thousands or decimals", "value", "ambiguous_number", lambda row: {"value": f"{row['value']}.000"}),
    Fault("negative", "value", "out_of_range", lambda row: {"value": -row["value"]}),
    Fault("place not on the list", "place", "unknown_code", lambda _: {"place": "Invented nowhere"}),
    Fault("indicator not on the list", "indicator", "unknown_indicator", lambda _: {"indicator": "Z-99"}),
    Fault("missing", "value", "blank_value", lambda _: {"value": None}),
    Fault("mark for not available", "value", READ, lambda _: {"value": "ND"}),
)
HARDER = (
    Fault(
        "swapped columns",
        "period_start",
        "period_reversed",
        lambda row: {"period_start": row["period_end"], "period_end": row["period_start"]},
    ),
    Fault("not a date", "period_end", "bad_date", lambda _: {"period_end": "end of month"}),
    Fault(
        "wrong period",
        "value",
        "longer_than_a_year",
        lambda row: {"period_start": row["period_start"].replace(year=row["period_start"].year - 2)},
    ),
    Fault("half a meeting", "value", "not_whole", lambda row: {"value": row["value"] + 0.5}),
    Fault("other unit", "value", "unit_differs", lambda _: {"unit": "beds"}),
    Fault("numerator alone", "value", "fields_apart", lambda row: {"numerator": row["value"]}),
)
PER_BOOK = {0: 0, 1: 3, 2: 6, 3: 8}
"""Faults in the rows of each workbook, by level."""
BROKEN, OTHER_YEAR = "broken file", "cover of another year"


def plant(rows: list[Row], monthly: set[str], split: set[str], level: int, chance: Random) -> list[Planted]:
    """Change rows in place; monthly, split: ids of the indicators that may be changed."""
    pool = SIMPLE if level < 2 else SIMPLE + HARDER
    places = [n for n, row in enumerate(rows) if row["indicator"] in monthly]
    count = min(PER_BOOK[level], len(places))
    planted = []
    for n, fault in zip(sorted(chance.sample(places, count)), chance.sample(pool, count), strict=True):
        rows[n] |= fault.change(rows[n])
        planted.append(Planted(n, fault.field, fault.kind, fault.code))
    if level >= 2:
        n = next(n for n, row in enumerate(rows) if row["indicator"] in split)
        rows[n] |= {"value": rows[n]["value"] + 7}
        planted.append(Planted(n, "value", "wrong total", "parts_do_not_add"))
    return planted

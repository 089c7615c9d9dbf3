"""One row per person: a list of people is microdata, even where nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cpc_pipeline.intake.personal.hits import BLOCK, POSSIBLE, REVIEW, Hit
from cpc_pipeline.intake.personal.knowledge import Knowledge, found
from cpc_pipeline.intake.personal.shapes import amount
from cpc_pipeline.intake.personal.sheet import Sheet, heading_words
from cpc_pipeline.intake.reading import Cell

_LEAST = 3  # rows
_MOST_AGE = 120
_NEARLY_ALL = 0.95


def people(sheet: Sheet, know: Knowledge, declared: Callable[[], bool]) -> Iterator[Hit]:
    """Sex and exact age or date of birth per row, with no count of more than one; or sex, age group and more.

    A list of events with a quantity is a table if a layout declares it, and asked about if none does. declared: whether
    all columns are those of such a layout; an exact age is refused even there.
    """
    top = None if "indicator" in sheet.fields.values() else sheet.heading_row
    if top is None:
        return
    columns = _columns(sheet, top, know)
    rows = len({c.row for cells in columns.values() for c in cells})
    if "sex" not in columns or rows < _LEAST:
        return
    if _counts_more_than_one(columns.get("quantity", [])):
        return
    at = columns["sex"][0].address
    more = sum(name in columns for name in ("place", "date", "other"))
    listed = "age" in columns and more >= 1 and "quantity" not in columns
    if listed or "birth" in columns or _exact(columns.get("age", [])):
        yield Hit("row_per_person", "personal_rows", BLOCK, sheet.label, at, rows)
    elif "age" in columns and more >= 2 and not declared():
        yield Hit("row_per_event", POSSIBLE, REVIEW, sheet.label, at, rows)


def _columns(sheet: Sheet, top: int, know: Knowledge) -> dict[str, list[Cell]]:
    """Which columns are there, by what their heading says, with the cells below it."""
    made: dict[str, list[Cell]] = {}
    for heading in sheet.block.row(top):
        words = heading_words(heading.text)
        kind = next((name for name, pattern in know.rows.items() if found(pattern, words)), None)
        below = [c for c in sheet.below(heading) if c.text.strip()]
        if kind == "quantity" and not any(amount(c) is not None for c in below):
            continue
        if kind and kind not in made and below:
            made[kind] = below
    return made


def _counts_more_than_one(cells: list[Cell]) -> bool:
    numbers = [n for c in cells if (n := amount(c)) is not None]
    return bool(numbers) and sum(n == 1 for n in numbers) < _NEARLY_ALL * len(numbers)


def _exact(cells: list[Cell]) -> bool:
    """Ages in years, one by one, and not groups."""
    ages = [a for c in cells if (a := _age(c)) is not None]
    return len(ages) >= 0.6 * len(cells) and len(set(ages)) >= 2


def _age(cell: Cell) -> int | None:
    text = heading_words(cell.text).removesuffix(" anos").removesuffix(" years")
    return int(text) if text.isdigit() and len(text) <= 3 and int(text) <= _MOST_AGE else None

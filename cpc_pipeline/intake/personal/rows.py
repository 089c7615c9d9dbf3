"""One row per person: a list of people is microdata, even where nobody is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cpc_pipeline.intake.cells import address
from cpc_pipeline.intake.personal.hits import BLOCK, POSSIBLE, REVIEW, Hit
from cpc_pipeline.intake.personal.knowledge import Knowledge, found
from cpc_pipeline.intake.personal.shapes import amount
from cpc_pipeline.intake.personal.sheet import Sheet, heading_words
from cpc_pipeline.intake.reading import Block, Cell

_LEAST = 3  # rows
_MOST_AGE = 120
_NEARLY_ALL = 0.95
_FORM = 60, 60  # rows and columns of a sheet that may be a form
_POSSIBLE = Hit("row_per_event", POSSIBLE, REVIEW)
_MONTHS = re.compile(r" (?:y |and |con )?\d{1,2} (?:mes|meses|months?)$")
_CROSS = {"x", "1", "si", "yes", "✓", "✔"}


def people(sheet: Sheet, know: Knowledge, declared: Callable[[], bool]) -> Iterator[Hit]:
    """Sex and exact age or date of birth per row, with no count of more than one; or sex, age group and more.

    A list of events with a quantity is a table if a layout declares it, and asked about if none does. declared: whether
    all columns are those of such a layout; an exact age is refused even there. One row or two may be a table of few:
    they are asked about. A form, with its questions below each other, is such a list on its side.
    """
    if "indicator" in sheet.fields.values():
        return
    if (top := sheet.heading_row) is not None:
        made = _columns(sheet, top, know)
        if (found := _judged(made, know, declared)) is not None:
            yield found.at(sheet.label, _first(made), _rows(made))
            return
    turned = _turned(sheet)
    for column in turned.block.columns if turned is not None else ():
        made = _columns(turned, column, know) if turned is not None else {}
        if "sex" not in made or not all(c.kind == "text" and heading_words(c.text) in know.sexes for c in made["sex"]):
            continue
        if (found := _judged(made, know, lambda: False)) is not None:
            at = made["sex"][0]
            yield found.at(sheet.label, address(at.column, at.row), len(made["sex"]))
            return


def _judged(columns: dict[str, list[Cell]], know: Knowledge, declared: Callable[[], bool]) -> Hit | None:
    if _counts_more_than_one(columns.get("quantity", [])):
        return None
    rows = _rows(columns)
    more = sum(name in columns for name in ("place", "date", "other"))
    exact = _exact(columns.get("age", []), few=rows < _LEAST)
    if "sex" not in columns:
        return _POSSIBLE if exact and more and rows >= _LEAST and "crosses" in columns else None
    if rows < _LEAST:
        sexes = all(heading_words(c.text) in know.sexes for c in columns["sex"])
        if not (exact and more and sexes) or "quantity" in columns:
            return None
        return Hit("row_per_person", "personal_rows", BLOCK) if more > 1 else _POSSIBLE
    listed = "age" in columns and more >= 1 and "quantity" not in columns
    if listed or "birth" in columns or exact:
        return Hit("row_per_person", "personal_rows", BLOCK)
    return _POSSIBLE if "age" in columns and more >= 2 and not declared() else None


def _rows(columns: dict[str, list[Cell]]) -> int:
    return len({c.row for cells in columns.values() for c in cells})


def _first(columns: dict[str, list[Cell]]) -> str:
    return next(columns[name][0].address for name in ("sex", "age") if name in columns)


def _turned(sheet: Sheet) -> Sheet | None:
    """A small sheet with rows and columns changed; None for one that is no form."""
    block = sheet.block
    if not block or block.last - block.top > _FORM[0] or len(block.columns) > _FORM[1]:
        return None
    return Sheet(sheet.label, Block.of(Cell(c.column, c.row, *c[2:]) for c in block.cells))


def _columns(sheet: Sheet, top: int, know: Knowledge) -> dict[str, list[Cell]]:
    """Which columns are there, by what their heading says, with the cells below it."""
    made: dict[str, list[Cell]] = {}
    for heading in sheet.block.row(top):
        words = heading_words(heading.text)
        below = [c for c in sheet.below(heading) if c.text.strip()]
        if below and words in know.sexes and all(heading_words(c.text) in _CROSS for c in below):
            made["crosses"] = below  # a column for each sex, and a cross in it
            continue
        kind = _kind(words, know)
        if kind == "quantity" and not any(amount(c) is not None for c in below):
            continue
        if kind and kind not in made and below:
            made[kind] = below
    return made


def _kind(words: str, know: Knowledge) -> str | None:
    """What the heading of a column asks for, if it is of what lists of people have."""
    if not know.harmless.new("row", {words}):
        return None
    kind = next((name for name, pattern in know.rows.items() if found(pattern, words)), None)
    if kind is None:
        know.harmless.add("row", {words})
    return kind


def _counts_more_than_one(cells: list[Cell]) -> bool:
    numbers = [n for c in cells if (n := amount(c)) is not None]
    return bool(numbers) and sum(n == 1 for n in numbers) < _NEARLY_ALL * len(numbers)


def _exact(cells: list[Cell], few: bool = False) -> bool:
    """Ages in years, one by one, and not groups; few: of one row or two, which may be of one age."""
    ages = [a for c in cells if (a := _age(c)) is not None]
    return bool(ages) and len(ages) >= 0.6 * len(cells) and (few or len(set(ages)) >= 2)


def _age(cell: Cell) -> int | None:
    text = _MONTHS.sub("", heading_words(cell.text)).removesuffix(" anos").removesuffix(" years")
    return int(text) if text.isdigit() and len(text) <= 3 and int(text) <= _MOST_AGE else None

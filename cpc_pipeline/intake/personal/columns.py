"""Columns: what a heading asks for, and what plain numbers and words are when a whole column holds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

from cpc_pipeline.catalogue.personal import HeadingRule, Shape
from cpc_pipeline.intake.blocks import Content
from cpc_pipeline.intake.personal.hits import Hit, hit
from cpc_pipeline.intake.personal.knowledge import Knowledge, found
from cpc_pipeline.intake.personal.names import is_name, is_part, is_surnames
from cpc_pipeline.intake.personal.shapes import amount, bare, is_one
from cpc_pipeline.intake.personal.sheet import LONGEST_HEADING, Sheet, heading_words
from cpc_pipeline.intake.reading import Cell

_COUNT_BELOW = 100_000
_SHARE, _LEAST = 0.3, 3  # of the words of a column that are names
_ALL = 0.6
Telling = Callable[[str], bool]


def under_headings(sheet: Sheet, know: Knowledge) -> Iterator[Hit]:
    """Content below a heading that asks for personal data, or beside it in a form; blank forms and counts are none."""
    new = know.harmless.new("heading", sheet.short)
    asked = {text: rule for text in new if (rule := _asked(heading_words(text), know)) is not None}
    know.harmless.add("heading", new - asked.keys())
    if not asked:
        return
    columns = _Columns(sheet, know)
    for cell in sheet.holding(set(asked)):
        rule = asked[cell.text]
        if columns.lists_kinds(cell.column):
            continue
        if columns.last(cell.column) > cell.row:  # else nothing stands below it, and what is beside it counts
            content = [c for c in columns.content(cell.column, rule) if c.row > cell.row]
        else:
            content = [c for c in sheet.beside(cell) if columns.is_content(c, rule)]
        if not content:
            continue
        everything = sheet.below(cell) or sheet.beside(cell)
        if rule.cells and (len({c.text for c in content}) < _LEAST or len(content) < _ALL * len(everything)):
            continue
        if not (rule.unless_known and _mostly_known(content, everything, know)):
            weight = "block" if rule.weight == "block" else "review"
            yield hit(f"heading.{rule.id}", rule.kind, weight).at(sheet.label, content[0].address, len(content))


class _Columns:
    """What is asked of the columns of one sheet again and again: a word that is a heading may stand in every row."""

    def __init__(self, sheet: Sheet, know: Knowledge) -> None:
        self.sheet, self.know = sheet, know
        self._asked = cache(lambda text: _asked(heading_words(text), know) is not None)
        self.lists_kinds = cache(self._lists_kinds)
        self.last = cache(sheet.block.last_in)
        self._content: dict[tuple[int, str], list[Cell]] = {}
        self._judged: dict[tuple[str, Content], bool] = {}

    def _lists_kinds(self, column: int) -> bool:
        """Whether a column lists kinds of document (TI, CC) as its entries: none of them is a heading."""
        own = self.sheet.block.columns[column]
        rows = Counter(own.places)
        short = {at: c[1] for at, c in enumerate(own.contents, 1) if c[0] == "text" and len(c[1]) <= LONGEST_HEADING}
        asked = sum(rows[at] for at, text in short.items() if self._asked(text))
        return asked >= _LEAST and asked >= 0.5 * sum(rows[at] for at in short)

    def content(self, column: int, rule: HeadingRule) -> list[Cell]:
        """The cells of a column that would be content below a heading of this rule."""
        key = (column, rule.id)
        if key not in self._content:
            told = self.sheet.block.columns[column].contents
            any_at_all = any(self.is_content(Cell(0, 0, *content), rule) for content in told)
            cells = self.sheet.column(column) if any_at_all else ()
            self._content[key] = [c for c in cells if self.is_content(c, rule)]
        return self._content[key]

    def is_content(self, cell: Cell, rule: HeadingRule) -> bool:
        key = (rule.id, (cell.kind, cell.text, cell.number))
        if key not in self._judged:
            self._judged[key] = _is_content(cell, rule, self.know)
        return self._judged[key]


def _asked(words: str, know: Knowledge) -> HeadingRule | None:
    if not words or found(know.exempt, words):
        return None
    return next((rule for rule, pattern in know.headings if pattern.search(words)), None)


def _is_content(cell: Cell, rule: HeadingRule, know: Knowledge) -> bool:
    """A count (how many telephone calls), a mark for missing or another heading is no content of a person."""
    words = heading_words(cell.text)
    if rule.cells and re.fullmatch(rule.cells, cell.text.strip()) is None:
        return False
    if not words or words in know.known or (cell.kind == "text" and _asked(words, know)):
        return False
    if rule.kind == "name":
        return cell.kind == "text" and any(c.isalpha() for c in cell.text)
    number = amount(cell)
    return number is None or rule.id == "birth" or number >= _COUNT_BELOW


def _mostly_known(cells: list[Cell], everything: list[Cell], know: Knowledge) -> bool:
    """Places, words of the catalogue, institutions: what a column headed "name" holds when it is not of people.

    cells: what of everything below the heading is no word of the catalogue.
    """
    unknown = [c for c in cells if not found(know.institution, heading_words(c.text)) and _may_be_name(c.text)]
    given = know.personal.given
    people = [c for c in unknown if is_name(c.text, know) or is_part(c.text, given, know)]
    return len(unknown) <= 0.6 * len(everything) and len(people) <= 0.1 * len(everything)


def _may_be_name(text: str) -> bool:
    words = heading_words(text).split()
    return 1 <= len(words) <= 6 and all(word.isalpha() for word in words)


def bare_numbers(sheet: Sheet, know: Knowledge) -> Iterator[Hit]:
    """Identity numbers without a word beside them: a column of them, or one where it stands alone."""
    columns: dict[int, list[tuple[Cell, str]]] = {}
    for column, own in sheet.block.columns.items():
        if column in sheet.fields or not any(_could_be_one(content, know) for content in own.contents):
            continue
        columns[column] = [(c, digits) for c in sheet.column(column) if (digits := _digits(c[2:])) is not None]
    for column, numbers in sorted(columns.items(), key=lambda told: told[1][0][0]):
        if any(found(know.money, h) for h in sheet.headings_of(column)):
            continue
        for shape in know.bare:
            ones = [(cell, digits) for cell, digits in numbers if is_one(shape, digits, know)]
            if ones:
                yield from _weighed(shape, ones, len(numbers), sheet)


def _could_be_one(content: Content, know: Knowledge) -> bool:
    digits = _digits(content)
    return digits is not None and any(is_one(shape, digits, know) for shape in know.bare)


def _digits(content: Content) -> str | None:
    """What fills the cell, if it is a number or a code with digits in it."""
    kind, text, number = content
    if kind == "number":
        number = number or 0.0  # a whole number that no float holds has its digits as text
        return str(int(number)) if number >= 1e5 and number.is_integer() else text
    if kind != "text" or len(text) > 40:
        return None
    plain = bare(text)
    return plain if sum(c.isdigit() for c in plain) >= 0.5 * len(plain) else None


def _weighed(shape: Shape, ones: list[tuple[Cell, str]], numbers: int, sheet: Sheet) -> Iterator[Hit]:
    limits, first, count = shape.column, ones[0][0].address, len(ones)
    if limits is not None:
        distinct = len({digits for _, digits in ones}) / count
        if count >= limits.least and count >= limits.share * numbers and distinct >= limits.distinct:
            yield hit(f"{shape.id}.column", shape.kind, limits.weight).at(sheet.label, first, count)
            return
    if shape.alone != "none":
        yield hit(shape.id, shape.kind, shape.alone).at(sheet.label, first, count)


def _by_first_cell(sheet: Sheet) -> list[int]:
    """Columns in the order in which a reader meets them."""
    return sorted(sheet.block.columns, key=lambda column: sheet.column(column)[0])


def names_in_columns(sheet: Sheet, know: Knowledge) -> Iterator[Hit]:
    """A column of names under whatever heading: whole names, or given names and surnames apart."""
    given, surnames = know.personal.given, know.personal.surnames
    new = know.harmless.new("name", sheet.short)
    named = {
        t
        for t in new
        if is_name(t, know) or is_part(t, given, know) or is_part(t, surnames, know) or is_surnames(t, know)
    }
    know.harmless.add("name", new - named)
    if len(named) < _LEAST:
        return
    for column in _by_first_cell(sheet):
        words = [c for c in sheet.column(column) if c.kind == "text" and len(c.text) <= LONGEST_HEADING]
        texts = {c.text for c in words}
        if len(texts) < _LEAST:
            continue
        tests: list[tuple[Telling, float]] = [
            (lambda text: is_name(text, know), _SHARE),
            (lambda text: is_part(text, given, know), _ALL),
            (lambda text: is_part(text, surnames, know), _ALL),
            (lambda text: is_surnames(text, know), _ALL),
        ]
        for telling, share in tests:
            names = {text for text in texts & named if telling(text)}
            if len(names) < _LEAST:
                continue
            people = [c for c in words if c.text in names]
            if len(people) >= share * (len(words) - 1):
                yield hit("name.column", "name", "block").at(sheet.label, people[0].address, len(people))
                break

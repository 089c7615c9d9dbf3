"""Layouts: how tables look that are not our template, as data; and the mappings that a person confirmed.

A layout is one item of `layouts/*.yaml` of a compact: which columns a table has by the names that people give them,
what their values mean, and what the numbers are about. A mapping is one item of `mappings/*.yaml`: a heading or a
value of one organisation that a named person said the meaning of. Both change how numbers are read; they are
reviewed, versioned and hashed with the rest of the compact.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from cpc_pipeline.catalogue.base import Model, Text

if TYPE_CHECKING:
    from cpc_pipeline.catalogue.models import Catalogue

PLACE_FIELDS = ("place", "place_code", "within", "within_code")
PERIOD_FIELDS = ("year", "date", "period_start", "period_end")
OWN_FIELDS = (
    *PLACE_FIELDS,
    *PERIOD_FIELDS,
    *("indicator", "unit", "value", "note", "source_title", "institution"),
    *("condition", "ignored"),
)
"""What a column can hold besides a dimension of the compact. place and within: names of a place and of the larger one
it lies in; place_code and within_code: their codes. condition: its values only set or exclude. ignored: known, and not
needed."""


class Meaning(Model):
    """What values of a column mean: a code (`code`), other fields that they set, or that the row is not counted.

    apart: what such rows are, in words; they are reported with their number and sum. refuse: such rows are refused,
    with the list of what is allowed.
    """

    says: list[str] = Field(min_length=1)
    code: str | None = None
    sets: dict[str, str] = {}
    apart: Text | None = None
    refuse: bool = False


class LayoutColumn(Model):
    """A column of the table. headings: as people write it (case, accents, spaces and line breaks do not matter); none:
    those of headings.csv. otherwise: what rows are whose value no meaning knows; without it they are refused.
    """

    field: str
    headings: list[str] = []
    required: bool = True
    values: list[Meaning] = []
    otherwise: Text | None = None
    fill_down: bool = False  # a blank below a label means the same label; merged cells always do
    level: str | None = None  # of the places list, where all places of the column have one
    code_suffix: str = ""  # digits that codes may carry at their end (05001000)
    also_around: dict[str, list[str]] = {}  # place -> places that the source writes in it, and that lie elsewhere
    dates: Literal["decide", "day_first", "month_first"] = "decide"
    serials: bool = False  # plain numbers in a date column are days since 1900


class Spread(Model):
    """A level of headings that holds values instead of names: years, sexes, age groups in columns.

    total: its `total` column is kept as the total of the dimension; without it, it is only checked.
    """

    field: str
    values: list[Meaning] = []
    total: bool = False


class NumberForm(Model):
    """Signs of thousands and decimals where the source is known to use them; otherwise the column must show it."""

    thousands: str
    decimal: str


class Layout(Model):
    """One way in which a table looks.

    shape: long (a row is a value), events (a row is an event, or several by its quantity: rows are added up), wide
    (values lie below the levels of `spread`, first level on top). sets: what every value of the table is, where no
    column says it. period: year, quarter or month of the column of dates; reporting: the reporting year.
    cumulative_since: the numbers are running totals; a year is the difference. several: same_headings (a table may be
    repeated below), sheets (the same layout on several sheets), none. pivot: such a table repeats data that may lie on
    another sheet.
    titles: words of which one must stand above the table or in the name of its sheet, where columns like these could be
    about anything. allows: what titles may say of the numbers without the table being refused.
    """

    id: str
    name: Text
    shape: Literal["long", "events", "wide"]
    columns: list[LayoutColumn]
    spread: list[Spread] = []
    sets: dict[str, str] = {}
    period: Literal["year", "quarter", "month", "reporting"] = "year"
    cumulative_since: int | None = None
    missing: dict[str, str] = {}
    numbers: NumberForm | None = None
    several: Literal["none", "same_headings", "sheets"] = "none"
    pivot: bool = False
    titles: list[str] = []
    allows: list[Literal["cumulative", "partial", "scale"]] = []

    def column(self, field: str) -> LayoutColumn | None:
        return next((c for c in self.columns if c.field == field), None)


class Confirmed(Model):
    """A heading or a value of an organisation's files that a person said the meaning of."""

    id: str
    organisation: str
    layout: str
    field: str
    heading: str | None = None
    value: str | None = None
    code: str | None = None
    confirmed_by: str
    confirmed_on: date


class ReadingWords(Model):
    """Words that tables carry in the languages of those who send them: common/reading.yaml."""

    total: list[str]
    subtotal: list[str]
    pivot: list[str]
    year: list[str]
    at_least: list[str]
    up_to: list[str]
    cumulative: list[str]
    partial: list[str]
    since: list[str]
    scale: list[str]
    no_scale: list[str] = []
    whole_year: list[str] = []  # phrases with a word of `partial` that say the end of a year
    months: list[list[str]] = []  # names and short forms of the first to the last month
    until: list[str] = []  # before a month: up to it
    place_kinds: list[str] = []  # in brackets behind a place's name: no part of it
    of_age: list[str] = []  # behind a span of numbers: ages
    finer: list[str] = []  # headings of columns that divide a year or a person's group; a number beside them is a part


def layout_faults(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """(layout or mapping, what is wrong with it): fields, codes and series that do not exist, and no value column."""
    known = {*OWN_FIELDS, *catalogue.dimension_ids}
    for layout in catalogue.layouts.values():
        for text in _of_layout(layout, catalogue, known):
            yield f"Layout {layout.id}", text
    for mapping in catalogue.mappings.values():
        if mapping.layout not in catalogue.layouts:
            yield f"Confirmed {mapping.id}", f"layout: there is no '{mapping.layout}'"
        elif mapping.field not in known:
            yield f"Confirmed {mapping.id}", f"field: there is no '{mapping.field}'"
        if mapping.organisation not in catalogue.organisations:
            yield f"Confirmed {mapping.id}", f"organisation: there is no '{mapping.organisation}'"
        codes = _known_codes(mapping.field, catalogue) if mapping.field in known else None
        if mapping.value is not None and codes is not None and mapping.code not in codes:
            yield f"Confirmed {mapping.id}", f"{mapping.field}: there is no '{mapping.code}'"
        if (mapping.heading is None) == (mapping.value is None):
            yield f"Confirmed {mapping.id}", "either a heading or a value must be given"


def _of_layout(layout: Layout, catalogue: Catalogue, known: set[str]) -> Iterator[str]:
    fields = [c.field for c in layout.columns] + [s.field for s in layout.spread]
    for field in dict.fromkeys([*fields, *layout.sets]):
        if field not in known:
            yield f"there is no field '{field}'"
        if fields.count(field) > 1 and field not in ("condition", "ignored"):
            yield f"the field '{field}' is there twice"
    if layout.shape == "wide" and not layout.spread:
        yield "a wide layout must say what is spread over its columns"
    if layout.shape == "long" and "value" not in fields:
        yield "a long layout must have a column of values"
    if "indicator" not in {*fields, *layout.sets} and not any("indicator" in m.sets for m in _meanings(layout)):
        yield "nothing says which indicator the values are of"
    if layout.period != "reporting" and not set(fields) & set(PERIOD_FIELDS):
        yield "no column says the period; period: reporting would take the reporting year"
    for column in layout.columns:
        if not column.headings and column.field not in catalogue.headings:
            yield f"the column '{column.field}' has no headings"
    yield from _of_words_and_codes(layout, catalogue)


def _of_words_and_codes(layout: Layout, catalogue: Catalogue) -> Iterator[str]:
    told = [m.apart for m in _meanings(layout)] + [c.otherwise for c in layout.columns]
    for language in catalogue.languages:
        if any(text is not None and language not in text for text in told):
            yield f"rows that are not counted: no text in '{language}'"
    around = {code for c in layout.columns for place, own in c.also_around.items() for code in (place, *own)}
    for code in sorted(around - set(catalogue.places.codes)):
        yield f"also_around: there is no '{code}'"
    for field, code in _codes(layout):
        known_codes = _known_codes(field, catalogue)
        if known_codes is not None and code not in known_codes:
            yield f"{field}: there is no '{code}'"


def _known_codes(field: str, catalogue: Catalogue) -> Container[str] | None:
    """What a field may be set to; None where anything goes."""
    if field in catalogue.dimension_ids:
        return catalogue.codelist_of(field).codes
    lists: dict[str, Container[str]] = {
        "indicator": {*catalogue.indicators, *catalogue.context_series},
        "unit": catalogue.units,
        "place": catalogue.places.codes,
    }
    return lists.get(field)


def _parts(layout: Layout) -> list[LayoutColumn | Spread]:
    return [*layout.columns, *layout.spread]


def _meanings(layout: Layout) -> Iterator[Meaning]:
    for part in _parts(layout):
        yield from part.values


def _codes(layout: Layout) -> Iterator[tuple[str, str]]:
    yield from layout.sets.items()
    for part in _parts(layout):
        for meaning in part.values:
            yield from meaning.sets.items()
            if meaning.code is not None:
                yield part.field, meaning.code


def aliases(catalogue: Catalogue, column: LayoutColumn) -> tuple[str, ...]:
    """Every name that the heading of a column may have."""
    if column.headings:
        return tuple(column.headings)
    known = catalogue.headings[column.field]
    labels = tuple(known.labels.values())
    both: tuple[str, ...] = tuple(f"{a} / {b}" for a in labels for b in labels if a != b)
    return (*labels, *both, *known.aliases, column.field)


def confirmed(mappings: Mapping[str, Confirmed], organisation: str, layout: str) -> list[Confirmed]:
    """What was confirmed for an organisation and a layout."""
    return [m for m in mappings.values() if m.organisation == organisation and m.layout == layout]

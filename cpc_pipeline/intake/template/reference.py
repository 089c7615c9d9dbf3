"""The sheets to look things up in: definitions, code lists, and the texts in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cpc_pipeline.catalogue import Indicator
from cpc_pipeline.intake.template.book import FIRST_TEXT, Book
from cpc_pipeline.intake.template.layout import applies

_LEFT, _RIGHT = 26, 96
Texts = Mapping[str, str]
Lines = Sequence[tuple[str, Texts]]


def write_definitions(book: Book) -> None:
    """A card per indicator: its name as a band, then a line per property that it has."""
    catalogue, sheet = book.catalogue, book.sheets["definitions"]
    book.columns("definitions", [_LEFT, _RIGHT])
    book.top("definitions")
    row = 1
    decisions = {d.id: d for d in catalogue.decisions}
    for decision in dict.fromkeys(i.decision for i in book.layout.indicators):
        basis = {
            x: catalogue.wording.text("template.sheet.definitions", x, decision=decisions[decision].description[x])
            for x in book.languages
        }
        sheet.merge_range(row, 0, row, 1, "", book.looks["hint"])
        book.shown("definitions", row, 0, basis, "hint")
        book.height("definitions", row, (basis, _LEFT + _RIGHT))
        row += 1
    for indicator in book.layout.indicators:
        row += 1
        sheet.write_string(row, 0, indicator.id, book.looks["band"])
        book.shown("definitions", row, 1, indicator.name, "band")
        sheet.set_row(row, 19)
        for key, texts in _properties(book, indicator):
            row += 1
            book.shown("definitions", row, 0, book.words(f"definition.{key}"), "label")
            book.shown("definitions", row, 1, texts, "fixed")
            book.height("definitions", row, (texts, _RIGHT))
        row += 1
    sheet.freeze_panes(1, 0)
    book.finish("definitions", landscape=False)


def _properties(book: Book, indicator: Indicator) -> Iterator[tuple[str, Texts]]:
    catalogue = book.catalogue
    yield "definition", indicator.definition
    yield "unit", catalogue.units[indicator.unit].labels
    if indicator.numerator is not None:
        yield "numerator", indicator.numerator
    if indicator.denominator is not None:
        yield "denominator", indicator.denominator
    names = [d.name for d in catalogue.dimensions if d.id in applies(indicator)]
    none = book.words("none")
    yield "disaggregations", {x: ", ".join(n[x] for n in names) or none[x] for x in book.languages}
    if indicator.headline:
        groups = [catalogue.codelist_of(d).codes[c].labels for d, c in indicator.headline.items()]
        yield "group", {x: ", ".join(g[x] for g in groups) for x in book.languages}
    for key in ("frequency", "direction", "over_periods", "over_places"):
        yield key, book.words(f"{key}.{getattr(indicator, key)}")
    if indicator.minimum is not None:
        limits = {"minimum": f"{indicator.minimum:g}", "maximum": f"{indicator.maximum or 0:g}"}
        yield "limits", book.words("or_more" if indicator.maximum is None else "between", **limits)
    if indicator.limitation is not None:
        yield "limitation", indicator.limitation


def write_lists(book: Book) -> None:
    """Name in the language shown, which the drop-downs offer, and code; the places stand beside the other lists."""
    book.top("lists", book.words("sheet.lists"))
    book.columns("lists", [62, 28, 3, 44, 10])
    sheet, row, last = book.sheets["lists"], 3, 3
    for name, title, rows in _lists(book):
        last = _list(book, name, title, rows, row, 0)
        row = last + 2
    places = [(c.code, c.labels) for c in book.catalogue.places.codes.values()]
    _list(book, "list_place", book.heading("place"), places, 3, 3)
    # The places would fill page after page with names: they are there to be chosen, not to be printed.
    sheet.print_area(0, 0, last, 1)
    sheet.freeze_panes(3, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:E5000"})  # codes keep their zeros
    book.finish("lists", landscape=False)


def _list(book: Book, name: str, title: Texts, rows: Lines, top: int, column: int) -> int:
    """One list under its title, with its range named; gives the last row."""
    sheet = book.sheets["lists"]
    book.shown("lists", top, column, title, "head")
    sheet.write_blank(top, column + 1, None, book.looks["head"])
    for row, (code, labels) in enumerate(rows, start=top + 1):
        book.shown("lists", row, column, labels, "fixed")
        if column == 0:
            book.height("lists", row, (labels, 62))
        sheet.write_string(row, column + 1, code, book.looks["again"])
    last = top + max(len(rows), 1)
    book.name(name, "lists", (top + 1, column), (last, column))
    return last


def _lists(book: Book) -> Iterator[tuple[str, Texts, Lines]]:
    """Name of the range, title, and rows of code and labels; a mark stands before what it means."""
    catalogue, layout = book.catalogue, book.layout
    said = {s: catalogue.wording.text(f"status.{s}", layout.language) for s in set(catalogue.missing_marks.values())}
    marks = [(said[s], dict.fromkeys(book.languages, m.upper())) for m, s in catalogue.missing_marks.items()]
    yield "missing_marks", book.words("marks"), marks
    yield "list_indicator", book.heading("indicator"), [(i.id, i.name) for i in layout.indicators]
    for dimension in layout.dimensions:
        codes = catalogue.codelist_of(dimension).codes.values()
        yield f"list_{dimension}", book.heading(dimension), [(c.code, c.labels) for c in codes]
    yield "list_objective", book.heading("objective"), [(o.id, o.name) for o in catalogue.objectives]
    for column in catalogue.header.contributions:
        if column.codelist is not None:
            codes = catalogue.codelists[column.codelist].codes.values()
            yield f"list_{column.field}", book.heading(column.field), [(c.code, c.labels) for c in codes]


def write_texts(book: Book) -> None:
    """Last, when every other sheet has said which texts it shows."""
    sheet, names = book.sheets["texts"], book.words("language_name")
    book.top("texts", book.words("sheet.texts"))
    book.columns("texts", [12, *(70 for _ in book.languages)])
    book.shown("texts", 2, 0, book.heading("language"), "label")
    position = book.languages.index(book.layout.language) + 1
    sheet.write_formula(2, 1, "=IFERROR(MATCH(language,language_names,0),1)", book.looks["fixed"], position)
    book.name("language_number", "texts", (2, 1))
    for column, language in enumerate(book.languages, start=1):
        sheet.write_string(FIRST_TEXT - 1, column, names[language], book.looks["head"])
    book.name("language_names", "texts", (FIRST_TEXT - 1, 1), (FIRST_TEXT - 1, len(book.languages)))
    for versions, number in book.texts.items():
        row = FIRST_TEXT + number
        sheet.write_number(row, 0, number + 1, book.looks["again"])
        for column, text in enumerate(versions, start=1):
            sheet.write_string(row, column, text, book.looks["fixed"])
        book.height("texts", row, *((text, 70) for text in versions))
    sheet.freeze_panes(FIRST_TEXT, 0)
    book.finish("texts", landscape=True, repeat=FIRST_TEXT - 1)

"""The cover, with the language switch, and the instructions."""

from __future__ import annotations

from cpc_pipeline.intake.template.book import Book
from cpc_pipeline.intake.versions import TEMPLATE
from cpc_pipeline.intake.workbook import COVER_FIELDS, heading

KIND = "annual"
_LEFT, _RIGHT = 38, 74


def write_cover(book: Book) -> None:
    layout, catalogue = book.layout, book.catalogue
    sheet = book.sheets["cover"]
    book.columns("cover", [_LEFT, _RIGHT])
    organisation = catalogue.organisations[layout.organisation]
    book.shown("cover", 0, 0, book.words("title", year=layout.year), "title")
    book.shown("cover", 1, 0, organisation.name, "subtitle")
    book.shown("cover", 2, 0, catalogue.header.name, "line")
    sheet.set_row(0, 30)
    sheet.set_row(1, 20)
    _switch(book, 4)
    row = 7
    values = (catalogue.id, layout.organisation, layout.year, KIND, TEMPLATE)
    # These labels stay in every language: the program knows the lines by them, whatever has become of a formula.
    for field, value in zip(COVER_FIELDS, values, strict=True):
        sheet.write_string(row, 0, heading(catalogue, field), book.looks["label"])
        sheet.write(row, 1, value, book.looks["fixed_left"])
        book.name(f"cover_{field}", "cover", (row, 1))
        row += 1
    start, end = catalogue.calendars[catalogue.default_calendar].year(layout.year)
    sheet.write_string(row, 0, heading(catalogue, "period"), book.looks["label"])
    book.shown("cover", row, 1, book.words("period", start=start.isoformat(), end=end.isoformat()), "fixed")
    row = _filled(book, row + 1)
    _contents(book, row + 2)
    sheet.activate()
    book.finish("cover", landscape=False, tab="#1b3a57")


def _switch(book: Book, row: int) -> None:
    sheet = book.sheets["cover"]
    names = book.words("language_name")
    sheet.write_string(row, 0, heading(book.catalogue, "language"), book.looks["label"])
    sheet.write_string(row, 1, names[book.layout.language], book.looks["entry"])
    book.choice("cover", (row, row), 1, "language_names")
    book.name("language", "cover", (row, 1))
    book.shown("cover", row + 1, 1, book.words("switch_help"), "hint")


def _filled(book: Book, row: int) -> int:
    """How many of the asked values are there, counted by the workbook itself."""
    book.shown("cover", row, 0, book.words("filled"), "label")
    count = len(book.layout.entries)
    book.sheets["cover"].write_formula(
        row, 1, f'=COUNTA(entry_values)&" / {count}"', book.looks["fixed_left"], f"0 / {count}"
    )
    return row + 1


def _contents(book: Book, row: int) -> None:
    sheet = book.sheets["cover"]
    book.shown("cover", row, 0, book.words("contents"), "band")
    sheet.write_blank(row, 1, None, book.looks["band"])
    for role, name in book.names.items():
        if role == "cover":
            continue
        row += 1
        sheet.write_url(row, 0, f"internal:{book.quoted(role)}!A1", book.looks["link"], name)
        purpose = book.words(f"purpose.{role}")
        book.shown("cover", row, 1, purpose, "fixed")
        book.height("cover", row, (purpose, _RIGHT), least=17)
    row += 2
    for look, key in (("entry_text", "yellow"), ("fixed", "locked"), ("grey", "grey")):
        sheet.write_blank(row, 0, None, book.looks["fixed" if look == "fixed" else look])
        book.shown("cover", row, 1, book.words(key), "plain")
        row += 1


def write_instructions(book: Book) -> None:
    """Steps are the keys below template.instructions, in their order: a compact may have more or fewer."""
    layout = book.layout
    organisation = book.catalogue.organisations[layout.organisation].name
    params = {"year": layout.year, **{r: book.names[r] for r in ("breakdowns", "definitions")}}
    book.columns("instructions", [4, 110])
    book.top("instructions")
    prefix = "template.instructions."
    steps = {k[len(prefix) :].split(".")[0] for k in book.catalogue.wording.texts[layout.language] if prefix in k}
    row = 2
    for number, step in enumerate(sorted(steps), start=1):
        book.sheets["instructions"].write_number(row, 0, number, book.looks["band"])
        book.shown("instructions", row, 1, book.words(f"instructions.{step}.title"), "band")
        book.sheets["instructions"].set_row(row, 19)
        words = book.catalogue.wording
        text = {
            x: words.text(f"{prefix}{step}.text", x, organisation=organisation[x], **params) for x in book.languages
        }
        book.shown("instructions", row + 1, 1, text, "plain")
        book.height("instructions", row + 1, (text, 110))
        row += 3
    book.finish("instructions", landscape=False)

"""The sheets of words: narrative per objective, contributions and sustained measures, sign-off."""

from __future__ import annotations

from cpc_pipeline.catalogue import ContributionColumn
from cpc_pipeline.intake.template.book import Book
from cpc_pipeline.intake.template.layout import NARRATIVE, SIGN_OFF, join_key
from cpc_pipeline.intake.template.migrating import rows_of
from cpc_pipeline.intake.template.tables import FIRST, HEAD, not_negative

ROWS = 16  # contributions
_TEXT = 104  # width of the column of texts
LINE_LIMIT = 120  # characters in a line of the sign-off


def write_narrative(book: Book) -> None:
    """A row per objective and part, with the part's question beside the cell to write in.

    A row is as high as the longest text that the part allows, so that nothing is cut off on screen or paper.
    """
    catalogue, layout, sheet = book.catalogue, book.layout, book.sheets["narrative"]
    limit = max((s.limit for s in catalogue.header.sections), default=0)
    book.top("narrative", book.words("sheet.narrative", limit=limit))
    book.columns("narrative", [13, 26, _TEXT, 10, 12])
    book.table_head("narrative", HEAD, NARRATIVE)
    names = {o.id: o.name for o in catalogue.objectives}
    own = catalogue.organisations[layout.organisation].language or layout.language
    row = FIRST
    for objective in layout.objectives:
        for section in catalogue.header.sections:
            book.shown("narrative", row, 0, names[objective], "label")
            question = {x: f"{section.name[x]}\n\n{section.help[x]}" for x in book.languages}
            book.shown("narrative", row, 1, question, "fixed")
            key = join_key({"objective": objective, "section": section.id})
            book.entry("narrative", row, 2, (key, "text"), "entry_text")
            check = {"validate": "length", "criteria": "<=", "value": section.limit}
            sheet.data_validation(row, 2, row, 2, check | book.error("long", limit=section.limit))
            if ("narrative", key, "language") in book.typed:
                book.entry("narrative", row, 3, (key, "language"), "entry_text")
            else:
                sheet.write_string(row, 3, book.words("language_name")[own], book.looks["entry_text"])
            sheet.write_string(row, 4, key, book.looks["row_key"])
            book.height("narrative", row, ("x" * section.limit, _TEXT), least=70)
            row += 1
    book.choice("narrative", (FIRST, max(row - 1, FIRST)), 3, "language_names")
    book.name("narrative_text", "narrative", (FIRST, 2), (max(row - 1, FIRST), 2))
    sheet.freeze_panes(FIRST, 2)
    sheet.print_area(0, 0, max(row - 1, FIRST), 3)
    book.finish("narrative", landscape=False, repeat=HEAD, tab="#f2b705")


def write_contributions(book: Book) -> None:
    sheet, columns = book.sheets["contributions"], book.catalogue.header.contributions
    book.top("contributions", book.words("sheet.contributions"))
    book.columns("contributions", [c.width for c in columns])
    book.table_head("contributions", HEAD, [c.field for c in columns])
    rows = (FIRST, FIRST + max(ROWS, 2 * rows_of(book.typed, "contributions")) - 1)
    for position, column in enumerate(columns):
        for row in range(rows[0], rows[1] + 1):
            book.entry("contributions", row, position, (str(row - FIRST), column.field), _look(column))
        if column.type == "number":
            sheet.data_validation(rows[0], position, rows[1], position, not_negative(book))
        elif column.type != "text":
            book.choice("contributions", rows, position, f"list_{column.field}")
        book.name(f"contributions_{column.field}", "contributions", (rows[0], position), (rows[1], position))
    for row in range(rows[0], rows[1] + 1):
        sheet.set_row(row, 36)
    sheet.freeze_panes(FIRST, 1)
    book.finish("contributions", landscape=True, repeat=HEAD, tab="#f2b705")


def _look(column: ContributionColumn) -> str:
    return "entry_number" if column.type == "number" else "entry_text"


def write_sign_off(book: Book) -> None:
    """One line per label of compact.yaml; the line called date takes a date."""
    sheet = book.sheets["sign_off"]
    book.top("sign_off", book.words("sheet.sign_off"))
    book.columns("sign_off", [44, 62, 12])
    book.table_head("sign_off", HEAD, SIGN_OFF)
    for row, (line, label) in enumerate(book.catalogue.header.sign_off.items(), start=FIRST):
        book.shown("sign_off", row, 0, label, "label")
        key = join_key({"section": f"sign_off.{line}"})
        book.entry("sign_off", row, 1, (key, "text"), "entry_date" if line == "date" else "entry_text")
        check = {"validate": "length", "criteria": "<=", "value": LINE_LIMIT, **book.error("long", limit=LINE_LIMIT)}
        if line == "date":
            from_start = {"criteria": ">=", "value": book.catalogue.header.start}
            check = {"validate": "date", **from_start, **book.error("date")}
        sheet.data_validation(row, 1, row, 1, check)
        sheet.write_string(row, 2, key, book.looks["row_key"])
        sheet.set_row(row, 30)
        book.name(f"sign_off_{line}", "sign_off", (row, 1))
    sheet.freeze_panes(FIRST, 0)
    sheet.print_area(0, 0, FIRST + len(book.catalogue.header.sign_off), 1)
    book.finish("sign_off", landscape=False, tab="#f2b705")

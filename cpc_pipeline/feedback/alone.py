"""The list as a workbook of its own, for files that cannot be marked: damaged, protected, signed, unusual."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from cpc_pipeline.contracts import FEEDBACK_MARK
from cpc_pipeline.feedback.listing import WIDTHS, Listing, height
from cpc_pipeline.feedback.styles import COLOURS

MARK_AT = len(
    WIDTHS
)  # column of the mark and the questions, by which a reply finds its finding; the file's name follows
_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties, so that bytes repeat)


def list_alone(listing: Listing) -> bytes:
    """A workbook of one sheet; all text is text, so that nothing of it can become a formula or a link."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": listing.title, "created": _EPOCH})
    sheet = book.add_worksheet(listing.name)
    formats = _formats(book)
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, listing.title, formats["title"])
    for row, text in enumerate(listing.intro, start=1):
        sheet.set_row(row, height([text], [sum(WIDTHS)]))
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", formats["intro"])
        sheet.write_string(row, 0, text, formats["intro"])
    sheet.write_row(0, MARK_AT, (FEEDBACK_MARK, listing.file))
    sheet.set_column(MARK_AT, MARK_AT + 1, 12, None, {"hidden": True})
    top = len(listing.intro) + 2
    for column, text in enumerate(listing.headings):
        sheet.write_string(top, column, text, formats["head"])
    for row, line in enumerate(listing.lines, start=top + 1):
        sheet.set_row(row, height(line.texts, WIDTHS))
        looks = ("text", "text", line.severity or "text", "text", "text", "text", "reply")
        for column, (text, look) in enumerate(zip(line.texts, looks, strict=True)):
            sheet.write_string(row, column, text, formats[look])
        sheet.write_string(row, MARK_AT, line.question)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R{listing.page} &P / &N")
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    text = {"font_size": 10, "text_wrap": True, "valign": "top"}
    boxed = text | {"border": 1, "border_color": "#BFBFBF"}
    made = {
        "title": {"bold": True, "font_size": 16, "font_color": "#1B3A57", "valign": "vcenter"},
        "intro": text,
        "head": boxed | {"bold": True, "font_color": "white", "bg_color": "#1B3A57", "valign": "vcenter"},
        "text": boxed,
        "reply": boxed | {"bg_color": "#FFFBE6"},
    }
    made |= {s: boxed | {"bold": True, "bg_color": f"#{colour:06X}"} for s, colour in COLOURS.items()}
    return {name: book.add_format(look) for name, look in made.items()}

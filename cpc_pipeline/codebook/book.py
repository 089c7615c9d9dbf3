"""The codebook as a workbook in one language: a sheet per section, reference sheets as cards below each other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.codebook.content import Examples, sections, title
from cpc_pipeline.codebook.parts import Section, Sheet, Table, Words

_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (fixed, so that the same catalogue gives the same bytes)
_CARD = (34, 96)
_LEAST, _MOST = 11, 36


def workbook(catalogue: Catalogue, examples: Examples, language: str) -> bytes:
    """The workbook; the same catalogue gives the same bytes. Text is never taken for a formula or a number."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    head, about = title(catalogue, language)
    book.set_properties({"title": head, "created": _EPOCH})
    writer = _Writer(book)
    made = sections(catalogue, examples, language)
    writer.contents(Words(catalogue, language)("contents"), head, about, made)
    for section in made:
        writer.section(section, Words(catalogue, language)("no_rows"))
    book.close()
    return stream.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#c3ccd5"}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#16324f"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format({**wrap, "bold": True, "bg_color": "#16324f", "font_color": "white"})
        self.label = book.add_format({**wrap, "bold": True, "bg_color": "#eef2f6"})
        self.cell = book.add_format(wrap)
        self.link = book.add_format({**wrap, "font_color": "#0b5394", "underline": 1})
        self.cards: dict[str, int] = {}

    def contents(self, name: str, head: str, about: str, made: Sequence[Section]) -> None:
        sheet = self.book.add_worksheet(_name(name))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 90)
        sheet.write_string(0, 0, head, self.title)
        sheet.write_string(1, 0, about, self.plain)
        sheet.set_row(1, _height([(about, 90)]))
        for row, section in enumerate(made, start=3):
            sheet.write_url(row, 0, f"internal:'{_name(section.title)}'!A1", self.link, section.title)
            # The rows of the cards, so that the overview, which is written first, can lead to them.
            at = 3
            for card in section.sheets:
                self.cards[card.anchor] = at
                at += len(card.lines) + 2
        self.where = next((_name(s.title) for s in made if s.sheets), "")
        _printed(sheet, landscape=False)

    def section(self, section: Section, nothing: str) -> None:
        sheet = self.book.add_worksheet(_name(section.title))
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, section.title, self.title)
        if section.note:
            sheet.write_string(1, 0, section.note)
        if section.sheets:
            self._cards(sheet, section.sheets)
            _printed(sheet, landscape=False)
            return
        if not any(table.rows for table in section.tables):
            sheet.write_string(3, 0, nothing)
            _printed(sheet, landscape=False)
            return
        widths = _widths(section.tables)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        row = 3
        for table in section.tables:
            row = self._table(sheet, table, row, widths)
        sheet.ignore_errors({"number_stored_as_text": "A1:Z9999"})  # codes keep their zeros
        if len(section.tables) == 1:
            sheet.freeze_panes(4, 1)
            sheet.repeat_rows(3)
            sheet.autofilter(3, 0, max(row - 2, 4), len(widths) - 1)
        _printed(sheet, landscape=sum(widths) > 90)

    def _cards(self, sheet: Any, cards: Sequence[Sheet]) -> None:
        for column, width in enumerate(_CARD):
            sheet.set_column(column, column, width)
        breaks = []
        for card in cards:
            row = self.cards[card.anchor]
            breaks.append(row)
            sheet.merge_range(row, 0, row, 1, "", self.head)
            sheet.write_string(row, 0, card.title, self.head)
            sheet.set_row(row, 20)
            for number, (label, said) in enumerate(card.lines, start=row + 1):
                sheet.write_string(number, 0, label, self.label)
                sheet.write_string(number, 1, said, self.cell)
                sheet.set_row(number, _height([(label, _CARD[0]), (said, _CARD[1])]))
        sheet.set_h_pagebreaks(breaks[1:])
        sheet.freeze_panes(1, 0)

    def _table(self, sheet: Any, table: Table, row: int, widths: Sequence[int]) -> int:
        """Writes a table from a row on; gives the row after it and an empty one."""
        if table.title:
            sheet.write_string(row, 0, table.title, self.title)
            row += 1
        for column, head in enumerate(table.heads):
            sheet.write_string(row, column, head, self.head)
        sheet.set_row(row, _height(list(zip(table.heads, widths, strict=False))))
        for number, cells in enumerate(table.rows):
            row += 1
            for column, text in enumerate(cells):
                if column == 0 and table.links:
                    at = f"internal:'{self.where}'!A{self.cards[table.links[number]] + 1}"
                    sheet.write_url(row, 0, at, self.link, text)
                else:
                    sheet.write_string(row, column, text, self.label if column == 0 else self.cell)
            sheet.set_row(row, _height(list(zip(cells, widths, strict=False))))
        return row + 2


def _name(title: str) -> str:
    """Excel takes 31 characters and none of these."""
    return "".join("-" if c in "[]:*?/\\'" else c for c in title)[:31]


def _widths(tables: Sequence[Table]) -> list[int]:
    """By the longest word and the usual text of each column."""
    count = max(len(t.heads) for t in tables)
    widths = []
    for column in range(count):
        texts = [row[column] for t in tables for row in (t.heads, *t.rows) if column < len(row)]
        longest = sorted(len(x) for x in texts)[int(len(texts) * 0.9)] if texts else 0
        word = max((len(w) for x in texts for w in x.split()), default=0)
        widths.append(min(max(longest + 2, word + 2, _LEAST), _MOST))
    return widths


def _height(cells: Sequence[tuple[str, float]]) -> float:
    """Stated, because LibreOffice does not fit the height of wrapped rows when it opens the file."""
    lines = max(sum(ceil(max(len(p), 1) / (width * 1.08)) for p in text.split("\n")) for text, width in cells)
    return float(min(lines * 14 + 3, 405))


def _printed(sheet: Any, landscape: bool) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    if landscape:
        sheet.set_landscape()

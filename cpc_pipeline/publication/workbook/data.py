"""performance.xlsx: the rows of performance.csv with numbers as numbers, which pivot without cleaning, and what each
column holds.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.tables import NUMBERS, PERCENTAGES, codebook, performance_table, printable
from cpc_pipeline.publication.workbook.book import Book

NUMERIC = {*NUMBERS, *PERCENTAGES}
CODES = "@"


def write_data(release: Release, catalogue: Catalogue, year: int) -> bytes:
    """The workbook: one sheet of data from A1, one of the columns' meanings."""
    book = Book(release, catalogue, year)
    table = performance_table(release, catalogue, year)
    _flat(book, book.say("publication.data"), printable(table, catalogue))
    _flat(book, book.say("publication.codebook_sheet"), codebook(table, catalogue), wide=True)
    return book.finished()


def _flat(book: Book, name: str, table: pl.DataFrame, wide: bool = False) -> None:
    """Headings in row 1, nothing above, beside or below the rows."""
    sheet: Any = book.book.add_worksheet(book.unique(name))
    head = book.book.add_format({"bold": True})
    text = book.book.add_format({"num_format": CODES, **({"text_wrap": True, "valign": "top"} if wide else {})})
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, 80 if wide and column else 24 if wide else 14)
        for row, value in enumerate(table[title], start=1):
            if value is None:
                continue
            if title in NUMERIC or (isinstance(value, int) and not isinstance(value, bool)):
                sheet.write_number(row, column, float(value))
            elif isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            else:
                sheet.write_string(row, column, str(value), text)
    columns = [{"header": title, "header_format": head} for title in table.columns]
    place = (0, 0, max(table.height, 1), table.width - 1)
    sheet.add_table(*place, {"columns": columns, "style": None, "name": f"data_{len(book.names)}"})
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)

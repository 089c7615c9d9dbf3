"""Real files from real writers: .xlsx (xlsxwriter), .xls (xlwt), .ods (odfpy), text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Rows = Sequence[Sequence[Any]]


def xlsx(
    rows: Rows | Mapping[str, Rows],
    *,
    at: tuple[int, int] = (0, 0),
    merged: Iterable[str] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
    hidden_sheets: Iterable[str] = (),
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook. A text that begins with = is a formula without result; a date is a date; merged: A1:B2."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    shown = {cell: book.add_format({"num_format": form}) for cell, form in (formats or {}).items()}
    for name, own in (rows if isinstance(rows, Mapping) else {"Hoja1": rows}).items():
        sheet = book.add_worksheet(name)
        for area in merged:
            sheet.merge_range(area, "")
        for r, row in enumerate(own, start=at[0]):
            for c, value in enumerate(row, start=at[1]):
                cell = f"{_letters(c)}{r + 1}"
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)  # type: ignore[arg-type]
                elif isinstance(value, str):
                    sheet.write_string(r, c, value, shown.get(cell))
                elif value is not None:
                    sheet.write(r, c, value, shown.get(cell))
        for row_ in hidden_rows:
            sheet.set_row(row_ - 1, None, None, {"hidden": True})
        for column in hidden_columns:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        if name in set(hidden_sheets):
            sheet.hide()
    book.close()
    return stream.getvalue()


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def xls(rows: Rows) -> bytes:
    import xlwt

    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Hoja1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    book.save(stream)
    return stream.getvalue()


def ods(rows: Rows) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, stream = OpenDocumentSpreadsheet(), io.BytesIO()
    table = Table(name="Hoja1")
    for row in rows:
        line = TableRow()
        for value in row:
            if value is None:
                cell = TableCell()
            elif isinstance(value, int | float):
                cell = TableCell(valuetype="float", value=value)
                cell.addElement(P(text=str(value)))
            else:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(stream)
    return stream.getvalue()


def text(rows: Rows, *, separator: str = ",", encoding: str = "utf-8", end: str = "\r\n", head: str = "") -> bytes:
    lines = [separator.join(_quoted(value, separator) for value in row) for row in rows]
    return (head + end.join(lines) + end).encode(encoding)


def _quoted(value: object, separator: str) -> str:
    plain = "" if value is None else str(value)
    return '"' + plain.replace('"', '""') + '"' if separator in plain or '"' in plain else plain

"""Bytes to cells, with the addresses and the exact content that the submitter sees."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from cpc_pipeline.intake.cells import Area, Cell, Refused, SheetFacts, Sheets, Workbook
from cpc_pipeline.intake.preflight import preflight

__all__ = ["Cell", "Refused", "Sheets", "Workbook", "read"]


_VISIBILITY = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "very_hidden"}


def read(content: bytes) -> Workbook:
    """Cells of every sheet, hidden ones too, in reading order; raises Refused where the file must not be read."""
    from python_calamine import CalamineWorkbook

    marks = preflight(content)
    sheets: Sheets = {}
    about: dict[str, SheetFacts] = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            area = book.get_sheet_by_name(sheet.name)
            sheets[sheet.name] = list(_cells(area.to_python(skip_empty_area=False)))
            merged = tuple(
                Area(top + 1, left + 1, bottom + 1, right + 1)
                for (top, left), (bottom, right) in area.merged_cell_ranges or ()
            )
            about[sheet.name] = SheetFacts(visibility=_VISIBILITY[str(sheet.visible).rpartition(".")[2]], merged=merged)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception, and one bad file must not stop the rest
        if isinstance(error, Refused):
            raise
        code = "encrypted_file" if "assword" in type(error).__name__ else "unreadable_file"
        raise Refused(code, size=len(content)) from None
    for name, found in marks.items():
        hidden = [Cell(r, c, "error", text) for (r, c), text in found.errors.items()]
        hidden += [Cell(r, c, "formula", "=") for r, c in found.uncalculated]
        there = {(cell.row, cell.column) for cell in hidden}
        kept = [cell for cell in sheets.get(name, []) if (cell.row, cell.column) not in there]
        sheets[name] = sorted([*kept, *hidden], key=lambda cell: (cell.row, cell.column))
    return Workbook(sheets, about)


def _cells(rows: Sequence[Sequence[object]]) -> Iterator[Cell]:
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is None or value == "":
                continue
            yield _cell(row, column, value)


def _cell(row: int, column: int, value: object) -> Cell:
    if isinstance(value, bool):
        return Cell(row, column, "bool", str(value).lower())
    if isinstance(value, int | float):
        text = str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))
        return Cell(row, column, "number", text, float(value))
    if isinstance(value, datetime):
        return Cell(row, column, "date", value.date().isoformat())
    if isinstance(value, date):
        return Cell(row, column, "date", value.isoformat())
    if isinstance(value, time | timedelta):
        return Cell(row, column, "text", str(value))
    return Cell(row, column, "text", str(value))

"""One file to what it holds, as plain lists and dicts: the work of the process that opens files.

The answer is either {"refused": code, ...} or {"file", "sheets", "remarks"}, with {"beside", "texts"} of a package:
what lies beside its cells, and the list that the texts of its cells are from. A sheet is {"name", "top", "left",
"rows", "extra", "facts"}: rows is the rectangle of values from (top, left), in which a tuple (kind, text) or
(kind, text, number) is what no value says; outside the rectangle it stands in extra, with its address. `columns` makes
them ready to cross.
"""

from __future__ import annotations

import io
from typing import Any

from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.reading import xlsx
from cpc_pipeline.intake.reading.beside import beside, said
from cpc_pipeline.intake.reading.formats import zeros
from cpc_pipeline.intake.reading.kinds import kind_of
from cpc_pipeline.intake.reading.limits import MAX_CELLS, MAX_CONTENT, MAX_UNPACKED
from cpc_pipeline.intake.reading.package import Package

Answer = dict[str, Any]
_KINDS = {
    "WorkSheet": "worksheet",
    "DialogSheet": "dialog",
    "MacroSheet": "macro",
    "ChartSheet": "chart",
    "Vba": "macro",
}
_WITH_CELLS = ("worksheet", "pivot")
_VISIBILITY = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "very_hidden"}


def open_file(content: bytes) -> Answer:
    """What the file holds, or why it is refused; raises nothing but what a fault of this program raises."""
    try:
        kind = kind_of(content)
        if kind == "text":
            from cpc_pipeline.intake.reading.text import open_text

            if len(content) > MAX_UNPACKED:
                raise Refused("unpacked_too_large", size=len(content), megabytes=MAX_UNPACKED >> 20)
            answer = open_text(content)
            _refuse_too_many(answer["sheets"])
            return answer
        return _open_binary(content) if kind == "ole" else _open_package(content)
    except Refused as refused:
        where = {"sheet": refused.sheet, "cell": refused.cell}
        return {"refused": refused.code, "params": {"size": len(content)} | refused.params} | where


def _open_package(content: bytes) -> Answer:
    package = Package(content)
    if package.format in ("xlsx", "xlsm"):
        book = xlsx.look(package)
    elif package.format == "xlsb":
        from cpc_pipeline.intake.reading import xlsb

        book = xlsb.look(package)
    else:
        from cpc_pipeline.intake.reading import ods

        book = ods.look(package)
    sheets = _values(package.stored(book.replaced), package.size, book.marks)
    answer = {"file": {"format": package.format} | book.facts, "sheets": sheets, "remarks": []}
    return answer | {"beside": said(beside(package)), "texts": package.part("xl/sharedStrings.xml")}


def _open_binary(content: bytes) -> Answer:
    from cpc_pipeline.intake.reading import xls, xls_beside
    from cpc_pipeline.intake.reading.ole import Container

    book = xls.look(content)
    sheets = _values(content, len(content), book.marks)
    answer = {"file": {"format": "xls"} | book.facts, "sheets": sheets, "remarks": []}
    return answer | {"beside": said(xls_beside.beside(Container(content)))}


def _values(content: bytes, size: int, marks: dict[str, xlsx.Marks]) -> list[Answer]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    sheets = []
    if marks and all(known.facts.get("kind", "worksheet") not in _WITH_CELLS for known in marks.values()):
        raise Refused("no_cells_file", size=size)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            kind = _KINDS[str(sheet.typ).rpartition(".")[2]]
            known = marks.get(sheet.name, xlsx.Marks())
            facts = {"visibility": _VISIBILITY[str(sheet.visible).rpartition(".")[2]], "kind": kind} | known.facts
            made: Answer = {"name": sheet.name, "top": 1, "left": 1, "rows": [], "extra": [], "facts": facts}
            if facts["kind"] in (*_WITH_CELLS, "macro"):
                area = book.get_sheet_by_name(sheet.name)
                merged = area.merged_cell_ranges or ()
                facts.setdefault("merged", [[a + 1, b + 1, c + 1, d + 1] for (a, b), (c, d) in merged])
                _fill(made, area, known)
            sheets.append(made)
    except PasswordError:
        raise Refused("encrypted_file", size=size) from None
    except (CalamineError, ValueError, OSError) as error:
        if "assword" in str(error):
            raise Refused("encrypted_file", size=size) from None
        raise Refused("unreadable_file", size=size) from None
    if not any(sheet["facts"]["kind"] in _WITH_CELLS for sheet in sheets):
        raise Refused("no_cells_file", size=size)
    _refuse_too_many(sheets)
    return sheets


def _refuse_too_many(sheets: list[Answer]) -> None:
    """Counted only where the rectangles leave room for too many: nearly no workbook pays for it."""
    if sum(len(sheet["rows"]) * len(sheet["rows"][0]) for sheet in sheets if sheet["rows"]) > MAX_CONTENT:
        count = sum(value != "" for sheet in sheets for row in sheet["rows"] for value in row)
        if count > MAX_CONTENT:
            raise Refused("too_many_cells", cells=count, most=MAX_CONTENT)


def _fill(made: Answer, area: Any, marks: xlsx.Marks) -> None:
    """Values of the rectangle, with what the reader dropped put back in its place."""
    if area.start is not None:
        made["top"], made["left"] = area.start[0] + 1, area.start[1] + 1
        if area.height * area.width > MAX_CELLS:
            last = address(area.end[0] + 1, area.end[1] + 1)
            raise Refused("file_too_large", sheet=made["name"], cell=last, cells=area.height * area.width)
        made["rows"] = area.to_python()
    rows, top, left = made["rows"], made["top"], made["left"]
    height, width = len(rows), len(rows[0]) if rows else 0
    for (row, column), code in marks.formats.items():
        count, r, c = zeros(code), row - top, column - left
        if count and 0 <= r < height and 0 <= c < width:
            value = rows[r][c]
            if type(value) in (int, float) and 0 <= value < 2**53 and value == int(value):
                rows[r][c] = ("number", str(int(value)).zfill(count), float(value))
    for (row, column), (kind, text) in marks.special.items():
        if 0 <= row - top < height and 0 <= column - left < width:
            rows[row - top][column - left] = (kind, text)
        else:
            made["extra"].append([row, column, kind, text])
    if marks.formats:
        made["facts"]["formats"] = [[row, column, code] for (row, column), code in marks.formats.items()]

"""What an .xls says and the reader of its values drops: error cells, formulas, formats, what is hidden.

Source: [MS-XLS], BIFF8. Older workbooks (BIFF 2 to 5) are refused: no reader of ours is known to read them rightly.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.reading.formats import builtin, matters
from cpc_pipeline.intake.reading.limits import MAX_CELLS
from cpc_pipeline.intake.reading.ole import Container
from cpc_pipeline.intake.reading.rich import marked_texts, raised_fonts
from cpc_pipeline.intake.reading.xlsx import Book, Marks

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#N/A"}
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DATEMODE, _FORMAT, _XF = 0x809, 0x0A, 0x2F, 0x85, 0x22, 0x41E, 0xE0
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK, _LABEL, _LABELSST = 0x06, 0x205, 0x203, 0x27E, 0xBD, 0x204, 0xFD
_FONT, _SST, _CONTINUE = 0x31, 0xFC, 0x3C
_ROW, _COLINFO, _NOTE, _PIVOT, _SUPBOOK = 0x208, 0x7D, 0x1C, 0xB0, 0x1AE
_VALUES = {_FORMULA, _BOOLERR, _NUMBER, _RK, _LABEL, _LABELSST}


def look(content: bytes) -> Book:
    """Everything that the workbook says besides values; raises Refused."""
    container = Container(content)
    size = len(content)
    if "EncryptedPackage" in container.entries or "EncryptionInfo" in container.entries:
        raise Refused("encrypted_file", size=size)
    stream = container.stream("Workbook") or container.stream("Book")
    if stream is None:
        known = {"WordDocument", "PowerPoint Document", "__properties_version1.0", "VisioDocument"}
        raise Refused("other_document_file" if known & container.entries.keys() else "unsupported_file", size=size)
    try:
        return _book(stream, size, any("VBA" in name for name in container.entries))
    except (struct.error, IndexError):
        raise Refused("unreadable_file", size=size) from None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records of one substream, to its end; a chart inside a sheet is a substream of its own and passed over."""
    depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        start += 4
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1 or kind == _BOF:
            yield kind, stream[start : start + length]
        start += length
        if depth <= 0:
            return


def _book(stream: bytes, size: int, macros: bool) -> Book:
    kind, _, version = struct.unpack_from("<HHH", stream, 0)
    if kind != _BOF or version != 0x600:
        raise Refused("old_format_file", size=size)
    facts: dict[str, object] = {"macros": macros}
    own: dict[str, str] = {}
    styles: list[str] = []
    sheets: list[tuple[str, int, int]] = []
    before = 0
    links = 0
    fonts: list[bytes] = []
    texts: list[bytes] = []
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            raise Refused("encrypted_file", size=size)
        if kind == _BOUNDSHEET:
            wide = data[7] & 1
            name = data[8 : 8 + data[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
            sheets.append((name, struct.unpack_from("<I", data)[0], data[5]))
        elif kind == _DATEMODE:
            facts["date1904"] = data[:1] == b"\1"
        elif kind == _FORMAT:
            count, wide = struct.unpack_from("<HB", data, 2)
            own[str(data[0] | data[1] << 8)] = data[5 : 5 + count * (1 + (wide & 1))].decode(
                "utf-16-le" if wide & 1 else "latin-1", "replace"
            )
        elif kind == _XF:
            styles.append(str(struct.unpack_from("<H", data, 2)[0]))
        elif kind == _FONT:
            fonts.append(data)
        elif kind == _SST or (kind == _CONTINUE and texts and before in (_SST, _CONTINUE)):
            texts.append(data)
        elif kind == _SUPBOOK and len(data) > 4:
            links += 1
        before = kind
    facts["external_links"] = links
    codes = [own.get(number) or builtin(number) for number in styles]
    formats = {index: code for index, code in enumerate(codes) if matters(code)}
    raised = raised_fonts(fonts)
    marked = marked_texts(texts, raised) if raised and texts else {}
    marks = {name: _sheet(stream, at, name, formats, marked, size) for name, at, _ in sheets}
    _settle_empty_results(list(marks.values()))
    return Book(marks, {}, facts)


def _settle_empty_results(sheets: list[Marks]) -> None:
    """An empty text is what a formula gave, or what a program that does not calculate stored for every formula."""
    empties = sum(kind == "empty" for marks in sheets for kind, _ in marks.special.values())
    never = empties == sum(int(str(marks.facts.get("formulas", 0))) for marks in sheets)
    for marks in sheets:
        empty = [where for where, (kind, _) in marks.special.items() if kind == "empty"]
        for where in empty:
            if never:
                marks.special[where] = ("formula", "=")
            else:
                del marks.special[where]
        marks.facts["uncalculated"] = sum(kind == "formula" for kind, _ in marks.special.values())


def _sheet(stream: bytes, start: int, name: str, formats: dict[int, str], marked: dict[int, str], size: int) -> Marks:
    marks = Marks()
    rows: set[int] = set()
    columns: set[int] = set()
    far = (0, 0)
    formulas = comments = 0
    for kind, data in _records(stream, start):
        if kind in _VALUES:
            row, column, style = struct.unpack_from("<HHH", data)
            where = (row + 1, column + 1)
            far = (max(far[0], row + 1), max(far[1], column + 1))
            formulas += kind == _FORMULA
            _content(kind, data, where, marks)
            if kind == _LABELSST and marked and (text := marked.get(struct.unpack_from("<I", data, 6)[0])) is not None:
                marks.special[where] = ("text", text)
            if style in formats:
                marks.formats[where] = formats[style]
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", data)
            for offset in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * offset)[0]
                if style in formats:
                    marks.formats[row + 1, first + offset + 1] = formats[style]
            far = (max(far[0], row + 1), max(far[1], first + (len(data) - 6) // 6))
        elif kind == _ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
            rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == _COLINFO and data[8] & 1:
            first, last = struct.unpack_from("<HH", data)
            columns.update(range(first + 1, min(last, 255) + 2))
        elif kind == _NOTE:
            comments += 1
        elif kind == _PIVOT:
            marks.facts["kind"] = "pivot"
    if far[0] * far[1] > MAX_CELLS:
        raise Refused("file_too_large", sheet=name, cell=address(*far), cells=far[0] * far[1], size=size)
    marks.facts |= {"hidden_rows": sorted(rows), "hidden_columns": sorted(columns), "comments": comments}
    marks.facts |= {"formulas": formulas}
    return marks


def _content(kind: int, data: bytes, where: tuple[int, int], marks: Marks) -> None:
    """Errors, and formulas that were stored without a result (or with that of a program that does not calculate)."""
    if kind == _BOOLERR and data[7]:
        marks.special[where] = ("error", ERRORS.get(data[6], "#N/A"))
    elif kind == _FORMULA:
        value = data[6:14]
        if value[6:8] == b"\xff\xff" and value[0] == 2:
            marks.special[where] = ("error", ERRORS.get(value[2], "#N/A"))
        elif value[6:8] == b"\xff\xff" and value[0] == 3:
            marks.special[where] = ("empty", "")

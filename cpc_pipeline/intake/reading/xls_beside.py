"""What an .xls holds besides its visible cells: notes, text boxes, edges of pages, lists, pivots, properties.

Source: [MS-XLS] and [MS-OLEPS]. Words are taken as runs of letters from the records that hold words and are no cell's,
whatever their layout: a rule looks for names and numbers in them, and needs no more. The list behind a pivot table is
turned into a sheet.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from cpc_pipeline.intake.cells import Beside, Cell
from cpc_pipeline.intake.reading.corners import runs
from cpc_pipeline.intake.reading.ole import Container

_VALIDATION, _NAME = 0x1BE, 0x18
_SPOKEN = {0x14, 0x15, _VALIDATION, _NAME, 0x5A, 0x1B8, 0x800, 0xAF, 0x100D, 0x89C, 0x23}
"""Header, footer, validation, name, cells of another workbook, link, words over it, scenario, text of a chart, header
and footer of the first and of even pages, name in another workbook."""
_TEXT_OF_OBJECT, _CONTINUE, _FORMULA = 0x1B6, 0x3C, 0x06
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1")
_FIELD, _STRING, _NUMBER, _INTEGER, _DATE = 0xC7, 0xCD, 0xC9, 0xCC, 0xCE
_STREAM_OF_PIVOT = re.compile(r"[0-9A-F]{4}")
_TITLE, _SUBJECT, _KEYWORDS, _COMMENTS, _CATEGORY = 2, 3, 5, 6, 2
_NO_STRING_RESULT = 22  # bytes of a formula before its tokens


def beside(container: Container) -> Beside:
    """Parts that are damaged say nothing: their readers have refused the file, or it is sound."""
    found = Beside()
    stream = container.stream("Workbook") or b""
    words = []
    for kind, data in _spoken(stream):
        said = runs(data, narrow=True)
        words += [text.replace("_", " ") for text in said] if kind == _NAME else said
        if kind == _VALIDATION and len(said) > 2:  # a list to choose from
            cells = [Cell(row, 1, "text", text) for row, text in enumerate(said, start=1)]
            found.tables[f"list {len(found.tables) + 1}"] = cells
    for name, wanted in (
        ("\x05SummaryInformation", {_TITLE, _SUBJECT, _KEYWORDS, _COMMENTS}),
        ("\x05DocumentSummaryInformation", {_CATEGORY}),
    ):
        words += _properties(container.stream(name) or b"", wanted)
    found.texts = [("", "A1", text, "binary") for text in dict.fromkeys(words)]
    if count := sum(stream.count(sign) for sign in _PICTURES):
        found.pictures[""] = count
    for name in container.entries:
        if re.fullmatch(r"MBD[0-9A-F]{8}", name):
            found.count("embedded")
        elif _STREAM_OF_PIVOT.fullmatch(name):
            cells = list(_pivot(container.stream(name) or b""))
            found.tables |= {f"pivot {name}": cells} if cells else {}
    return found


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _spoken(stream: bytes) -> Iterator[tuple[int, bytes]]:
    of_object = False
    for kind, data in _records(stream):
        if kind in _SPOKEN or (of_object and kind == _CONTINUE):
            yield kind, data
        elif kind == _FORMULA and b"\x17" in data[_NO_STRING_RESULT:]:  # a text within the formula
            yield kind, data[_NO_STRING_RESULT:]
        of_object = kind == _TEXT_OF_OBJECT or (of_object and kind == _CONTINUE)


def _properties(stream: bytes, wanted: set[int]) -> list[str]:
    """The texts of some properties of the file, and all of those that its author made up."""
    try:
        count, start = struct.unpack_from("<I16xI", stream, 24)
        number = struct.unpack_from("<I", stream, start + 4)[0]
        said = []
        for at in range(min(number, 100)):
            key, offset = struct.unpack_from("<II", stream, start + 8 + 8 * at)
            if key in wanted:
                kind, length = struct.unpack_from("<II", stream, start + offset)
                data = stream[start + offset + 8 : start + offset + 8 + length * (2 if kind == 31 else 1)]
                text = data.decode("utf-16-le" if kind == 31 else "utf-8", "replace")
                said.append(text.replace("\ufffd", " ").strip("\0 "))
        if count > 1:
            own = struct.unpack_from("<I", stream, 64)[0]
            said += runs(stream[own:], narrow=True)
        return [text for text in said if text]
    except struct.error:
        return []


def _pivot(stream: bytes) -> Iterator[Cell]:
    """The fields of the list behind a pivot table with the values that each has; rows of numbers are not kept apart."""
    column = row = 0
    for kind, data in _records(stream):
        if kind == _FIELD and len(data) > 16:
            column, row = column + 1, 1
            yield Cell(1, column, "text", _text(data[14:]) or "-")
        elif column and kind in (_STRING, _NUMBER, _INTEGER, _DATE):
            row += 1
            if kind == _STRING and (text := _text(data)):
                yield Cell(row, column, "text", text)
            elif kind == _NUMBER and len(data) >= 8:
                number = struct.unpack_from("<d", data)[0]
                yield Cell(row, column, "number", f"{number:g}", number)
            elif kind == _INTEGER and len(data) >= 2:
                number = struct.unpack_from("<h", data)[0]
                yield Cell(row, column, "number", str(number), float(number))
            elif kind == _DATE and len(data) >= 5:
                year, month, day = struct.unpack_from("<HHB", data)
                yield Cell(row, column, "date", f"{year:04d}-{month:02d}-{day:02d}")


def _text(data: bytes) -> str:
    if len(data) < 3:
        return ""
    count, flags = struct.unpack_from("<HB", data)
    wide = flags & 1
    return data[3 : 3 + count * (1 + wide)].decode("utf-16-le" if wide else "cp1252", "replace")

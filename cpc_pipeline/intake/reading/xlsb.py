"""What an .xlsb says and the reader of its values drops: error cells, formats, merges, what is hidden.

Source: [MS-XLSB], the records of workbook.bin, styles.bin and the sheets.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.reading.formats import builtin, matters
from cpc_pipeline.intake.reading.limits import MAX_CELLS
from cpc_pipeline.intake.reading.package import Package
from cpc_pipeline.intake.reading.rich import marked, raised_fonts_of, rich_text
from cpc_pipeline.intake.reading.xls import ERRORS
from cpc_pipeline.intake.reading.xlsx import Book, Marks

_ROW, _ERROR, _FORMULA_ERROR, _COLUMN, _MERGE = 0, 3, 11, 60, 176
_FONT, _TEXT_ITEM, _LISTED, _RICH = 43, 19, 7, 62
_CELLS, _FORMULAS = range(2, 12), range(8, 12)
_SHEET, _PROPERTIES, _FORMAT, _STYLE, _STYLES, _STYLES_END = 156, 153, 44, 47, 617, 618
_KINDS = {"worksheet": "worksheet", "chartsheet": "chart", "dialogsheet": "dialog", "xlMacrosheet": "macro"}


def look(package: Package) -> Book:
    """Everything that the package says besides values; raises Refused."""
    try:
        return _book(package)
    except (struct.error, IndexError, ET.ParseError, UnicodeDecodeError):
        raise Refused("unreadable_file", size=package.size) from None


def _book(package: Package) -> Book:
    links = {
        e.get("Id", ""): (e.get("Target", ""), e.get("Type", "").rpartition("/")[2])
        for e in ET.fromstring(package.part("xl/_rels/workbook.bin.rels") or b"<a/>")
    }
    formats = _formats(package.part("xl/styles.bin") or b"")
    raised = raised_fonts_of(data for kind, data in _records(package.part("xl/styles.bin") or b"") if kind == _FONT)
    listed = _marked(package.part("xl/sharedStrings.bin") or b"", raised) if raised else {}
    facts: dict[str, object] = {
        "macros": any("vbaproject" in name.lower() for name in package.names),
        "external_links": sum("externallinks/externallink" in n.lower() and n.endswith(".bin") for n in package.names),
    }
    marks: dict[str, Marks] = {}
    for kind, data in _records(package.part("xl/workbook.bin") or b""):
        if kind == _PROPERTIES:
            facts["date1904"] = bool(data[0] & 1)
        elif kind == _SHEET:
            relation, after = _text(data, 8)
            name, _ = _text(data, after)
            target, sort = links.get(relation, ("", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            part = package.part(path)
            if part is None:
                raise Refused("unreadable_file", sheet=name, size=package.size)
            marks[name] = (
                _sheet(part, name, formats, (raised, listed), package.size) if sort == "worksheet" else Marks()
            )
            marks[name].facts["kind"] = _KINDS.get(sort, "macro")
            folder, _, file = path.rpartition("/")
            links_of = package.part(f"{folder}/_rels/{file}.rels") or b""
            marks[name].facts["comments"] = len(re.findall(rb'/(?:comments|threadedComment)"', links_of))
    return Book(marks, {}, facts)


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, part[at : at + length]
        at += length


def _text(data: bytes, at: int) -> tuple[str, int]:
    count = struct.unpack_from("<I", data, at)[0]
    if count > len(data):
        return "", at + 4
    return data[at + 4 : at + 4 + 2 * count].decode("utf-16-le"), at + 4 + 2 * count


def _formats(part: bytes) -> dict[int, str]:
    own: dict[int, str] = {}
    found: dict[int, str] = {}
    inside, index = False, 0
    for kind, data in _records(part):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            inside = kind == _STYLES
        elif kind == _STYLE and inside:
            number = struct.unpack_from("<H", data, 2)[0]
            code = own.get(number) or builtin(str(number))
            if matters(code):
                found[index] = code
            index += 1
    return found


def _marked(part: bytes, raised: set[int]) -> dict[int, str]:
    """Number in the list of texts -> text, of those with something raised or lowered."""
    items = [data for kind, data in _records(part) if kind == _TEXT_ITEM]
    told = {number: marked(*rich_text(data, 0), raised) for number, data in enumerate(items)}
    return {number: text for number, text in told.items() if text is not None}


def _sheet(part: bytes, name: str, formats: dict[int, str], rich: tuple[set[int], dict[int, str]], size: int) -> Marks:
    """rich: the fonts that are raised or lowered, and the texts of the list with something in one of them."""
    marks = Marks()
    row = formulas = 0
    far = (0, 0)
    hidden_columns: set[int] = set()
    hidden_rows, merged = [], []
    for kind, data in _records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", data)[0] + 1
            if data[11] & 0x10:
                hidden_rows.append(row)
        elif kind in _CELLS or kind == _RICH:
            column = struct.unpack_from("<I", data)[0] + 1
            far = (max(far[0], row), max(far[1], column))
            formulas += kind in _FORMULAS
            if kind in (_ERROR, _FORMULA_ERROR):
                marks.special[row, column] = ("error", ERRORS.get(data[8], "#N/A"))
            if kind == _RICH:  # a text with formats that is in no list; the reader of values passes it over
                text, runs = rich_text(data, 8)
                marks.special[row, column] = ("text", marked(text, runs, rich[0]) or text)
            elif kind == _LISTED and rich[1] and (told := rich[1].get(struct.unpack_from("<I", data, 8)[0])):
                marks.special[row, column] = ("text", told)
            style = int.from_bytes(data[4:7], "little")
            if style in formats:
                marks.formats[row, column] = formats[style]
        elif kind == _COLUMN and data[16] & 1:
            first, last = struct.unpack_from("<II", data)
            hidden_columns.update(range(first + 1, min(last, 16_383) + 2))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            merged.append([top + 1, left + 1, bottom + 1, right + 1])
    if far[0] * far[1] > MAX_CELLS:
        raise Refused("file_too_large", sheet=name, cell=address(*far), cells=far[0] * far[1], size=size)
    marks.facts |= {"hidden_rows": hidden_rows, "hidden_columns": sorted(hidden_columns), "merged": merged}
    marks.facts |= {"formulas": formulas}
    return marks

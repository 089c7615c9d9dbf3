"""The XML of a sheet written the one way that spreadsheet programs write it, whatever way it came."""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from cpc_pipeline.intake.cells import Refused, address, position

_CELL = re.compile(rb'<c(?: (?:r="([A-Z]{1,3}[1-9][0-9]{0,6})")?|[>/\n\t\r])')
_BARE_CELL = re.compile(rb"<c[>/\n\t\r]")
_PREFIXED = re.compile(rb":(?:c[ >]|row|sheetData|v>)")
_ATTRIBUTES = {"c": ("s", "t"), "row": ("hidden",), "col": ("min", "max", "hidden"), "mergeCell": ("ref",)}
_KEPT = {"worksheet", "sheetData", "cols", "mergeCells"}


def addresses(xml: bytes) -> list[bytes]:
    """The address of every cell, as it is written; b"" where it states none that a sheet can have."""
    return _CELL.findall(xml)


def is_canonical(xml: bytes, stated: list[bytes]) -> bool:
    """Whether a search of the text finds what a parser would; `canonical` makes it so. stated: its `addresses`."""
    if b"<sheetData" not in xml:
        return False
    if not all(stated) and (xml.count(b"<c ") != xml.count(b'<c r="') or _BARE_CELL.search(xml)):
        return False
    # A search for one sign is many times faster than one for a word: most sheets have none of these signs, or few.
    if b"!" in xml and (b"<!--" in xml or b"<![CDATA[" in xml):
        return False
    if b"'" in xml and b"='" in xml:
        return False
    return _PREFIXED.search(xml) is None


def canonical(xml: bytes, sheet: str, size: int) -> bytes:
    """The cells, rows, columns and merges of a sheet, each cell with its address; raises Refused where it is no XML."""
    writer = _Writer(sheet, size)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise Refused("unreadable_file", sheet=sheet, size=size) from None
    return "".join(writer.out).encode()


class _Writer:
    def __init__(self, sheet: str, size: int) -> None:
        self.out: list[str] = []
        self.sheet, self.size = sheet, size
        self.row = self.column = 0
        self.path: list[str] = []
        self.words: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.path.append(local)
        if local == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
            self.out.append(f'<row r="{self.row}"{_written(local, attributes)}>')
        elif local == "c":
            self._place(attributes.get("r"))
            self.out.append(f'<c r="{address(self.row, self.column)}"{_written(local, attributes)}>')
        elif local in ("f", "v") or (local == "is" and "c" in self.path):
            self.words = []
        elif local == "worksheet":
            self.out.append('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
        elif local in _KEPT:
            self.out.append(f"<{local}>")
        elif local in ("col", "mergeCell"):
            self.out.append(f"<{local}{_written(local, attributes)}/>")

    def end(self, name: str) -> None:
        local = self.path.pop()
        if local in ("f", "v", "is") and self.words is not None:
            words = escape("".join(self.words))
            self.words = None
            inside = f'<t xml:space="preserve">{words}</t>' if local == "is" else words
            self.out.append(f"<{local}>{inside}</{local}>")
        elif local in _KEPT or local in ("row", "c"):
            self.out.append(f"</{local}>")

    def text(self, words: str) -> None:
        if self.words is not None and "rPh" not in self.path and self.path[-1] in ("f", "v", "t"):
            self.words.append(words)

    def _place(self, reference: str | None) -> None:
        """The stated address, or the next one: a cell without an address follows the one before."""
        self.row = self.row or 1
        self.column += 1
        if reference is not None:
            where = position(reference.upper())
            if where is None:
                raise Refused("bad_addresses", sheet=self.sheet, size=self.size)
            self.row, self.column = where


def _written(local: str, attributes: dict[str, str]) -> str:
    return "".join(f" {k}={quoteattr(attributes[k])}" for k in _ATTRIBUTES[local] if k in attributes)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise

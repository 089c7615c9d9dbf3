"""Is this a workbook that can be read without harm? Looked at before any reader is let near it.

One stray cell at XFD1048576 makes the reader ask for 549 GB and ends the process; a small zip can unpack to
gigabytes. Both are refused here. Error cells and formulas without a result are found here too, because the
reader gives both as blank, and blank would be taken for "not sent".
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from cpc_pipeline.intake.cells import Refused, address, column_letters, column_number

__all__ = ["Refused", "SheetMarks", "address", "column_letters", "column_number", "preflight"]

MAX_UNPACKED = 200 * 2**20
MAX_CELLS = 5_000_000
MAX_MEMBERS = 2_000

OLE = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetMarks:
    """What the sheet's own XML says and the reader hides: addresses of error cells and uncalculated formulas."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)


def preflight(content: bytes) -> dict[str, SheetMarks]:
    """Marks of each sheet by name; raises Refused."""
    if not content:
        raise Refused("unreadable_file", size=0)
    if content.startswith(OLE):
        raise Refused("encrypted_file")
    if not content.startswith(b"PK"):
        raise Refused("unsupported_file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpack(archive)
    except Refused:
        raise
    except Exception:
        # zipfile and zlib complain of damage in a dozen ways; to the submitter they are one: the file is damaged.
        raise Refused("unreadable_file", size=len(content)) from None
    if "xl/workbook.xml" not in parts:
        raise Refused("unsupported_file")
    return {name: _marks(parts.get(path, b"")) for name, path in _sheets(parts, len(content)).items()}


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The workbook's XML parts, read with a running total: the sizes that the directory states may be lies."""
    parts, total = {}, 0
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Refused("file_too_large")
    for member in members:
        if member.is_dir():
            continue
        with archive.open(member) as stream:
            data = stream.read(MAX_UNPACKED - total + 1)
        total += len(data)
        if total > MAX_UNPACKED:
            raise Refused("file_too_large")
        if member.filename.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
                raise Refused("unsupported_file")
            parts[member.filename] = data
    return parts


def _sheets(parts: dict[str, bytes], size: int) -> dict[str, str]:
    """Sheet name to the path of its XML."""
    try:
        book = ET.fromstring(parts["xl/workbook.xml"])
        links = ET.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<a/>"))
    except ET.ParseError:
        raise Refused("unreadable_file", size=size) from None
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter(f"{_NS}sheet"):
        target = targets.get(sheet.get(_REL, ""), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _marks(xml: bytes) -> SheetMarks:
    marks = SheetMarks()
    rows = columns = 0
    for match in _CELL.finditer(xml):
        column, row = column_number(match[1].decode()), int(match[2])
        body = match[4] or b""
        if body:
            rows, columns = max(rows, row), max(columns, column)
        if b't="e"' in match[3]:
            value = re.search(rb"<v>(.*?)</v>", body)
            marks.errors[(row, column)] = value[1].decode(errors="replace") if value else "#N/A"
        elif b"<f" in body and not re.search(rb"<v>[^<]", body):
            marks.uncalculated.add((row, column))
    if rows * columns > MAX_CELLS:
        raise Refused("file_too_large", cells=rows * columns)
    return marks

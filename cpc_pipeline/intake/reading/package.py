"""The zip that a workbook is: unpacked once, within limits, and handed on as what was unpacked.

The reader is given a copy that holds only the parts with cells and their descriptions, stored without compression.
So each part is inflated once; sizes that the directory states, parts of the same name and entries outside the
directory cannot make the reader see anything but what was looked at here; macros, pictures and pivot caches never
come near it.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading.limits import MAX_MEMBERS, MAX_UNPACKED

_UNREAD = re.compile(
    r"(?:xl/(?:media|drawings|charts|theme|printersettings|pivotcache|activex|ctrlprops|embeddings|querytables|"
    r"diagrams|model|customproperty|persons|richdata|slicers?|slicercaches|timelines?)/|"
    r"docprops/|customxml/|thumbnails/|pictures/|object|configurations2/)"
)
_BARE_TYPE = re.compile(rb"<!DOCTYPE[^\[\]<>]*>")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")

Parts = dict[str, bytes]


class Package:
    """What lies in the zip: `parts` that were read, by name, and the `names` of everything.

    archive: the open zip, for what is looked at and not read (`beside`).
    """

    def __init__(self, content: bytes) -> None:
        self.size = len(content)
        self._trees: dict[str, ET.Element] = {}
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
            members = self.archive.infolist()
            self.names = [m.filename.replace("\\", "/") for m in members]
            self._refuse_what_is_no_workbook(self.archive, members)
            self.parts = self._unpack(self.archive, members)
        except Refused:
            raise
        except Exception:
            # zipfile and zlib complain of damage in a dozen ways; to the submitter they are one: it is damaged.
            raise Refused("unreadable_file", size=self.size) from None

    def _refuse_what_is_no_workbook(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
        names = {name.lower() for name in self.names}
        if len(members) > MAX_MEMBERS:
            raise Refused("unpacked_too_large", size=self.size, members=len(members))
        if "xl/workbook.xml" in names:
            self.format = "xlsm" if "xl/vbaproject.bin" in names else "xlsx"
        elif "xl/workbook.bin" in names:
            self.format = "xlsb"
        elif "content.xml" in names and b"spreadsheet" in _mimetype(archive, names):
            self.format = "ods"
        elif any(name.startswith(("word/", "ppt/", "visio/")) for name in names) or "content.xml" in names:
            raise Refused("other_document_file", size=self.size)
        elif any(name.endswith(".iwa") or name == "index.zip" for name in names):
            raise Refused("old_format_file", size=self.size)
        elif "[content_types].xml" in names:
            raise Refused("unreadable_file", size=self.size)
        elif names:
            raise Refused("archive_file", size=self.size)
        else:
            raise Refused("unreadable_file", size=self.size)

    def _unpack(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Parts:
        """The parts that are read, with a running total: the sizes that the directory states may be lies."""
        parts: Parts = {}
        total = 0
        ends = (".xml", ".rels", ".bin") if self.format == "xlsb" else (".xml", ".rels", "mimetype")
        for member in members:
            name = member.filename.replace("\\", "/").lstrip("/")
            if member.flag_bits & 1:
                raise Refused("encrypted_file", size=self.size)
            if not name.lower().endswith(ends) or _UNREAD.match(name.lower()) or "vbaproject" in name.lower():
                continue
            with archive.open(member) as stream:
                data = _bounded(stream, MAX_UNPACKED - total)
            total += len(data)
            if total > MAX_UNPACKED:
                raise Refused("unpacked_too_large", size=self.size, megabytes=MAX_UNPACKED >> 20)
            if name in parts:
                raise Refused("unreadable_file", size=self.size)
            parts[name] = data if name.endswith(".bin") else _plain_xml(data, self.size)
        return parts

    def part(self, name: str) -> bytes | None:
        """A part whatever the case of its name, as writers differ in it."""
        if name in self.parts:
            return self.parts[name]
        return next((data for known, data in self.parts.items() if known.lower() == name.lower()), None)

    def tree(self, name: str) -> ET.Element:
        """A part as a tree, parsed once and changed by nobody; raises ParseError or ValueError."""
        if name not in self._trees:
            self._trees[name] = ET.fromstring(self.part(name) or b"")
        return self._trees[name]

    def stored(self, replaced: Parts) -> bytes:
        """The copy that the reader gets."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), replaced.get(name, data))
        return stream.getvalue()


def _bounded(stream: object, room: int) -> bytes:
    """All of a member, or a little more than there is room for: the caller says no to that."""
    pieces, total = [], 0
    while total <= room:
        piece = stream.read(min(2**24, room - total + 1))  # type: ignore[attr-defined]
        if not piece:
            break
        pieces.append(piece)
        total += len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _mimetype(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    if "mimetype" not in names:
        return b"spreadsheet"  # some writers of ods leave it out; the reader will say if it is none
    with archive.open("mimetype") as stream:
        return stream.read(200)


def _plain_xml(data: bytes, size: int) -> bytes:
    """XML as UTF-8 without a document type: entities are how a small file becomes a large one."""
    declared = _DECLARED.match(data)
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] in (b"<\x00?\x00", b"\x00<\x00?")
    if wide or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        if wide:
            encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if data[0] else "utf-16-be"
        else:
            encoding = declared[1].decode() if declared else "utf-8"
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            raise Refused("unreadable_file", size=size) from None
        data = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text, count=1).encode()
    if b"!" not in data:  # found in a tenth of the time, and nearly no part has one
        return data
    if b"<!DOCTYPE" in data:
        data = _BARE_TYPE.sub(b"", data, count=1)  # old OpenOffice names a type, without entities
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused("unreadable_file", size=size)
    return data

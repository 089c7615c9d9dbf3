"""The zip package of a workbook: its parts, what they are (content types) and how they hang together (relations).

Parts that nobody changes are written again with the same bytes, names, order and dates.
What does not belong here: what stands in a sheet, a style or a comment.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from copy import copy
from dataclasses import dataclass

from cpc_pipeline.feedback.markup import CannotEdit, Edits, Element, parse, prefix, quoted

MAX_UNPACKED = 200 * 2**20
MAX_MEMBERS = 2_000
TYPES = "[Content_Types].xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONS}"/>'
).encode()
_TYPE = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
}


@dataclass(frozen=True)
class Relation:
    id: str
    kind: str  # last word of the type: worksheet, comments, vmlDrawing
    target: str  # name of the part, or the address outside the package


class Package:
    """Parts by name; `write` gives the zip again."""

    def __init__(self, content: bytes) -> None:
        """Raises CannotEdit for what is no sound zip of XML parts."""
        self.parts: dict[str, bytes] = {}
        self._members: list[zipfile.ZipInfo] = []
        self._trees: dict[tuple[str, str], tuple[bytes, Element]] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._unpack(archive)
        except CannotEdit:
            raise
        except Exception:  # damage shows itself in a dozen ways
            raise CannotEdit("not_workbook") from None
        if TYPES not in self.parts or "xl/workbook.xml" not in self.parts:
            raise CannotEdit("not_workbook")
        if any(name.startswith("_xmlsignatures/") for name in self.parts):
            raise CannotEdit("signed")

    def _unpack(self, archive: zipfile.ZipFile) -> None:
        total = 0
        self._members = archive.infolist()
        if len(self._members) > MAX_MEMBERS or len({m.filename for m in self._members}) < len(self._members):
            raise CannotEdit("unusual")
        for member in self._members:
            with archive.open(member) as stream:
                data = stream.read(MAX_UNPACKED - total + 1)
            total += len(data)
            if total > MAX_UNPACKED:
                raise CannotEdit("too_large")
            self.parts[member.filename] = data

    def write(self) -> bytes:
        """The zip: parts as they came, in their order, then the new ones with a fixed date."""
        stream = io.BytesIO()
        known = {member.filename for member in self._members}
        new = [zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)) for name in self.parts if name not in known]
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in [*self._members, *new]:
                if member.filename in self.parts:
                    info = copy(member)
                    info.compress_type = zipfile.ZIP_STORED if info.is_dir() else zipfile.ZIP_DEFLATED
                    info.extra = b""
                    archive.writestr(info, self.parts[member.filename])
        return stream.getvalue()

    def tree(self, part: str, hollow: str = "") -> Element:
        """The tree of a part, read once for as long as the part stays as it is; nobody changes a tree."""
        data = self.parts[part]
        read = self._trees.get((part, hollow))
        if read is None or read[0] is not data:
            read = self._trees[part, hollow] = data, parse(data, hollow=hollow)
        return read[1]

    # --- what a part is ----------------------------------------------------------------------------------

    def content_type(self, part: str) -> str:
        types = self.tree(TYPES)
        for override in types.all("Override"):
            if override.attributes.get("PartName", "").lstrip("/") == part:
                return override.attributes.get("ContentType", "")
        ending = part.rpartition(".")[2].lower()
        defaults = {d.attributes.get("Extension", "").lower(): d.attributes for d in types.all("Default")}
        return defaults.get(ending, {}).get("ContentType", "")

    def declare(self, part: str, kind: str) -> None:
        """Say what a new part is; for endings that stand for a type, once per ending."""
        edits, types = self._edit(TYPES)
        ending = part.rpartition(".")[2]
        before = prefix(edits.data, types)
        if ending in _TYPE:
            if any(d.attributes.get("Extension", "").lower() == ending for d in types.all("Default")):
                return
            edits.insert(types.inner, f'<{before}Default Extension="{ending}" ContentType="{_TYPE[ending]}"/>'.encode())
        else:
            edits.append(types, f'<{before}Override PartName="/{quoted(part)}" ContentType="{kind}"/>'.encode())
        self.parts[TYPES] = edits.done()

    def remove(self, part: str) -> None:
        """Take a part away with its relations and its declaration."""
        edits, types = self._edit(TYPES)
        for override in types.all("Override"):
            if override.attributes.get("PartName", "").lstrip("/") == part:
                edits.remove(override)
        self.parts[TYPES] = edits.done()
        self.parts.pop(part, None)
        self.parts.pop(relations_of(part), None)

    def free_name(self, pattern: str) -> str:
        """The first name of a numbered pattern ("xl/comments{}.xml") that no part has."""
        taken = {name.lower() for name in self.parts}
        return next(n for n in (pattern.format(i) for i in range(1, 100_000)) if n.lower() not in taken)

    # --- how parts hang together -------------------------------------------------------------------------

    def relations(self, part: str) -> list[Relation]:
        path = relations_of(part)
        if path not in self.parts:
            return []
        found = []
        for item in self.tree(path).all("Relationship"):
            target = item.attributes.get("Target", "")
            if item.attributes.get("TargetMode") != "External":
                base = "" if target.startswith("/") else posixpath.dirname(part)
                target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
            kind = item.attributes.get("Type", "").rpartition("/")[2]
            found.append(Relation(item.attributes.get("Id", ""), kind, target))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation and return its id."""
        path = relations_of(part)
        if path not in self.parts:
            self.parts[path] = _NO_RELATIONS
            self.declare(path, "")
        taken = {r.id.lower() for r in self.relations(part)}
        new = next(i for i in (f"rId{n}" for n in range(1, 100_000)) if i.lower() not in taken)
        edits, root = self._edit(path)
        at = posixpath.relpath(target, posixpath.dirname(part))
        name = prefix(edits.data, root) + "Relationship"
        edits.append(root, f'<{name} Id="{new}" Type="{RELATION}/{kind}" Target="{quoted(at)}"/>'.encode())
        self.parts[path] = edits.done()
        return new

    def unrelate(self, part: str, relation: str) -> None:
        path = relations_of(part)
        edits, root = self._edit(path)
        for item in root.all("Relationship"):
            if item.attributes.get("Id") == relation:
                edits.remove(item)
        self.parts[path] = edits.done()
        if not self.relations(part):
            del self.parts[path]

    def _edit(self, part: str) -> tuple[Edits, Element]:
        return Edits(self.parts[part]), self.tree(part)


def relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")

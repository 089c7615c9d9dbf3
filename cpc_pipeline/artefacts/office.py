"""Workbooks, documents and slides: packages of XML parts with pictures."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

TELLING = ("t", "v", "f", "title", "subject", "creator", "keywords", "description", "lastModifiedBy", "instrText")
"""Elements in which words and numbers stand."""
ATTRIBUTES = ("descr", "title", "tooltip", "alias", "author", "initials")
"""Attributes in which words stand: alternative texts, tips, names of people."""
_FORBIDDEN = re.compile(
    r"vbaProject|embeddings/|activeX/|externalLinks/|comments|threadedComments|persons/|pivotCache|customXml|"
    r"docProps/custom\.xml|notesSlides/|revisions/|oleObject|afchunk|printerSettings",
    re.IGNORECASE,
)
_DOCUMENT = {
    "tracked changes": rb"<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|cellIns|cellDel)\b",
    "hidden text": rb"<w:(?:vanish|webHidden|specVanish)(?:/>| w:val=\"(?:1|true|on)\")",
    "embedded object": rb"<w:(?:object|altChunk|control)\b",
    "comment mark": rb"<w:commentReference\b",
}


def package(content: bytes) -> Iterator[tuple[str, str]]:
    """Cells, shared strings, alternative texts and every other text of a workbook, document or set of slides.

    What a cell holds of a shared string is its place in the list, which tells nothing.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = ET.fromstring(archive.read(name))
            shared = {id(v) for cell in root.iter() if cell.get("t") == "s" for v in cell}
            for element in root.iter():
                tag = element.tag.rpartition("}")[2]
                if element.text and element.text.strip() and id(element) not in shared and tag in TELLING:
                    yield f"{name}:{tag}", element.text
                for key, value in element.attrib.items():
                    if key.rpartition("}")[2] in ATTRIBUTES and value.strip():
                        yield f"{name}:{tag}@{key.rpartition('}')[2]}", value


def media(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Pictures and whatever else is no XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels", "/")) and not _FORBIDDEN.search(name):
                yield name, archive.read(name)


def strange(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)):
            yield "a part that is there twice"
        for name in names:
            if _FORBIDDEN.search(name):
                yield name
            part = archive.read(name)
            if name == "xl/workbook.xml" and re.search(rb'state="(hidden|veryHidden)"', part):
                yield "hidden sheet"
            if name.startswith("xl/worksheets/sheet") and re.search(rb'<(row|col)[^>]*hidden="1"', part):
                yield f"hidden rows or columns in {name}"
            if name.startswith("word/"):
                yield from (f"{what} in {name}" for what, pattern in _DOCUMENT.items() if re.search(pattern, part))
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name) and re.search(rb'<p:sld\b[^>]*show="(0|false)"', part):
                yield f"hidden slide {name}"
            if name.endswith(".rels") and re.search(rb'TargetMode="External"', part):
                yield from (f"{name}: {kind}" for kind in _outside(part))


def _outside(part: bytes) -> Iterator[str]:
    """Links of a package to files elsewhere (a template, a picture): they tell a path. An address to click is none."""
    for element in ET.fromstring(part):
        if element.get("TargetMode") == "External" and not (element.get("Type") or "").endswith("/hyperlink"):
            yield (element.get("Type") or "").rpartition("/")[2]

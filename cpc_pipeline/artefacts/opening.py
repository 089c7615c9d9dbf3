"""Opening a rendered file of any kind that an edition may hold: its texts, and what else hides in it.

A kind of file that is not known here cannot be looked through, and what cannot be looked through does not leave.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

Text = tuple[str, str]
"""Where in the file, and what stands there."""


class UnknownFile(Exception):
    """A kind of file that nobody here can look through. `name` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def texts_of(path: Path) -> list[Text]:
    """Every text that a reader of the file can come upon, with its place; raises UnknownFile."""
    kind = path.suffix.lower()
    if kind not in OPENERS:
        raise UnknownFile(path.name)
    return list(OPENERS[kind](path.read_bytes()))


def strange_parts(path: Path) -> list[str]:
    """Parts of the file that an edition must not have: macros, comments, hidden sheets, embedded objects, metadata."""
    content = path.read_bytes()
    if path.suffix.lower() in PACKAGES:
        return _strange_in_package(content)
    if path.suffix.lower() == ".pdf":
        return _strange_in_pdf(content)
    if path.suffix.lower() == ".png":
        return [f"chunk {name}" for name, _ in _chunks(content) if name in ("tEXt", "iTXt", "zTXt", "eXIf", "tIME")]
    if path.suffix.lower() == ".svg":
        found = re.findall(rb"<(script|foreignObject|image|metadata)\b", content)
        return sorted({tag.decode() for tag in found} - _harmless_metadata(content))
    return []


def _plain(content: bytes) -> Iterator[Text]:
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        yield f"line {number}", line


def _csv(content: bytes) -> Iterator[Text]:
    """Cell by cell: a comma between two cells is no decimal comma."""
    for number, row in enumerate(csv.reader(io.StringIO(content.decode("utf-8-sig"))), start=1):
        for cell in row:
            yield f"line {number}", cell


def _svg(content: bytes) -> Iterator[Text]:
    """Words of a drawing; its coordinates are what is drawn, and are audited through the data beside it."""
    for element in ET.fromstring(content).iter():
        if element.tag.rpartition("}")[2] in ("text", "tspan", "title", "desc") and element.text:
            yield element.tag.rpartition("}")[2], element.text


def _png(content: bytes) -> Iterator[Text]:
    for name, data in _chunks(content):
        if name in ("tEXt", "iTXt"):
            yield name, data.decode("utf-8", "replace")
        elif name == "zTXt":
            yield name, zlib.decompress(data.partition(b"\0")[2][1:]).decode("utf-8", "replace")


def _package(content: bytes) -> Iterator[Text]:
    """Cells, shared strings and every other text of a workbook or document.

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


TELLING = ("t", "v", "f", "title", "subject", "creator", "keywords", "description", "lastModifiedBy")
"""Elements of office files in which words and numbers stand."""


def _html(content: bytes) -> Iterator[Text]:
    from html.parser import HTMLParser

    found: list[Text] = []

    class Reader(HTMLParser):
        inside = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = tag
            found.extend((f"{tag}@{n}", v) for n, v in attrs if v and (n in ("alt", "title") or n.startswith("data-")))

        def handle_data(self, data: str) -> None:
            if self.inside != "style" and data.strip():
                found.append((self.inside, data))

    Reader().feed(content.decode())
    yield from found


def _pdf(content: bytes) -> Iterator[Text]:
    """The words of each page, and what the file says of itself."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for number, page in enumerate(document, start=1):
        for line in page.get_textpage().get_text_range().splitlines():
            if line.strip():
                yield f"page {number}", line
    for name, value in document.get_metadata_dict(skip_empty=True).items():
        if name in ("Title", "Author", "Subject", "Keywords"):
            yield name, value


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    import pypdfium2

    return len(pypdfium2.PdfDocument(path.read_bytes()))


def _strange_in_pdf(content: bytes) -> list[str]:
    """Scripts, attached files, notes of a person, and who made it when."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as opened:
        found = [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in opened.Root]
        found += [
            f"/Names {name}" for name in ("/JavaScript", "/EmbeddedFiles") if name in opened.Root.get("/Names", {})
        ]
        about: Any = opened.trailer.get("/Info", {})
        found += [name for name in ("/Author", "/CreationDate", "/ModDate") if str(about.get(name, ""))]
        kinds = {str(note.get("/Subtype")) for page in opened.pages for note in page.get("/Annots", [])}
        return found + sorted(kinds - {"/Link"})


def _parquet(content: bytes) -> Iterator[Text]:
    """Values, and the statistics of each column, which would give away a hidden largest value."""
    import polars as pl
    import pyarrow.parquet as pq

    frame = pl.read_parquet(io.BytesIO(content))
    for name in frame.columns:
        yield from (("rows", text) for text in frame[name].cast(pl.String).drop_nulls())
    metadata = pq.read_metadata(io.BytesIO(content))
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            statistics = metadata.row_group(group).column(column).statistics
            if statistics is not None and statistics.has_min_max:
                yield f"statistics {column}", f"{statistics.min} {statistics.max}"


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    position = 8
    while position + 8 <= len(content):
        length = int.from_bytes(content[position : position + 4])
        name = content[position + 4 : position + 8].decode("latin-1")
        yield name, content[position + 8 : position + 8 + length]
        position += 12 + length


def _strange_in_package(content: bytes) -> list[str]:
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.search(r"vbaProject|embeddings/|externalLinks/|comments|threadedComments|pivotCache|customXml", name):
                found.append(name)
            if name == "xl/workbook.xml" and re.search(rb'state="(hidden|veryHidden)"', archive.read(name)):
                found.append("hidden sheet")
            if name.startswith("xl/worksheets/sheet") and re.search(rb'<(row|col)[^>]*hidden="1"', archive.read(name)):
                found.append(f"hidden rows or columns in {name}")
    return found


def _harmless_metadata(content: bytes) -> set[str]:
    """matplotlib writes a block that says only which kind of file this is."""
    block = re.search(rb"<metadata>.*?</metadata>", content, re.DOTALL)
    plain = block is not None and not re.search(rb"<dc:(date|creator|source|rights|description)", block[0])
    return {"metadata"} if plain else set()


PACKAGES = (".xlsx", ".docx", ".pptx")
OPENERS: dict[str, Callable[[bytes], Iterator[Text]]] = {
    ".csv": _csv,
    ".txt": _plain,
    ".md": _plain,
    ".json": _plain,
    ".svg": _svg,
    ".png": _png,
    ".html": _html,
    ".parquet": _parquet,
    ".pdf": _pdf,
    **dict.fromkeys(PACKAGES, _package),
}

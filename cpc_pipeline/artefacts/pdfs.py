"""A PDF: the words of its pages and figures, what it says of itself, and what else is kept in it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

_ABOUT = ("/Title", "/Author", "/Subject", "/Keywords")
_PLAIN = {"/Producer", "/Creator", "/Trapped", *_ABOUT}
_XMP = re.compile(
    rb"<(?:dc:(?:title|description|subject|creator|rights)|pdf:Keywords|xmp:(?:Label|Nickname)|photoshop:\w+|"
    rb"xmpRights:\w+|custom:\w+)\b[^>]*>(.*?)</",
    re.DOTALL,
)


def pages(content: bytes) -> int:
    """How many pages it has."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def pdf(content: bytes) -> Iterator[tuple[str, str]]:
    """The words of each page (seen or not), of figures, of bookmarks, and what the file says of itself."""
    import pikepdf
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for number, page in enumerate(document, start=1):
        for line in page.get_textpage().get_text_range().splitlines():
            if line.strip():
                yield f"page {number}", line
    document.close()
    with pikepdf.open(io.BytesIO(content)) as opened:
        for name in _ABOUT:
            if text := str(_about(opened).get(name, "")):
                yield name, text
        for found in _XMP.findall(_metadata(opened)):
            yield "metadata", re.sub(rb"<[^>]+>", b" ", found).decode(errors="replace")
        for entry in opened.objects:
            if isinstance(entry, pikepdf.Dictionary):
                yield from _said(entry)


def _said(entry: Any) -> Iterator[tuple[str, str]]:
    """Alternative texts, bookmarks, notes, and the like: the texts of one object."""
    import pikepdf

    for key in ("/Alt", "/ActualText", "/E", "/Contents", "/T", "/Title", "/TU", "/V", "/Desc"):
        value = entry.get(key)
        if isinstance(value, pikepdf.String) and str(value).strip():
            yield key, str(value)


def strange(content: bytes) -> Iterator[str]:
    """Scripts, attached files, notes of a person, hidden layers, earlier versions, objects that nothing shows."""
    import pikepdf

    if content.count(b"%%EOF") > 1:
        yield "an earlier version"
    if not content.rstrip().endswith(b"%%EOF"):
        yield "bytes after the end"
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield from (name for name in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/AF") if name in opened.Root)
        names: Any = opened.Root.get("/Names", {})
        yield from (f"/Names {name}" for name in ("/JavaScript", "/EmbeddedFiles") if name in names)
        about = _about(opened)
        yield from sorted(name for name in about if name not in _PLAIN and str(about[name]))
        if str(about.get("/Author", "")):
            yield "/Author"
        notes: list[Any] = [note for page in opened.pages for note in page.get("/Annots", [])]
        yield from sorted({str(note.get("/Subtype")) for note in notes} - {"/Link"})
        if any("/A" in note and str(note["/A"].get("/S", "")) not in ("/URI", "/GoTo") for note in notes):
            yield "an action"
        if _unseen(content):
            yield "text that is not drawn"
        if unused := len(opened.objects) - len(_reached(opened)):
            yield f"objects that nothing uses: {unused}"


def _about(opened: Any) -> Any:
    """What the file says of itself, in the old way."""
    return opened.trailer.get("/Info", {})


def _unseen(content: bytes) -> bool:
    """Whether a page has text in a mode that paints nothing."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(content)
    try:
        return any(
            raw.FPDFTextObj_GetTextRenderMode(thing.raw) in (3, 7)
            for page in document
            for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,))
        )
    finally:
        document.close()


def _reached(opened: Any) -> set[tuple[int, int]]:
    """Objects that can be come upon from the beginning of the file."""
    import pikepdf

    found: set[tuple[int, int]] = set()
    waiting: list[Any] = [opened.trailer]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, pikepdf.Object) and entry.is_indirect:
            if entry.objgen in found:
                continue
            found.add(entry.objgen)
        if isinstance(entry, pikepdf.Array):
            waiting += [child for child in entry if isinstance(child, pikepdf.Object)]
        elif isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
            waiting += [child for child in dict(entry).values() if isinstance(child, pikepdf.Object)]
    return found


def _metadata(opened: Any) -> bytes:
    found = opened.Root.get("/Metadata")
    return b"" if found is None else bytes(found.read_bytes())

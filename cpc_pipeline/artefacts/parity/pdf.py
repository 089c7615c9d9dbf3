"""The PDF as its tags say: tables of cells, paragraphs, alternative texts. Heads, feet and page numbers are artefacts
of the page and carry no tag; a PDF without tags cannot be read like this, which is a difference of its own.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from cpc_pipeline.artefacts.parity.reading import Cell, Reading, flat

_CELLS = ("/TD", "/TH")
_SKIPPED = ("/TOC", "/TOCI", "/Artifact")
_BLOCKS = ("/P", "/H", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/Caption", "/LI", "/BlockQuote", "/Title", "/Note")

Texts = dict[tuple[int, int], str]


class Untagged(Exception):
    """A PDF without a structure: nobody can say which number stands where."""


def read_pdf(content: bytes) -> Reading:
    """What the tags of the whole file lead to; raises Untagged."""
    import pikepdf

    texts = _texts(content)
    made = Reading()
    with pikepdf.open(io.BytesIO(content)) as file:
        root = file.Root.get("/StructTreeRoot")
        if root is None or root.get("/K") is None:
            raise Untagged
        pages = {page.objgen: number for number, page in enumerate(p.obj for p in file.pages)}
        walker = _Walker(texts, pages, made)
        for child in _children(root):
            walker.walk(child, None)
    return made


class _Walker:
    def __init__(self, texts: Texts, pages: dict[tuple[int, int], int], made: Reading) -> None:
        self.texts, self.pages, self.made = texts, pages, made

    def walk(self, element: Any, page: Any) -> None:
        kind, page = str(element.get("/S")), element.get("/Pg", page)
        if kind in _SKIPPED:
            return
        if kind == "/Figure" and element.get("/Alt") is not None:
            self.made.words.append(flat(str(element.get("/Alt"))))
            return
        if kind == "/Table":
            self._table(element, page)
        elif kind in _BLOCKS and not any(
            str(c.get("/S")) in (*_BLOCKS, "/Table", "/LBody") for c in _elements(element)
        ):
            if text := flat("".join(self._text(element, page))):
                self.made.texts.append(text)
        else:
            loose = flat("".join(self._own(element, page)))
            if loose:
                self.made.texts.append(loose)
            for child in _elements(element):
                self.walk(child, page)

    def _table(self, element: Any, page: Any) -> None:
        rows: list[list[Cell]] = []
        self._rows(element, page, rows)
        self.made.tables.append(rows)

    def _rows(self, element: Any, page: Any, rows: list[list[Cell]]) -> None:
        for child in _elements(element):
            kind, where = str(child.get("/S")), child.get("/Pg", page)
            if kind == "/TR":
                cells = [c for c in _elements(child) if str(c.get("/S")) in _CELLS]
                rows.append([Cell(flat("".join(self._text(c, c.get("/Pg", where))))) for c in cells])
            elif kind == "/Caption":
                self.walk(child, where)
            else:
                self._rows(child, where, rows)

    def _text(self, element: Any, page: Any) -> Iterator[str]:
        """All text of an element, a blank between its parts."""
        for child in _children(element):
            if isinstance(child, int):
                yield self._marked(page, child) + " "
            elif child.get("/MCID") is not None:
                yield self._marked(child.get("/Pg", page), int(child.get("/MCID"))) + " "
            elif child.get("/S") is not None:
                yield from self._text(child, child.get("/Pg", page))

    def _own(self, element: Any, page: Any) -> Iterator[str]:
        """Text of an element itself, without its children's."""
        for child in _children(element):
            if isinstance(child, int):
                yield self._marked(page, child) + " "
            elif child.get("/S") is None and child.get("/MCID") is not None:
                yield self._marked(child.get("/Pg", page), int(child.get("/MCID"))) + " "

    def _marked(self, page: Any, number: int) -> str:
        return "" if page is None else self.texts.get((self.pages.get(page.objgen, -1), number), "")


def _children(element: Any) -> list[Any]:
    """Elements and marked contents below an element: numbers stay numbers."""
    import pikepdf

    found = element.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def _elements(element: Any) -> Iterator[Any]:
    for child in _children(element):
        if not isinstance(child, int) and child.get("/S") is not None:
            yield child


def _texts(content: bytes) -> Texts:
    """Text by page and marked content. Characters that the reader adds between lines belong to what stands before."""
    import ctypes

    import pypdfium2
    from pypdfium2 import raw

    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    document = pypdfium2.PdfDocument(content)
    for number in range(len(document)):
        page = document[number].get_textpage()
        marks: dict[int, int] = {}
        last = -1
        for at in range(page.count_chars()):
            owner = raw.FPDFText_GetTextObject(page, at)
            if owner:
                key = ctypes.addressof(owner.contents)
                if key not in marks:
                    marks[key] = raw.FPDFPageObj_GetMarkedContentID(owner)
                last = marks[key]
            found[number, last].append(chr(raw.FPDFText_GetUnicode(page, at)))
    document.close()
    return {place: "".join(letters) for place, letters in found.items()}

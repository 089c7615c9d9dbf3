"""Opening a rendered file of any kind that an edition may hold: its texts, and what else hides in it.

A kind of file that is not known here cannot be looked through, and what cannot be looked through does not leave. A file
inside another (a picture in a document, a drawing in a page) is opened like one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from cpc_pipeline.artefacts import markup, office, pdfs, pictures, plain, stores, web

Text = tuple[str, str]
"""Where in the file, and what stands there."""


class UnknownFile(Exception):
    """A kind of file that nobody here can look through. `name` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def texts_of(path: Path) -> list[Text]:
    """Every text that a reader of the file can come upon, with its place; raises UnknownFile."""
    return list(_texts(path.name, path.read_bytes()))


def opens(path: Path) -> bool:
    """Whether files of this kind can be looked through."""
    return path.suffix.lower() in OPENERS


def strange_parts(path: Path) -> list[str]:
    """Parts of the file that an edition must not have: macros, comments, hidden sheets, embedded objects, metadata."""
    return list(_strange(path.name, path.read_bytes()))


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    return pdfs.pages(path.read_bytes())


def _texts(name: str, content: bytes) -> Iterator[Text]:
    kind = PurePosixPath(name).suffix.lower()
    if kind not in OPENERS:
        raise UnknownFile(name)
    yield from OPENERS[kind](content)
    for inner, inside in _inner(kind, content):
        try:
            yield from ((f"{inner}: {where}", text) for where, text in _texts(inner, inside))
        except UnknownFile:
            continue  # named among the strange parts


def _strange(name: str, content: bytes) -> Iterator[str]:
    kind = PurePosixPath(name).suffix.lower()
    if kind in STRANGE:
        yield from STRANGE[kind](content)
    for inner, inside in _inner(kind, content):
        if PurePosixPath(inner).suffix.lower() in OPENERS:
            yield from (f"{inner}: {part}" for part in _strange(inner, inside))
        else:
            yield inner


def _inner(kind: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if kind in PACKAGES:
        yield from office.media(content)
    elif kind == ".html":
        yield from web.embedded(content)


PACKAGES = (".xlsx", ".docx", ".pptx")
OPENERS: dict[str, Callable[[bytes], Iterator[Text]]] = {
    ".csv": plain.csv_cells,
    ".txt": plain.lines,
    ".md": plain.lines,
    ".json": plain.json_values,
    ".svg": pictures.svg,
    ".png": pictures.png,
    ".html": web.html,
    ".xml": markup.xml,
    ".parquet": stores.parquet,
    ".duckdb": stores.duckdb,
    ".pdf": pdfs.pdf,
    **dict.fromkeys(PACKAGES, office.package),
}
STRANGE: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".svg": pictures.strange_in_svg,
    ".png": pictures.strange_in_png,
    ".html": web.strange,
    ".xml": markup.strange,
    ".duckdb": stores.strange_in_duckdb,
    ".pdf": pdfs.strange,
    **dict.fromkeys(PACKAGES, office.strange),
}

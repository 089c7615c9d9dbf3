"""The Word file as it is shown: its body, not its heads and feet, which repeat on every page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from cpc_pipeline.artefacts.parity.reading import Cell, Reading, flat

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CONTENTS = ("toc", "contents")


def read_word(content: bytes) -> Reading:
    """Tables, paragraphs and the alternative texts of pictures, with insertions that were never accepted."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
        named = _style_names(archive)
    made = Reading()
    for element in root.find(f"{_W}body").iter():
        if element.tag == f"{_W}tbl":
            made.tables.append([[_cell(c) for c in _cells(row)] for row in element.findall(f"{_W}tr")])
        elif element.tag == f"{_W}p" and not _inside(element, "tbl") and not _listed(element, named):
            if text := flat(_shown(element)):
                made.texts.append(text)
        elif element.tag.endswith("}docPr") and element.get("descr"):
            made.words.append(flat(element.get("descr")))
    return made


def _cells(row: Any) -> Iterator[Any]:
    """Cells of a row, also those that a content control wraps."""
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag == f"{_W}sdt":
            yield from child.iter(f"{_W}tc")


def _cell(element: Any) -> Cell:
    return Cell(flat("\n".join(_shown(p) for p in element.iter(f"{_W}p"))))


def _shown(paragraph: Any) -> str:
    """Runs in their order; raised ones stand apart. A number that an editor split over runs is whole again."""
    parts = []
    for run in paragraph.iter(f"{_W}r"):
        raised = run.find(f"{_W}rPr/{_W}vertAlign") is not None
        text = "".join(_mark(child) for child in run)
        parts.append(f" {text} " if raised else text)
    return "".join(parts)


def _mark(child: Any) -> str:
    if child.tag == f"{_W}t":
        return child.text or ""
    return "\n" if child.tag in (f"{_W}br", f"{_W}tab", f"{_W}cr") else ""


def _inside(element: Any, tag: str) -> bool:
    return any(parent.tag == f"{_W}{tag}" for parent in element.iterancestors())


def _listed(paragraph: Any, named: Mapping[str, str]) -> bool:
    """Whether it is a line of the table of contents: by the name of its style, which editors keep in English."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    given = "" if style is None else style.get(f"{_W}val", "")
    return named.get(given, given).lower().startswith(_CONTENTS)


def _style_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Style ids, which editors translate, and the names that they keep."""
    from lxml import etree

    if "word/styles.xml" not in archive.namelist():
        return {}
    styles = etree.fromstring(archive.read("word/styles.xml")).iter(f"{_W}style")
    names = ((style.get(f"{_W}styleId", ""), style.find(f"{_W}name")) for style in styles)
    return {given: name.get(f"{_W}val", "") for given, name in names if name is not None}

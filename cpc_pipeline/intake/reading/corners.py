"""Words in the corners of a package: what a program keeps, or shows only when asked, outside cells, notes and boxes.

Properties, lists and messages of validations, conditions, names of ranges and tables, links, words for pictures,
scenarios, formats, formulas, queries, the history of a shared workbook, parts of other programs. Nobody looks there
before sending a file; the rules do. What binary parts (.xlsb) hold is taken as runs of letters, wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from cpc_pipeline.intake.reading.signs import Signs

ATTRIBUTES = "descr|title|tooltip|prompt|promptTitle|error|errorTitle|comment|displayName|command|caption|alt"
_ATTRIBUTE = re.compile(rf'\b(?:{ATTRIBUTES})="([^"]+)"'.encode())
_NAME = re.compile(
    rb'<(?:\w+:)?(?:definedName|table|tableColumn|property|scenario|cNvPr|pivotField)\b[^>]*?\bname="([^"]+)"'
)
_FILTER = re.compile(rb'<(?:\w+:)?(?:filter|customFilter)\b[^>]*?\bval="([^"]+)"')
_TARGET = re.compile(
    rb'\bTarget="([^"]+)"[^>]*?\bTargetMode="External"|\bTargetMode="External"[^>]*?\bTarget="([^"]+)"'
)
_TEXT = re.compile(rb">([^<]*[^<\s][^<]*)<")
_LIST = re.compile(rb"<(?:\w+:)?formula\d?>\s*(?:&quot;|\")([^<]*?)(?:&quot;|\")\s*</")
_LITERAL = re.compile(rb"(?:&quot;|\")([^\"<>&]{3,200})(?:&quot;|\")")
_WITH_LITERAL = re.compile(rb"<f\b[^>]*>([^<]*(?:\"|&quot;)[^<]*)</f>")
_FORMAT = re.compile(rb'\bformatCode="([^"]*&quot;[^"]*)"')
_CAPITAL = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x13\x14\x18\x19\x1c\x1d]\x20){4,}")
_NARROW = re.compile(rb"[\x20-\x7e\xc0-\xff]{6,}")
_PROPERTIES = {
    *("creator", "lastModifiedBy", "created", "modified", "revision", "lastPrinted"),
    *("initial-creator", "creation-date", "date", "generator", "editing-cycles", "editing-duration", "printed-by"),
}
"""Properties that tell of who made the file, when and with what: people of an office, not children."""
_FIGURES = re.compile(rb"[\d\s,.:;%+\-]*|true|false|True|False")
_PROPERTY = re.compile(rb"<(?:\w+:)?(\w+)\b[^>]*>([^<]*[^<\s][^<]*)</")
_PLACES = (
    *(("docprops/", "properties"), ("meta.xml", "properties"), ("xl/tables/", "name"), ("xl/workbook", "name")),
    *(("xl/styles", "format"), ("xl/drawings/", "drawing"), ("xl/charts/", "drawing"), ("xl/chartsheets/", "drawing")),
    *(("xl/diagrams/", "drawing"), ("xl/worksheets/_rels/", "link"), ("xl/comments", "note"), ("xl/pivot", "pivot")),
    *(("xl/ctrlprops/", "drawing"), ("xl/externallinks/", "workbook")),
)
MOST = 5_000
"""Texts of one part that are looked at; a part with more of them is no corner."""


def said_in(part: str, xml: bytes) -> Iterator[str]:
    """The words of one part of a package that no reader of cells reads; part: its name in lower letters."""
    if part == "docprops/app.xml":  # the program, and the names of the sheets
        return
    if part.startswith("docprops/") or part == "meta.xml":
        yield from (_plain(m[2]) for m in _PROPERTY.finditer(xml) if m[1].decode() not in _PROPERTIES)
        yield from _names(xml)
    elif part.endswith(".rels"):
        yield from (_plain(m[1] or m[2]) for m in _TARGET.finditer(xml))
    elif part == "xl/workbook.xml" or part.startswith("xl/tables/"):
        yield from _names(xml)
        yield from _attributes(xml)
    elif part == "xl/styles.xml":
        yield from (" ".join(literals(code)) for code in _FORMAT.findall(xml))
    elif part.startswith(("xl/drawings/", "xl/charts/", "xl/chartsheets/")) and not part.endswith(".vml"):
        yield from _names(xml)
        yield from _attributes(xml)
        if b"userShapes" in xml:  # drawn on a chart; no sheet names this part
            yield from (_plain(m) for m in _TEXT.findall(xml)[:MOST])
    elif part.startswith(("xl/pivottables/", "xl/slicer", "xl/timeline")):
        yield from _names(xml)
        yield from _attributes(xml)
    elif part.startswith(("xl/connections", "xl/querytables/", "xl/ctrlprops/")):
        yield from _attributes(xml)
    elif part.startswith(
        ("xl/diagrams/data", "xl/revisions/", "customxml/item", "xl/drawings/", "xl/customdata/", "xl/richdata/")
    ):
        yield from (_plain(m) for m in _TEXT.findall(xml)[:MOST] if not _FIGURES.fullmatch(m))


def place_of(part: str) -> str:
    """Where a submitter finds what stands in a part, as the wording names it."""
    return next((place for start, place in _PLACES if part.startswith(start)), "program")


def of_sheet(xml: bytes) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """The words of a sheet outside its cells and in its formulas, with their place; the lists of its validations."""
    end = xml.rfind(b"</sheetData>")
    rest = xml[end:] if end >= 0 else b""
    chosen = (_plain(m) for m in dict.fromkeys(_FILTER.findall(rest)))
    texts = [(words, "rule") for words in (*_attributes(rest), *_names(rest), *chosen)]
    lists = []
    if b"ormula" in rest:
        lists = [_plain(m).split(",") for m in _LIST.findall(rest)]
        texts += ((_plain(m), "rule") for m in _TEXT.findall(_LIST.sub(b"<", rest)) if b'"' in m or b"&quot;" in m)
    if Signs(xml).hold(b"</f>"):
        texts += ((words, "formula") for words in sorted(set(literals(b" ".join(set(_WITH_LITERAL.findall(xml)))))))
    return list(dict.fromkeys(texts))[:MOST], lists[:MOST]


def literals(xml: bytes) -> list[str]:
    """The texts in quotes within formulas or formats."""
    return [_plain(m) for m in _LITERAL.findall(xml)]


def runs(data: bytes, narrow: bool = False) -> list[str]:
    """Runs of letters in binary data: two bytes each, and one byte each where asked."""
    found = [m.decode("utf-16-le", "replace") for m in _WIDE.findall(data)]
    if narrow:
        found += [m.decode("cp1252", "replace") for m in _NARROW.findall(data)]
    return found[:MOST]


def unshown(shared: bytes, shown: Iterable[str]) -> list[str]:
    """Texts of the list of texts that stand in no cell: a program left them there, or somebody did."""
    items = re.findall(rb"<si\b[^>]*>(.*?)</si>", shared, re.DOTALL)
    texts = ("".join(_plain(t) for t in re.findall(rb"<t\b[^>/]*>([^<]*)</t>", item)) for item in items)
    seen = set(shown)
    return [text for text in dict.fromkeys(texts) if text and text not in seen][:MOST]


def _names(xml: bytes) -> Iterator[str]:
    """Names that a program makes one word of, as words again."""
    for name in dict.fromkeys(_NAME.findall(xml)):
        yield _CAPITAL.sub(" ", _plain(name).replace("_", " ").replace(".", " "))


def _attributes(xml: bytes) -> Iterator[str]:
    yield from (_plain(m) for m in dict.fromkeys(_ATTRIBUTE.findall(xml)))


def _plain(data: bytes) -> str:
    return unescape(data.decode("utf-8", "replace")).strip()

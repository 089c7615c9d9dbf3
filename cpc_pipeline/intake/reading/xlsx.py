"""What the XML of an .xlsx says and the reader of its values drops: errors, formulas, formats, merges, what is hidden.

The text of a sheet is searched for these few things, which costs a fraction of parsing it. That is only right where
the XML is written the way every spreadsheet program writes it; whatever is not (prefixes, single quotes, comments,
cells without an address) is first written so by `canonical`, and the reader is then given that text too: what was
looked at and what is read are the same bytes.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree as ET

from cpc_pipeline.intake.cells import Refused, column_number, position
from cpc_pipeline.intake.reading.canonical import addresses, canonical, is_canonical
from cpc_pipeline.intake.reading.formats import builtin, matters
from cpc_pipeline.intake.reading.limits import MAX_CELLS
from cpc_pipeline.intake.reading.package import Package, Parts
from cpc_pipeline.intake.reading.signs import Signs
from cpc_pipeline.intake.reading.styled import formatted, styled

_ERROR = re.compile(rb'<c r="([A-Z]+\d+)"(?=[^>]*\bt="e")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*(?:<v>([^<]*)</v>)?')
_FORMULA = re.compile(
    rb'<c r="([A-Z]+\d+)"([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v(?:\s[^>]*)?>([^<]*)</v>|(<v\s*/>))?'
)
_LONG = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>(-?\d{16,}(?:\.0*)?)</v>')
_FILLED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*(?<!/)>\s*(?!</c>)')
_MERGE = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z]+\d+):([A-Z]+\d+)"')
_ROW = re.compile(rb'<row\s(?=[^>]*\br="(\d+)")(?=[^>]*\bhidden="(?:1|true)")')
_COLUMN = re.compile(rb"<col\s[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_RAISED = re.compile(
    rb"(<(?:\w+:)?r>\s*<(?:\w+:)?rPr>(?:(?!</(?:\w+:)?rPr>).)*?<(?:\w+:)?vertAlign val=[\"'](?:super|sub)script[\"']"
    rb"(?:(?!</(?:\w+:)?rPr>).)*</(?:\w+:)?rPr>\s*<(?:\w+:)?t(?:\s[^>]*)?>)",
    re.DOTALL,
)
_COUNT = re.compile(rb"""\s(?:uniqueCount|count)\s*=\s*(?:"[^"]*"|'[^']*')""")
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AS_ZEROS, _SIXTEEN = bytes.maketrans(_DIGITS, b"0" * 10), b"0" * 16
_AS_SHAPE = bytes.maketrans(_DIGITS + _LETTERS, b"0" * 10 + b"A" * 26)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MOST_KEPT = 2**16
"""Bytes of styles that are kept for the next workbook."""


@dataclass
class Marks:
    """Of one sheet: cells whose content the reader drops or changes, and facts as SheetFacts names them.

    special: (row, column) -> (kind, text). formats: (row, column) -> number format, where it matters.
    """

    special: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)


@dataclass
class Book:
    """What the package says of the workbook: marks by sheet name, the parts rewritten, and file facts."""

    marks: dict[str, Marks]
    replaced: Parts
    facts: dict[str, object]


def look(package: Package) -> Book:
    """Everything that the package says besides values; raises Refused."""
    book = _xml(package, "xl/workbook.xml")
    styles, indented = _styles(package)
    targets = _targets(package, "xl/_rels/workbook.xml.rels", "xl")
    recalculates = any(_local(e) == "calcPr" and e.get("fullCalcOnLoad") in ("1", "true") for e in book)
    marks: dict[str, Marks] = {}
    replaced = _honest_texts(package)
    for sheet in (e for e in book.iter() if _local(e) == "sheet"):
        name = sheet.get("name", "")
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        path, kind = targets.get(link, ("", ""))
        xml = package.part(path) if path else None
        if xml is None or name in marks:
            raise Refused("unreadable_file", sheet=name, size=package.size)
        found = Marks()
        if kind == "worksheet":
            known = next(p for p in package.parts if p.lower() == path.lower())
            if Signs(xml).hold(b"vertAlign"):
                xml = replaced[known] = raised(xml)
            stated = addresses(xml)
            if not is_canonical(xml, stated):
                xml = replaced[known] = canonical(xml, name, package.size)
                stated = addresses(xml)
            if not all(stated):
                raise Refused("bad_addresses", sheet=name, size=package.size)
            _refuse_far_cells(xml, stated, name, package.size)
            found = _sheet(xml, styles, indented, recalculates)
        found.facts |= {"kind": kind} | _beside(package, path)
        marks[name] = found
    names = [name.lower() for name in package.names]
    facts: dict[str, object] = {
        "date1904": any(_local(e) == "workbookPr" and e.get("date1904") in ("1", "true") for e in book),
        "macros": any("vbaproject.bin" in name for name in names),
        "external_links": sum(1 for name in names if re.fullmatch(r"xl/externallinks/[^/]+\.xml", name)),
    }
    return Book(marks, replaced, facts)


def _honest_texts(package: Package) -> Parts:
    """The list of texts without the number that it says it has: the reader makes room for what it is told."""
    known = next((p for p in package.parts if p.lower() == "xl/sharedstrings.xml"), None)
    if known is None:
        return {}
    start = package.parts[known].find(b"<", package.parts[known].find(b"sst") - 8)
    end = package.parts[known].find(b">", start)
    head = _COUNT.sub(b"", package.parts[known][:end])
    return {known: head + raised(package.parts[known][end:])}


def raised(xml: bytes) -> bytes:
    """A sign before what is raised or lowered within a text: a 12 with a raised 1, which names a note, is no 121."""
    return _RAISED.sub(rb"\1^", xml) if b"vertAlign" in xml else xml


def _sheet(xml: bytes, styles: dict[int, str], indented: set[int], recalculates: bool) -> Marks:
    marks, signs = Marks(), Signs(xml)
    if signs.hold(b't="e"'):
        for match in _ERROR.finditer(xml):
            marks.special[_where(match[1])] = ("error", (match[2] or b"#N/A").decode(errors="replace"))
    if signs.hold(b"<f"):
        _formulas(xml, marks, recalculates)
    if b' s="' in xml:
        marks.formats = {_where(where): styles[style] for where, style in formatted(xml, styles)}
        if indented:
            marks.facts["indented"] = [[*_where(where)] for where, _ in styled(xml, indented)]
    for match in _LONG.finditer(xml) if _SIXTEEN in xml.translate(_AS_ZEROS) else ():
        digits = match[2].decode().partition(".")[0]
        if int(float(digits)) != int(digits) or abs(int(digits)) > 2**53:
            marks.special.setdefault(_where(match[1]), ("text", digits))
    if signs.hold(b"<mergeCell "):
        marks.facts["merged"] = [[*_where(m[1]), *_where(m[2])] for m in _MERGE.finditer(xml)]
    if signs.hold(b"hidden="):
        marks.facts["hidden_rows"] = [int(m[1]) for m in _ROW.finditer(xml)]
        marks.facts["hidden_columns"] = _hidden_columns(xml)
    return marks


def _refuse_far_cells(xml: bytes, references: list[bytes], name: str, size: int) -> None:
    """Every address is one that a sheet has, occurs once, and the rectangle of them all is not too large."""
    distinct = set(references)
    if len(distinct) != len(references):
        raise Refused("bad_addresses", sheet=name, size=size)
    shape = b" ".join(references).translate(_AS_SHAPE)
    if b"AA" not in shape and b"0" * 6 not in shape:
        return  # nothing beyond Z99999, as in nearly every sheet: that is half of MAX_CELLS
    rows, columns = _extent(distinct)
    if rows * columns <= MAX_CELLS:
        return
    filled = [m[1] for m in _FILLED.finditer(xml)]
    rows, columns = _extent(set(filled))
    if rows > LAST_ROW or columns > LAST_COLUMN:
        raise Refused("bad_addresses", sheet=name, size=size)
    if rows * columns > MAX_CELLS:
        last = max(filled, key=lambda r: _where(r)[0] / LAST_ROW + _where(r)[1] / LAST_COLUMN)
        raise Refused("file_too_large", sheet=name, cell=last.decode(), cells=rows * columns)


def _extent(references: set[bytes]) -> tuple[int, int]:
    if not references:
        return 0, 0
    together = b" ".join(references)
    rows = max(map(int, set(together.translate(None, _LETTERS).split())))
    return rows, max(column_number(x.decode()) for x in set(together.translate(None, _DIGITS).split()))


def _formulas(xml: bytes, marks: Marks, recalculates: bool) -> None:
    """Formulas without a stored result, and those whose stored result is the 0 of a program that did not calculate."""
    count, zeros, empty = 0, [], []
    numbers = 0
    for match in _FORMULA.finditer(xml):
        count += 1
        value, is_text = match[3], b't="str"' in match[2]
        if b't="e"' in match[2]:
            continue
        if not value and not (is_text and (value is not None or match[4])):
            empty.append(_where(match[1]))
        elif not is_text and value:
            numbers += 1
            if value == b"0":
                zeros.append(_where(match[1]))
    # A program that asks for a calculation on opening, and every number it stored is 0: none was ever calculated.
    if recalculates and zeros and len(zeros) == numbers:
        empty += zeros
    marks.special.update(dict.fromkeys(empty, ("formula", "=")))
    marks.facts |= {"formulas": count, "uncalculated": len(empty)}


def _hidden_columns(xml: bytes) -> list[int]:
    found: set[int] = set()
    for tag in _COLUMN.findall(xml):
        values = dict(_ATTRIBUTE.findall(tag))
        if values.get(b"hidden") in (b"1", b"true"):
            last = min(int(values.get(b"max", b"0")), LAST_COLUMN)
            found.update(range(int(values.get(b"min", b"1")), last + 1))
    return sorted(found)


def _where(reference: bytes) -> tuple[int, int]:
    where = position(reference.decode())
    if where is None:
        raise Refused("bad_addresses")
    return where


def _beside(package: Package, path: str) -> dict[str, object]:
    """Whether the sheet holds a pivot table, and how many comments it has."""
    folder, _, name = path.rpartition("/")
    targets = _targets(package, f"{folder}/_rels/{name}.rels", folder)
    facts: dict[str, object] = {}
    for target, kind in targets.values():
        if kind == "pivotTable":
            facts["kind"] = "pivot"
        elif kind == "comments":
            facts["comments"] = (package.part(target) or b"").count(b"<comment ")
    return facts


_SHEET_KINDS = {"worksheet": "worksheet", "chartsheet": "chart", "dialogsheet": "dialog"}


def _targets(package: Package, path: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (path of the part, kind of relation)."""
    if package.part(path) is None:
        return {}
    found = {}
    for link in _xml(package, path):
        kind = link.get("Type", "").rpartition("/")[2]
        target = link.get("Target", "").replace("\\", "/")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        kind = "macro" if kind in ("xlMacrosheet", "xlIntlMacrosheet") else kind
        found[link.get("Id", "")] = (full, _SHEET_KINDS.get(kind, kind))
    return found


Styles = tuple[dict[int, str], set[int]]
"""Style index -> number format, of the formats that change what is seen; and styles that move a text to the right."""


def _styles(package: Package) -> Styles:
    xml = package.part("xl/styles.xml")
    if xml is None:
        return {}, set()
    try:
        return (_styles_in if len(xml) <= _MOST_KEPT else _styles_in.__wrapped__)(xml)
    except (ET.ParseError, ValueError):
        raise Refused("unreadable_file", size=package.size) from None


@lru_cache(maxsize=8)
def _styles_in(xml: bytes) -> Styles:
    """Thousands of workbooks have the styles of the same template, byte for byte."""
    root = ET.fromstring(xml)
    own = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iter() if _local(e) == "numFmt"}
    cells = next((e for e in root if _local(e) == "cellXfs"), None)
    found, indented = {}, set()
    for index, style in enumerate(cells if cells is not None else ()):
        if any(_local(e) == "alignment" and e.get("indent", "0") != "0" for e in style):
            indented.add(index)
        number = style.get("numFmtId", "0")
        code = own.get(number) or builtin(number)
        if matters(code):
            found[index] = code
    return found, indented


def _xml(package: Package, path: str) -> ET.Element:
    try:
        return package.tree(path)
    except (ET.ParseError, ValueError):
        raise Refused("unreadable_file", size=package.size) from None


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]

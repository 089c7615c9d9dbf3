"""What a workbook holds besides its visible cells: notes, text boxes, caches of pivots, charts and links, hidden parts.

A pivot table carries the whole list it was made from, and a link the cells of another workbook: both are turned into
sheets here, so that every rule reads them. What no rule can read (files inside the file, pictures, macros) is counted.
Read with bounds; a part that cannot be read is no error here: reading has refused or will refuse the file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from cpc_pipeline.intake.cells import Beside, Cell, column_number
from cpc_pipeline.intake.reading import corners
from cpc_pipeline.intake.reading.package import Package
from cpc_pipeline.intake.reading.signs import Signs

MOST = 64 * 2**20  # bytes of one part
MOST_TEXTS, MOST_LETTERS = 20_000, 2_000_000  # of all that is no cell
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_ROW_FIRST = re.compile(rb'<row\b[^>]*?\br="(\d+)"(?=[^>]*\bhidden="(?:1|true)")')
_BINARY = ("xl/comments", "xl/pivotcache/", "xl/externallinks/", "xl/tables/", "xl/querytables/")
"""Parts of an .xlsb in which words stand."""
_END_OF_CELLS = b"\x92\x01\x00"
_SPOKEN = {
    **dict.fromkeys(("text-box", "custom-shape", "desc"), "drawing"),
    **dict.fromkeys(("help-message", "error-message"), "rule"),
    **dict.fromkeys(("header", "footer", "header-left", "footer-left", "header-first", "footer-first"), "edge"),
    **{"annotation": "note", "tracked-changes": "program"},
}
"""Elements of an .ods whose words are no cell's, and where a submitter finds them."""
_EDGE = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>(.*?)</", re.DOTALL)


def beside(package: Package) -> Beside:
    """What lies beside the cells of a package; what has been unpacked of it is not unpacked again."""
    found = Beside()
    try:
        _look(_Parts(package), found)
    except Exception:  # a damaged part: its readers say so, and no rule depends on this look alone
        return found
    return found


def said(found: Beside) -> dict[str, object]:
    """The same as lists and dicts; each text once, and no more of them than can be looked at in a second or two."""
    texts, room = [t for t in dict.fromkeys(found.texts) if t[2].strip()], MOST_LETTERS
    found.texts = []
    for text in texts:
        room -= len(text[2])
        if room < 0 or len(found.texts) == MOST_TEXTS:
            found.count("rest")
            break
        found.texts.append(text)
    hidden: dict[str, object] = {"hidden_sheets": sorted(found.hidden_sheets)}
    for name in ("hidden_columns", "hidden_rows"):
        hidden[name] = {sheet: sorted(numbers) for sheet, numbers in getattr(found, name).items() if numbers}
    return {**vars(found), **hidden}


class _Parts:
    """Parts of the package by name, each read with a bound."""

    def __init__(self, package: Package) -> None:
        self.package, self.archive, self.known = package, package.archive, package.parts
        self.names = [m.filename for m in self.archive.infolist() if not m.is_dir()]

    def read(self, name: str) -> bytes:
        if name in self.known:
            return self.known[name][:MOST]
        if name not in self.names:
            return b""
        with self.archive.open(name) as stream:
            data = stream.read(MOST)
        return b"" if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096] else data

    def tree(self, name: str) -> ET.Element:
        try:
            if 0 < len(self.known.get(name, b"")) <= MOST:
                return self.package.tree(name)
            return ET.fromstring(self.read(name) or b"<none/>")
        except ET.ParseError:
            return ET.Element("none")

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, kind and target of what a part names."""
        folder, _, file = part.rpartition("/")
        made = []
        links = f"{folder}/_rels/{file}.rels"
        for link in self.tree(links) if links in self.names else ():
            target, kind = link.get("Target", ""), link.get("Type", "").rsplit("/", maxsplit=1)[-1]
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            made.append((link.get("Id", ""), kind, path))
        return made


def _name(element: ET.Element) -> str:
    return element.tag.rsplit("}", maxsplit=1)[-1]


def _look(parts: _Parts, found: Beside) -> None:
    _book(parts, found)
    _binary_sheets(parts, found)
    _open_document(parts, found)
    for number, part in enumerate(n for n in parts.names if re.search(r"pivotCacheDefinition\d*\.xml$", n)):
        found.tables[f"pivot {number + 1}"] = list(_pivot(parts, part))
    for number, part in enumerate(n for n in parts.names if re.fullmatch(r"xl/externalLinks/[^/]*\.xml", n)):
        found.tables[f"workbook {number + 1}"] = list(_link(parts.tree(part)))
    for name in parts.names:
        lower = name.lower()
        place = corners.place_of(lower)
        if lower.endswith((".xml", ".vml", ".rels")):
            found.texts += (("", "A1", words, place) for words in corners.said_in(lower, parts.read(name)))
        elif lower.endswith(".bin") and lower.startswith(_BINARY):
            found.texts += (("", "A1", words, place) for words in corners.runs(parts.read(name)))
            if lower.startswith("xl/pivotcache/"):
                found.count("pivot")  # its numbers are not read
        if name.startswith("Pictures/"):
            found.pictures[""] = found.pictures.get("", 0) + 1
        elif "/embeddings/" in name or "/activeX/" in name or lower.startswith("xl/model/"):
            found.count("embedded")
        elif name.endswith("vbaProject.bin"):
            found.count("macro")
    pictures = sum(name.startswith("xl/media/") for name in parts.names)
    if pictures > sum(found.pictures.values()):  # in cells, in the edges of a page, behind a sheet
        found.pictures[""] = found.pictures.get("", 0) + pictures - sum(found.pictures.values())


def _binary_sheets(parts: _Parts, found: Beside) -> None:
    """Of an .xlsb: what its sheets name, and the words behind their cells; addresses are not known."""
    for part in (n for n in parts.names if re.fullmatch(r"xl/(?:work|chart)sheets/[^/]*\.bin", n)):
        data = parts.read(part)
        found.texts += (("", "A1", words, "rule") for words in corners.runs(data[max(0, data.rfind(_END_OF_CELLS)) :]))
        for _, kind, target in parts.relations(part):
            if kind == "drawing":
                _drawing(parts, "", target, found)


def _open_document(parts: _Parts, found: Beside) -> None:
    """What an .ods keeps outside its cells."""
    if "content.xml" not in parts.names:
        return
    for part in ("content.xml", "styles.xml"):
        for element in parts.tree(part).iter() if part in parts.names else ():
            name = _name(element)
            if name in ("named-range", "named-expression"):
                words = next((v for k, v in element.items() if k.endswith("}name")), "")
                found.texts.append(("", "A1", words.replace("_", " "), "name"))
            elif name in _SPOKEN:
                found.texts.append(("", "A1", " ".join(" ".join(element.itertext()).split()), _SPOKEN[name]))
            elif name == "content-validation":
                condition = next((v for k, v in element.items() if k.endswith("}condition")), "")
                _list(re.findall(r'"([^"]*)"', condition), found)
    for part in parts.names:
        inside = re.fullmatch(r"(Object [^/]*)/content.xml", part)
        if inside and not any(_name(e) == "chart" for e in parts.tree(part).iter()):
            found.count("embedded")
        elif inside:
            found.texts += (
                ("", "A1", e.text, "drawing") for e in parts.tree(part).iter() if _name(e) == "p" and e.text
            )
        elif re.fullmatch(r"Object [^/]*", part):
            found.count("embedded")


def _list(words: list[str], found: Beside) -> None:
    """The entries of a list that a validation offers, as a column."""
    cells = [Cell(row, 1, "text", word.strip()) for row, word in enumerate(words, start=1) if word.strip()]
    if cells:
        found.tables[f"list {len(found.tables) + 1}"] = cells


def _book(parts: _Parts, found: Beside) -> None:
    linked = {key: path for key, _, path in parts.relations("xl/workbook.xml")}
    book = parts.tree("xl/workbook.xml")
    for sheet in (e for e in book.iter() if _name(e) == "sheet"):
        name = sheet.get("name", "")
        if sheet.get("state") in ("hidden", "veryHidden"):
            found.hidden_sheets.add(name)
        key = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        if key in linked:
            _sheet(parts, name, linked[key], found)
    for defined in (e for e in book.iter() if _name(e) == "definedName"):
        if '"' in (defined.text or ""):  # a constant text, not a range
            found.texts.append(("", "A1", str(defined.text), "name"))


def _sheet(parts: _Parts, name: str, part: str, found: Beside) -> None:
    xml = parts.read(part)
    columns: set[int] = set()
    signs = Signs(xml)
    hides, edges = signs.hold(b"hidden="), signs.hold(b"Header>") or signs.hold(b"Footer>")
    for match in _HIDDEN_COLUMN.finditer(xml) if hides else ():
        bounds = dict(re.findall(rb'\b(min|max)="(\d+)"', match[0]))
        if len(bounds) == 2:
            columns.update(range(int(bounds[b"min"]), min(int(bounds[b"max"]), 16_384) + 1))
    found.hidden_columns[name] = columns
    patterns = (_HIDDEN_ROW, _HIDDEN_ROW_FIRST) if hides else ()
    rows = {int(m[1]) for pattern in patterns for m in pattern.finditer(xml)}
    found.hidden_rows[name] = rows
    for match in _EDGE.finditer(xml) if edges else ():
        found.texts.append((name, "A1", re.sub(r"&amp;[A-Z]", " ", match[1].decode(errors="replace")), "edge"))
    words, lists = corners.of_sheet(xml)
    found.texts += ((name, "A1", text, place) for text, place in words)
    for entries in lists:
        _list(entries, found)
    for _, kind, target in parts.relations(part):
        if kind in ("comments", "threadedComment"):
            for note in parts.tree(target).iter():
                if note.get("ref"):
                    found.texts.append((name, str(note.get("ref")), "".join(note.itertext()), ""))
        elif kind == "drawing":
            _drawing(parts, name, target, found)


def _drawing(parts: _Parts, sheet: str, part: str, found: Beside) -> None:
    """Words in boxes, and the texts that a chart keeps of its cells."""
    boxes = "\n".join(e.text for e in parts.tree(part).iter() if _name(e) == "t" and e.text)
    if boxes:
        found.texts.append((sheet, "A1", boxes, "drawing"))
    for _, kind, target in parts.relations(part):
        if kind == "image":
            found.pictures[sheet] = found.pictures.get(sheet, 0) + 1
        elif kind in ("chart", "chartEx"):
            for element in parts.tree(target).iter():
                if _name(element) in ("v", "t") and element.text:
                    found.texts.append((sheet, "A1", element.text, "drawing"))


def _pivot(parts: _Parts, part: str) -> Iterator[Cell]:
    """The list behind a pivot table: field names in the first row, and every value that is kept below them."""
    fields = [e for e in parts.tree(part).iter() if _name(e) == "cacheField"]
    shared: list[list[ET.Element]] = []
    for column, element in enumerate(fields, start=1):
        yield Cell(1, column, "text", element.get("name", ""))
        shared.append([v for items in element if _name(items) == "sharedItems" for v in items])
    records = next((path for _, kind, path in parts.relations(part) if kind == "pivotCacheRecords"), "")
    rows = [list(r) for r in parts.tree(records) if _name(r) == "r"]
    if not rows:
        for column, values in enumerate(shared, start=1):
            for row, value in enumerate(values, start=2):
                yield from _cached(row, column, value)
    for row, values in enumerate(rows, start=2):
        for column, value in enumerate(values[: len(shared)], start=1):
            items, at = shared[column - 1], value.get("v", "")
            is_index = _name(value) == "x" and at.isdigit() and int(at) < len(items)
            yield from _cached(row, column, items[int(at)] if is_index else value)


def _cached(row: int, column: int, value: ET.Element) -> Iterator[Cell]:
    text = value.get("v", "")
    if _name(value) == "n":
        yield _number(row, column, text)
    elif _name(value) == "s" and text:
        yield Cell(row, column, "text", text)
    elif _name(value) == "d" and text:
        yield Cell(row, column, "date", text[:10])


def _number(row: int, column: int, text: str) -> Cell:
    try:
        number = float(text)
    except ValueError:
        return Cell(row, column, "text", text or "-")
    return Cell(row, column, "number", str(int(number)) if number.is_integer() else text, number)


def _link(tree: ET.Element) -> Iterator[Cell]:
    """Cells of another workbook that this one keeps; those of several sheets one below the other."""
    top = 0
    for sheet in (e for e in tree.iter() if _name(e) == "sheetData"):
        last = top
        for cell in (e for e in sheet.iter() if _name(e) == "cell"):
            place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", cell.get("r", ""))
            value = next((v.text for v in cell if _name(v) == "v" and v.text), None)
            if place is None or value is None:
                continue
            row, column = top + int(place[2]), column_number(place[1])
            last = max(last, row)
            is_text = cell.get("t", "n") != "n"
            yield Cell(row, column, "text", value) if is_text else _number(row, column, value)
        top = last

"""What an .ods says and the reader of its values drops: error cells, formulas, formats, merges, what is hidden.

Source: OpenDocument 1.3, part 3 (table, number and style elements), and calcext of LibreOffice for error cells.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from cpc_pipeline.intake.cells import Refused, address
from cpc_pipeline.intake.reading.limits import MAX_CELLS
from cpc_pipeline.intake.reading.package import Package, Parts
from cpc_pipeline.intake.reading.xlsx import Book, Marks

_CELL = ("table:table-cell", "table:covered-table-cell")
_RAISED = re.compile(
    rb'<style:style style:name="([^"]+)" style:family="text"[^>]*>'
    rb'\s*<style:text-properties[^>]*style:text-position="(?!0%|"|inherit)'
)
_HIDDEN = ("collapse", "filter")
_NUMBER = re.compile(r"[-−+(]?\s*(?:[$€£]|COP|USD)?\s*[-−]?\d[\d.,\s'’]*\)?\s*(?:[$€£]|COP|USD)?")
_MOST_REPEATED = 10_000  # marks of repeated cells that are written out


def look(package: Package) -> Book:
    """Everything that the package says besides values; raises Refused."""
    if b"encryption-data" in (package.part("META-INF/manifest.xml") or b""):
        raise Refused("encrypted_file", size=package.size)
    walker = _Walker(package.size)
    for part in ("styles.xml", "content.xml"):
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = walker.start
        parser.EndElementHandler = walker.end
        parser.CharacterDataHandler = walker.text
        try:
            parser.Parse(package.part(part) or b"<a/>", True)
        except expat.ExpatError:
            raise Refused("unreadable_file", size=package.size) from None
    raised = _with_raised(package)
    return Book(walker.marks, raised, {"macros": any(n.startswith("Basic/") for n in package.names)})


def _with_raised(package: Package) -> Parts:
    """A sign before what is raised or lowered within a text: a 12 with a raised 1, which names a note, is no 121."""
    content = package.part("content.xml") or b""
    styles = _RAISED.findall(content) if b":text-position=" in content else []
    if not styles:
        return {}
    spans = rb'(<text:span text:style-name="(?:' + b"|".join(map(re.escape, styles)) + rb')">)'
    return {"content.xml": re.sub(spans, rb"\1^", content)}


class _Walker:
    def __init__(self, size: int) -> None:
        self.size = size
        self.marks: dict[str, Marks] = {}
        self.sheet = ""
        self.row = self.column = self.repeated_rows = 1
        self.zeros: dict[str, int] = {}  # data style -> digits always shown
        self.styles: dict[str, str] = {}  # cell style -> number format
        self.columns: list[tuple[int, int, str]] = []  # first, last, default cell style
        self.number = self.depth = 0
        self.number_style = ""
        self.cell: dict[str, str] = {}
        self.words: list[str] = []
        self.noted = False

    def start(self, name: str, said: dict[str, str]) -> None:
        if name == "number:number-style":
            self.number_style = said.get("style:name", "")
        elif name == "number:number" and self.number_style and said.get("number:decimal-places", "0") == "0":
            self.zeros[self.number_style] = int(said.get("number:min-integer-digits", "0") or 0)
        elif name == "style:style" and self.zeros.get(said.get("style:data-style-name", ""), 0) > 1:
            self.styles[said.get("style:name", "")] = "0" * self.zeros[said["style:data-style-name"]]
        elif name == "table:table":
            self.depth += 1
            self.sheet, self.row, self.columns = said.get("table:name", ""), 1, []
            self.column = 1
            self.marks.setdefault(self.sheet, Marks(facts={"hidden_rows": [], "hidden_columns": [], "merged": []}))
        elif name == "table:table-column":
            self._declare_column(said)
        elif name == "table:table-row":
            self.column, self.repeated_rows = 1, _count(said, "table:number-rows-repeated")
            if said.get("table:visibility") in _HIDDEN:
                self._facts("hidden_rows").extend(range(self.row, self.row + min(self.repeated_rows, _MOST_REPEATED)))
        elif name in _CELL:
            self.cell, self.words = said, []
        elif name == "office:annotation":
            self.noted = True
            facts = self.marks[self.sheet].facts if self.sheet in self.marks else {}
            facts["comments"] = int(str(facts.get("comments", 0))) + 1

    def text(self, words: str) -> None:
        if not self.noted:
            self.words.append(words)

    def end(self, name: str) -> None:
        if name == "number:number-style":
            self.number_style = ""
        elif name == "office:annotation":
            self.noted = False
        elif name in _CELL and self.sheet in self.marks:
            repeated = _count(self.cell, "table:number-columns-repeated")
            self._look(repeated)
            self.column += repeated
        elif name == "table:table-row":
            self.row += self.repeated_rows

    def _declare_column(self, said: dict[str, str]) -> None:
        last = self.column + _count(said, "table:number-columns-repeated") - 1
        if said.get("table:visibility") in _HIDDEN:
            self._facts("hidden_columns").extend(range(self.column, min(last, 16_384) + 1))
        self.columns.append((self.column, last, said.get("table:default-cell-style-name", "")))
        self.column = last + 1

    def _look(self, repeated: int) -> None:
        cell, marks = self.cell, self.marks[self.sheet]
        words = "".join(self.words).strip()
        kind = cell.get("office:value-type", "")
        if not (kind or words or "table:formula" in cell):
            self._merge()
            return
        if self.row * self.column > MAX_CELLS or repeated * self.repeated_rows > MAX_CELLS:
            where = address(self.row, self.column)
            cells = (self.row + self.repeated_rows - 1) * (self.column + repeated - 1)
            raise Refused("file_too_large", sheet=self.sheet, cell=where, cells=cells, size=self.size)
        marks.facts["formulas"] = int(str(marks.facts.get("formulas", 0))) + ("table:formula" in cell)
        special = None
        if cell.get("calcext:value-type") == "error":
            special = ("error", words or "#N/A")
        elif "table:formula" in cell and not kind:
            special = ("formula", "=")
            marks.facts["uncalculated"] = int(str(marks.facts.get("uncalculated", 0))) + 1
        style = cell.get("table:style-name") or next((s for a, b, s in self.columns if a <= self.column <= b), "")
        shown = "0%" if kind == "percentage" else self.styles.get(style, "")
        if kind == "float" and words and not shown and not _same(words, cell.get("office:value", "")):
            shown = '"' + words.replace('"', "")[:40] + '"'  # a format that shows these words whatever the number
        for row in range(self.row, self.row + min(self.repeated_rows, _MOST_REPEATED)):
            for column in range(self.column, self.column + min(repeated, _MOST_REPEATED)):
                if special:
                    marks.special[row, column] = special
                if shown and kind in ("percentage", "float"):
                    marks.formats[row, column] = shown
        self._merge()

    def _merge(self) -> None:
        wide, high = (_count(self.cell, f"table:number-{x}-spanned") for x in ("columns", "rows"))
        if wide > 1 or high > 1:
            self._facts("merged").append([self.row, self.column, self.row + high - 1, self.column + wide - 1])

    def _facts(self, name: str) -> list[object]:
        return self.marks[self.sheet].facts[name]  # type: ignore[return-value]


def _same(words: str, value: str) -> bool:
    """Whether the words that a cell shows are its number, rounded or with signs between its digits."""
    if words == value:
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    if not _NUMBER.fullmatch(words) or (words[0] in "-(−" and number >= 0):
        return False
    digits = re.sub(r"\D", "", words).lstrip("0")
    most = 16 if re.search("[.,]", words) else 1
    return any(re.sub(r"\D", "", f"{abs(number):.{places}f}").lstrip("0") == digits for places in range(most))


def _count(said: dict[str, str], name: str) -> int:
    number = said.get(name, "1")
    return int(number) if number.isdecimal() and len(number) < 10 else 1

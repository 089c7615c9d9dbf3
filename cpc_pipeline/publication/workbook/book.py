"""One workbook: its formats, and sheets that can be read on a screen, on paper and aloud.

Each sheet has its title in A1, what the edition is in A2, headings in row 4 and below them a table of the program: that
is how a reader aloud knows a heading. No cell is merged, headings repeat on every page and stay in sight, the width is
that of a page, and the height of each row is stated, because programs do not fit it when they open a file.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.counted import counted
from cpc_pipeline.publication.figures.style import width_of, wrapped

EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (fixed, so that the same release gives the same bytes)
HEAD, FIRST = 3, 4  # rows of the headings and of the first line below them, from 0
LINE = 12.5  # points, of letters of 9 points
UNIT = 5.25  # points of a unit of the width of a column
HIGHEST = 409.0  # what the programs allow
DARK = "#1b3a57"
_NUMBER = re.compile(r"[≤≥+-]?\d[\d.,\s\u2009\u202f]*( \(\d{4}\))?")


@dataclass(frozen=True)
class Crossed:
    """A table of two ways: code and label of each column and row, and the text of each cell.

    name: sheet, also its title; of: the two columns of the performance table that cross, as `row × column`.
    """

    name: str
    note: str
    of: str
    corner: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str, Sequence[str]]]


class Book:
    """A workbook that is being written; `finished` gives its bytes."""

    def __init__(self, release: Release, catalogue: Catalogue, year: int) -> None:
        import xlsxwriter

        self.release, self.catalogue, self.year = release, catalogue, year
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self._stream, {**options, "strings_to_urls": False})
        self.title = self.say("publication.title", year=year)
        self.book.set_properties({"title": f"{catalogue.header.name[self.language]}: {self.title}", "created": EPOCH})
        self.names: list[str] = []
        self._front: Any = None
        self._tables = 0
        self._note = 0.0
        self._formats()

    @property
    def language(self) -> str:
        """Of the workbook; where the compact still has several, of its properties."""
        return self.catalogue.languages[0]

    def _formats(self) -> None:
        add = self.book.add_format
        text = {"text_wrap": True, "valign": "top", "font_size": 9}
        lined = {**text, "border": 1, "border_color": "#c9d1d9"}
        self.big = add({"bold": True, "font_size": 14, "font_color": DARK})
        self.head = add({**lined, "bold": True, "bg_color": DARK, "font_color": "white", "valign": "vcenter"})
        self.cell = add(lined)
        self.right = add({**lined, "align": "right", "indent": 1})
        self.strong = add({**lined, "bold": True, "bg_color": "#eef2f6"})
        self.value = add({**lined, "bold": True, "align": "right", "indent": 1})
        self.grey = add({**lined, "font_color": "#4d5966", "italic": True})
        self.grey_right = add({**lined, "font_color": "#4d5966", "italic": True, "align": "right", "indent": 1})
        self.loud_right = add(
            {**lined, "bold": True, "font_color": "#7a3e00", "bg_color": "#fff3e0", "align": "right", "indent": 1}
        )
        self.loud = add({**lined, "bold": True, "font_color": "#7a3e00", "bg_color": "#fff3e0"})
        self.small = add({"font_size": 8, "font_color": "#4d5966"})
        self.code = add({**lined, "font_size": 7, "font_color": "#4d5966"})
        self.code_right = add({**lined, "font_size": 7, "font_color": "#4d5966", "align": "right"})
        self.link = add({"font_size": 10, "font_color": DARK, "underline": 1})
        self.plain = add(text)

    def say(self, key: str, **params: object) -> str:
        """The text in every language of the catalogue, once where they agree."""
        texts = (self.catalogue.wording.text(key, x, **params) for x in self.catalogue.languages)
        return " / ".join(dict.fromkeys(texts))

    def heads(self, *names: tuple[str, int]) -> list[tuple[str, int]]:
        """Headings in words, with their widths."""
        return [(self.say(f"publication.col.{n}", year=self.year), width) for n, width in names]

    def count(self, what: str, *of: object) -> str:
        """The name (`cpc trace`) of a number of things of this edition."""
        return counted("count", self.year, self.release.edition, what, *of)

    def banner(self) -> str:
        """Which edition this is and how far it is agreed: on every sheet, because sheets are copied one by one."""
        edition = self.say(f"publication.edition.{self.release.edition}")
        return f"{edition} {self.say(f'publication.standing.{self.release.standing}')}"

    def contents(self) -> None:
        """The first sheet: it is filled when all others are known."""
        self._front = self.sheet(self.say("publication.summary"), self.title)

    def sheet(self, name: str, title: str, note: str = "") -> Any:
        """An empty sheet with title, edition and note, laid out for print."""
        name = self.unique(name)
        made = self.book.add_worksheet(name)
        made.hide_gridlines(2)
        made.write_string(0, 0, title, self.big)
        made.write_string(1, 0, self.banner(), self.small)
        if note:
            made.write_string(2, 0, note, self.small)
        self._note = width_of(note, 8, False) / UNIT
        made.set_landscape()
        made.set_paper(9)
        made.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        made.fit_to_pages(1, 0)
        made.set_footer("&L&8&A&R&8&P / &N")
        return made

    def unique(self, name: str) -> str:
        """Excel takes 31 characters, no slash and no name twice."""
        short = re.sub(r"[\[\]:*?/\\]", "-", name)[:31]
        taken = {n.casefold() for n in self.names}
        number = 2
        while short.casefold() in taken:
            short, number = f"{short[:28]} {number}", number + 1
        self.names.append(short)
        return short

    def table(
        self,
        sheet: Any,
        heads: Sequence[tuple[str, int]],
        rows: Sequence[Sequence[tuple[str, Any]]],
        top: int = HEAD,
        links: bool = True,
    ) -> int:
        """Headings and rows of (text, format) as a table of the program; returns the row after it.

        An empty table has one line of dashes, because a table without a line cannot be opened.
        """
        rows = rows or [[("–", self.cell) for _ in heads]]
        widths = [width for _, width in heads]
        names = _distinct([head for head, _ in heads])
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.write_string(top, column, name, self.head)
            sheet.set_column(column, column, width)
        # Less than the whole width: the program puts a button beside each heading.
        sheet.set_row(top, LINE * max(_lines(n, w - 2, self.head) for n, w in zip(names, widths, strict=True)) + 6)
        for number, row in enumerate(rows, start=top + 1):
            for column, (text, form) in enumerate(row):
                sheet.write_string(number, column, text, form)
            high = max(_lines(text, width, form) for (text, form), width in zip(row, widths, strict=True))
            sheet.set_row(number, min(LINE * high + 2, HIGHEST))
        last = top + len(rows)
        columns = [{"header": name, "header_format": self.head} for name in names]
        self._tables += 1
        place = (top, 0, last, len(heads) - 1)
        sheet.add_table(*place, {"columns": columns, "style": None, "name": f"table_{self._tables}"})
        more = max(0, math.ceil((self._note - sum(widths)) / 9))  # a note is printed whole, beside a narrow table too
        sheet.print_area(0, 0, last, len(heads) - 1 + more)
        sheet.repeat_rows(top)
        sheet.freeze_panes(top + 1, 1)
        return last + 1

    def listed(
        self,
        title: str,
        heads: Sequence[tuple[str, int]],
        rows: Sequence[Sequence[str]],
        loud: Any = (),
        none: str = "",
    ) -> None:
        """A sheet of texts below headings, numbers to the right; rows that must be seen in a strong colour.

        Where there is nothing to list, the sheet says so: headings above dashes look like something that was lost.
        """
        made = self.sheet(title, f"{title} – {self.year}")
        if not rows:
            self.table(made, [(title, 110)], [[(none or self.say("publication.nothing"), self.cell)]])
            return
        right = [_numeric(texts) for texts in zip(*rows, strict=True)]
        plain, strong = (self.cell, self.right), (self.loud, self.loud_right)
        said = [
            [
                (text or "–", (strong if number in loud else plain)[numeric])
                for text, numeric in zip(row, right, strict=True)
            ]
            for number, row in enumerate(rows)
        ]
        self.table(made, heads, said)

    def crossed(self, made: Crossed) -> None:
        """A table of two ways. The codes below the headings say which row of the data each cell is."""
        sheet = self.sheet(made.name, f"{made.name} – {self.year}", made.note)
        width = max(9, min(16, round(150 / max(1, len(made.columns)))))
        heads = [(made.corner, 34), (made.of, 16), *((label, width) for _, label in made.columns)]
        codes = [("", self.code), (made.of, self.code), *((code, self.code_right) for code, _ in made.columns)]
        rows = [codes]
        for code, label, cells in made.rows:
            rows.append([(label, self.strong), (code, self.code), *((text, self.right) for text in cells)])
        heads[1] = (self.say("publication.col.code"), 16)
        self.table(sheet, heads, rows)
        sheet.freeze_panes(HEAD + 2, 1)

    def finished(self) -> bytes:
        """Fill the contents, close, and say in which language the document is."""
        if self._front is not None:
            for number, name in enumerate(self.names[1:]):
                self._front.write_url(self.front_row + number, 0, f"internal:'{name}'!A1", self.link, name)
        self.book.close()
        return _in_language(self._stream.getvalue(), self.language)

    front_row = 0
    """Where the contents begin on the first sheet; whoever writes that sheet sets it."""

    @property
    def front(self) -> Any:
        return self._front


def _numeric(texts: Iterable[str]) -> bool:
    """Does a column hold numbers, and nothing else where it holds anything?"""
    told = [text for text in texts if text not in ("", "–")]
    return bool(told) and all(_NUMBER.fullmatch(text) for text in told)


def _lines(text: str, width: float, form: Any) -> int:
    """Lines that a text takes in a column, by letters as wide as any program shows; a word that is wider is broken."""
    room, size, bold = width * UNIT - 3, form.font_size, bool(form.bold)
    return sum(max(1, math.ceil(width_of(line, size, bold) / room)) for line in wrapped(text, room, size, bold))


def _distinct(names: Sequence[str]) -> list[str]:
    """Headings of a table differ from each other."""
    found: list[str] = []
    for name in names:
        number, made = 2, name
        while made.casefold() in {f.casefold() for f in found}:
            made, number = f"{name} ({number})", number + 1
        found.append(made)
    return found


def _in_language(content: bytes, language: str) -> bytes:
    """The same file with its language among its properties, which the writer of workbooks does not know."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "docProps/core.xml":
                end = b"</cp:coreProperties>"
                part = part.replace(end, f"<dc:language>{language}</dc:language>".encode() + end)
            new.writestr(info, part)
    return out.getvalue()

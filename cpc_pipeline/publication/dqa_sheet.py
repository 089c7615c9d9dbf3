"""The data quality assessment of one indicator and year: what the system knows filled in, what people must say asked.

Method: ADS 201 (USAID), data quality assessment checklist and its five standards; see docs/data-quality.md.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.publication.quality_words import each, fact, score
from cpc_pipeline.publication.writing import lines

WIDTHS = (18, 62, 28, 14, 16, 44)
ASKED = {
    "validity": ("validity_1", "validity_2"),
    "integrity": ("integrity_1", "integrity_2"),
    "precision": ("precision_1",),
    "reliability": ("reliability_1", "reliability_2"),
    "timeliness": ("timeliness_1",),
}
"""Questions that only people can answer, by standard."""
LAST = len(WIDTHS) - 1


def dqa_sheet(quality: pl.DataFrame, catalogue: Catalogue, indicator: str, year: int, on: date) -> bytes:
    """The workbook. quality: rows of QUALITY; those of other indicators and years are left out."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2022, 1, 1)})  # noqa: DTZ001  (fixed: the same bytes from the same data)
    writer = _Writer(book, catalogue)
    writer.front(indicator, year, on)
    own = quality.filter((pl.col("indicator") == indicator) & (pl.col("year") == year))
    for standard, asked in ASKED.items():
        writer.standard(standard, own.filter(pl.col("standard") == standard), asked)
    writer.end()
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.sheet = book.add_worksheet("DQA")
        self.row = 0
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#c9d1d9"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bare = book.add_format({"italic": True})
        self.cell = book.add_format(wrap)
        self.bold = book.add_format({**wrap, "bold": True, "bg_color": "#eef2f6"})
        self.loud = book.add_format({**wrap, "bold": True, "font_color": "#7a3e00", "bg_color": "#fff3e0"})
        self.head = book.add_format({**wrap, "bold": True, "bg_color": "#1b3a57", "font_color": "white"})
        self.entry = book.add_format({**wrap, "bg_color": "#FFF7D6"})
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)

    def _both(self, key: str, **params: object) -> str:
        return each(self.catalogue, lambda x: self.catalogue.wording.text(f"dqa.{key}", x, **params))

    def _line(self, values: list[tuple[str, Any]]) -> None:
        """One row; its height is stated, because not every program fits wrapped rows when it opens a file."""
        for column, (text, form) in enumerate(values):
            self.sheet.write_string(self.row, column, text, form)
        self.sheet.set_row(
            self.row, 15 * max(lines(text, width) for (text, _), width in zip(values, WIDTHS, strict=True))
        )
        self.row += 1

    def front(self, name: str, year: int, on: date) -> None:
        """What is assessed, when, and by whom (asked)."""
        indicator, catalogue = self.catalogue.indicators[name].on(date(year, 12, 31)), self.catalogue
        self.sheet.write_string(0, 0, self._both("sheet.title", indicator=name, year=year), self.title)
        self.sheet.write_string(1, 0, self._both("sheet.purpose"), self.bare)
        self.row = 3
        keeper = catalogue.organisations.get(indicator.record or "")
        said = [
            (name, each(catalogue, lambda x: indicator.name[x])),
            (self._both("sheet.definition"), each(catalogue, lambda x: indicator.definition[x])),
            (self._both("sheet.unit"), each(catalogue, lambda x: catalogue.units[indicator.unit].labels[x])),
            (self._both("sheet.keeper"), each(catalogue, lambda x: keeper.name[x]) if keeper else "–"),
            (self._both("sheet.dated"), on.isoformat()),
        ]
        if indicator.limitation:
            limitation = indicator.limitation
            said.append((self._both("sheet.limitation"), each(catalogue, lambda x: limitation[x])))
        for label, text in said:
            self._wide(label, text, self.cell)
        self._wide(self._both("sheet.assessor"), "", self.entry)
        self.row += 1
        heads = ("standard", "fact", "source", "score", "answer", "comment")
        self._line([(self._both(f"sheet.{h}"), self.head) for h in heads])
        self.sheet.repeat_rows(self.row - 1)

    def _wide(self, label: str, text: str, form: Any) -> None:
        self.sheet.write_string(self.row, 0, label, self.bold)
        self.sheet.merge_range(self.row, 1, self.row, LAST, text, form)
        self.sheet.set_row(self.row, 15 * max(lines(text, sum(WIDTHS[1:])), lines(label, WIDTHS[0])))
        self.row += 1

    def standard(self, standard: str, rows: pl.DataFrame, asked: tuple[str, ...]) -> None:
        """One standard: its score and facts by submission, then what is asked of people."""
        name = self._both(f"standard.{standard}")
        empty = [("", self.cell)] * 2
        heading = [(name, self.bold), (self._both(f"question.{standard}"), self.bold)]
        if rows.is_empty():
            nothing = (self._both("not_known"), self.bold)
            self._line([*heading, (self._both("sheet.nothing"), self.bold), nothing, *empty])
        for row in rows.iter_rows(named=True):
            weak = row["score"] is not None and row["score"] < self.catalogue.header.quality.weak
            form = self.loud if weak else self.bold
            said = self._score(row["score"])
            told = f"{said} ({self._both('sheet.weak')})" if weak else said
            self._line([*heading, (row["submission_id"], self.bold), (told, form), *empty])
            for known in row["facts"] or ():
                text = each(self.catalogue, lambda x, k=known: fact(k, x, self.catalogue))
                self._line(
                    [
                        ("", self.cell),
                        (text, self.cell),
                        ("", self.cell),
                        (self._score(known["score"]), self.cell),
                        *empty,
                    ]
                )
        for question in asked:
            text = self._both(f"human.{question}")
            self._line([("", self.cell), (text, self.cell), ("", self.cell), ("", self.cell), *[("", self.entry)] * 2])
            options = self._both("sheet.answer").split(" / ")
            self.sheet.data_validation(self.row - 1, 4, self.row - 1, 4, {"validate": "list", "source": options})

    def _score(self, value: float | None) -> str:
        return each(self.catalogue, lambda x: score(value, x, self.catalogue))

    def end(self) -> None:
        """What follows from it: asked."""
        self.row += 1
        self._wide(self._both("sheet.conclusion"), "", self.entry)
        self.sheet.set_row(self.row - 1, 90)

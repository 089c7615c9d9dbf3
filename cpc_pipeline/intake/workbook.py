"""The project's own submission workbook: one specification that writes it and, through the headings, reads it.

Sheets: a cover (who, which year, what kind), the indicators, the context series. The heading row is bilingual and
comes from headings.csv; a row of data is one reported number. The bytes depend on the content alone.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue

FORMAT_VERSION = "1"
TITLE_ROWS = 3  # title, explanation, blank; the headings follow
_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties, so that bytes repeat)


@dataclass(frozen=True)
class Cover:
    organisation: str
    year: int
    kind: str  # annual or published_figures


def fields(catalogue: Catalogue) -> tuple[str, ...]:
    """Columns of a data sheet, in order."""
    return (
        *("indicator", "place", "period_start", "period_end"),
        *catalogue.dimension_ids,
        *("unit", "value", "qualifier", "numerator", "denominator", "revision"),
        *("institution", "source_title", "source_url", "note", "source_key"),
    )


COVER_FIELDS = ("compact", "organisation", "year", "kind", "format_version")
_WIDE = {"source_title": 44, "source_url": 40, "note": 60, "institution": 30, "indicator": 26}


def heading(catalogue: Catalogue, field: str) -> str:
    labels = catalogue.headings[field].labels
    return " / ".join(dict.fromkeys(labels[language] for language in reversed(catalogue.languages)))


def write_workbook(
    path: Path, catalogue: Catalogue, cover: Cover, indicators: pl.DataFrame, context: pl.DataFrame
) -> bool:
    """Write one workbook; frames have the columns of `fields`. False if the file already holds just that."""
    content = workbook_bytes(catalogue, cover, indicators, context)
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105
    return True


def workbook_bytes(catalogue: Catalogue, cover: Cover, indicators: pl.DataFrame, context: pl.DataFrame) -> bytes:
    """The same content always gives the same bytes."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": catalogue.header.name[catalogue.languages[0]], "created": _EPOCH})
    _write_cover(book, catalogue, cover)
    _write_data(book, catalogue, "indicators", indicators)
    _write_data(book, catalogue, "context", context)
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#1b3a57"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format(
            {
                "bold": True,
                "bg_color": "#1b3a57",
                "font_color": "white",
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
            }
        ),
        "entry": book.add_format({"bg_color": "#fff8e1", "border": 1, "valign": "top"}),
        "code": book.add_format({"num_format": "@", "border": 1, "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "border": 1, "valign": "top", "align": "left"}),
    }


def _write_cover(book: Any, catalogue: Catalogue, cover: Cover) -> None:
    sheet = book.add_worksheet(catalogue.header.sheets["cover"].name)
    formats = _formats(book)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    for row, language in enumerate(catalogue.languages):
        sheet.write_string(row, 0, catalogue.header.name[language], formats["title"])
    values = (catalogue.id, cover.organisation, cover.year, cover.kind, FORMAT_VERSION)
    row = len(catalogue.languages) + 1
    for field, value in zip(COVER_FIELDS, values, strict=True):
        sheet.write_string(row, 0, heading(catalogue, field), formats["head"])
        sheet.write(row, 1, value, formats["entry"])
        row += 1
    for language in catalogue.languages:
        row += 1
        words = catalogue.wording.text(f"workbook.kind.{cover.kind}", language)
        sheet.write_string(row, 1, words, formats["text"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_data(book: Any, catalogue: Catalogue, which: str, frame: pl.DataFrame) -> None:
    sheet = book.add_worksheet(catalogue.header.sheets[which].name)
    formats = _formats(book)
    sheet.write_string(0, 0, catalogue.header.sheets[which].name, formats["title"])
    note = " / ".join(catalogue.wording.text(f"workbook.{which}", x) for x in reversed(catalogue.languages))
    sheet.write_string(1, 0, note)
    columns = fields(catalogue)
    for position, field in enumerate(columns):
        sheet.write_string(TITLE_ROWS, position, heading(catalogue, field), formats["head"])
        sheet.set_column(position, position, _WIDE.get(field, 13))
    for row, record in enumerate(frame.iter_rows(named=True), start=TITLE_ROWS + 1):
        for position, field in enumerate(columns):
            _write(sheet, row, position, field, record.get(field), formats)
    last = TITLE_ROWS + max(frame.height, 1)
    sheet.autofilter(TITLE_ROWS, 0, last, len(columns) - 1)
    sheet.freeze_panes(TITLE_ROWS + 1, 2)
    sheet.repeat_rows(TITLE_ROWS)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, column: int, field: str, value: object, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, formats["entry"])
    elif field == "value":
        sheet.write_string(row, column, str(value), formats["entry"])
    else:
        sheet.write_string(row, column, str(value), formats["code"])

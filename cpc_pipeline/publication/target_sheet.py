"""The target sheet: goes out to the meeting with each indicator's history, and comes back with next year's targets."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.publication.numbers import marked, rounded, written
from cpc_pipeline.publication.ordering import listed
from cpc_pipeline.publication.packages import EPOCH
from cpc_pipeline.publication.writing import lines

HISTORY = 3
"""Years shown before the one whose target is asked for."""
HEAD = 4
"""Row of the headings, from 0: title, purpose, year and a blank row stand above."""

WIDTHS, OTHERS, DARK = (12, 48), 15, "#1B3A57"
LINE = 15.0
"""Height of a line in points."""


def target_sheet(headlines: pl.DataFrame, catalogue: Catalogue, year: int) -> bytes:
    """A workbook with one row per indicator in force: history, last target and deviation, and the cell to fill.

    headlines: the measures that stand for their indicators. The machine reads column A (indicator), cell B3 (year),
    and the last two columns; everything else is for people.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": _both(catalogue, "target_sheet.title", year=year), "created": EPOCH})
    sheet = book.add_worksheet("Metas - Targets")
    lined = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9D1D9"}
    head = book.add_format({**lined, "bold": True, "bg_color": DARK, "font_color": "white", "valign": "vcenter"})
    bold = book.add_format({"bold": True, "align": "left"})
    wrap, right = book.add_format(lined), book.add_format({**lined, "align": "right"})
    entry = book.add_format({**lined, "bg_color": "#FFF7D6", "border_color": DARK, "locked": False})
    title = book.add_format({"bold": True, "font_size": 14, "font_color": DARK})
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, _both(catalogue, "target_sheet.title", year=year), title)
    sheet.write_string(1, 0, _both(catalogue, "target_sheet.purpose", year=year))
    sheet.write_string(2, 0, _both(catalogue, "target_sheet.year"))
    sheet.write_number(2, 1, year, bold)
    years = list(range(year - HISTORY, year))
    names = ["indicator", "name", "unit", "direction", "baseline"]
    heads = [_both(catalogue, f"target_sheet.{n}") for n in names] + [str(y) for y in years]
    heads += [_both(catalogue, f"target_sheet.{n}") for n in ("last_target", "deviation", "target", "note")]
    for column, text in enumerate(heads):
        sheet.write_string(HEAD, column, text, head)
    for row, indicator in enumerate(_in_force(catalogue, year), start=HEAD + 1):
        own = {r["year"]: r for r in headlines.filter(pl.col("indicator") == indicator).iter_rows(named=True)}
        texts = _cells(indicator, own, years, catalogue)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, right if column >= len(names) - 1 else wrap)
        # Stated, because LibreOffice does not fit the height of wrapped rows when it opens the file.
        widths = [*WIDTHS, *[OTHERS] * len(texts)]
        sheet.set_row(row, LINE * max(lines(text, width) for text, width in zip(texts, widths, strict=False)))
        sheet.write_blank(row, len(heads) - 2, None, entry)
        sheet.write_blank(row, len(heads) - 1, None, entry)
    sheet.set_row(HEAD, LINE * max(lines(text, OTHERS) for text in heads))
    sheet.set_column(2, len(heads) - 2, OTHERS)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 40)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.repeat_rows(HEAD)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()


def _in_force(catalogue: Catalogue, year: int) -> list[str]:
    return [
        i.id
        for i in (catalogue.indicators[name] for name in listed(catalogue))
        if i.valid_from.year <= year and (i.valid_to is None or i.valid_to.year >= year)
    ]


def _cells(name: str, own: dict[int, dict[str, Any]], years: list[int], catalogue: Catalogue) -> list[str]:
    indicator = catalogue.indicators[name]
    language = catalogue.languages[0]
    last = own.get(years[-1], {})

    def number(value: float | None) -> str:
        return written(value, indicator.unit, language, catalogue)

    labels = " / ".join(dict.fromkeys(indicator.name[x] for x in catalogue.languages))
    unit = " / ".join(dict.fromkeys(catalogue.units[indicator.unit].labels[x] for x in catalogue.languages))
    values = []
    for year in years:
        row = own.get(year, {})
        status = row.get("status", "not_received")
        part = "*" if status == "partial" else ""
        value = row.get("actual")
        bounded = any(row.get(end) is not None for end in ("lower", "upper"))
        said = marked(row, language, catalogue) if bounded else _both(catalogue, f"status.{status}")
        values.append(said if value is None else number(value) + part)
    deviation = last.get("deviation_pct")
    return [
        name,
        labels,
        unit,
        _both(catalogue, f"target_sheet.way.{indicator.direction}"),
        number(last.get("baseline")),
        *values,
        number(last.get("target")),
        "" if deviation is None else f"{rounded(deviation, 1):+.1f} %",
    ]


def _both(catalogue: Catalogue, key: str, **params: Any) -> str:
    return " / ".join(dict.fromkeys(catalogue.wording.text(key, x, **params) for x in catalogue.languages))

"""A workbook per language that pivots without cleaning: one heading row, a row per measure, a name beside each code."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export import words
from cpc_pipeline.export.edition import Edition
from cpc_pipeline.export.tables import PERFORMANCE, Table, tables

_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (fixed, so that the same edition gives the same bytes)
WIDEST, NARROWEST = 44, 10
ALL_YEARS = "all_years"
"""Not the name of the workbook for people, which tells of one year."""


def xlsx(edition: Edition, catalogue: Catalogue) -> dict[str, bytes]:
    """all_years_<language>.xlsx: the data, and what its columns mean."""
    made = {t.name: t for t in tables(edition, catalogue)}
    return {f"{ALL_YEARS}_{x}.xlsx": _book(made, edition, x, catalogue) for x in catalogue.languages}


def named(table: Table, lists: dict[str, Table], language: str) -> pl.DataFrame:
    """The rows of a table with the name of each code behind it, in a column that ends in _name."""
    rows = table.rows
    order: list[str] = []
    for column in table.rows.columns:
        order.append(column)
        target, key = table.links.get(column, ("", ""))
        if target not in lists:
            continue
        names = lists[target].rows.select(pl.col(key).alias(column), pl.col(f"name_{language}").alias(f"{column}_name"))
        rows = rows.join(names, on=column, how="left", maintain_order="left")
        order.append(f"{column}_name")
    other = [c for c in order if c.rpartition("_")[0] in ("note", "name", "definition") and not c.endswith("_name")]
    return rows.select(c for c in order if c not in other or c.endswith(f"_{language}"))


def _book(made: dict[str, Table], edition: Edition, language: str, catalogue: Catalogue) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = words.title(edition, language, catalogue)
    book.set_properties({"title": title, "created": _EPOCH})
    sheet = book.add_worksheet(catalogue.wording.text("export.sheet_data", language))
    rows = named(made[PERFORMANCE], made, language)
    _data(book, sheet, rows, language, catalogue)
    about = book.add_worksheet(catalogue.wording.text("export.sheet_about", language))
    _about(book, about, title, rows.columns, edition, language, catalogue)
    book.close()
    return stream.getvalue()


def _data(book: Any, sheet: Any, rows: pl.DataFrame, language: str, catalogue: Catalogue) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for column, name in enumerate(rows.columns):
        heading = _heading(name, rows.columns, language, catalogue)
        sheet.write_string(0, column, heading, head)
        widest = rows[name].cast(pl.String).str.len_chars().max()
        longest = max(widest if isinstance(widest, int) else 0, *(len(word) for word in heading.split()))
        sheet.set_column(column, column, min(WIDEST, max(NARROWEST, longest + 2)))
    for line, row in enumerate(rows.iter_rows(), start=1):
        for column, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(line, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(line, column, value)
            elif value is not None:
                # A day as text: as the number that it is to Excel, an audit would take it for a count.
                sheet.write_string(line, column, str(value))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, rows.height), rows.width - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()


def _heading(name: str, columns: list[str], language: str, catalogue: Catalogue) -> str:
    """A code and its name stand side by side: the name has the plain heading, the code says that it is one."""
    if name.endswith("_name"):
        return words.column(name.removesuffix("_name"), "column", language, catalogue)
    heading = words.column(name, "column", language, catalogue)
    if f"{name}_name" in columns:
        return f"{heading} ({words.column('code', 'column', language, catalogue).lower()})"
    return heading.removesuffix(f" ({language})")


def _about(
    book: Any, sheet: Any, title: str, columns: list[str], edition: Edition, language: str, catalogue: Catalogue
) -> None:
    wrap, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True, "valign": "top"})
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 1, words.description(edition, language, catalogue), wrap)
    sheet.set_row(1, 90)
    for line, name in enumerate((c for c in columns if not c.endswith("_name")), start=3):
        sheet.write_string(line, 0, _heading(name, columns, language, catalogue), wrap)
        sheet.write_string(line, 1, words.column(name, "meaning", language, catalogue), wrap)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)

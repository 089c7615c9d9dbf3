"""The workbook while it is written: sheets by role, looks, names, and texts that follow the language switch.

A text that differs between the languages is stored once, on the sheet of texts, and shown by a formula written with
its result: a reader that does not calculate sees it too. Which sheet holds what is in the modules beside this one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any

from cpc_pipeline.intake.reading import Cell
from cpc_pipeline.intake.template.layout import REFERENCE, SHEETS, Layout

_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties, so that bytes repeat)
FIRST_TEXT = 4  # row (from 0) of the first text; the one above holds the names of the languages
INK, BLUE, PALE = "#1b3a57", "#1b3a57", "#dce6ef"
YELLOW, GREY, LINE, SOFT = "#fff6d6", "#e4e4e4", "#b8c2cc", "#6b7680"
_BOX = {"border": 1, "border_color": LINE, "valign": "top", "text_wrap": True}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK, "valign": "vcenter"},
    "subtitle": {"font_size": 12, "font_color": INK, "valign": "vcenter"},
    "band": {"bold": True, "font_size": 11, "font_color": "white", "bg_color": BLUE, "valign": "vcenter"},
    "plain": {"text_wrap": True, "valign": "top"},
    "hint": {"text_wrap": True, "valign": "top", "font_color": SOFT},
    "line": {"valign": "vcenter", "font_color": SOFT},
    "head": {**_BOX, "bold": True, "bg_color": BLUE, "font_color": "white", "valign": "vcenter"},
    "key": {"font_size": 7, "font_color": SOFT, "bg_color": PALE, "border": 1, "border_color": LINE, "align": "left"},
    "label": {**_BOX, "bold": True, "bg_color": PALE, "font_color": INK},
    "fixed": _BOX,
    "fixed_left": {**_BOX, "align": "left"},
    "again": {**_BOX, "font_color": SOFT},
    "fixed_date": {**_BOX, "num_format": "yyyy-mm-dd", "align": "left"},
    "fixed_whole": {**_BOX, "num_format": "#,##0", "align": "right"},
    "fixed_number": {**_BOX, "num_format": "#,##0.0#", "align": "right"},
    "grey": {**_BOX, "bg_color": GREY},
    "entry": {**_BOX, "bg_color": YELLOW, "locked": False},
    "entry_text": {**_BOX, "bg_color": YELLOW, "locked": False, "num_format": "@"},
    "entry_number": {**_BOX, "bg_color": YELLOW, "locked": False, "align": "right"},
    "entry_whole": {**_BOX, "bg_color": YELLOW, "locked": False, "num_format": "#,##0", "align": "right"},
    "entry_date": {**_BOX, "bg_color": YELLOW, "locked": False, "num_format": "yyyy-mm-dd", "align": "left"},
    "row_key": {"font_size": 7, "font_color": SOFT, "align": "fill", "border": 1, "border_color": LINE},
    "link": {**_BOX, "font_color": "#1558a6", "underline": 1},
}


class Book:
    """An .xlsx in memory; `close` gives its bytes, which depend on the content alone."""

    def __init__(self, layout: Layout, typed: Mapping[tuple[str, str, str], Cell] | None = None) -> None:
        self.typed = typed or {}
        self.layout, self.catalogue = layout, layout.catalogue
        self.languages = tuple(reversed(self.catalogue.languages))
        self._stream = io.BytesIO()
        self.file = _workbook(self._stream)
        title = self.catalogue.header.name[layout.language]
        self.file.set_properties({"title": title, "created": _EPOCH, "author": self.catalogue.id})
        self.looks = {name: self.file.add_format(look) for name, look in LOOKS.items()}
        self.names = {r: s.name for r, s in self.catalogue.header.sheets.items() if r in (*SHEETS, *REFERENCE)}
        self.sheets = {role: self.file.add_worksheet(name) for role, name in self.names.items()}
        self.texts: dict[tuple[str, ...], int] = {}
        for sheet in self.sheets.values():
            sheet.hide_gridlines(2)

    def close(self) -> bytes:
        self.file.close()
        return self._stream.getvalue()

    # --- texts ---

    def words(self, key: str, **params: object) -> dict[str, str]:
        """A text of wording/<language>/template.yaml in every language."""
        return {x: self.catalogue.wording.text(f"template.{key}", x, **params) for x in self.languages}

    def heading(self, field: str) -> Mapping[str, str]:
        return self.catalogue.headings[field].labels

    def shown(self, role: str, row: int, column: int, texts: Mapping[str, str], look: str) -> None:
        """Write a text in the language of the switch."""
        versions = tuple(texts[x] for x in self.languages)
        value = texts[self.layout.language]
        if len(set(versions)) == 1:
            self.sheets[role].write_string(row, column, value, self.looks[look])
            return
        line = self.texts.setdefault(versions, len(self.texts)) + FIRST_TEXT + 1
        last = chr(ord("A") + len(self.languages))
        formula = f"=INDEX({self.quoted('texts')}!$B${line}:${last}${line},1,language_number)"
        self.sheets[role].write_formula(row, column, formula, self.looks[look], value)

    def quoted(self, role: str) -> str:
        return "'" + self.names[role].replace("'", "''") + "'"

    @cached_property
    def message(self) -> str:
        return self.catalogue.header.name[self.layout.language][:32]

    def entry(self, role: str, row: int, column: int, slot: tuple[str, str], look: str) -> None:
        """A cell to fill in: blank, or with what was typed into an older workbook for the same row and field."""
        sheet, cell = self.sheets[role], self.typed.get((role, *slot))
        if cell is None:
            sheet.write_blank(row, column, None, self.looks[look])
        elif cell.number is not None:
            sheet.write_number(row, column, cell.number, self.looks[look])
        elif cell.kind == "date":
            sheet.write_datetime(row, column, datetime.fromisoformat(cell.text), self.looks[look])
        else:
            sheet.write_string(row, column, cell.text, self.looks[look])

    # --- frames of a sheet ---

    def name(self, name: str, role: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> None:
        """A named range, from zero-based rows and columns."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        cells = ":".join(xl_rowcol_to_cell(*at, row_abs=True, col_abs=True) for at in (first, last) if at)
        self.file.define_name(name, f"={self.quoted(role)}!{cells}")

    def columns(self, role: str, widths: Sequence[float]) -> None:
        for position, width in enumerate(widths):
            self.sheets[role].set_column(position, position, width)

    def height(self, role: str, row: int, *cells: tuple[Mapping[str, str] | str, float], least: float = 15) -> None:
        """As high as the longest text in any language needs: it stays right when the language is switched."""
        lines = 1
        for text, width in cells:
            for version in (text,) if isinstance(text, str) else text.values():
                lines = max(lines, sum(ceil(max(len(part), 1) / (width * 1.12)) for part in version.split("\n")))
        self.sheets[role].set_row(row, min(max(least, lines * 13.2 + 3), 400))

    def top(self, role: str, explanation: Mapping[str, str] | None = None) -> None:
        """Title and one line of explanation, as on every sheet."""
        self.sheets[role].set_row(0, 26)
        self.sheets[role].write_string(0, 0, self.names[role], self.looks["title"])
        if explanation is not None:
            self.shown(role, 1, 0, explanation, "line")

    def table_head(self, role: str, row: int, fields: Sequence[str]) -> None:
        """Headings in the language shown, and below them the field names by which the program knows the columns."""
        for position, field in enumerate(fields):
            self.shown(role, row, position, self.heading(field), "head")
            self.sheets[role].write_string(row + 1, position, field, self.looks["key"])
        self.sheets[role].set_row(row, 31)
        self.sheets[role].set_row(row + 1, 11)

    def finish(self, role: str, *, landscape: bool, repeat: int | None = None, tab: str = PALE) -> None:
        """Protection without a password, and how the sheet prints."""
        sheet, layout = self.sheets[role], self.layout
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_tab_color(tab)
        if repeat is not None:
            sheet.repeat_rows(repeat)
        short = self.catalogue.organisations[layout.organisation].short[layout.language].replace("&", "&&")
        page = self.catalogue.wording.text("template.page", layout.language)
        sheet.set_footer(f"&L&8{short} {layout.year}&C&8&A&R&8{page}")

    def choice(self, role: str, rows: tuple[int, int], column: int, source: str) -> None:
        """A drop-down from a named list."""
        self.sheets[role].data_validation(
            rows[0], column, rows[1], column, {"validate": "list", "source": f"={source}", **self.error("choice")}
        )

    def error(self, key: str, **params: object) -> dict[str, str]:
        """Title and text of what is said when a cell refuses what was typed; Excel allows 255 characters."""
        both = " / ".join(self.words(f"error.{key}", **params).values())
        return {"error_title": self.message, "error_message": both[:255]}


def _workbook(stream: io.BytesIO) -> Any:
    import xlsxwriter

    class Locked(xlsxwriter.Workbook):  # type: ignore[misc]  # xlsxwriter has no types
        """xlsxwriter can protect the sheets but not their names and order."""

        def _write_workbook_pr(self) -> None:
            super()._write_workbook_pr()
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
    }
    return Locked(stream, options)

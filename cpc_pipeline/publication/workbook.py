"""performance.xlsx: the annual table for people, both languages side by side, a sheet per objective."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, FindingText, breaks
from cpc_pipeline.contracts import NATION, TOTAL, Release, Status
from cpc_pipeline.publication.further import Sheet, explained, sheets
from cpc_pipeline.publication.numbers import marked, written
from cpc_pipeline.publication.restated import restated_series
from cpc_pipeline.publication.tables import coverage, performance_table, printable
from cpc_pipeline.publication.waivers import waiver_lines, waivers_table
from cpc_pipeline.publication.writing import lines, write_bytes

_EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (fixed, so that the same release gives the same bytes)
WITH_NUMBER = (Status.REPORTED, Status.PARTIAL)
COLUMNS = (
    ("indicator", 46), ("group", 30), ("place", 16), ("organisation", 20), ("unit", 16), ("baseline", 16),
    ("target", 16), ("actual", 16), ("status", 18), ("completeness", 11), ("note", 60),
)  # fmt: skip

RESTATED = (
    ("indicator", 16), ("place", 16), ("organisation", 20), ("group", 40), ("column", 16), ("old", 14), ("new", 14),
    ("reason", 40), ("by", 26),
)  # fmt: skip


WALKED = (
    ("indicator", 40), ("group", 30), ("place", 16), ("organisation", 18), ("year", 8), ("amount", 14), ("status", 16),
    ("restated_how", 30), ("reported_as", 34),
)  # fmt: skip
BREAK = "‖"


def write_performance_workbook(release: Release, catalogue: Catalogue, year: int, path: Path) -> Path:
    """Summary, one sheet per objective, notes and sources, findings, and the flat data that pivot as they are."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"title": _both(catalogue, "publication.title", year=year), "created": _EPOCH})
    table = performance_table(release, catalogue, year)
    writer = _Writer(book, catalogue, year, release)
    writer.summary(table)
    for objective in catalogue.objectives:
        writer.objective(objective.id, table.filter(pl.col("objective") == objective.id))
    for further in sheets(release, catalogue, year):
        writer.further(further)
    writer.notes(release)
    writer.restated()
    writer.restated_series()
    writer.findings(release)
    writer.waivers(waiver_lines(waivers_table(release, catalogue, year), catalogue))
    writer.flat(_both(catalogue, "publication.data"), printable(table, catalogue))
    book.close()
    return write_bytes(path, stream.getvalue())


def _both(catalogue: Catalogue, key: str, **params: object) -> str:
    """The text in every language, once where they agree."""
    return " / ".join(dict.fromkeys(catalogue.wording.text(key, x, **params) for x in catalogue.languages))


def _sheet_name(name: str) -> str:
    """Excel takes 31 characters and no slash."""
    return name.replace(" / ", " - ").replace("/", "-")[:31]


def total_of(record: dict[str, Any], catalogue: Catalogue) -> bool:
    """Does the row stand for its indicator: whole country, the group it is about, the compact's own years?"""
    head = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[record["indicator"]].headline
    own = record["place"] == NATION and record["calendar"] == catalogue.default_calendar
    return own and all(record[d] == code for d, code in head.items())


class _Writer:
    def __init__(self, book: Any, catalogue: Catalogue, year: int, release: Release) -> None:
        self.book, self.catalogue, self.year, self.release = book, catalogue, year, release
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#c9d1d9"}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#1b3a57"})
        self.head = book.add_format(
            {**wrap, "bold": True, "bg_color": "#1b3a57", "font_color": "white", "valign": "vcenter"}
        )
        self.cell = book.add_format(wrap)
        self.right = book.add_format({**wrap, "align": "right"})
        self.strong = book.add_format({**wrap, "bold": True, "bg_color": "#eef2f6"})
        self.value = book.add_format({**wrap, "bold": True, "align": "right"})
        self.grey = book.add_format({**wrap, "font_color": "#5f6b77", "italic": True})
        self.grey_right = book.add_format({**wrap, "font_color": "#5f6b77", "italic": True, "align": "right"})
        self.loud = book.add_format({**wrap, "bold": True, "font_color": "#7a3e00", "bg_color": "#fff3e0"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})

    def _sheet(self, name: str, title: str, heads: list[tuple[str, int]]) -> tuple[Any, int]:
        """A sheet with title, the edition's warning, and a heading row that stays in sight and repeats in print."""
        sheet = self.book.add_worksheet(_sheet_name(name))
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, self._banner())
        for column, (head, width) in enumerate(heads):
            sheet.write_string(3, column, head, self.head)
            sheet.set_column(column, column, width)
        sheet.set_row(3, 48)
        sheet.freeze_panes(4, 1)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        return sheet, 4

    def _banner(self) -> str:
        """Which edition this is and how far it is agreed: on every sheet, because sheets are copied one by one."""
        edition = _both(self.catalogue, f"publication.edition.{self.release.edition}")
        return f"{edition}  {_both(self.catalogue, f'publication.standing.{self.release.standing}')}"

    def _heads(self, *names: tuple[str, int]) -> list[tuple[str, int]]:
        return [(_both(self.catalogue, f"publication.col.{n}", year=self.year), width) for n, width in names]

    def summary(self, table: pl.DataFrame) -> None:
        title = f"{_both(self.catalogue, 'publication.title', year=self.year)}"
        names = ("objective", 34), ("indicators", 14), ("with_value", 24), ("parallel_only", 24), ("without_target", 16)
        sheet, row = self._sheet(_both(self.catalogue, "publication.summary"), title, self._heads(*names))
        counted = coverage(table.iter_rows(named=True), self.catalogue)
        for objective, counts in zip(self.catalogue.objectives, counted, strict=True):
            name = " / ".join(dict.fromkeys(objective.name[x] for x in self.catalogue.languages))
            sheet.write_string(row, 0, f"{objective.number}. {name}", self.strong)
            for column, number in enumerate(counts.values(), start=1):
                sheet.write_number(row, column, number, self.loud if column == 4 and number else self.right)
            row += 1
        for language in self.catalogue.languages:
            row += 1
            sheet.write_string(row, 0, self.catalogue.wording.text("publication.proposal", language))

    def objective(self, objective: str, table: pl.DataFrame) -> None:
        found = next(o for o in self.catalogue.objectives if o.id == objective)
        name = " / ".join(dict.fromkeys(found.name[x] for x in self.catalogue.languages))
        title = f"{found.number}. {name} – {self.year}"
        sheet, row = self._sheet(f"{found.number} {name}", title, self._heads(*COLUMNS))
        for record in table.iter_rows(named=True):
            self._measure(sheet, row, record)
            row += 1
        sheet.autofilter(3, 0, max(row - 1, 4), len(COLUMNS) - 1)

    def _measure(self, sheet: Any, row: int, record: dict[str, Any]) -> None:
        own = record["series"] == "record"
        text, number = (self.cell, self.right) if own else (self.grey, self.grey_right)
        indicator = self.catalogue.indicators[record["indicator"]]
        names = " / ".join(indicator.name[x] for x in self.catalogue.languages)
        total = all(record[d] == TOTAL for d in self.catalogue.dimension_ids) and record["place"] == NATION
        sheet.write_string(row, 0, f"{indicator.id} {names}", self.strong if own and total else text)
        sheet.write_string(row, 1, self._group(record), text)
        sheet.write_string(row, 2, self._label(self.catalogue.places, record["place"]), text)
        organisation = self.catalogue.organisations.get(record["organisation"])
        short = dict.fromkeys(organisation.short.values()) if organisation else ["–"]
        sheet.write_string(row, 3, " / ".join(short), text)
        unit = self.catalogue.units[record["unit"]].labels
        sheet.write_string(row, 4, " / ".join(dict.fromkeys(unit[x] for x in self.catalogue.languages)), text)
        sheet.write_string(row, 5, self._baseline(record), number)
        if record["target"] is None and own:
            sheet.write_string(row, 6, _both(self.catalogue, "publication.no_target"), self.loud)
        else:
            sheet.write_string(row, 6, self._number(record["target"], record), number)
        self._actual(sheet, row, record, self.value if own else number)
        sheet.write_string(row, 8, _both(self.catalogue, f"status.{record['status']}"), text)
        sheet.write_string(row, 9, record["completeness"] or "", number)
        notes = [record[f"note_{x}"] for x in self.catalogue.languages]
        words = " / ".join(dict.fromkeys(n for n in notes if n))
        told = explained(self.release, record, self.catalogue) if total_of(record, self.catalogue) else ""
        words = " ".join(w for w in (words, told) if w)
        sheet.write_string(row, 10, words, text)
        widths = dict(COLUMNS)
        longest = max(
            len(f"{indicator.id} {names}") / widths["indicator"],
            len(self._group(record)) / widths["group"],
            len(words) / widths["note"],
            1.5,  # the target's words take two lines
        )
        # Stated, because LibreOffice does not fit the height of wrapped rows when it opens the file.
        sheet.set_row(row, 14 * (int(longest * 1.1) + 1))

    def _actual(self, sheet: Any, row: int, record: dict[str, Any], form: Any) -> None:
        """The number, or the mark that says why there is none: a blank, a zero and a refusal never look alike."""
        sign = f"{BREAK} " if record["break_from"] is not None else ""
        if record["actual"] is not None:
            sheet.write_string(row, 7, sign + self._number(record["actual"], record), form)
            return
        mark = " / ".join(dict.fromkeys(marked(record, x, self.catalogue) for x in self.catalogue.languages))
        sheet.write_string(row, 7, sign + mark, form)

    def _number(self, value: float | None, record: dict[str, Any]) -> str:
        # One number, two languages: where their separators would differ, both forms are printed.
        forms = dict.fromkeys(written(value, record["unit"], x, self.catalogue) for x in self.catalogue.languages)
        return " / ".join(forms)

    def _baseline(self, record: dict[str, Any]) -> str:
        if record["baseline"] is None:
            return "–"
        return f"{self._number(record['baseline'], record)} ({record['baseline_year']})"

    def _group(self, record: dict[str, Any]) -> str:
        parts = [
            self._label(self.catalogue.codelist_of(d), record[d])
            for d in self.catalogue.dimension_ids
            if record[d] != TOTAL
        ]
        calendar = self.catalogue.calendars[record["calendar"]].name
        if record["calendar"] != self.catalogue.default_calendar:
            parts.insert(0, " / ".join(calendar[x] for x in self.catalogue.languages))
        return "; ".join(parts) or "–"

    def _label(self, codes: Any, code: str) -> str:
        return " / ".join(dict.fromkeys(codes.label(code, x) for x in self.catalogue.languages))

    def notes(self, release: Release) -> None:
        """Legend, what the edition is, and every source of the year with its address."""
        heads = self._heads(("source", 80), ("address", 80))
        name = _both(self.catalogue, "publication.notes")
        sheet, row = self._sheet(name, name, heads)
        sources = release.observations.filter(pl.col("reporting_year") == self.year)
        for title, address in sources.select("source_title", "source_url").unique().sort(pl.all()).iter_rows():
            sheet.write_string(row, 0, title or "–", self.cell)
            sheet.write_string(row, 1, address or "–", self.cell)
            row += 1
        row += 1
        if breaks(self.catalogue):
            sheet.write_string(row, 0, BREAK, self.cell)
            sheet.write_string(row, 1, _both(self.catalogue, "publication.break_mark"), self.cell)
            row += 1
        marks = [s for s in Status if s not in (*WITH_NUMBER, Status.CONFLICTING)]
        for status in marks:
            mark = _both(self.catalogue, f"mark.{status}", value="…", lower="…", upper="…")
            sheet.write_string(row, 0, mark, self.cell)
            sheet.write_string(row, 1, _both(self.catalogue, f"status.{status}"), self.cell)
            row += 1
        for language in self.catalogue.languages:
            row += 1
            sheet.write_string(row, 0, self.catalogue.wording.text("publication.proposal", language), self.plain)

    def further(self, table: Sheet) -> None:
        """Rows of text below headings, those that must be seen in a strong colour; heights stated."""
        title = f"{_both(self.catalogue, f'publication.{table.title}')} – {self.year}"
        name = _both(self.catalogue, f"publication.{table.title}")
        sheet, row = self._sheet(name, title, self._heads(*table.columns))
        for number, values in enumerate(table.rows):
            for column, value in enumerate(values):
                sheet.write_string(row, column, value, self.loud if number in table.loud else self.cell)
            sheet.set_row(row, 15 * max(lines(v, width) for v, (_, width) in zip(values, table.columns, strict=True)))
            row += 1

    def restated(self) -> None:
        """What changed since the table was agreed: old, new, reason, who. No sheet where nothing did."""
        changed = self.release.restated
        if changed is None or changed.is_empty():
            return
        title = _both(self.catalogue, "publication.restated_sheet")
        sheet, row = self._sheet(title, title, self._heads(*RESTATED))
        for record in changed.iter_rows(named=True):
            group = "; ".join(f"{d}={record[d]}" for d in self.catalogue.dimension_ids if record[d] != TOTAL) or "–"
            values = [record["indicator"], self._label(self.catalogue.places, record["place"]), record["organisation"]]
            values += [group, *(record[c] for c in ("column", "old", "new", "reason", "by"))]
            for column, value in enumerate(values):
                sheet.write_string(row, column, value or "–", self.cell)
            row += 1

    def restated_series(self) -> None:
        """Earlier values by newer codes, those that could be walked marked; no sheet where no code changed."""
        series = restated_series(self.release, self.catalogue, self.year)
        if series.is_empty():
            return
        title = _both(self.catalogue, "publication.restated_series")
        sheet, row = self._sheet(title, title, self._heads(*WALKED))
        note = _both(self.catalogue, "publication.restated_series_note", year=self.year)
        sheet.merge_range(2, 0, 2, len(WALKED) - 1, note, self.plain)
        sheet.set_row(2, 32)
        for record in series.iter_rows(named=True):
            form = self.cell if record["restated"] == "as_is" else self.grey
            reported = record | {c: record[f"reported_{c}"] for c in ("place", *self.catalogue.dimension_ids)}
            names = self.catalogue.indicators[record["indicator"]].name
            values = [
                f"{record['indicator']} {' / '.join(names[x] for x in self.catalogue.languages)}",
                *(self._group(record), self._label(self.catalogue.places, record["place"]), record["organisation"]),
                *(str(record["year"]), self._number(record["actual"], record) or "–"),
                _both(self.catalogue, f"status.{record['status']}"),
                _both(self.catalogue, f"publication.restated_how.{record['restated']}"),
                "–" if record["restated"] == "as_is" else self._group(reported),
            ]
            for column, value in enumerate(values):
                sheet.write_string(row, column, value or "–", form)
            # Stated, as in _measure.
            longest = max(len(v or "") / width for v, (_, width) in zip(values, WALKED, strict=True))
            sheet.set_row(row, 14 * (int(longest * 1.15) + 1))
            row += 1

    def findings(self, release: Release) -> None:
        """Findings of the year, one row each, in every language."""
        heads = self._heads(("organisation", 20), ("where", 34), ("code", 22), ("message", 70), ("action", 60))
        name = _both(self.catalogue, "publication.findings_sheet")
        sheet, row = self._sheet(name, name, heads)
        for finding in release.findings.filter(pl.col("reporting_year") == self.year).iter_rows(named=True):
            # The words without what was typed: the workbook goes to more people than the submitter.
            texts = [self._words(finding, x) for x in self.catalogue.languages]
            values = [
                finding["organisation"],
                f"{finding['submission_id']} {finding['sheet']} {finding['cell']}",
                finding["code"],
                " / ".join(dict.fromkeys(t.title for t in texts)),
                " / ".join(dict.fromkeys(t.action for t in texts)),
            ]
            for column, value in enumerate(values):
                sheet.write_string(row, column, value, self.cell)
            row += 1

    def waivers(self, lines: list[tuple[str, ...]]) -> None:
        """Findings that were allowed, and why; where there were none, that is said."""
        names = ("waiver", 14), ("what_is_allowed", 40), ("scope", 30), ("reason", 60), ("allowed_by", 26)
        more = ("allowed_from_until", 26), ("decision", 18), ("findings_allowed", 12)
        name = _both(self.catalogue, "publication.waivers")
        sheet, row = self._sheet(name, name, self._heads(*names, *more))
        for line in lines:
            for column, text in enumerate(line):
                sheet.write_string(row, column, text, self.cell)
            row += 1
        if not lines:
            sheet.write_string(row, 0, _both(self.catalogue, "publication.waivers_none"))

    def _words(self, finding: dict[str, Any], language: str) -> FindingText:
        return self.catalogue.wording.finding(
            finding["code"], language, {"expected": finding["expected"], "found": "…"}
        )

    def flat(self, name: str, table: pl.DataFrame) -> None:
        """The same rows as performance.csv: one heading row at the top, numbers as numbers."""
        sheet = self.book.add_worksheet(_sheet_name(name))
        numeric = {"baseline", "target", "actual", "numerator", "denominator", "lower", "upper"}
        numeric |= {"achievement_pct", "deviation_pct"}
        for column, head in enumerate(table.columns):
            sheet.write_string(0, column, head, self.head)
            sheet.set_column(column, column, 14)
            for row, value in enumerate(table[head], start=1):
                if value is None:
                    continue
                if head in numeric or (isinstance(value, int) and not isinstance(value, bool)):
                    sheet.write_number(row, column, float(value))
                else:
                    sheet.write_string(row, column, str(value))
        sheet.autofilter(0, 0, table.height, len(table.columns) - 1)
        sheet.freeze_panes(1, 1)

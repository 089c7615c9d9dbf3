"""The sheet of each objective, row by row as the performance table has it, and the first sheet."""

from __future__ import annotations

from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.catalogue.models import Objective
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.publication.further import explained
from cpc_pipeline.publication.numbers import dated, marked, written
from cpc_pipeline.publication.tables import coverage
from cpc_pipeline.publication.workbook.book import Book
from cpc_pipeline.publication.writing import lines

COLUMNS = (
    ("indicator", 30), ("group", 17), ("place", 12), ("organisation", 14), ("unit", 12), ("baseline", 11),
    ("target", 10), ("actual", 10), ("status", 12), ("completeness", 9), ("note", 40), ("reference", 17),
)  # fmt: skip
BREAK = "‖"
MOST = 700  # letters of a note


def total_of(record: dict[str, Any], catalogue: Catalogue) -> bool:
    """Does the row stand for its indicator: whole country, the group it is about, the compact's own years?"""
    head = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[record["indicator"]].headline
    own = record["place"] == NATION and record["calendar"] == catalogue.default_calendar
    return own and all(record[d] == code for d, code in head.items())


def label(codes: Any, code: str, catalogue: Catalogue) -> str:
    return " / ".join(dict.fromkeys(codes.label(code, x) for x in catalogue.languages))


def number(value: float | None, unit: str, catalogue: Catalogue) -> str:
    return " / ".join(dict.fromkeys(written(value, unit, x, catalogue) for x in catalogue.languages))


def group(record: dict[str, Any], catalogue: Catalogue) -> str:
    """The categories of a row in words, and its calendar where it is not the compact's own."""
    parts = [
        label(catalogue.codelist_of(d), record[d], catalogue) for d in catalogue.dimension_ids if record[d] != TOTAL
    ]
    if record["calendar"] != catalogue.default_calendar:
        name = catalogue.calendars[record["calendar"]].name
        parts.insert(0, " / ".join(name[x] for x in catalogue.languages))
    return "; ".join(parts) or "–"


def shown(record: dict[str, Any], catalogue: Catalogue) -> str:
    """The number, or the mark that says why there is none: a blank, a zero and a refusal never look alike."""
    if record["actual"] is not None:
        return number(record["actual"], record["unit"], catalogue)
    return " / ".join(dict.fromkeys(marked(record, x, catalogue) for x in catalogue.languages))


def organisations(name: str, catalogue: Catalogue) -> str:
    known = [catalogue.organisations[o].short for o in name.split("+") if o in catalogue.organisations]
    return " + ".join(" / ".join(dict.fromkeys(k[x] for x in catalogue.languages)) for k in known) or "–"


def clipped(note: str) -> str:
    """A note that fills a page (hundreds of places that did not report) ends here; performance.csv has it whole."""
    return note if len(note) <= MOST else f"{note[:MOST].rsplit(' ', 1)[0]} … (performance.csv)"


class Objectives:
    """Writes the sheets of the objectives, and the summary on the first sheet."""

    def __init__(self, book: Book) -> None:
        self.book, self.catalogue = book, book.catalogue

    def write(self, objective: Objective, table: pl.DataFrame) -> None:
        name = " / ".join(dict.fromkeys(objective.name[x] for x in self.catalogue.languages))
        title = f"{objective.number}. {name} – {self.book.year}"
        sheet = self.book.sheet(f"{objective.number} {name}", title)
        self.book.table(sheet, self.book.heads(*COLUMNS), [self._row(r) for r in table.iter_rows(named=True)])

    def _row(self, record: dict[str, Any]) -> list[tuple[str, Any]]:
        book, catalogue = self.book, self.catalogue
        own = record["series"] == "record"
        text, right = (book.cell, book.right) if own else (book.grey, book.grey_right)
        indicator = catalogue.indicators[record["indicator"]]
        names = " / ".join(indicator.name[x] for x in catalogue.languages)
        unit = catalogue.units[record["unit"]].labels
        missing = record["target"] is None and own
        target = book.say("publication.no_target") if missing else number(record["target"], record["unit"], catalogue)
        sign = f"{BREAK} " if record["break_from"] is not None else ""
        why = explained(book.release, record, catalogue) if total_of(record, catalogue) else ""
        told = [dated(n, x, catalogue) for x in catalogue.languages if (n := record[f"note_{x}"])]
        notes = " / ".join(dict.fromkeys(told))
        return [
            (f"{indicator.id} {names}", book.strong if own and total_of(record, catalogue) else text),
            (group(record, catalogue), text),
            (label(catalogue.places, record["place"], catalogue), text),
            (organisations(record["organisation"], catalogue), text),
            (" / ".join(dict.fromkeys(unit[x] for x in catalogue.languages)), text),
            (self._baseline(record), right),
            (target or "–", book.loud if missing else right),
            (sign + shown(record, catalogue), book.value if own else right),
            (book.say(f"status.{record['status']}"), text),
            (record["completeness"] or "–", right),
            (clipped(" ".join(w for w in (notes, why) if w)) or "–", text),
            (record["trace"], book.code),
        ]

    def _baseline(self, record: dict[str, Any]) -> str:
        if record["baseline"] is None:
            return "–"
        return f"{number(record['baseline'], record['unit'], self.catalogue)} ({record['baseline_year']})"

    def summary(self, table: pl.DataFrame) -> None:
        """How many indicators have what, by objective; what the definitions are; and the contents."""
        book, catalogue = self.book, self.catalogue
        names = (
            ("objective", 44),
            ("indicators", 14),
            ("with_value", 20),
            ("parallel_only", 20),
            ("without_target", 16),
            ("reference", 30),
        )
        rows = []
        counted = coverage(table.iter_rows(named=True), catalogue)
        for objective, counts in zip(catalogue.objectives, counted, strict=True):
            name = " / ".join(dict.fromkeys(objective.name[x] for x in catalogue.languages))
            *others, without = counts.values()
            numbers = [(str(n), book.right) for n in others]
            last = (str(without), book.loud_right if without else book.right)
            named = (book.count("overview", objective.id), book.code)
            rows.append([(f"{objective.number}. {name}", book.strong), *numbers, last, named])
        row = book.table(book.front, book.heads(*names), rows) + 1
        for language in catalogue.languages:
            text = catalogue.wording.text("publication.proposal", language)
            book.front.write_string(row, 0, text, book.plain)
            book.front.set_row(row, 12.5 * lines(text, 44) + 2)
            row += 2
        book.front.write_string(row, 0, book.say("publication.contents"), book.strong)
        book.front_row = row + 1
        book.front.print_area(0, 0, row + len(book.names), len(names) - 1)

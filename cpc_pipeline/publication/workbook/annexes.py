"""The sheets behind the tables: completeness, what the release has besides, restatements, findings, waivers, notes."""

from __future__ import annotations

from typing import Any

import polars as pl

from cpc_pipeline.catalogue import FindingText, breaks
from cpc_pipeline.contracts import TOTAL, Status
from cpc_pipeline.naming import reference
from cpc_pipeline.publication.further import Sheet
from cpc_pipeline.publication.ordering import listed
from cpc_pipeline.publication.restated import restated_name, restated_series
from cpc_pipeline.publication.workbook.book import Book
from cpc_pipeline.publication.workbook.objectives import BREAK, group, label, number, organisations, total_of

WITH_NUMBER = (Status.REPORTED, Status.PARTIAL)
RESTATED = (
    ("indicator", 14), ("place", 16), ("organisation", 18), ("group", 34), ("column", 14), ("old", 12), ("new", 12),
    ("reason", 36), ("by", 20), ("reference", 24),
)  # fmt: skip
WALKED = (
    ("indicator", 36), ("group", 26), ("place", 14), ("organisation", 16), ("year", 8), ("amount", 12), ("status", 16),
    ("restated_how", 24), ("reported_as", 30), ("reference", 24),
)  # fmt: skip
WAIVERS = (
    ("waiver", 12), ("what_is_allowed", 36), ("scope", 28), ("reason", 48), ("allowed_by", 22),
    ("allowed_from_until", 22), ("decision", 14), ("findings_allowed", 11), ("reference", 17),
)  # fmt: skip
DEFINED = (
    ("indicator", 34),
    ("definition", 84),
    ("unit", 14),
    ("frequency", 14),
    ("direction", 14),
    ("organisation", 18),
)


class Annexes:
    """Writes the annexes of a workbook."""

    def __init__(self, book: Book) -> None:
        self.book, self.catalogue, self.release = book, book.catalogue, book.release

    def _name(self, indicator: str) -> str:
        names = self.catalogue.indicators[indicator].name
        return f"{indicator} " + " / ".join(dict.fromkeys(names[x] for x in self.catalogue.languages))

    def _place(self, indicator: str) -> int:
        """Indicators stand in the order of the objectives, as in the report."""
        return listed(self.catalogue).index(indicator)

    def completeness(self, table: pl.DataFrame) -> None:
        """Reports in and due of each indicator, for the row that stands for it in the system of record."""
        own = [
            r
            for r in table.filter(pl.col("series") == "record").iter_rows(named=True)
            if total_of(r, self.catalogue) and r["unit"] == self.catalogue.indicators[r["indicator"]].unit
        ]
        rows = [
            [
                self._name(r["indicator"]),
                organisations(r["organisation"], self.catalogue),
                self.book.say(f"publication.frequency.{self.catalogue.indicators[r['indicator']].frequency}"),
                r["completeness"],
                self.book.say(f"status.{r['status']}"),
                r["trace"],
            ]
            for r in sorted(own, key=lambda r: self._place(r["indicator"]))
        ]
        names = (
            ("indicator", 60),
            ("organisation", 24),
            ("frequency", 16),
            ("completeness", 14),
            ("status", 24),
            ("reference", 17),
        )
        self.book.listed(self.book.say("publication.completeness_sheet"), self.book.heads(*names), rows)

    def further(self, sheet: Sheet) -> None:
        self.book.listed(
            self.book.say(f"publication.{sheet.title}"), self.book.heads(*sheet.columns), sheet.rows, sheet.loud
        )

    def restated(self) -> None:
        """What changed since the table was agreed: old, new, reason, who. No sheet where nothing did."""
        changed = self.release.restated
        if changed is None or changed.is_empty():
            return
        rows = []
        for record in changed.iter_rows(named=True):
            within = "; ".join(f"{d}={record[d]}" for d in self.catalogue.dimension_ids if record[d] != TOTAL) or "–"
            place = label(self.catalogue.places, record["place"], self.catalogue)
            told = (record[c] for c in ("column", "old", "new", "reason", "by"))
            named = restated_name(record, self.release, self.catalogue)
            rows.append([record["indicator"], place, record["organisation"], within, *told, named])
        self.book.listed(self.book.say("publication.restated_sheet"), self.book.heads(*RESTATED), rows)

    def restated_series(self) -> None:
        """Earlier values by newer codes, those that could be walked marked; no sheet where no code changed."""
        book, catalogue = self.book, self.catalogue
        series = restated_series(self.release, catalogue, book.year)
        if series.is_empty():
            return
        title = book.say("publication.restated_series")
        sheet = book.sheet(title, title, book.say("publication.restated_series_note", year=book.year))
        rows = []
        for record in series.iter_rows(named=True):
            form = book.cell if record["restated"] == "as_is" else book.grey
            reported = record | {c: record[f"reported_{c}"] for c in ("place", *catalogue.dimension_ids)}
            values = [
                *(self._name(record["indicator"]), group(record, catalogue)),
                *(label(catalogue.places, record["place"], catalogue), record["organisation"], str(record["year"])),
                number(record["actual"], record["unit"], catalogue),
                book.say(f"status.{record['status']}"),
                book.say(f"publication.restated_how.{record['restated']}"),
                "–" if record["restated"] == "as_is" else group(reported, catalogue),
            ]
            named = (reference(reported, catalogue), book.code)
            rows.append([*((value or "–", form) for value in values), named])
        book.table(sheet, book.heads(*WALKED), rows)

    def findings(self) -> None:
        """Findings of the year, one row each, without what was typed: it goes to more people than the submitter."""
        names = ("organisation", 16), ("where", 34), ("code", 20), ("message", 60), ("action", 56)
        rows = []
        for finding in self.release.findings.filter(pl.col("reporting_year") == self.book.year).iter_rows(named=True):
            texts = [self._words(finding, x) for x in self.catalogue.languages]
            rows.append(
                [
                    organisations(finding["organisation"], self.catalogue),
                    f"{finding['submission_id']} {finding['sheet']} {finding['cell']}",
                    finding["code"],
                    " / ".join(dict.fromkeys(t.title for t in texts)),
                    " / ".join(dict.fromkeys(t.action for t in texts)),
                ]
            )
        none = "" if self.release.edition == "internal" else self.book.say("publication.findings_inside")
        self.book.listed(self.book.say("publication.findings_sheet"), self.book.heads(*names), rows, none=none)

    def _words(self, finding: dict[str, Any], language: str) -> FindingText:
        said = {"expected": finding["expected"], "found": "…"}
        return self.catalogue.wording.finding(finding["code"], language, said)

    def waivers(self, rows: list[tuple[str, ...]]) -> None:
        """Findings that were allowed, and why; where there were none, that is said."""
        none = self.book.say("publication.waivers_none")
        made = [[*row, self.book.count("waived", row[0])] for row in rows]
        self.book.listed(self.book.say("publication.waivers"), self.book.heads(*WAIVERS), made, none=none)

    def definitions(self) -> None:
        """What each indicator counts, in which unit, how often, which way is better, whose value counts."""
        rows = []
        for indicator in sorted(self.catalogue.indicators.values(), key=lambda i: self._place(i.id)):
            definition = dict.fromkeys(indicator.definition[x] for x in self.catalogue.languages)
            unit = self.catalogue.units[indicator.unit].labels
            rows.append(
                [
                    self._name(indicator.id),
                    " / ".join(definition),
                    " / ".join(dict.fromkeys(unit[x] for x in self.catalogue.languages)),
                    self.book.say(f"publication.frequency.{indicator.frequency}"),
                    self.book.say(f"target_sheet.way.{indicator.direction}"),
                    organisations(indicator.record or "", self.catalogue),
                ]
            )
        self.book.listed(self.book.say("publication.definitions_sheet"), self.book.heads(*DEFINED), rows)

    def notes(self) -> None:
        """Every mark with its meaning; every source of the year with its address."""
        book = self.book
        told = book.say("publication.break_mark").removeprefix(f"{BREAK} ")
        marks = [(BREAK, told)] if breaks(self.catalogue) else []
        for status in (s for s in Status if s not in (*WITH_NUMBER, Status.CONFLICTING)):
            told = book.say(f"mark.{status}", value="…", lower="…", upper="…")
            marks.append((told, book.say(f"status.{status}")))
        book.listed(book.say("publication.marks_sheet"), book.heads(("mark", 30), ("meaning", 90)), marks)
        sources = self.release.observations.filter(pl.col("reporting_year") == book.year)
        named = sources.select("source_title", "source_url").unique().sort(pl.all())
        rows = [[title or "–", address or "–"] for title, address in named.iter_rows() if title or address]
        heads = book.heads(("source", 60), ("address", 90))
        book.listed(book.say("publication.sources_sheet"), heads, rows, none=book.say("publication.sources_none"))

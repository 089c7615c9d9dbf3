"""What a printed number that is no measure was made of: counts, scores, contributions, restatements, progress.

Each is counted again by the function that the report counts with, so that a name cannot lead to other things than those
that were printed. What does not belong here: the form of an account (trace/account.py), and words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline import counted, measures, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.project import Project
from cpc_pipeline.publication import quality_words
from cpc_pipeline.publication.report.content import Content
from cpc_pipeline.publication.report.indicators import rows_left
from cpc_pipeline.publication.report.opening import still_open
from cpc_pipeline.publication.report.speech import Speech
from cpc_pipeline.publication.restated import restated_name
from cpc_pipeline.publication.tables import covered
from cpc_pipeline.trace import Account, BadReference, Item, plain

Row = dict[str, Any]
Texts = dict[str, str]


class Counting:
    """What names lead to, as known at a moment; each year is released once."""

    def __init__(self, project: Project, as_of: datetime | None = None) -> None:
        self.project, self.as_of = project, as_of
        self._releases: dict[int, Release] = {}

    def release(self, year: int) -> Release:
        """The internal edition of a year; raises ValueError for none."""
        if year not in self.project.catalogue.years:
            raise ValueError(year)
        if year not in self._releases:
            with self.project.read_warehouse(self.as_of) as warehouse:
                frames = pipeline.frames_now(warehouse)
            self._releases[year] = pipeline.released(self.project, frames, year, pipeline.INTERNAL)
        return self._releases[year]


def account(wanted: counted.Counted, known: Counting) -> Account:
    """What a name leads to; raises BadReference where it names nothing."""
    try:
        found = KINDS[wanted.kind](known, wanted)
    except (IndexError, KeyError, ValueError):
        found = None
    if found is None:
        raise BadReference("no_such_count", found=wanted.text)
    return found


@dataclass(frozen=True)
class _Year:
    """A year as the internal edition tells it, and as the wider one that is meant prints its table."""

    known: Counting
    year: int
    edition: str = pipeline.INTERNAL

    @property
    def catalogue(self) -> Catalogue:
        return self.known.project.catalogue

    @property
    def release(self) -> Release:
        return self.known.release(self.year)

    def content(self, language: str) -> Content:
        """What the report counts from: of a wider edition, its printed table."""
        made = Content(self.release, self.catalogue, self.year, Speech(self.catalogue, language))
        if self.edition != pipeline.INTERNAL:
            path = self.known.project.folders.edition(self.year, self.edition) / "tables" / "performance.parquet"
            if not path.exists():
                raise BadReference("no_such_edition", year=self.year, edition=self.edition)
            made.rows = pl.read_parquet(path).to_dicts()
        return made

    def name(self, indicator: str) -> Texts:
        return self.catalogue.indicators[indicator].name

    def organisation(self, name: str) -> Texts:
        known = self.catalogue.organisations.get(name)
        return known.short if known else self.same(name)

    def same(self, text: object) -> Texts:
        return dict.fromkeys(self.catalogue.languages, str(text))

    def word(self, key: str, **params: object) -> Texts:
        return {x: self.catalogue.wording.text(key, x, **params) for x in self.catalogue.languages}

    def file(self, submission: str) -> str:
        own = self.release.submissions.filter(submission_id=submission)["path"]
        return str(own[0]) if len(own) else submission

    def at(self, row: Row) -> dict[str, str]:
        """Where a row was written: file, sheet, cell."""
        return {"file": self.file(row["submission_id"]), "sheet": row["sheet"] or "", "cell": row["cell"] or ""}


def _count(known: Counting, wanted: counted.Counted) -> Account | None:
    year, edition, what, *of = wanted.parts
    about = _Year(known, int(year), edition)
    if what == "overview":
        names = ("indicators", "with_value", "parallel_only", "without_target")
        parts = [_count(known, counted.Counted("count", (year, edition, n, *of))) for n in names]
        title = {"objective": _objective(about, of[0])}
        return Account(wanted.text, "overview", title, parts=tuple(p for p in parts if p is not None))
    if what == "narratives" and not of:  # what is missing in one language may be there in another
        each = [_count(known, counted.Counted("count", (*wanted.parts, x))) for x in about.catalogue.languages]
        return Account(wanted.text, "texts", {"year": year}, parts=tuple(p for p in each if p is not None))
    items = COUNTS[what](about, what, of)
    if items is None:
        return None
    params = {
        "year": year,
        "edition": about.word(f"report.edition.{edition}"),
        "what": about.word(f"trace.counts.{what}"),
    }
    return Account(wanted.text, "count", params, sum(i.params.get("count", 1) for i in items), tuple(items))


def _objective(about: _Year, objective: str) -> Texts:
    return next(o.name for o in about.catalogue.objectives if o.id == objective)


def _indicators(about: _Year, what: str, of: Sequence[str]) -> list[Item] | None:
    """Indicators of an objective, or of all, each with the name of the number that stands for it."""
    content = about.content(about.catalogue.languages[0])
    found = covered(content.rows, about.catalogue)[of[0]][what] if of else still_open(content)[what]
    status = {r["indicator"]: r["status"] for r in content.rows if content.stands_for(r)}
    return [
        Item(
            "indicator",
            {"indicator": i, "name": about.name(i), "status": about.word(f"status.{status.get(i, 'not_received')}")},
            f"{i}/{about.year}" if i in status else "",
        )
        for i in found
    ]


def _rows_left(about: _Year, what: str, of: Sequence[str]) -> list[Item]:
    content = about.content(about.catalogue.languages[0])
    objective = next((o for o in about.catalogue.objectives if o.id == of[0]), None)
    return [
        Item("row", {"indicator": r["indicator"], "name": about.name(r["indicator"])}, r["trace"])
        for r in rows_left(content, objective)
    ]


def _silent(about: _Year, what: str, of: Sequence[str]) -> list[Item]:
    found = still_open(about.content(about.catalogue.languages[0]))[what]
    return [Item("organisation", {"organisation": about.organisation(name)}) for name in found]


def _untold(about: _Year, what: str, of: Sequence[str]) -> list[Item]:
    """Texts that are due in the language of the report that prints the number."""
    known = {s.id: s.name for s in (*about.catalogue.header.sections, *about.catalogue.header.report_sections)}
    whole = about.word("trace.item.whole")
    items = []
    for objective, section in still_open(about.content(of[0]))[what]:
        name = _objective(about, objective) if objective else whole
        items.append(Item("text", {"objective": name, "section": known[section], "language": of[0]}))
    return items


def _findings(about: _Year, what: str, of: Sequence[str]) -> list[Item]:
    organisation, code, severity = of
    own = about.release.findings.filter(
        reporting_year=about.year, organisation=organisation, code=code, severity=severity
    )
    return [_finding(about, row) for row in own.iter_rows(named=True)]


def _waived(about: _Year, what: str, of: Sequence[str]) -> list[Item]:
    own = about.release.findings.filter(reporting_year=about.year).iter_rows(named=True)
    return [_finding(about, row) for row in own if json.loads(row["params"]).get("waiver") == of[0]]


def _finding(about: _Year, row: Row) -> Item:
    told = {
        x: about.catalogue.wording.finding(row["code"], x, {"expected": "…", "found": "…"})
        for x in about.catalogue.languages
    }
    return Item("finding", {"title": {x: t.title for x, t in told.items()}}, **about.at(row))


def _values(about: _Year, what: str, of: Sequence[str]) -> list[Item] | None:
    """Rows read from a workbook, by sheet and indicator, with the first and the last cell."""
    submission = "/".join(of)
    own = about.release.observations.filter(submission_id=submission)
    if about.release.submissions.filter(submission_id=submission).is_empty():
        return None
    items = []
    for (sheet, series), rows in own.group_by("sheet", "series", maintain_order=True):
        there = sorted(set(rows["cell"]), key=lambda cell: (len(cell), cell))
        cells = f"{there[0]}–{there[-1]}" if len(there) > 1 else there[0]
        where = {"file": about.file(submission), "sheet": str(sheet), "cell": cells}
        items.append(Item("values", {"count": rows.height, "indicator": series}, **where))
    return items


COUNTS: Mapping[str, Callable[[_Year, str, Sequence[str]], list[Item] | None]] = {
    **dict.fromkeys(("indicators", "with_value", "parallel_only", "without_target"), _indicators),
    **dict.fromkeys(("no_value", "no_target", "off_target"), _indicators),
    "rows_left": _rows_left,
    "contributions": _silent,
    "narratives": _untold,
    "findings": _findings,
    "waived": _waived,
    "values": _values,
}


def _quality(known: Counting, wanted: counted.Counted) -> Account | None:
    """Scores of an indicator in a workbook: the facts by which each was found, then the cells that were judged."""
    *submission, indicator, standard = (
        (*wanted.parts, "") if wanted.parts[-1] not in measures.STANDARDS else wanted.parts
    )
    about = _Year(known, int(submission[1]))
    scores = about.release.quality
    if scores is None:
        return None
    own = scores.filter(submission_id="/".join(submission), indicator=indicator)
    own = own.filter(pl.col("standard") == standard) if standard else own
    cells = about.release.observations.filter(submission_id="/".join(submission), series=indicator)
    asked = about.release.findings.filter(pl.col("observation_id").is_in(cells["observation_id"].to_list()))
    judged = [
        *(Item("value", {"raw": r["raw"] or "–"}, **about.at(r)) for r in cells.iter_rows(named=True)),
        *(_finding(about, r) for r in asked.iter_rows(named=True)),
    ]
    parts = [_score(about, row, judged if standard else []) for row in own.iter_rows(named=True)]
    if standard or not parts:
        return parts[0] if parts else None
    params = {"indicator": indicator, "name": about.name(indicator), "file": about.file("/".join(submission))}
    return Account(wanted.text, "scores", params, None, tuple(judged), tuple(parts))


def _score(about: _Year, row: Row, judged: Sequence[Item]) -> Account:
    facts = [
        Item(
            "fact",
            {
                "fact": {x: quality_words.fact(f, x, about.catalogue) for x in about.catalogue.languages},
                "score": f"{f['score']:.4g}",
                "weight": f"{f['weight']:.4g}",
            },
        )
        for f in row["facts"] or ()
    ]
    named = counted.counted("quality", row["submission_id"], row["indicator"], row["standard"])
    params = {"standard": about.word(f"publication.col.standard_{row['standard']}")}
    return Account(named, "score", params, row["score"], (*facts, *judged))


def _contribution(known: Counting, wanted: counted.Counted) -> Account | None:
    """Each entry of one organisation, kind, currency, valuation and state; of `missing`, the workbooks without any."""
    about = _Year(known, int(wanted.parts[0]))
    summary = about.release.contributed
    rows = [] if summary is None else summary.filter(year=about.year).to_dicts()
    row = next((r for r in rows if counted.contribution(r) == wanted.text), None)
    given = about.release.contributions
    if row is None or given is None:
        return None
    names = {"organisation": about.organisation(row["organisation"]), "year": about.year, "entries": row["entries"]}
    if not row["entries"]:
        sent = about.release.submissions.filter(organisation=row["organisation"], year=about.year)
        items = [Item("without", {}, file=path) for path in sent["path"]]
        return Account(wanted.text, "no_contribution", names, 0, tuple(items))
    own = [r for r in given.iter_rows(named=True) if counted.contribution(r | {"year": about.year}) == wanted.text]
    items = [Item("entry", {"amount": plain(r["amount"])}, **about.at(r)) for r in own]
    return Account(wanted.text, "contribution", names, row["amount"], tuple(items))


def _restated(known: Counting, wanted: counted.Counted) -> Account | None:
    """Old and new value, the reason and who gave it; then the measure itself."""
    _, name, year, *_ = wanted.parts
    about = _Year(known, int(year))
    changed = about.release.restated
    for row in () if changed is None else changed.iter_rows(named=True):
        if restated_name(row, about.release, about.catalogue) == wanted.text:
            told = {n: row[n] or "–" for n in ("column", "old", "new", "reason", "by")}
            params = {"indicator": name, "name": about.name(name), **told}
            return Account(wanted.text, "restated", params, None, (Item("measure", {}, "/".join(wanted.parts[1:])),))
    return None


def _progress(known: Counting, wanted: counted.Counted) -> Account | None:
    """The years that a progress was judged by, each with the name of its value, and the targets that were agreed."""
    indicator, year = wanted.parts
    about = _Year(known, int(year))
    found = about.release.progress
    own = None if found is None else next(iter(found.filter(indicator=indicator).to_dicts()), None)
    if own is None:
        return None
    numbers = ("baseline", "actual", "target", "cumulative", "life_target", "outlook")
    shown = {n: plain(own[n]) for n in numbers}
    heads = measures.headlines(about.release.measures, about.catalogue).filter(indicator=indicator).sort("year")
    items = []
    for row in heads.iter_rows(named=True):
        told = {n: plain(row[n]) for n in ("actual", "target")}
        items.append(Item("year", {"year": row["year"], **told}, f"{indicator}/{row['year']}"))
    return Account(
        wanted.text, "progress", {"indicator": indicator, "name": about.name(indicator), **shown}, None, tuple(items)
    )


KINDS: Mapping[str, Callable[[Counting, counted.Counted], Account | None]] = {
    "count": _count,
    "quality": _quality,
    "contribution": _contribution,
    "restated": _restated,
    "progress": _progress,
}

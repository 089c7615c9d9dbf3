"""A year as an edition tells it, in the words and places that an account names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.project import Project
from cpc_pipeline.publication.report.content import Content
from cpc_pipeline.publication.report.speech import Speech
from cpc_pipeline.trace import BadReference, Item

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


@dataclass(frozen=True)
class Year:
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


def finding(about: Year, row: Row) -> Item:
    """A finding by its title, with the cell it is about; what was found stays in the warehouse."""
    told = {
        x: about.catalogue.wording.finding(row["code"], x, {"expected": "…", "found": "…"})
        for x in about.catalogue.languages
    }
    return Item("finding", {"title": {x: t.title for x, t in told.items()}}, **about.at(row))

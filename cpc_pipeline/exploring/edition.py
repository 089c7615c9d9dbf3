"""One issued edition, from its own files: what was printed, and nothing that was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from cpc_pipeline.exploring import choosing, lists, showing
from cpc_pipeline.exploring.choosing import Names
from cpc_pipeline.exploring.flags import FLAGS, flagged
from cpc_pipeline.exploring.picture import Picture
from cpc_pipeline.exploring.speaking import Speaker, near
from cpc_pipeline.export import Edition as Files
from cpc_pipeline.export.flat import named
from cpc_pipeline.export.tables import CONTEXT, CONTRIBUTIONS, PERFORMANCE, Table, tables
from cpc_pipeline.project import Project

if TYPE_CHECKING:
    from cpc_pipeline.exploring.memory import Memory
    from cpc_pipeline.exploring.traced import Traced

INTERNAL = "internal"
TIDY = (
    *("indicator", "indicator_name", "objective", "objective_name", "year", "calendar", "place", "place_name"),
    *("organisation", "organisation_name", "series", "unit", "unit_name", "actual", "lower", "upper", "target"),
    *("baseline", "baseline_year", "status", "status_name", *FLAGS, "completeness", "break_from", "note", "trace"),
)
"""Columns of `measures()`, beside the dimensions; `performance()` has every column."""


class Edition:
    """An issued edition of one year. Every method gives a new polars frame with a name beside each code.

    Frames of numbers have three columns of yes and no: provisional, suppressed, partial (see `codebook()`). An empty
    number is never zero: `status` says why there is none. Labels are in the language that the edition was opened in, or
    that a method is given.
    """

    def __init__(self, project: Project, files: Files, speaker: Speaker) -> None:
        self._project, self._files, self._speaker = project, files, speaker

    @property
    def compact(self) -> str:
        """Id of the compact."""
        return self._files.compact

    @property
    def year(self) -> int:
        return self._files.year

    @property
    def edition(self) -> str:
        """internal, partners or public."""
        return self._files.edition

    @property
    def standing(self) -> str:
        """How far the table is agreed: provisional, under_review, agreed or restated."""
        return self._files.standing

    @property
    def language(self) -> str:
        return self._speaker.language

    def performance(self, *, years: int | Iterable[int] | None = None, language: str | None = None) -> pl.DataFrame:
        """The performance table: a row per indicator, year, place, breakdown, organisation, calendar and unit.

        years: of this edition alone where none are named. Of earlier years a wider edition has national totals only.
        """
        return self._rows(language).filter(pl.col("year").is_in(choosing.years(years) or [self.year]))

    def measures(
        self,
        indicator: Names = None,
        by: Names = None,
        *,
        years: int | Iterable[int] | None = None,
        place: Names = None,
        organisation: Names = None,
        calendar: str | None = None,
        language: str | None = None,
    ) -> pl.DataFrame:
        """Values of every year up to this one: a row per indicator, year, organisation and category asked for.

        indicator: id, slug or name, an objective, or several; all where none is named. by: what to break down by,
        `place` or a dimension, such as ["place", "sex"]; national figures where nothing is named. Other dimensions
        stand at the group that the indicator is about (children), or at all where nobody told of that group: columns
        say which. organisation: whose figures; by default the system of record and those beside it, which are never
        added (column `series`). calendar: an id, or "all"; by default the first of the compact.

        Raises CannotExplore, with near names, for what the compact does not have.
        """
        speaker = self._speaker.in_language(language)
        catalogue = speaker.catalogue
        at = choosing.places(place, speaker)
        split = choosing.by(by, speaker, at)
        rows = self._rows(language)
        if calendar != "all":
            rows = rows.filter(pl.col("calendar") == lists.calendar(calendar, speaker))
        for column, codes in (
            ("indicator", choosing.indicators(indicator, speaker)),
            ("year", choosing.years(years)),
            ("place", at),
            ("organisation", choosing.organisations(organisation, speaker)),
        ):
            if codes:
                rows = rows.filter(pl.col(column).is_in(codes))
        found = choosing.broken_down(rows, split, catalogue)
        named_dimensions = [f"{d}_name" for d in catalogue.dimension_ids if d in split]
        return found.select(c for c in found.columns if c in {*TIDY, *catalogue.dimension_ids, *named_dimensions})

    def observations(self, indicator: Names = None, language: str | None = None) -> pl.DataFrame:
        """What organisations reported up to this year: a row per reported number, with its file, sheet and cell.

        Only the internal edition has them, and they are read from the warehouse as it is now (see Memory).
        """
        with self._memory(language) as memory:
            found = memory.observations(indicator)
        return found.filter(pl.col("reporting_year") <= self.year)

    def findings(self, language: str | None = None) -> pl.DataFrame:
        """What was found in the year's submissions: where, how grave, and in words. Empty in wider editions."""
        speaker = self._speaker.in_language(language)
        return lists.findings(self._table("findings.csv"), speaker)

    def trace(self, number: str, year: int | None = None, language: str | None = None, **where: str) -> Traced:
        """Where a number comes from, to the cell.

        number: what stands in the column `trace`, or an indicator; then place=, organisation=, or a dimension may
        follow. Only the internal edition leads to submissions: a wider one would tell what it hides.
        """
        with self._memory(language) as memory:
            return memory.trace(number, year or self.year, **where)

    def figures(self) -> list[str]:
        """Ids of the figures of the edition, as `figure` takes them."""
        ending = f"_{self.language}.png"
        return sorted(path.name.removesuffix(ending) for path in self._folder.glob(f"figures/*{ending}"))

    def figure(self, kind: str, *subject: str, language: str | None = None) -> Picture:
        """A figure of the report: `figure("trend", "protection")`, or an id of `figures()`.

        Raises CannotExplore, with near ids, where the edition has none of that name.
        """
        speaker = self._speaker.in_language(language)
        wanted = ".".join([kind, *subject])
        known = {name.casefold(): name for name in self.figures()}
        found = known.get(wanted.casefold())
        if found is None:
            raise speaker.cannot("no_such_figure", found=wanted, near=", ".join(near(wanted, known.values())))
        stem = self._folder / "figures" / f"{found}_{speaker.language}"
        png, svg, alt = (stem.with_name(f"{stem.name}{ending}").read_bytes() for ending in (".png", ".svg", ".txt"))
        data = pl.read_csv(stem.with_name(f"{stem.name}.csv"), infer_schema=False)
        return Picture(found, speaker.language, png, svg, alt.decode(), data)

    def context(self, language: str | None = None) -> pl.DataFrame:
        """Published series of the year that are no indicators, each value with its source."""
        return self._named(CONTEXT, language)

    def contributions(self, language: str | None = None) -> pl.DataFrame:
        """What was contributed, by kind and organisation, without free text. Empty in the public edition."""
        return self._named(CONTRIBUTIONS, language)

    def indicators(self, language: str | None = None) -> pl.DataFrame:
        """A row per indicator: what it is called, what is counted, in what unit, and whose figures are official."""
        return lists.indicators(self._speaker.in_language(language))

    def codebook(self, language: str | None = None) -> pl.DataFrame:
        """A row per column of `performance()` and `measures()`: what it is called and what it holds."""
        return lists.codebook(self._rows(language).columns, self._speaker.in_language(language))

    def sql(self, query: str) -> pl.DataFrame:
        """The answer of DuckDB to a query of this edition's tables, in memory: nothing is written anywhere.

        Tables are those of `cpc export --to duckdb`: performance, context, contributions, lists of codes, and
        performance_<language> with names beside the codes.
        """
        import duckdb

        from cpc_pipeline.export.database import fill

        connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "enable_external_access": "false"})
        try:
            fill(connection, self._files, self._speaker.catalogue)
            return pl.DataFrame(connection.sql(query).to_arrow_table())
        finally:
            connection.close()

    def __repr__(self) -> str:
        return showing.lines(self._told())

    def _repr_html_(self) -> str:
        return showing.table(self._told())

    # --- inside ---

    def _told(self) -> Iterator[tuple[str, str]]:
        say, text = self._speaker.say, self._speaker.catalogue.wording.text
        yield self._speaker.catalogue.header.name[self.language], f"{self.year}"
        yield say("edition"), text(f"publication.edition.{self.edition}", self.language)
        yield say("standing"), text(f"publication.standing.{self.standing}", self.language)
        rows = self._files.rows.filter(pl.col("year") == str(self.year))
        known = rows.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in ("actual", "lower", "upper")))
        yield say("rows"), say("rows_told", rows=rows.height, known=known.height)
        yield say("suppressed"), str(rows.filter(pl.col("status").is_in(["hidden"])).height)
        yield say("ask"), "performance() measures() figure() figures() findings() trace() codebook() indicators() sql()"

    @property
    def _folder(self) -> Any:
        return self._project.folders.edition(self.year, self.edition)

    @cached_property
    def _made(self) -> dict[str, Table]:
        return {t.name: t for t in tables(self._files, self._speaker.catalogue)}

    def _named(self, name: str, language: str | None) -> pl.DataFrame:
        if name not in self._made:
            return pl.DataFrame()
        return named(self._made[name], self._made, self._speaker.in_language(language).language)

    def _rows(self, language: str | None) -> pl.DataFrame:
        """Numbers of every year. The note is called `note` whatever its language, so that code need not change."""
        spoken = self._speaker.in_language(language).language
        rows = self._named(PERFORMANCE, language).rename({f"note_{spoken}": "note"})
        return flagged(rows, self.standing)

    def _table(self, name: str) -> pl.DataFrame:
        path = self._folder / "tables" / name
        return pl.read_csv(path, infer_schema=False) if path.is_file() else pl.DataFrame()

    def _memory(self, language: str | None) -> Memory:
        from cpc_pipeline.exploring.memory import Memory

        speaker = self._speaker.in_language(language)
        if self.edition != INTERNAL:
            raise speaker.cannot("not_in_edition", edition=self.edition, year=self.year)
        return Memory(self._project, speaker, restricted=True)

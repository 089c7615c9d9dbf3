"""The warehouse for analysts: everything that is on record, or was known at a moment, from the readers' copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

import polars as pl

from cpc_pipeline.contracts import Status
from cpc_pipeline.exploring import choosing, lists, showing
from cpc_pipeline.exploring.choosing import Names
from cpc_pipeline.exploring.flags import flagged
from cpc_pipeline.exploring.picture import Picture
from cpc_pipeline.exploring.speaking import Speaker, near
from cpc_pipeline.exploring.traced import Traced
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse, WarehouseOutdated

NUMBERS = ("value", "actual", "lower", "upper", "numerator", "denominator", "achievement_pct", "deviation_pct")
FREE_TEXT = ("raw", "note", "notes", "found", "expected", "params")
PLAIN = ("measures", "observations", "findings", "submissions", "receipts", "lineage", "definitions")
RESTRICTED = ("narratives", "contributions", "replies")


class Memory:
    """The warehouse as of the last whole run, or as it was known at a moment; read only, and never in a run's way.

    Nothing of it is protected as an edition is. Without restricted=True small counts of people are empty (status
    `hidden`) and what people wrote is left out, so that a glance over a shoulder tells nobody of a child; whoever adds
    and subtracts still can, so that even then no frame of it may be passed on. What may leave is an edition.

    The connection stays on the copy that was there when it was opened: a run that ends meanwhile changes nothing here.
    """

    def __init__(
        self, project: Project, speaker: Speaker, *, as_of: datetime | None = None, restricted: bool = False
    ) -> None:
        self._project, self._speaker, self._restricted = project, speaker, restricted
        self._as_of = as_of
        if not project.folders.copy.exists():
            raise speaker.cannot("no_warehouse")
        dimensions = speaker.catalogue.dimension_ids
        self._warehouse = Warehouse(project.folders.copy, dimensions, as_of=as_of, read_only=True)
        try:
            self._warehouse.__enter__()
        except WarehouseOutdated:
            raise speaker.cannot("outdated") from None

    def close(self) -> None:
        """Give the copy back; a with block does it too."""
        self._warehouse.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def recorded(self) -> datetime:
        """The moment up to which everything is in it, UTC."""
        return self._as_of or self._warehouse.recorded()

    def measures(
        self,
        indicator: Names = None,
        by: Names = None,
        *,
        years: int | Iterable[int] | None = None,
        place: Names = None,
        language: str | None = None,
    ) -> pl.DataFrame:
        """Computed values, exact: a row per indicator, year, organisation and category asked for; see Edition.measures.

        `standing` of each year's table is not known here: `provisional` is true until an edition says otherwise.
        """
        speaker = self._speaker.in_language(language)
        rows = self._warehouse.measures().filter(pl.col("calendar") == speaker.catalogue.default_calendar)
        at = choosing.places(place, speaker)
        split = choosing.by(by, speaker, at)
        rows = _of(
            _of(_of(rows, "indicator", choosing.indicators(indicator, speaker)), "place", at),
            "year",
            choosing.years(years),
        )
        return self._shown(choosing.broken_down(rows, split, speaker.catalogue), speaker)

    def observations(
        self, indicator: Names = None, *, years: int | Iterable[int] | None = None, language: str | None = None
    ) -> pl.DataFrame:
        """Reported numbers: a row per number, with the file, sheet and cell it stands in."""
        speaker = self._speaker.in_language(language)
        rows = _of(self._warehouse.observations(), "series", choosing.indicators(indicator, speaker))
        return self._shown(_of(rows, "reporting_year", choosing.years(years)), speaker)

    def findings(self, language: str | None = None) -> pl.DataFrame:
        """What was found in submissions: where, how grave, in words."""
        speaker = self._speaker.in_language(language)
        return lists.findings(self._discreet(self._warehouse.findings()), speaker)

    def submissions(self) -> pl.DataFrame:
        """Workbooks: who sent what, when, and what became of it."""
        return self._warehouse.submissions()

    def table(self, name: str) -> pl.DataFrame:
        """A table of the warehouse as its contract says (docs/tables.md); what people wrote needs restricted=True."""
        allowed = (*PLAIN, *RESTRICTED) if self._restricted else PLAIN
        if name in RESTRICTED and not self._restricted:
            raise self._speaker.cannot("restricted", name=name)
        if name not in allowed:
            raise self._speaker.cannot("no_such_table", found=name, near=", ".join(near(name, allowed)))
        return self._discreet(self._warehouse.read(name))

    def trace(self, number: str, year: int | None = None, language: str | None = None, **where: str) -> Traced:
        """Where a number comes from, to the cell. Shows what was typed, so it needs restricted=True."""
        from cpc_pipeline.desk import provenance
        from cpc_pipeline.trace import BadReference, Reference, parse

        speaker = self._speaker.in_language(language)
        if not self._restricted:
            raise speaker.cannot("restricted", name="trace")
        others = {name: where.pop(name, None) for name in ("place", "organisation", "calendar", "unit")}
        try:
            wanted = parse(number) if "/" in number or year is None else Reference(number, year, where=where, **others)
            return Traced(provenance.find(self._project, wanted, self._as_of), speaker)
        except BadReference as bad:
            raise speaker.cannot(bad.code, topic="trace", **bad.params) from None

    def figure(self, kind: str, *subject: str, year: int, language: str | None = None) -> Picture:
        """A figure as the internal report of a year would show it now. Hides nothing, so it needs restricted=True."""
        from cpc_pipeline import pipeline
        from cpc_pipeline.publication.figures import KINDS

        speaker = self._speaker.in_language(language)
        if not self._restricted:
            raise speaker.cannot("restricted", name="figure")
        if kind not in KINDS:
            raise speaker.cannot("no_such_figure", found=kind, near=", ".join(near(kind, KINDS)))
        frames = pipeline.frames_now(self._warehouse)
        released = pipeline.released(self._project, frames, year, pipeline.INTERNAL)
        wanted = ".".join([kind, *subject]).casefold()
        drawn = [d for d in KINDS[kind](released, speaker.catalogue, year) if d.language == speaker.language]
        for one in drawn:
            if one.id.casefold() == wanted:
                return Picture(one.id, one.language, one.png, one.svg, one.alt, one.data)
        raise speaker.cannot("no_such_figure", found=wanted, near=", ".join(near(wanted, [d.id for d in drawn])))

    def indicators(self, language: str | None = None) -> pl.DataFrame:
        """A row per indicator: what it is called, what is counted, in what unit."""
        return lists.indicators(self._speaker.in_language(language))

    def codebook(self, table: str = "measures") -> pl.DataFrame:
        """A row per column of a table of the warehouse: its type and what it holds (as in docs/tables.md)."""
        known = self._warehouse.tables
        if table not in known:
            raise self._speaker.cannot("no_such_table", found=table, near=", ".join(near(table, known)))
        rows = [(name, str(column.dtype), column.meaning) for name, column in known[table].columns.items()]
        return pl.DataFrame(rows, schema=["column", "type", "meaning"], orient="row")

    def __repr__(self) -> str:
        return showing.lines(self._told())

    def _repr_html_(self) -> str:
        return showing.table(self._told())

    # --- inside ---

    def _told(self) -> Iterator[tuple[str, str]]:
        say = self._speaker.say
        yield self._speaker.catalogue.header.name[self._speaker.language], say("warehouse")
        yield say("recorded"), f"{self.recorded:%Y-%m-%d %H:%M} UTC"
        yield say("how_protected"), say("open" if self._restricted else "discreet")
        yield say("ask"), "measures() observations() findings() submissions() table() trace() figure() codebook()"

    def _shown(self, rows: pl.DataFrame, speaker: Speaker) -> pl.DataFrame:
        return flagged(lists.labelled(self._discreet(rows), speaker), "provisional")

    def _discreet(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Without small counts of people and without free text, unless the analyst asked for them by name."""
        if self._restricted:
            return rows
        from cpc_pipeline.disclosure import small_counts

        columns = [c for c in NUMBERS if c in rows.columns]
        if columns and "unit" in rows.columns:
            small = small_counts(self._speaker.catalogue, columns)
            hidden = [pl.when(small).then(None).otherwise(pl.col(c)).alias(c) for c in columns]
            status = pl.when(small).then(pl.lit(str(Status.HIDDEN))).otherwise(pl.col("status")).alias("status")
            rows = rows.with_columns(*hidden, status)
        return rows.drop(FREE_TEXT, strict=False)


def _of(rows: pl.DataFrame, column: str, codes: list[str] | list[int]) -> pl.DataFrame:
    return rows.filter(pl.col(column).is_in(codes)) if codes else rows

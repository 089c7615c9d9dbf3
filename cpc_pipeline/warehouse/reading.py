"""What the warehouse can be asked: every table, now or as it was known at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.clock import Clock, utc_now
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.warehouse.connection import Connection
from cpc_pipeline.warehouse.opening import PATIENCE
from cpc_pipeline.warehouse.specification import tables

MEASURED = "series_kind = 'indicator'"
COUNTS = f"verdict NOT IN ('{Verdict.RETURNED}', '{Verdict.WITHDRAWN}')"
Extent = tuple[int, float, float]
"""How many numbers a submission says, the least and the largest of them."""
Condition = tuple[str, list[Any]]
"""What follows WHERE, and its parameters."""
LINEAGE_YEAR = "split_part(measure_id, '|', 3)::INTEGER"
"""A measure's id is its key: indicator, calendar and year first, organisation and unit last."""
FEW = 4
"""Organisations that are named one by one: more would take longer than they spare."""


def of_parts(parts: pl.DataFrame, series: str = "indicator") -> Condition:
    """The condition on rows of a table that belong to some parts of the measures.

    parts: rows of indicator and organisation, which `Reading._holding` lets a statement name. What follows from it is
    said before it, in words that let DuckDB pass over whole groups of rows.
    """
    exact = f"({series}, organisation) IN (SELECT (indicator, organisation) FROM parts)"
    organisations = parts["organisation"].unique().sort().to_list()
    if len(organisations) > FEW:
        return exact, []
    return f"organisation IN ({', '.join('?' * len(organisations)) or 'NULL'}) AND {exact}", organisations


def lineage_of_parts(parts: pl.DataFrame) -> Condition:
    """The same for lineage, in which only the measure's id tells indicator and organisation."""
    indicators, organisations = (parts[c].unique().sort().to_list() for c in ("indicator", "organisation"))
    exact = "(split_part(measure_id, '|', 1), split_part(measure_id, '|', -2))"
    where, parameters = f"{exact} IN (SELECT (indicator, organisation) FROM parts)", list[Any]()
    if len(organisations) <= FEW:
        held = " OR ".join("contains(measure_id, ?)" for _ in organisations) or "FALSE"
        where, parameters = f"({held}) AND {where}", [f"|{organisation}|" for organisation in organisations]
    if indicators:  # of text with this beginning: what follows the beginning is a bar, and } is what comes after a bar
        where = f"measure_id >= ? AND measure_id < ? AND {where}"
        parameters = [min(f"{i}|" for i in indicators), max(f"{i}}}" for i in indicators), *parameters]
    return where, parameters


class Reading(Connection):
    """Every read takes as_of: what was known at that moment (UTC), by default what is.

    as_of given to the constructor is that of every read that names none.
    """

    def __init__(
        self,
        path: Path,
        dimensions: tuple[str, ...],
        *,
        clock: Clock = utc_now,
        as_of: datetime | None = None,
        read_only: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(path, dimensions, clock=clock, read_only=read_only, patience=patience)
        self.as_of = as_of

    def recall(self, key: str) -> str | None:
        return self._recall(key)

    def recorded(self) -> datetime:
        """The moment of the last transaction: everything there is was recorded by then."""
        return self._now()

    def read(self, name: str, as_of: datetime | None = None, *, stored: bool = False) -> pl.DataFrame:
        """Rows of a table as known at a moment: its contract, or every stored column."""
        table = self.tables[name]
        moment = as_of or self.as_of
        where, parameters = "TRUE", list[Any]()
        if table.history:
            where, parameters = self._known_at(moment)
        elif moment is not None and name == "receipts":
            where, parameters = "received_at <= ?", [moment]
        return self._rows(name, where, parameters, stored)

    def by(self, dimensions: tuple[str, ...]) -> Self:
        """Read by the dimensions of another time: a column that was ever there still is."""
        self.tables = tables(dimensions)
        return self

    def history(self, name: str) -> pl.DataFrame:
        """Every row that a table ever held, with the times from and to which it was known."""
        return self._rows(name, "TRUE", [], stored=True)

    def receipts(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("receipts", as_of)

    def submissions(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("submissions", as_of)

    def observations(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("observations", as_of)

    def counting(
        self,
        as_of: datetime | None = None,
        parts: pl.DataFrame | None = None,
        organisations: Collection[str] | None = None,
        extents: Collection[Extent] | None = None,
        columns: Sequence[str] | None = None,
        days: tuple[date | None, date | None] = (None, None),
    ) -> pl.DataFrame:
        """Observations of submissions that count: neither returned nor withdrawn.

        parts: rows of indicator and organisation, and organisations: where only their observations are asked for.
        extents: where only submissions are asked for whose numbers have one of these counts, least and largest.
        columns: where only these are needed, of rows in no order.
        days: where only periods are asked for that have a day from the first to the last of these.
        """
        known, parameters = self._known_at(as_of or self.as_of)
        counts = f"submission_id IN (SELECT submission_id FROM submissions WHERE {known} AND {COUNTS})"
        where, asked = f"{known} AND {counts}", [*parameters, *parameters]
        if parts is not None:
            own, named = of_parts(parts, "series")
            where += f" AND {MEASURED} AND {own}"
            asked += named
        if organisations is not None:
            # Named one by one, so that groups of rows without any of them are passed over.
            where += f" AND organisation IN ({', '.join('?' * len(organisations)) or 'NULL'})"
            asked += sorted(organisations)
        if extents is not None:
            sizes = f"SELECT submission_id FROM observations WHERE {known} AND value IS NOT NULL GROUP BY submission_id"
            wanted = " OR ".join(["(count(*) = ? AND min(value) = ? AND max(value) = ?)"] * len(extents)) or "FALSE"
            where += f" AND submission_id IN ({sizes} HAVING {wanted})"
            asked += [*parameters, *(number for extent in extents for number in extent)]
        for day, condition in zip(days, ("period_end >= ?", "period_start <= ?"), strict=True):
            if day is not None:
                where += f" AND {condition}"
                asked.append(day)
        with self._holding(parts):
            return self._rows("observations", where, asked, stored=False, some=columns)

    def answered(self) -> pl.DataFrame:
        """Observations about which somebody has replied."""
        replied = "SELECT observation_id FROM replies WHERE recorded_to IS NULL"
        return self._rows("observations", f"recorded_to IS NULL AND observation_id IN ({replied})", [], stored=False)

    def parts(self) -> dict[tuple[str, str], int]:
        """Indicator and organisation -> how many observations there are now; 0 where there are measures only."""
        rows = self._all(
            "SELECT indicator, organisation, sum(n)::BIGINT FROM ("
            "SELECT indicator, organisation, 0 AS n FROM measures WHERE recorded_to IS NULL UNION ALL "
            f"SELECT series, organisation, 1 FROM observations WHERE recorded_to IS NULL AND {MEASURED}"
            ") GROUP BY ALL ORDER BY ALL"
        )
        return {(indicator, organisation): count for indicator, organisation, count in rows}

    def years_of(self, parts: pl.DataFrame) -> dict[int, int]:
        """Year -> how many observations of some parts end in it now. parts: rows of indicator and organisation."""
        own, named = of_parts(parts, "series")
        with self._holding(parts):
            rows = self._all(
                "SELECT year(period_end), count(*) FROM observations "
                f"WHERE recorded_to IS NULL AND period_end IS NOT NULL AND {MEASURED} AND {own} GROUP BY ALL",
                named,
            )
        return dict(rows)

    def changed_parts(self, since: datetime) -> list[tuple[str, str]]:
        """Indicators and organisations of which an observation came, went, or began or ceased to count since a moment.

        A change of a column that no measure looks at is among them: too many is no mistake, too few is one.
        """
        then, parameters = self._known_at(since)
        counted = f"SELECT submission_id FROM submissions WHERE {COUNTS} AND "
        before, now = counted + then, counted + "recorded_to IS NULL"
        switched = f"(({before}) EXCEPT ({now})) UNION (({now}) EXCEPT ({before}))"
        sql = (
            f"SELECT DISTINCT series, organisation FROM observations WHERE {MEASURED} AND "
            f"(recorded_from > ? OR recorded_to > ? OR submission_id IN ({switched}))"
        )
        return [(i, o) for i, o in self._all(sql, [since, since, *parameters, *parameters])]

    def findings(self, as_of: datetime | None = None, submissions: Collection[str] | None = None) -> pl.DataFrame:
        """submissions: where only theirs are asked for."""
        if submissions is None:
            return self.read("findings", as_of)
        return self._of("findings", submissions, as_of)

    def said(self, submissions: Collection[str], as_of: datetime | None = None) -> pl.DataFrame:
        """Observations of some submissions, whether they count or not."""
        return self._of("observations", submissions, as_of)

    def narratives(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("narratives", as_of)

    def contributions(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("contributions", as_of)

    def replies(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("replies", as_of)

    def measures(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("measures", as_of)

    def lineage(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("lineage", as_of)

    def definitions(self, as_of: datetime | None = None) -> pl.DataFrame:
        return self.read("definitions", as_of)

    def catalogue_archive(self, as_of: datetime | None = None) -> bytes | None:
        """The compact's data in force at a moment, packed; None where none had been recorded by then."""
        where, parameters = self._known_at(as_of or self.as_of)
        sql = f"SELECT archive FROM catalogues JOIN catalogues_in_force USING (catalogue_version) WHERE {where}"
        rows = self._all(sql, parameters)
        return bytes(rows[0][0]) if rows else None

    def first_recorded(self) -> datetime | None:
        """Since when the compact's data are kept: before it, nothing can be rebuilt."""
        first: datetime | None = self._all("SELECT min(recorded_from) FROM catalogues_in_force")[0][0]
        return first

    def last_of_revision(self, submission_id: str, revision: int) -> datetime | None:
        """The last moment at which a revision of a submission was what is known; None if it never was."""
        sql = "SELECT recorded_from, recorded_to FROM submissions WHERE submission_id = ? AND revision = ? ORDER BY 1"
        rows = self._all(sql, [submission_id, revision])
        if not rows:
            return None
        start, end = rows[-1]
        last: datetime = end - timedelta(microseconds=1) if end else max(start, self._now())
        return last

    def files(self) -> pl.DataFrame:
        """Size, times, inode and hash of each file below data/raw when it was last hashed."""
        return self._rows("files", "TRUE", [], stored=False)

    # --- inside ---

    def _of(self, name: str, submissions: Collection[str], as_of: datetime | None) -> pl.DataFrame:
        where, parameters = self._known_at(as_of or self.as_of)
        where += " AND submission_id IN (SELECT unnest(?))"
        return self._rows(name, where, [*parameters, sorted(submissions)], stored=False)

    @contextmanager
    def _holding(self, parts: pl.DataFrame | None) -> Iterator[None]:
        """Parts of the measures as a table that statements can name."""
        if parts is not None:
            self._open.register("parts", parts.to_arrow())
        try:
            yield
        finally:
            if parts is not None:
                self._open.unregister("parts")

    def _now(self) -> datetime:
        last = self._recall("recorded")
        return datetime.fromisoformat(last) if last else self._clock()

    def _known_at(self, moment: datetime | None) -> tuple[str, list[Any]]:
        if moment is None:
            return "recorded_to IS NULL", []
        return "recorded_from <= ? AND (recorded_to IS NULL OR recorded_to > ?)", [moment, moment]

    def _rows(
        self, name: str, where: str, parameters: list[Any], stored: bool, some: Sequence[str] | None = None
    ) -> pl.DataFrame:
        table = self.tables[name]
        columns = {c: spec for c, spec in (table.stored if stored else table.columns).items() if not some or c in some}
        listed = ", ".join(f'"{c}"' for c in columns)
        order = "" if some else f"ORDER BY {', '.join(table.order)}"
        frame = self._all_frame(f"SELECT {listed} FROM {name} WHERE {where} {order}", parameters)
        return frame.cast(contracts.polars_schema(columns))  # type: ignore[arg-type]

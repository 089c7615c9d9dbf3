"""The measures of all years, step by step; each step is a function on columns in a module of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, Status
from cpc_pipeline.measures import records
from cpc_pipeline.measures.breaking import broken
from cpc_pipeline.measures.comparing import compared, earliest
from cpc_pipeline.measures.money import converted, in_constant_prices
from cpc_pipeline.measures.notes import NONE, as_text, in_text, joined, written
from cpc_pipeline.measures.periods import Period, covered, periods_due
from cpc_pipeline.measures.placing import NUMBER, Keyed, key_columns, keyed, next_key
from cpc_pipeline.measures.points import agreed
from cpc_pipeline.measures.rolling import roll
from cpc_pipeline.measures.running import differences
from cpc_pipeline.measures.spans import ALL_YEARS, Span, of_span
from cpc_pipeline.measures.together import together
from cpc_pipeline.measures.years import Yearly, over_years


@dataclass(frozen=True)
class Computed:
    """measures and lineage per contracts; left_out: observation_id and reason, so that nothing is lost unseen.

    earliest: the first whole year of each series so far, for the years that follow (comparing.earliest).
    """

    measures: pl.DataFrame
    lineage: pl.DataFrame
    left_out: pl.DataFrame
    earliest: pl.DataFrame


def compute(
    observations: pl.DataFrame,
    catalogue: Catalogue,
    parts: pl.DataFrame | None = None,
    span: Span = ALL_YEARS,
    before: pl.DataFrame | None = None,
) -> Computed:
    """Measures of every year of the compact from the observations that count. Nothing is rounded.

    An indicator depends on its own observations, and on those of the two indicators it is derived from: for a subset
    of indicators, give the observations of these and of what they are derived from. parts: indicator and organisation
    of the measures that are wanted, where not all are. span: the years that are wanted (spans.spans), of which all
    observations are given; before: what was `earliest` in the years before them.
    """
    sorted_ = of_span(keyed(observations, catalogue), span)
    del observations  # the largest frame of all: what follows needs memory of its own
    rows, roles = _of_years(sorted_, catalogue)
    left_out, ids = sorted_.left_out, sorted_.ids
    del sorted_
    rows, made = differences(rows, catalogue)
    whole_of = [made]
    for axis, basis in (("place", "places"), *((d, "groups") for d in catalogue.dimension_ids)):
        rolled = roll(rows, axis, basis, catalogue)
        rows = rolled.rows
        whole_of += rolled.made
    # Rows that are left out below are parts of others all the same: their keys are never given again.
    used = next_key(rows)
    rows = _of_other_calendars(rows, catalogue)
    rows = records.not_received(records.choose_records(rows, catalogue), catalogue, used, span)
    rows, made = records.derive(rows, catalogue)
    whole_of.append(made)
    for more in (together, converted):
        extra, made = more(rows, catalogue, next_key(rows, used))
        rows = pl.concat([rows, extra])
        whole_of.append(made)
    rows = _with_remarks(in_constant_prices(rows, catalogue), catalogue)
    first = earliest(rows, catalogue, before)
    rows = broken(compared(rows, catalogue, first), catalogue)
    if parts is not None:
        rows = rows.join(parts, on=["indicator", "organisation"], how="semi", maintain_order="left")
    return Computed(_finished(rows, catalogue), _lineage(rows, roles, ids, whole_of, catalogue), left_out, first)


def measure_id(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The key of a measure as text."""
    return "|".join(str(row[c]) for c in key_columns(catalogue))


def headlines(measures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The measures that stand for their indicator in a year in force: one row per indicator and year."""
    years = [y for y in catalogue.years if catalogue.header.start.year <= y <= catalogue.header.end.year]
    return measures.filter(pl.col("year").is_in(years) & records.is_headline(catalogue))


def _of_years(keyed_: Keyed, catalogue: Catalogue) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row per key from what its organisation says of the year, and the roles of the observations in it."""
    points = agreed(keyed_.members)
    yearly = over_years(points, keyed_.keys, catalogue)
    return _rows(keyed_, yearly, points.points, catalogue), _roles(keyed_, yearly)


def _rows(keyed_: Keyed, yearly: Yearly, points: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """A row per key: what the year says, or that all of it was blank, or refused."""
    objectives = {i.id: i.objective for i in catalogue.indicators.values()}
    rows = keyed_.keys.join(yearly.values, on="key", how="left", maintain_order="left")
    refused = pl.col("key").is_in(keyed_.refused["key"].implode())
    silent = pl.col("status").is_null()
    spans = _spans(keyed_.keys, catalogue)
    rows = rows.join(spans, on=["calendar", "year"], how="left", maintain_order="left")
    rows = rows.rename({"value": "actual"}).with_columns(
        pl.when(refused)
        .then(pl.lit(str(Status.REJECTED)))
        .when(silent)
        .then(pl.lit(str(Status.BLANK)))
        .otherwise("status")
        .alias("status"),
        pl.coalesce("period_start", "first").alias("period_start"),
        pl.coalesce("period_end", "last").alias("period_end"),
        in_text().fill_null(NONE),
        objective=pl.col("indicator").replace_strict(objectives, return_dtype=pl.String),
        basis=pl.when(refused | silent).then(pl.lit("none")).otherwise(pl.lit("reported")),
        series=pl.lit(records.PARALLEL),
    )
    return _complete(rows, points, catalogue).drop("first", "last")


def _spans(keys: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    rows = [(c, y, *catalogue.calendars[c].year(y)) for c, y in keys.select("calendar", "year").unique().iter_rows()]
    schema = {"calendar": pl.String, "year": pl.Int32, "first": pl.Date, "last": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _complete(rows: pl.DataFrame, points: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """How many of the reports due are in, and which are not: looked at once for each set of them that occurs.

    covers: a number with a bit for each report due in the year, set where some period covers it.
    """
    frequencies = {i.id: i.frequency for i in catalogue.indicators.values()}
    rows = rows.with_columns(frequency=pl.col("indicator").replace_strict(frequencies, return_dtype=pl.String))
    year = ["calendar", "year", "frequency"]
    years = rows.select(year).unique(maintain_order=True).with_row_index("due_in")
    due = [periods_due(catalogue.calendars[c], y, f) for c, y, f in years.select(year).iter_rows()]
    rows = rows.join(years, on=year, how="left", maintain_order="left")
    period = ["due_in", "period_start", "period_end"]
    told = points.select("key", *period[1:]).join(rows.select("key", "due_in"), on="key")
    periods = told.select(period).unique()
    covers = [covered(due[n], start, end) for n, start, end in periods.iter_rows()]
    periods = periods.with_columns(pl.Series("covers", covers, dtype=pl.UInt16))
    sets = told.join(periods, on=period).group_by("key").agg(pl.col("covers").bitwise_or(), parts=pl.len())
    rows = rows.join(sets, on="key", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("covers", "parts").fill_null(0))
    made = [
        (n, covers, *_received(due[n], covers)) for n, covers in rows.select("due_in", "covers").unique().iter_rows()
    ]
    schema = {"due_in": pl.UInt32, "covers": pl.UInt16, "received": pl.Int64, "due": pl.Int64, "lacking": pl.String}
    counted = pl.DataFrame(made, schema=schema, orient="row")
    rows = rows.join(counted, on=["due_in", "covers"], how="left", maintain_order="left")
    basis = pl.when((pl.col("basis") == "reported") & (pl.col("parts") > 1) & (pl.col("received") > 1))
    return rows.with_columns(
        notes=pl.concat_str("notes", "lacking"), basis=basis.then(pl.lit("periods")).otherwise("basis")
    ).drop("lacking", "frequency", "due_in", "covers", "parts")


def _received(due: list[Period], covers: int) -> tuple[int, int, str]:
    """How many reports are in, how many are due, and the note on those that are not where some are."""
    lacking = [f"{start}/{end}" for n, (start, end) in enumerate(due) if not covers >> n & 1]
    notes = [written("missing_periods", {"periods": lacking})] if 0 < len(lacking) < len(due) else []
    return len(due) - len(lacking), len(due), as_text(notes)


def _of_other_calendars(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Of the years of other calendars that were made from parts, only the whole country stays (see placing.keyed)."""
    stays = (pl.col("calendar") == catalogue.default_calendar) | (pl.col("place") == NATION) | pl.col("offered")
    return rows.filter(stays).drop("offered")


def _with_remarks(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Years before the compact, and years that have a number: what the reader must know of the year itself."""
    first_day = catalogue.header.start.replace(month=1, day=1)
    remarks = []
    for calendar, year in rows.select("calendar", "year").unique().iter_rows():
        rule = catalogue.calendars[calendar]
        start, end = rule.year(year)
        notes = [written("before_compact")] if start < first_day else []
        number = rule.number(year)
        if number is not None and number > 0:
            own = catalogue.header.start.replace(year=start.year)
            params = {"days": (own - start).days, "end": str(end), "number": number, "start": str(start)}
            notes.append(written("numbered_year", params))
        remarks.append((calendar, year, as_text(notes)))
    schema: dict[str, Any] = {"calendar": pl.String, "year": pl.Int32, "remarks": pl.String}
    frame = pl.DataFrame(remarks, schema=schema, orient="row")
    told = rows.join(frame, on=["calendar", "year"], how="left", maintain_order="left")
    return told.with_columns(notes=pl.concat_str("remarks", "notes")).drop("remarks")


def _finished(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    schema = contracts.polars_schema(contracts.measures_frame(catalogue.dimension_ids))
    completeness = pl.concat_str("received", pl.lit("/"), "due").alias("completeness")
    finished = rows.with_columns(completeness, joined()).select(list(schema)).cast(schema)  # type: ignore[arg-type]
    # The columns of the key are among the first, and no two rows have the same: what follows them never decides.
    last = max(list(schema).index(column) for column in key_columns(catalogue))
    return finished.sort(list(schema)[: last + 1], nulls_last=True)


def _roles(keyed_: Keyed, yearly: Yearly) -> pl.DataFrame:
    """The roles of all observations, those among them that say nothing."""
    blank = keyed_.members.filter(pl.col("status") == str(Status.BLANK)).select("key", NUMBER)
    return pl.concat([yearly.roles, blank.with_columns(role=pl.lit("blank"))])


def _lineage(
    rows: pl.DataFrame, roles: pl.DataFrame, ids: pl.Series, whole_of: list[pl.DataFrame], catalogue: Catalogue
) -> pl.DataFrame:
    """Each measure and the observations it came from: of what was made of parts, those of the parts."""
    own = roles.select("key", NUMBER, "role").cast({"key": pl.UInt32})
    used, found = own.filter(pl.col("role").is_in(["used", "repeated"])), [own]
    for pairs in whole_of:
        if not pairs.is_empty():
            inherited = pairs.join(used.rename({"key": "part"}), on="part").select(NUMBER, "role", key="whole")
            found.append(inherited.select(own.columns))
            used = pl.concat([used, found[-1]])
    # In order of numbers, which is as fixed as that of names and costs a third.
    each = pl.concat(found, rechunk=True).sort(pl.all())
    each = each.filter(~pl.all_horizontal(pl.all() == pl.all().shift(1)).fill_null(value=False))  # each once
    named = rows.select("key", pl.concat_str(key_columns(catalogue), separator="|").alias("measure_id"))
    each = each.join(named, on="key", how="inner", maintain_order="left")
    return each.select("measure_id", ids.gather(each[NUMBER]).alias("observation_id"), "role")

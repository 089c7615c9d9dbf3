"""Kinds of rules about the year of a value: what its period says against the calendars, and against the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from cpc_pipeline.catalogue import Calendar, Rule
from cpc_pipeline.validation.kind import Hit, Kind, Known


def period_in_no_year(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """period_in_no_year: a period of a year or less lies whole in some year of some calendar; it is never split.

    Longer ones are those of period_in_year; of running totals only the last day says the year.
    """
    running = [i.id for i in known.catalogue.indicators.values() if i.over_periods == "cumulative"]
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
    asked = observations.filter(
        (pl.col("series_kind") == "indicator") & days.is_between(0, 366) & ~pl.col("series").is_in(running)
    )
    calendars = known.catalogue.calendars.values()
    homeless = [
        (start, end)
        for start, end in asked.select("period_start", "period_end").unique().sort(pl.all()).iter_rows()
        if not any(_holding(calendar, start, end) for calendar in calendars)
    ]
    schema = {"period_start": pl.Date, "period_end": pl.Date}
    frame = pl.DataFrame(homeless, schema=schema, orient="row")
    found = asked.join(frame, on=list(schema), how="semi", maintain_order="left")
    for row in found.iter_rows(named=True):
        yield Hit(row, f"{row['period_start']} / {row['period_end']}")


def labelled_year(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """labelled_year: where the name of a file or sheet names a year of a calendar (`marks`), its periods lie in it.

    One question per file, sheet and label, at the first cell that lies outside.
    """
    calendars = [c for c in known.catalogue.calendars.values() if c.marks]
    if not calendars or observations.is_empty():
        return
    names = observations.select("submission_id", "sheet").unique().sort("submission_id", "sheet", nulls_last=True)
    for submission, sheet in names.iter_rows():
        said = f"{submission.rsplit('/', 1)[-1]} / {sheet or ''}"
        for calendar in calendars:
            label = _label(said, calendar)
            if label is None:
                continue
            first, last = calendar.year(label)
            own = observations.filter((pl.col("submission_id") == submission) & pl.col("sheet").eq_missing(sheet))
            outside = own.filter((pl.col("period_start") < first) | (pl.col("period_end") > last))
            if outside.height:
                row = outside.row(0, named=True)
                params = {"label": f"{calendar.marks[0]} {label}", "outside": outside.height, "all": own.height}
                yield Hit(row, f"{row['period_start']} / {row['period_end']}", f"{first} / {last}", params)


def _label(text: str, calendar: Calendar) -> int | None:
    """The year of the calendar that a name names: FY2025, FY 25."""
    marks = "|".join(re.escape(mark) for mark in calendar.marks)
    found = re.search(rf"(?<![^\W_])(?:{marks})[\s_.-]*(\d{{4}}|\d{{2}})(?!\d)", text, re.IGNORECASE)
    return None if found is None else int(found[1]) + (2000 if len(found[1]) == 2 else 0)


def _holding(calendar: Calendar, start: date, end: date) -> bool:
    years = (calendar.year(label) for label in (start.year - 1, start.year, start.year + 1))
    return any(first <= start and end <= last for first, last in years)


KINDS: dict[str, Kind] = {"period_in_no_year": period_in_no_year, "labelled_year": labelled_year}

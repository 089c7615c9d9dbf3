"""The codebook with worked examples: the printed rules applied to numbers that are invented, and said to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import codebook, contracts, measures
from cpc_pipeline.catalogue import Catalogue, Derived, Indicator
from cpc_pipeline.codebook import Example
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.project import Project

COUNTS = (12, 15, 9, 14, 11, 13, 10, 16, 12, 14, 9, 15)
"""Invented: one per month at the most."""
PAIRS = (
    (30, 40),
    (15, 35),
    (22, 25),
    (28, 50),
    (18, 30),
    (21, 28),
    (24, 32),
    (27, 45),
    (16, 20),
    (33, 44),
    (19, 38),
    (20, 25),
)
"""Invented numerators and denominators; no ratio is the same twice in a row."""
STAGES = (1, 1, 2, 3)


def write_codebook(project: Project, folder: Path) -> list[Path]:
    """codebook_<language>.html and .xlsx, one of each per language of the compact; gives their paths."""
    catalogue = project.catalogue
    examples = {i.id: worked_examples(i, catalogue) for i in catalogue.indicators.values()}
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for language in catalogue.languages:
        for ending, content in (
            ("html", codebook.page(catalogue, examples, language).encode()),
            ("xlsx", codebook.workbook(catalogue, examples, language)),
        ):
            path = folder / f"codebook_{language}.{ending}"
            path.write_bytes(content)
            paths.append(path)
    return paths


def worked_examples(indicator: Indicator, catalogue: Catalogue) -> list[Example]:
    """How a year is put together, and how a country is, with the same functions that make the tables."""
    due, derived = indicator.reports_due, isinstance(indicator.derived, Derived)
    several = due > 1 or derived or indicator.over_periods == "cumulative"
    basis = "periods" if several else "reported"
    made = [_worked("year" if several else "one", indicator, invented(indicator, catalogue), basis, catalogue)]
    if not derived and indicator.over_places != "national_only":
        made.append(_worked("country", indicator, _of_places(indicator, catalogue), "places", catalogue))
    return [example for example in made if example is not None]


def _worked(kind: str, indicator: Indicator, rows: pl.DataFrame, basis: str, catalogue: Catalogue) -> Example | None:
    """What was reported is said beside a formula that does not show all of it."""
    if rows.is_empty():
        return None
    told = {"indicator": indicator.id, "basis": basis, "status": str(Status.REPORTED)}
    worked = measures.working({**told, "actual": 0.0, "lower": None, "upper": None}, rows, catalogue)
    if worked is None:
        return None
    given = tuple(_given(row) for row in rows.iter_rows(named=True))
    hidden = any(part not in worked.text for part in given) and not isinstance(indicator.derived, Derived)
    return Example(kind, worked.text, given if hidden else ())


def _given(row: dict[str, Any]) -> str:
    paired = row["denominator"] is not None
    return f"{row['numerator']:g}/{row['denominator']:g}" if paired else f"{row['value']:g}"


def invented(indicator: Indicator, catalogue: Catalogue) -> pl.DataFrame:
    """Observations of one year of an indicator, or of the two that it is made of, for the whole country."""
    rows: list[dict[str, Any]] = []
    for place_in_ratio, part in enumerate(_parts(indicator, catalogue)):
        year = catalogue.calendars[catalogue.default_calendar]
        last = catalogue.years_in_force[-1]
        periods = year.periods(last, 12 // part.reports_due)
        if part.over_periods == "cumulative":  # the year is the difference of two totals
            periods = [year.year(last - 1), *periods] if part.reports_due == 1 else periods
        made = [_observation(part, n, period, NATION, catalogue) for n, period in enumerate(periods)]
        # Of the two that a ratio is made of, the second is twice as much: a ratio of 1 explains nothing.
        rows += [row | {"value": row["value"] * (1 + place_in_ratio)} for row in made]
    return _framed(rows, catalogue)


def _parts(indicator: Indicator, catalogue: Catalogue) -> Iterator[Indicator]:
    if isinstance(indicator.derived, Derived):
        yield from (catalogue.indicators[n] for n in (indicator.derived.numerator, indicator.derived.denominator))
    else:
        yield indicator


def _of_places(indicator: Indicator, catalogue: Catalogue) -> pl.DataFrame:
    """One report of a whole year from each of the first two places."""
    below = [c.code for c in catalogue.places.codes.values() if c.code != NATION][:2]
    year = catalogue.calendars[catalogue.default_calendar].year(catalogue.years_in_force[-1])
    rows = [_observation(indicator, n, year, place, catalogue) for n, place in enumerate(below)]
    return _framed(rows if len(below) == 2 else [], catalogue)


def _observation(
    indicator: Indicator, number: int, period: tuple[date, date], place: str, catalogue: Catalogue
) -> dict[str, Any]:
    top, bottom = PAIRS[number]
    paired = indicator.kind in ("ratio", "average")
    value = top / bottom * indicator.multiplier if paired else float(COUNTS[number])
    if indicator.kind == "milestone":
        value = float(STAGES[number % len(STAGES)])
    if indicator.over_periods == "cumulative":
        value = float(sum(COUNTS[: number + 1]))
    groups = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
    return groups | {
        "observation_id": f"{indicator.id}{number:02}{place}",
        "series": indicator.id,
        "period_start": period[0],
        "period_end": period[1],
        "place": place,
        "unit": indicator.unit,
        "value": value,
        "numerator": float(top) if paired else None,
        "denominator": float(bottom) if paired else None,
        "status": str(Status.REPORTED),
    }


def _framed(rows: list[dict[str, Any]], catalogue: Catalogue) -> pl.DataFrame:
    schema = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    return pl.DataFrame(rows, schema=schema).with_columns(role=pl.lit("used"))

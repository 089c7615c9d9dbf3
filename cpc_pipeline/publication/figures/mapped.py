"""What a map shows: one row per place of an indicator in one year, places of which nothing came among them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release, Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.style import RAMP, shade
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.numbers import written

LEAST = 2  # places with something to show
COLUMNS = ("indicator", "place", "organisation", "series", "unit", "year", "actual", "lower", "upper", "status")


def mapped(release: Release, catalogue: Catalogue, year: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Indicator and its rows in the places of the tile grid, for each indicator that has enough of them.

    Only the system of record, in the headline group. In the order of the list of places, never of the values.
    """
    grid = list(tiles(catalogue))
    own = release.measures.filter(
        pl.col("year") == year,
        pl.col("calendar") == catalogue.default_calendar,
        pl.col("series") == "record",
        pl.col("place").is_in(grid),
    )
    for indicator, known in catalogue.indicators.items():
        group = words.of_group(words.headline_group(indicator, catalogue))
        rows = own.filter(pl.col("indicator") == indicator, pl.col("unit") == known.unit, group)
        if rows.filter(words.known())["place"].n_unique() >= LEAST:
            order = pl.col("place").replace_strict({p: n for n, p in enumerate(grid)}, return_dtype=pl.Int64)
            yield indicator, rows.select(COLUMNS).sort(order)


def tiles(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    """Place -> row and column in the tile grid, where the compact's list of places has one."""
    codes = catalogue.places.codes.values()
    places = [(c.code, c.extra.get("tile_row"), c.extra.get("tile_col")) for c in codes]
    return {code: (int(row), int(column)) for code, row, column in places if row and column}


def drawn_value(row: Row) -> float | None:
    """The number by which a place is shaded: its value, and of a bound or range no end."""
    return row["actual"] if row["actual"] is not None and row["actual"] != 0 else None


def steps(data: pl.DataFrame) -> tuple[dict[str, int], list[tuple[int, float, float]]]:
    """Place -> step of the ramp; and per step that occurs its least and greatest value."""
    values = {r["place"]: v for r in data.iter_rows(named=True) if (v := drawn_value(r)) is not None}
    if not values:
        return {}, []
    step = shade(list(values.values()))
    found = {place: step(value) for place, value in values.items()}
    spans = []
    for n in range(len(RAMP)):
        inside = [values[p] for p, s in found.items() if s == n]
        if inside:
            spans.append((n, min(inside), max(inside)))
    return found, spans


def span_text(low: float, high: float, unit: str, language: str, catalogue: Catalogue) -> str:
    ends = dict.fromkeys(written(v, unit, language, catalogue) for v in (low, high))
    return "–".join(ends)


def alt_lines(data: pl.DataFrame, indicator: str, catalogue: Catalogue, language: str) -> Iterator[str]:
    """A sentence per place of the grid: its value, why there is none, or that nothing was received."""
    by_place = {r["place"]: r for r in data.iter_rows(named=True)}
    year = data["year"][0]
    for place in tiles(catalogue):
        row = by_place.get(place)
        nothing = catalogue.wording.text(f"status.{Status.NOT_RECEIVED}", language)
        value = words.told(row, language, catalogue) if row else nothing
        subject = words.name(indicator, language, catalogue)
        label = catalogue.places.label(place, language)
        yield say(catalogue, "line", language, subject=subject, owner=label, values=f"{year}: {value}")


def notes(data: pl.DataFrame, indicator: str, catalogue: Catalogue, language: str) -> str:
    """Counts are no rates; marks that occur."""
    known = catalogue.indicators[indicator]
    said = [say(catalogue, "map.counts", language)] if known.kind in ("count", "money", "milestone") else []
    if known.over_places == "unduplicated":
        said.append(say(catalogue, "map.no_sum", language))
    return " ".join(said)

"""`map.<indicator>`: a tile for each place of the compact's grid, so that small places are seen as well as large ones.

A shade says how many, and the number is printed on it. Zero, withheld and nothing received look like three things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release, Status
from cpc_pipeline.publication.figures import mapped, words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import (
    DARK,
    FAINT,
    INK,
    LIGHT,
    MARGIN,
    RAMP,
    SOFT,
    WIDTH,
    Page,
    styled,
    wrapped,
)
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.tables import printable

LEGEND, GAP, MOST = 118.0, 2.0, 62.0  # width of the legend; between tiles; widest tile
Look = tuple[str, str, str | None, str]
NOTHING: Row = {"status": Status.NOT_RECEIVED, "actual": None, "lower": None, "upper": None, "unit": ""}


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per indicator with numbers in places, in every language."""
    for indicator, data in mapped.mapped(release, catalogue, year):
        for language in catalogue.languages:
            name = words.name(indicator, language, catalogue)
            title = say(catalogue, "map.title", language, name=name, year=year)
            owner = words.owner(data["organisation"][0], indicator, catalogue, language)
            notes, source = mapped.notes(data, indicator, catalogue, language), words.foot(release, catalogue, language)
            with styled():
                page = Page()
                page.head(title, f"{words.unit_of(indicator, catalogue, language)} – {owner}")
                _grid(page, data, catalogue, language)
                page.foot(notes, source)
                png, svg = page.saved(title)
            text = words.alt(title, mapped.alt_lines(data, indicator, catalogue, language), notes, source)
            yield Drawn(f"map.{indicator}", language, title, png, svg, text, printable(data, catalogue))


def _grid(page: Page, data: pl.DataFrame, catalogue: Catalogue, language: str) -> None:
    places = mapped.tiles(catalogue)
    rows = {r["place"]: r for r in data.iter_rows(named=True)}
    found, spans = mapped.steps(data)
    wide = 1 + max(column for _, column in places.values())
    size = min(MOST, (WIDTH - 2 * MARGIN - LEGEND) / wide)
    top, high = page.y + 4, size * 0.86
    for place, (row, column) in places.items():
        x, y = MARGIN + column * size, top + row * high
        _tile(page, x, y, size - GAP, high - GAP, place, rows.get(place), found.get(place), catalogue, language)
    bottom = top + (1 + max(row for row, _ in places.values())) * high
    used = legend(page, data, spans, MARGIN + wide * size + 14, top + 4, catalogue, language)
    page.y = max(bottom, used)


def _tile(
    page: Page,
    x: float,
    y: float,
    width: float,
    height: float,
    place: str,
    row: Row | None,
    step: int | None,
    catalogue: Catalogue,
    language: str,
) -> None:
    shown = row or NOTHING
    fill, edge, hatch, ink = look(shown, step)
    page.rect(x, y, width, height, fill, edge, hatch)
    lines = wrapped(catalogue.places.label(place, language), width - 4, 5.8, most=4)
    if hatch:  # words on hatching cannot be read
        page.rect(x + 2, y + 2, width - 4, 3 + 7.8 * len(lines), "white")
    page.lines(x + width / 2, y + 6.5, lines, 5.8, colour=ink if step is not None else SOFT, ha="center")
    mark = words.printed(shown, language, catalogue)
    if hatch:
        page.rect(x + width / 2 - 6, y + height - 15, 12, 11, "white")
    page.text(x + width / 2, y + height - 8.5, mark, 8, ink, ha="center", bold=True)


def look(row: Row, step: int | None) -> Look:
    """Fill, edge, hatching, and the ink of what is written on it; see also choropleth.look."""
    if step is not None:
        return RAMP[step], RAMP[step], None, "white" if step >= 3 else INK
    if row["status"] == Status.HIDDEN:
        return "white", DARK, "//////", DARK
    if row["actual"] == 0:
        return "white", DARK, None, INK
    if row["lower"] is not None or row["upper"] is not None:
        return "white", LIGHT, None, INK
    return "#f4f5f7", "#f4f5f7", None, SOFT


def legend(
    page: Page,
    data: pl.DataFrame,
    spans: list[tuple[int, float, float]],
    x: float,
    y: float,
    catalogue: Catalogue,
    language: str,
    looks: Callable[[Row, int | None], Look] = look,
) -> float:
    """What the shades and marks mean, of those that occur; returns where it ends."""
    unit = data["unit"][0]
    for n, low, high in spans:
        page.rect(x, y, 16, 10, RAMP[n], RAMP[n])
        page.text(x + 21, y + 5, mapped.span_text(low, high, unit, language, catalogue), 7)
        y += 13
    y += 4
    rows = {r["place"]: r for r in data.iter_rows(named=True)}
    others = [rows.get(place, NOTHING) for place in mapped.tiles(catalogue)]
    seen: dict[str, Row] = {}
    for row in others:
        if mapped.drawn_value(row) is None:
            seen.setdefault("zero" if row["actual"] == 0 else str(row["status"]), row)
    for key, row in seen.items():
        fill, edge, hatch, _ = looks(row, None)
        page.rect(x, y, 16, 10, fill, edge if edge != "#f4f5f7" else FAINT, hatch, 0.5)
        word = (
            say(catalogue, "map.zero", language) if key == "zero" else catalogue.wording.text(f"status.{key}", language)
        )
        mark = words.printed(row, language, catalogue)
        plain = mark if key not in ("range", "conflicting", "lower_bound", "upper_bound", "partial") else ""
        lines = wrapped(f"{plain}  {word}".strip(), LEGEND - 36, 6.5, most=2)
        page.lines(x + 21, y + 5, lines, 6.5, colour=SOFT)
        y += 4 + 8.45 * max(len(lines), 1.1)
    return y

"""`choropleth.<indicator>`: the same numbers on the shapes of the places, where the compact has shapes.

Plain outlines, equirectangular, true to scale in the middle of the country. A part far from the rest stands in a frame.
The tile map is the main one: here a large place with few cases is seen first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release, Status
from cpc_pipeline.publication.figures import mapped, tile, words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import FAINT, MARGIN, SOFT, WIDTH, Page, styled, wrapped
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.tables import printable

HEIGHT, INSET, COAST = 330.0, 62.0, "#6b7783"
BESIDE, GAP = 70.0, 14.0
"""Room at the left for places far away, and between the country and the legend."""
LINES = {
    Status.NOT_RECEIVED: "----",
    Status.NOT_AVAILABLE: "....",
    Status.NOT_COLLECTED: "xxxx",
    Status.NOT_APPLICABLE: "++++",
    Status.REJECTED: "\\\\\\\\",
    Status.SUPPRESSED_BY_SOURCE: "\\\\..",
    Status.BLANK: "--..",
    Status.DISAGGREGATE_NOT_AVAILABLE: "||..",
    Status.NOT_ADDITIVE: "oo",
    Status.CONFLICTING: "||--..",
    Status.LOWER_BOUND: "||\\\\",
    Status.UPPER_BOUND: "||//",
}
"""Missing is not zero, and no two reasons are the same; the two ends of a range are upright lines."""
Point = tuple[float, float]
Ring = tuple[Point, ...]
Project = Callable[[Point], Point]


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per indicator with numbers in places, in every language; none where the compact has no shapes."""
    if catalogue.shapes is None:
        return
    for indicator, data in mapped.mapped(release, catalogue, year):
        for language in catalogue.languages:
            name = words.name(indicator, language, catalogue)
            title = say(catalogue, "map.title", language, name=name, year=year)
            owner = words.owner(data["organisation"][0], indicator, catalogue, language)
            notes, source = mapped.notes(data, indicator, catalogue, language), words.foot(release, catalogue, language)
            shapes = say(catalogue, "map.shapes", language, source=catalogue.shapes.source)
            with styled():
                page = Page()
                page.head(title, f"{words.unit_of(indicator, catalogue, language)} – {owner}")
                _country(page, data, catalogue, language)
                page.foot(notes, f"{source} {shapes}")
                png, svg = page.saved(title)
            text = words.alt(title, mapped.alt_lines(data, indicator, catalogue, language), notes, source, shapes)
            yield Drawn(f"choropleth.{indicator}", language, title, png, svg, text, printable(data, catalogue))


def _country(page: Page, data: pl.DataFrame, catalogue: Catalogue, language: str) -> None:
    assert catalogue.shapes is not None
    rows = {r["place"]: r for r in data.iter_rows(named=True)}
    found, spans = mapped.steps(data)
    apart = catalogue.shapes.apart
    near = {p: rings for p, rings in catalogue.shapes.rings.items() if p not in apart}
    top = page.y
    room = WIDTH - 2 * MARGIN - BESIDE - GAP - tile.LEGEND
    project, width, height = _projection(
        [r for rings in near.values() for r in rings], MARGIN + BESIDE, top, room, HEIGHT
    )
    for place, rings in near.items():
        _outline(page, rings, project, look(rows.get(place, tile.NOTHING), found.get(place)))
    y = top
    for place in apart:
        inside, *_ = _projection(list(catalogue.shapes.rings[place]), MARGIN + 6, y + 6, INSET - 12, INSET - 12)
        page.rect(MARGIN, y, INSET, INSET, None, FAINT)
        there = look(rows.get(place, tile.NOTHING), found.get(place))
        _outline(page, catalogue.shapes.rings[place], inside, there, small=True)
        label = catalogue.places.label(place, language)
        page.lines(MARGIN, y + INSET + 7, wrapped(label, INSET + 8, 5.8, most=3), 5.8, colour=SOFT)
        y += INSET + 30
    left = max(MARGIN + BESIDE + width + GAP, WIDTH - MARGIN - tile.LEGEND)
    used = tile.legend(page, data, spans, left, top + 4, catalogue, language, look)
    page.y = max(top + height, used, y) + 2


def look(row: Row, step: int | None) -> tile.Look:
    """As in the tile map; here no mark says why there is no number, so each reason has lines of its own."""
    fill, edge, hatch, ink = tile.look(row, step)
    if step is None and hatch is None and row["actual"] is None:
        return "white", FAINT, LINES.get(row["status"], "||||"), ink
    return fill, edge, hatch, ink


def _projection(
    rings: list[Ring], left: float, top: float, width: float, height: float
) -> tuple[Project, float, float]:
    """From degrees to points, the whole in a width and a height; and what it takes of each."""
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    squeeze = math.cos(math.radians((south + north) / 2))
    factor = min(height / (north - south), width / ((east - west) * squeeze))

    def project(point: Point) -> Point:
        return left + (point[0] - west) * squeeze * factor, top + (north - point[1]) * factor

    return project, (east - west) * squeeze * factor, (north - south) * factor


def _outline(page: Page, rings: tuple[Ring, ...], project: Project, look: tile.Look, small: bool = False) -> None:
    """small: a thick edge of the same shade, or an island of a few points could not be told from its coast."""
    from matplotlib.path import Path

    fill, _, hatch, _ = look
    parts = [Path([project(p) for p in ring], closed=True) for ring in rings]
    dark = small and hatch is None and fill != "white"
    page.shape(Path.make_compound_path(*parts), fill, fill if dark else COAST, hatch, 2.0 if dark else 0.5)

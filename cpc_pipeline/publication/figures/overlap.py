"""`overlap.<indicator>`: people whom several organisations may have met: each count, and between which bounds all lie.

Not drawn where the year has no bounds. The counts are never added: the sum would count the same people twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release, Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import (
    DARK,
    FAINT,
    LIGHT,
    MARGIN,
    SOFT,
    WIDTH,
    Page,
    balanced,
    scale,
    styled,
    ticks,
)
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.numbers import written
from cpc_pipeline.publication.tables import printable

NAMES, ROW, TOGETHER = 150.0, 19.0, "together"


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per indicator with what several organisations know together."""
    own = release.measures.filter(words.national(catalogue), words.known(), pl.col("year") == year)
    for indicator, known in catalogue.indicators.items():
        rows = own.filter(
            pl.col("indicator") == indicator,
            pl.col("unit") == known.unit,
            words.of_group(words.headline_group(indicator, catalogue)),
        )
        if (rows["series"] == TOGETHER).any():
            yield from _figures(rows, indicator, release, catalogue, year)


def _figures(rows: pl.DataFrame, indicator: str, release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    columns = ("indicator", "organisation", "series", "unit", "year", "actual", "lower", "upper", "status")
    data = rows.select(columns).sort(pl.col("series") == TOGETHER, pl.col("series") != "record", "organisation")
    for language in catalogue.languages:
        name = words.name(indicator, language, catalogue)
        title = say(catalogue, "overlap.title", language, name=name, year=year)
        hidden = (data["status"] == Status.HIDDEN).any()
        others = (data["series"] == "parallel").any()
        marks = [
            say(catalogue, f"trend.{m}", language) for m, there in (("parallel", others), ("hidden", hidden)) if there
        ]
        notes = " ".join([say(catalogue, "overlap.notes", language), *marks])
        source = words.foot(release, catalogue, language)
        with styled():
            page = Page()
            page.head(title, words.unit_of(indicator, catalogue, language))
            _rows(page, data, catalogue, language)
            page.foot(notes, source)
            png, svg = page.saved(title)
        lines = [_line(row, name, catalogue, language) for row in data.iter_rows(named=True)]
        text = words.alt(title, lines, notes, source)
        yield Drawn(f"overlap.{indicator}", language, title, png, svg, text, printable(data, catalogue))


def _owner(row: Row, catalogue: Catalogue, language: str) -> str:
    owner = words.owner(row["organisation"], row["indicator"], catalogue, language)
    return say(catalogue, "overlap.together", language, owners=owner) if row["series"] == TOGETHER else owner


def _line(row: Row, name: str, catalogue: Catalogue, language: str) -> str:
    values = f"{row['year']}: {words.told(row, language, catalogue)}"
    return say(catalogue, "line", language, subject=name, owner=_owner(row, catalogue, language), values=values)


def _rows(page: Page, data: pl.DataFrame, catalogue: Catalogue, language: str) -> None:
    unit = data["unit"][0]
    high = max((v for c in ("actual", "lower", "upper") for v in data[c].drop_nulls()), default=0)
    levels = ticks(high * 1.05, most=6)
    left, right = MARGIN + NAMES, WIDTH - MARGIN - 44
    across = scale(0, levels[-1], left, right)
    names = [balanced(_owner(r, catalogue, language), NAMES - 8, 7, r["series"] == TOGETHER) for r in data.to_dicts()]
    heights = [max(ROW, 9.1 * len(lines) + 5) for lines in names]
    top, bottom, ruled = page.y, page.y + sum(heights), False
    for level in levels:
        page.rule([across(level)] * 2, [top, bottom], strong=level == 0)
        page.text(across(level), bottom + 7, written(level, unit, language, catalogue), 6.5, SOFT, ha="center")
    for row, lines, height in zip(data.to_dicts(), names, heights, strict=True):
        together = row["series"] == TOGETHER
        if together and not ruled:
            page.line([MARGIN, right], [page.y, page.y], FAINT, 0.5)
            ruled = True
        middle = page.y + height / 2
        page.lines(MARGIN, middle - (len(lines) - 1) * 4.55, lines, 7, bold=together)
        _values(page, row, middle, across, catalogue, language)
        page.y += height
    page.y = bottom + 14


def _values(
    page: Page, row: Row, middle: float, at: Callable[[float], float], catalogue: Catalogue, language: str
) -> None:
    colour = DARK if row["series"] in ("record", TOGETHER) else LIGHT
    text = words.printed(row, language, catalogue)
    if row["status"] == Status.HIDDEN:
        page.rect(at(0) + 3, middle - 4.5, 6, 9, "white", colour, "//////", 0.5)
        page.text(at(0) + 16, middle, text, 7)
        return
    ends = [row[c] for c in ("actual", "lower", "upper") if row[c] is not None]
    if len(ends) == 2:
        page.line([at(ends[0]), at(ends[1])], [middle, middle], colour, 5)
        for end in ends:
            page.line([at(end)] * 2, [middle - 5, middle + 5], colour, 1.2)
    else:
        kind = "o" if row["actual"] is not None else ">" if row["lower"] is not None else "<"
        face = colour if row["status"] == Status.REPORTED else "white"
        page.mark(at(ends[0]), middle, kind, 5, colour, face)
    page.text(at(max(ends)) + 7, middle, text, 7, bold=row["series"] == TOGETHER)

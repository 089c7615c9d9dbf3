"""`progress`: how far each indicator is on the way to its target of the year. Not drawn where no target is set.

A filled dot is on target, a hollow one is not, a diamond has no direction and is therefore neither. What has no target,
or no value, is listed and said so: an overview that leaves it out would look better than the year was.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.catalogue.models import Objective
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import (
    DARK,
    LIGHT,
    MARGIN,
    SOFT,
    WIDTH,
    Page,
    balanced,
    scale,
    styled,
    width_of,
    wrapped,
)
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.numbers import rounded, written
from cpc_pipeline.publication.tables import printable

MOST = 200.0  # per cent; what is beyond is drawn at the edge with its number
NAME, VALUE, AXIS = 172.0, 74.0, 130.0
START = MARGIN + NAME + VALUE
MARKS = {"on_target": ("o", DARK, DARK), "off_target": ("o", DARK, "white"), "incomplete": ("s", LIGHT, "white")}
NEUTRAL = ("D", LIGHT, LIGHT)
COLUMNS = ("indicator", "organisation", "unit", "year", "target", "actual", "lower", "upper", "status")
SAID = ("achievement_pct", "deviation_pct", "rating")


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One row per indicator: the system of record, national, in the headline group, of one year."""
    data = _data(release, catalogue, year)
    if data["target"].is_null().all():
        return
    for language in catalogue.languages:
        title = say(catalogue, "progress.title", language, year=year)
        source = words.foot(release, catalogue, language)
        drawn = data.filter(pl.col("achievement_pct").is_not_null())
        marks = [m for m in (*MARKS, "no_direction") if (drawn["rating"] == m).any()]
        notes = " ".join(say(catalogue, f"progress.mark.{m}", language) for m in marks)
        with styled():
            page = Page()
            page.head(title, say(catalogue, "progress.subtitle", language))
            top = page.y + 12
            _heads(page, catalogue, language)
            for objective in catalogue.objectives:
                _objective(page, data.filter(pl.col("objective") == objective.id), objective, catalogue, language)
            _axis(page, top, page.y, language, catalogue)
            page.y += 10
            page.foot(notes, source)
            png, svg = page.saved(title)
        lines = (_line(row, catalogue, language) for row in data.iter_rows(named=True))
        text = words.alt(title, lines, notes, source)
        yield Drawn("progress", language, title, png, svg, text, printable(data.drop("objective"), catalogue))


def _data(release: Release, catalogue: Catalogue, year: int) -> pl.DataFrame:
    own = release.measures.filter(words.national(catalogue), pl.col("series") == "record", pl.col("year") == year)
    rows = [
        own.filter(
            words.of_group(words.headline_group(name, catalogue)),
            pl.col("indicator") == name,
            pl.col("unit") == indicator.unit,
        )
        for name, indicator in catalogue.indicators.items()
    ]
    return pl.concat([own.clear(), *rows]).select("objective", *COLUMNS, *SAID)


def _heads(page: Page, catalogue: Catalogue, language: str) -> None:
    page.text(START - 8, page.y + 4, say(catalogue, "progress.of", language), 6.5, SOFT, ha="right")
    page.text(START, page.y + 4, say(catalogue, "progress.axis", language), 6.5, SOFT)
    page.y += 12


def _objective(page: Page, rows: pl.DataFrame, objective: Objective, catalogue: Catalogue, language: str) -> None:
    if rows.is_empty():
        return
    page.y += 4
    page.text(MARGIN, page.y + 5, objective.name[language], 7.5, DARK, bold=True)
    page.y += 13
    for row in rows.iter_rows(named=True):
        value = _of(row, catalogue, language)
        room = min(NAME, NAME + VALUE - width_of(value, 7) - 16)
        name = balanced(words.name(row["indicator"], language, catalogue), room, 7, most=3)
        word = _word(row, catalogue, language)
        if all(row[c] is None for c in ("actual", "lower", "upper")):  # its mark alone is not understood
            status = catalogue.wording.text(f"status.{row['status']}", language)
            word = "; ".join(dict.fromkeys((status, word)))
        said = wrapped(word, WIDTH - MARGIN - START - AXIS - 12, 6.5, most=2)
        height = 9.0 * max(len(name), len(said)) + 3
        middle = page.y + height / 2
        page.lines(MARGIN, middle - (len(name) - 1) * 4.55, name, 7)
        page.text(START - 8, middle, value, 7, ha="right")
        _dot(page, row, middle)
        page.lines(START + AXIS + 12, middle - (len(said) - 1) * 4.2, said, 6.5, colour=SOFT)
        page.y += height


def _dot(page: Page, row: Row, middle: float) -> None:
    percent = row["achievement_pct"]
    if percent is None:
        return
    across = scale(0, MOST, START, START + AXIS)
    x = across(min(max(percent, 0), MOST))
    kind, colour, face = MARKS.get(row["rating"], NEUTRAL)
    page.line([across(100), x], [middle, middle], colour, 1.2)
    page.mark(x, middle, ">" if percent > MOST else kind, 5, colour, face)


def _axis(page: Page, top: float, bottom: float, language: str, catalogue: Catalogue) -> None:
    across = scale(0, MOST, START, START + AXIS)
    for percent in (0, 50, 100, 150, 200):
        x, strong = across(percent), percent == 100
        page.rule([x, x], [top, bottom], strong=strong)
        page.text(x, bottom + 6, f"{percent}", 6.5, SOFT, ha="center")


def _of(row: Row, catalogue: Catalogue, language: str) -> str:
    value = words.printed(row, language, catalogue)
    if row["target"] is None:
        return value
    return f"{value} / {written(row['target'], row['unit'], language, catalogue)}"


def _word(row: Row, catalogue: Catalogue, language: str) -> str:
    """The percentage and what it means; where there is none, why."""
    if row["rating"] is None or (row["rating"] == "no_value" and row["status"] != "reported"):
        return catalogue.wording.text(f"status.{row['status']}", language)
    word = say(catalogue, f"progress.rating.{row['rating']}", language)
    return ", ".join(filter(None, (percentage(row["achievement_pct"], language, catalogue), word)))


def percentage(value: float | None, language: str, catalogue: Catalogue) -> str:
    """With one decimal, as in the table."""
    if value is None:
        return ""
    return f"{rounded(value, 1):.1f}".replace(".", catalogue.header.number_format[language][1]) + " %"


def _line(row: Row, catalogue: Catalogue, language: str) -> str:
    target = row["target"]
    said = say(catalogue, "progress.no_target", language) if target is None else ""
    if target is not None:
        number = written(target, row["unit"], language, catalogue)
        said = say(catalogue, "trend.targets", language, numbers=f"{number} ({row['year']})")
    told = dict.fromkeys((words.told(row, language, catalogue), said, _word(row, catalogue, language)))
    values = f"{row['year']}: {'; '.join(told)}"
    owner = words.owner(row["organisation"], row["indicator"], catalogue, language)
    subject = words.name(row["indicator"], language, catalogue)
    key = "line" if owner else "alone"  # nobody sent it, and nobody keeps the record of it
    return say(catalogue, key, language, subject=subject, owner=owner, values=values)

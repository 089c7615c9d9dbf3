"""`breakdown.<indicator>.<dimension>`: one small chart per category, all with the same axes.

Drawn where the year has a number in a category. Categories stand as the code list has them, never by their values, and
are never stacked: a stack ends at a total that may not be printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL, Release, Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import (
    DARK,
    LIGHT,
    MARGIN,
    SOFT,
    WIDTH,
    Page,
    scale,
    styled,
    ticks,
    width_of,
    wrapped,
)
from cpc_pipeline.publication.figures.words import Row, say
from cpc_pipeline.publication.numbers import written
from cpc_pipeline.publication.tables import printable

ACROSS, GUTTER, HEIGHT, YEARS, MOST = 4, 10.0, 64.0, 7, 12


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per indicator and dimension of its definition, in every language."""
    own = release.measures.filter(words.national(catalogue), pl.col("series") != "together")
    for indicator, known in catalogue.indicators.items():
        rows = own.filter(pl.col("indicator") == indicator, pl.col("unit") == known.unit)
        if rows.is_empty():
            continue
        for dimension in catalogue.dimension_ids:
            data = _data(rows, indicator, dimension, catalogue, year)
            if not data.is_empty():
                yield from _figures(data, indicator, dimension, release, catalogue, year)


def _data(rows: pl.DataFrame, indicator: str, dimension: str, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """One organisation's rows in the categories below the headline group; empty where the year has none of them."""
    group = words.headline_group(indicator, catalogue)
    codes = catalogue.codelist_of(dimension).codes
    below = [code.code for code in codes.values() if code.parent == group[dimension] and code.code != TOTAL]
    asked = catalogue.indicators[indicator].disaggregations
    if dimension not in (*asked.required, *asked.optional):
        return rows.clear()
    rest = words.of_group({d: c for d, c in group.items() if d != dimension})
    within = rows.filter(rest, pl.col(dimension).is_in(below), pl.col("year") > year - YEARS)
    now = within.filter(words.known(), pl.col("year") == year)
    drawable = within.filter(words.known())
    if now.is_empty() or drawable[dimension].n_unique() < 2:
        return rows.clear()
    ranked = now.group_by("organisation", "series").agg(pl.len().alias("categories"))
    first = ranked.sort(pl.col("series") != "record", -pl.col("categories").cast(pl.Int64), "organisation").row(0)
    chosen = within.filter(pl.col("organisation") == first[0], pl.col("series") == first[1])
    if chosen.filter(words.known())[dimension].n_unique() < 2:
        return rows.clear()
    place = {code: n for n, code in enumerate(below)}
    columns = ["indicator", dimension, "organisation", "series", "unit", "year", "actual", "lower", "upper", "status"]
    order = pl.col(dimension).replace_strict(place, return_dtype=pl.Int64)
    return chosen.select(columns).sort(order, "year")


def _figures(
    data: pl.DataFrame, indicator: str, dimension: str, release: Release, catalogue: Catalogue, year: int
) -> Iterator[Drawn]:
    everything = data.filter(words.known())[dimension].unique(maintain_order=True).to_list()
    categories, left = everything[:MOST], everything[MOST:]
    shown = data.filter(pl.col(dimension).is_in(categories))
    for language in catalogue.languages:
        by = next(d.name[language] for d in catalogue.dimensions if d.id == dimension)
        by = by[:1].lower() + by[1:]
        title = say(catalogue, "breakdown.title", language, name=words.name(indicator, language, catalogue), by=by)
        owner = words.owner(shown["organisation"][0], indicator, catalogue, language)
        own = "" if shown["series"][0] == "record" else f" ({say(catalogue, 'breakdown.other', language)})"
        subtitle = f"{words.unit_of(indicator, catalogue, language)} – {owner}{own}"
        labels = catalogue.codelist_of(dimension)
        notes, source = _notes(shown, catalogue, language), words.foot(release, catalogue, language)
        if left:
            others = ", ".join(labels.label(code, language) for code in left)
            notes += " " + say(catalogue, "trend.left", language, indicators=others)
        with styled():
            page = Page()
            page.head(title, subtitle)
            _charts(page, shown, categories, dimension, catalogue, language, year)
            page.foot(notes, source)
            png, svg = page.saved(title)
        lines = []
        for category in categories:
            values = [
                f"{r['year']}: {words.told(r, language, catalogue)}"
                for r in shown.filter(pl.col(dimension) == category).iter_rows(named=True)
            ]
            subject = f"{words.name(indicator, language, catalogue)}, {labels.label(category, language)}"
            lines.append(say(catalogue, "line", language, subject=subject, owner=owner, values="; ".join(values)))
        text = words.alt(title, lines, notes, source)
        yield Drawn(f"breakdown.{indicator}.{dimension}", language, title, png, svg, text, printable(shown, catalogue))


def _notes(data: pl.DataFrame, catalogue: Catalogue, language: str) -> str:
    there = {
        "partial": (data["status"] == Status.PARTIAL).any(),
        "bounds": data["actual"].is_null() & (data["lower"].is_not_null() | data["upper"].is_not_null()),
        "hidden": (data["status"] == Status.HIDDEN).any(),
        "missing": data.select("year", data.columns[1]).n_unique()
        < data["year"].n_unique() * data[data.columns[1]].n_unique(),
    }
    marks = [m for m, said in there.items() if (said.any() if isinstance(said, pl.Series) else said)]
    return " ".join(say(catalogue, f"breakdown.{m}", language) for m in (*marks, "no_sum"))


def _charts(
    page: Page,
    data: pl.DataFrame,
    categories: list[str],
    dimension: str,
    catalogue: Catalogue,
    language: str,
    year: int,
) -> None:
    unit = data["unit"][0]
    first = int(data.filter(words.known())["year"].min())  # type: ignore[arg-type]
    high = max((v for c in ("actual", "lower", "upper") for v in data[c].drop_nulls()), default=0)
    levels = ticks(high * 1.1, most=3)
    labels = [written(level, unit, language, catalogue) for level in levels]
    left = MARGIN + max(width_of(text, 6.5) for text in labels) + 4
    width = (WIDTH - MARGIN - left - GUTTER * (ACROSS - 1)) / ACROSS
    names = catalogue.codelist_of(dimension)
    for start in range(0, len(categories), ACROSS):
        row = categories[start : start + ACROSS]
        titles = [wrapped(names.label(code, language), width, 7, True, most=2) for code in row]
        top = page.y + 9.1 * max(len(t) for t in titles) + 8
        bottom = top + HEIGHT
        up = scale(0, max(levels[-1], high * 1.1), bottom, top)
        for column, (code, title) in enumerate(zip(row, titles, strict=True)):
            at = left + column * (width + GUTTER)
            page.lines(at, page.y + 5, title, 7, bold=True)
            for level, label in zip(levels, labels, strict=True):
                page.rule([at, at + width], [up(level)] * 2, strong=level == 0)
                if column == 0:
                    page.text(at - 3, up(level), label, 6.5, SOFT, ha="right")
            years = {r["year"]: r for r in data.filter(pl.col(dimension) == code).iter_rows(named=True)}
            across = scale(first - 0.5, year + 0.5, at, at + width)
            for shown in range(first, year + 1):
                _bar(page, years.get(shown), across(shown), width / (year - first + 1), up, catalogue, language)
            ends = {first, year} if width_of("0000", 6.5) * 2 + 4 < width else {year}
            for shown in sorted(ends):
                page.text(across(shown), bottom + 7, str(shown), 6.5, SOFT, ha="center")
        page.y = bottom + 18


def _bar(
    page: Page,
    row: Row | None,
    x: float,
    step: float,
    at: Callable[[float], float],
    catalogue: Catalogue,
    language: str,
) -> None:
    half, bottom = min(step * 0.38, 9), at(0)
    if row is None:
        page.text(x, bottom - 5, ":", 7, SOFT, ha="center")
    elif row["status"] == Status.HIDDEN:
        page.withheld(x, bottom, min(6.0, half * 2))
    elif row["actual"] is None and row["lower"] is None and row["upper"] is None:
        page.text(x, bottom - 5, words.printed(row, language, catalogue), 6, SOFT, ha="center")
    else:
        whole = row["actual"] is not None and row["status"] == Status.REPORTED
        top = at(next(row[c] for c in ("actual", "upper", "lower") if row[c] is not None))
        low = at(row["lower"]) if row["actual"] is None and row["upper"] is not None and row["lower"] else bottom
        page.rect(x - half, top, half * 2, low - top, DARK if whole else "white", DARK if whole else LIGHT, line=0.8)
        text = words.printed(row, language, catalogue)
        if width_of(text, 6) <= step + 3:
            page.text(x, top - 5, text, 6, ha="center")

"""`trend.<objective>`: small charts of an objective's indicators over the years, against their targets.

Every indicator that anything is known of is drawn: what one figure has no room for stands on `trend.<objective>.2` …

Dark is the system of record; grey are other institutions, which are never added. Nothing is coloured good or bad. Where
an indicator about children has no number for children, its total of all ages is shown and named so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL, Release
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.chart import Chart
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import MARGIN, SOFT, WIDTH, Page, balanced, styled
from cpc_pipeline.publication.figures.words import say
from cpc_pipeline.publication.numbers import written
from cpc_pipeline.publication.tables import printable

MOST = 8  # charts to a figure
GUTTER, ACROSS = 18.0, 2


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """The figures of each objective and language, of everything known up to the year."""
    for objective in catalogue.objectives:
        data = plotted(release, catalogue, objective.id)
        pages = _pages(data, catalogue)
        for number, panels in enumerate(pages, start=1):
            shown = data.filter(pl.col("indicator").is_in(panels))
            name = f"trend.{objective.id}" if number == 1 else f"trend.{objective.id}.{number}"
            for language in catalogue.languages:
                title = say(catalogue, "trend.title", language, objective=objective.name[language], year=year)
                title += f" ({panels[0]} – {panels[-1]})" if len(pages) > 1 else ""
                notes = _notes(shown, release, catalogue, language)
                source = words.foot(release, catalogue, language)
                with styled():
                    page = Page()
                    page.head(title)
                    _charts(page, shown, panels, release, catalogue, language, year)
                    page.foot(notes, source)
                    png, svg = page.saved(title)
                told = words.alt(title, _lines(shown, panels, catalogue, language), notes, source)
                yield Drawn(name, language, title, png, svg, told, printable(shown, catalogue))


def plotted(release: Release, catalogue: Catalogue, objective: str) -> pl.DataFrame:
    """One row per indicator, organisation, unit and year: national, in the headline group, in the compact's years.

    broken: the value follows another definition than that of the year before.
    """
    own = release.measures.filter(
        words.known() & words.national(catalogue) & (pl.col("objective") == objective), pl.col("series") != "together"
    )
    shown = []
    for indicator in catalogue.indicators.values():
        # One axis, one kind of unit: cities on an axis of campaigns would be read as campaigns.
        family = catalogue.units[indicator.unit].family
        units = [name for name, unit in catalogue.units.items() if unit.family == family]
        rows = own.filter((pl.col("indicator") == indicator.id) & pl.col("unit").is_in(units))
        total = dict.fromkeys(catalogue.dimension_ids, TOTAL)
        for group in (total | indicator.headline, total):
            chosen = rows.filter(words.of_group(group))
            if not chosen.is_empty():
                code = "" if group == total and not indicator.headline else _group_code(group)
                shown.append(chosen.with_columns(pl.lit(code).alias("group")))
                break
    columns = ["indicator", "group", "organisation", "series", "unit", "year", "baseline", "baseline_year"]
    columns += ["target", "actual", "lower", "upper", "status", "broken"]
    empty = release.measures.clear().with_columns(pl.lit("").alias("group"))
    return words.with_breaks(pl.concat([empty, *shown]), catalogue).select(columns)


def _group_code(group: dict[str, str]) -> str:
    return " ".join(f"{d}={code}" for d, code in group.items() if code != TOTAL) or TOTAL


def _pages(data: pl.DataFrame, catalogue: Catalogue) -> list[list[str]]:
    """The indicators of each figure, in the order of the catalogue, about as many on each."""
    known = set(data["indicator"])
    listed = [name for name in catalogue.indicators if name in known]
    size = math.ceil(len(listed) / math.ceil(len(listed) / MOST)) if listed else MOST
    return [listed[start : start + size] for start in range(0, len(listed), size)]


def _notes(data: pl.DataFrame, release: Release, catalogue: Catalogue, language: str) -> str:
    """How to read the marks that occur, and no others."""
    occurring = {
        "record": (data["series"] == "record").any(),
        "parallel": (data["series"] != "record").any(),
        "target": data["target"].is_not_null().any(),
        "no_target": data["target"].is_null().all(),
        "baseline": (data["target"].is_not_null() & data["baseline"].is_not_null()).any(),
        "partial": (data["status"] == "partial").any(),
        "bar": (data["lower"].is_not_null() & data["upper"].is_not_null()).any(),
        "at_least": (data["lower"].is_not_null() & data["upper"].is_null() & data["actual"].is_null()).any(),
        "at_most": (data["upper"].is_not_null() & data["lower"].is_null() & data["actual"].is_null()).any(),
        "hidden": (data["status"] == "hidden").any(),
        "break": data["broken"].any(),
        "provisional": release.standing != "agreed",
    }
    return " ".join(say(catalogue, f"trend.{mark}", language) for mark, there in occurring.items() if there)


def _charts(
    page: Page, data: pl.DataFrame, panels: list[str], release: Release, catalogue: Catalogue, language: str, year: int
) -> None:
    # The same years in every chart of a page, so that they can be read across.
    first = min(year - 4, *data["year"].unique().to_list())
    for start in range(0, len(panels), ACROSS):
        row = panels[start : start + ACROSS]  # one alone has the whole width: no place stays empty
        width = (WIDTH - 2 * MARGIN - GUTTER * (len(row) - 1)) / len(row)
        titles = [balanced(_title(i, data, catalogue, language), width, 7.5, True, most=2) for i in row]
        top = page.y + 9 + 9.75 * max(len(t) for t in titles)
        for column, (indicator, title) in enumerate(zip(row, titles, strict=True)):
            left = MARGIN + column * (width + GUTTER)
            page.lines(left, page.y + 5, title, 7.5, bold=True)
            page.text(left, top - 2, words.unit_of(indicator, catalogue, language), 6.5, SOFT)
            own = data.filter(pl.col("indicator") == indicator)
            Chart(page, catalogue, language, release.standing).draw(
                own, indicator, (first, year), (left, top + 6), width
            )
        page.y = top + 6 + Chart.HEIGHT + 22


def _title(indicator: str, data: pl.DataFrame, catalogue: Catalogue, language: str) -> str:
    """Which indicator, and which group where it is wider than the definition: ' (all ages)'."""
    code = data.filter(pl.col("indicator") == indicator)["group"][0]
    head = catalogue.indicators[indicator].headline
    wider = [catalogue.codelist_of(d).label(TOTAL, language) for d in head] if code == TOTAL else []
    return words.name(indicator, language, catalogue) + (f" ({', '.join(wider)})" if wider else "")


def _lines(data: pl.DataFrame, panels: list[str], catalogue: Catalogue, language: str) -> Iterator[str]:
    """What the figure shows, in words and numbers, from the data that were drawn."""
    for indicator in panels:
        rows = data.filter(pl.col("indicator") == indicator)
        for (organisation, unit), line in rows.group_by("organisation", "unit", maintain_order=True):
            years = line.sort("year").to_dicts()
            values = words.in_years(years, language, catalogue)
            targets = [(r["target"], r["year"]) for r in years if r["target"] is not None]
            first = years[-1]["baseline"], years[-1]["baseline_year"]
            for key, pairs in (
                ("targets", targets),
                ("baselines", [first] if targets and first[0] is not None else []),
            ):
                if pairs:
                    numbers = ", ".join(f"{written(v, unit, language, catalogue)} ({y})" for v, y in pairs)
                    values += "; " + say(catalogue, f"trend.{key}", language, numbers=numbers)
            yield say(
                *(catalogue, "line", language),
                subject=words.name(indicator, language, catalogue),
                owner=words.owner(organisation, indicator, catalogue, language),
                values=f"{values} ({catalogue.units[unit].labels[language]})",
            )

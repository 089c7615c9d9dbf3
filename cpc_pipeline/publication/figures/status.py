"""`status`: who has sent what, by organisation and year, as letters with their words; not in the public edition.

Lightness repeats what the letter says, so that a copy in grey and a reader who sees no colour lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.catalogue.models import Organisation
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import (
    DARK,
    INK,
    LIGHT,
    MARGIN,
    MIDDLE,
    RAMP,
    SOFT,
    WIDTH,
    Page,
    styled,
    width_of,
    wrapped,
)
from cpc_pipeline.publication.figures.words import say

YEARS, NAMES, ROW, WIDEST = 8, 132.0, 13.5, 84.0
LOOKS = {  # fill, letter, edge
    "accepted": (DARK, "white", DARK),
    "accepted_with_queries": (MIDDLE, "white", MIDDLE),
    "partly_accepted": (RAMP[1], INK, RAMP[1]),
    "returned": ("white", INK, INK),
    "withdrawn": ("white", SOFT, LIGHT),
    "missing": ("white", INK, LIGHT),
    "published": (RAMP[0], SOFT, RAMP[0]),
}
WORST_FIRST = ("returned", "partly_accepted", "accepted_with_queries", "accepted", "withdrawn")
TRANSCRIBED = "published_figures"


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per language: the last years up to this one; nothing where the edition tells of no submission."""
    if release.submissions.is_empty():
        return
    data = _data(release, catalogue, range(max(catalogue.years[0], year - YEARS + 1), year + 1))
    if data.is_empty():
        return
    for language in catalogue.languages:
        title = say(catalogue, "status.title", language, year=year)
        present = [verdict for verdict in LOOKS if (data["verdict"] == verdict).any()]
        source = words.foot(release, catalogue, language)
        with styled():
            page = Page()
            page.head(title, say(catalogue, "status.subtitle", language))
            _matrix(page, data, catalogue, language)
            _legend(page, present, catalogue, language)
            page.foot(say(catalogue, "status.blank", language), source)
            png, svg = page.saved(title)
        lines = []
        for (organisation,), rows in data.group_by("organisation", maintain_order=True):
            said = "; ".join(
                f"{y}: {_word(v, catalogue, language)}" for y, v in rows.select("year", "verdict").iter_rows()
            )
            lines.append(f"{catalogue.organisations[str(organisation)].short[language]}: {said}.")
        yield Drawn("status", language, title, png, svg, words.alt(title, lines, source), data)


def _data(release: Release, catalogue: Catalogue, years: range) -> pl.DataFrame:
    """One row per organisation and year with something sent or due: the worst verdict of its workbooks.

    Of organisations that were due or sent something themselves. What was transcribed from their publications was not
    sent by them, and is said apart.
    """
    rows = []
    for organisation in catalogue.organisations.values():
        sent = release.submissions.filter(pl.col("organisation") == organisation.id)
        found = {y: _verdict(sent.filter(pl.col("year") == y), organisation, catalogue, y) for y in years}
        if set(found.values()) - {None, "published"}:
            rows += [{"organisation": organisation.id, "year": y, "verdict": v} for y, v in found.items() if v]
    return pl.DataFrame(rows, schema={"organisation": pl.String, "year": pl.Int32, "verdict": pl.String})


def _verdict(own: pl.DataFrame, organisation: Organisation, catalogue: Catalogue, year: int) -> str | None:
    real = set(own.filter(pl.col("kind") != TRANSCRIBED)["verdict"])
    worst = next((v for v in WORST_FIRST if v in real), None)
    if worst is not None or not own.is_empty():
        return worst or "published"
    due = organisation.reports and catalogue.header.start.year <= year <= catalogue.end.year
    return "missing" if due else None


def _word(verdict: str, catalogue: Catalogue, language: str) -> str:
    return catalogue.wording.text(f"cli.verdict.{verdict}", language)


def _matrix(page: Page, data: pl.DataFrame, catalogue: Catalogue, language: str) -> None:
    years = sorted(data["year"].unique())
    years = list(range(years[0], years[-1] + 1))
    step = min(WIDEST, (WIDTH - 2 * MARGIN - NAMES) / len(years))
    for n, year in enumerate(years):
        page.text(MARGIN + NAMES + (n + 0.5) * step, page.y + 5, str(year), 7, SOFT, ha="center", bold=True)
    page.y += 13
    for (organisation,), rows in data.group_by("organisation", maintain_order=True):
        name = catalogue.organisations[str(organisation)].short[language]
        page.text(MARGIN, page.y + ROW / 2, wrapped(name, NAMES - 6, 7, most=1)[0], 7)
        page.rule([MARGIN, MARGIN + NAMES + step * len(years)], [page.y, page.y])
        for year, verdict in rows.select("year", "verdict").iter_rows():
            x = MARGIN + NAMES + years.index(year) * step
            _cell(page, x + 2, page.y + 1.5, step - 4, verdict, catalogue, language)
        page.y += ROW
    page.y += 4


def _cell(page: Page, x: float, y: float, width: float, verdict: str, catalogue: Catalogue, language: str) -> None:
    fill, letter, edge = LOOKS[verdict]
    page.rect(x, y, width, ROW - 3, fill, edge, line=0.8)
    key = "figures.status.transcribed" if verdict == "published" else f"cli.mark.{verdict}"
    mark = catalogue.wording.text(key, language)
    page.text(x + width / 2, y + (ROW - 3) / 2, mark, 7, letter, ha="center", bold=verdict != "published")


def _legend(page: Page, present: list[str], catalogue: Catalogue, language: str) -> None:
    page.y += 3
    x = MARGIN
    for verdict in present:
        lines = wrapped(_word(verdict, catalogue, language), 128, 6.5, most=2)
        wide = 20 + max(width_of(line, 6.5) for line in lines)
        if x + wide > WIDTH - MARGIN:
            x, page.y = MARGIN, page.y + 18
        _cell(page, x, page.y, 16, verdict, catalogue, language)
        page.lines(x + 20, page.y + 5.5 - (len(lines) - 1) * 4, lines, 6.5, colour=SOFT)
        x += wide + 16
    page.y += 16

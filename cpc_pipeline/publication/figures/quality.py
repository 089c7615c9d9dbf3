"""`quality`: the scores of the year's data by standard, as numbers on shades; of the internal edition only.

A score below the compact's limit has a frame and a mark: a shade alone is not seen by everybody.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication import quality_words
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.figures.style import DARK, INK, MARGIN, RAMP, SOFT, WIDTH, Page, balanced, styled, wrapped
from cpc_pipeline.publication.figures.words import say
from cpc_pipeline.publication.numbers import rounded

NAMES, WHO, ROW, MOST = 176.0, 94.0, 13.0, 45


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """One figure per language: a row per indicator and organisation, its least score per standard."""
    if release.quality is None or release.quality.is_empty():
        return
    data, left = _data(release.quality, catalogue)
    for language in catalogue.languages:
        title = say(catalogue, "quality.title", language, year=year)
        limit = quality_words.score(catalogue.header.quality.weak, language, catalogue)
        notes = say(catalogue, "quality.notes", language, limit=limit)
        notes += f" {say(catalogue, 'trend.left', language, indicators=', '.join(left))}" if left else ""
        source = words.foot(release, catalogue, language)
        with styled():
            page = Page()
            page.head(title)
            _matrix(page, data, catalogue, language)
            page.foot(notes, source)
            png, svg = page.saved(title)
        lines = _lines(data, catalogue, language)
        yield Drawn("quality", language, title, png, svg, words.alt(title, lines, notes, source), _printed(data))


def _data(quality: pl.DataFrame, catalogue: Catalogue) -> tuple[pl.DataFrame, list[str]]:
    """Least score of each indicator, organisation and standard over its workbooks; and the indicators left out.

    Where there are too many rows for a page, those with the lowest scores stay.
    """
    keys = ["indicator", "organisation"]
    least = quality.group_by(*keys, "standard", maintain_order=True).agg(pl.col("score").min())
    lowest = least.group_by(keys, maintain_order=True).agg(pl.col("score").min().alias("lowest"))
    kept = lowest.sort("lowest", *keys, nulls_last=True).head(MOST)
    left = lowest.join(kept, on=keys, how="anti")["indicator"].unique(maintain_order=True).to_list()
    listed = [name for o in catalogue.objectives for name, i in catalogue.indicators.items() if i.objective == o.id]
    order = {name: n for n, name in enumerate(listed)}
    rank = pl.col("indicator").replace_strict(order, return_dtype=pl.Int64)
    standards = {name: n for n, name in enumerate(dict.fromkeys(quality["standard"]))}
    standard = pl.col("standard").replace_strict(standards, return_dtype=pl.Int64)
    shown = least.join(kept.select(keys), on=keys, how="semi").sort(rank, "organisation", standard)
    return shown, [name for name in catalogue.indicators if name in left]


def _matrix(page: Page, data: pl.DataFrame, catalogue: Catalogue, language: str) -> None:
    standards = list(dict.fromkeys(data["standard"]))
    start = MARGIN + NAMES + WHO
    step = (WIDTH - MARGIN - start) / len(standards)
    for n, standard in enumerate(standards):
        word = catalogue.wording.text(f"dqa.standard.{standard}", language)
        page.text(start + (n + 0.5) * step, page.y + 5, word, 6.5, SOFT, ha="center", bold=True)
    page.y += 13
    objective = None
    for (indicator,), own in data.group_by("indicator", maintain_order=True):
        if objective != (objective := catalogue.indicators[str(indicator)].objective):
            heading = next(o.name[language] for o in catalogue.objectives if o.id == objective)
            page.text(MARGIN, page.y + 8, heading, 7.5, DARK, bold=True)
            page.y += 16
        name = balanced(words.name(str(indicator), language, catalogue), NAMES - 6, 7, most=2)
        senders = own["organisation"].unique(maintain_order=True).to_list()
        height = max(ROW * len(senders), 9.1 * len(name) + 4)
        page.lines(MARGIN, page.y + ROW / 2, name, 7)
        first = page.y + (height - ROW * len(senders)) / 2
        for number, organisation in enumerate(senders):
            y = first + number * ROW
            who = words.owner(str(organisation), str(indicator), catalogue, language)
            lines = wrapped(who, WHO - 4, 6.5, most=2 if height >= 2 * ROW - 4 and len(senders) == 1 else 1)
            page.lines(MARGIN + NAMES, y + ROW / 2 - (len(lines) - 1) * 4.2, lines, 6.5, colour=SOFT)
            scores = own.filter(pl.col("organisation") == organisation).select("standard", "score")
            for standard, score in scores.iter_rows():
                x = start + standards.index(standard) * step
                _cell(page, x + 1.5, y + 1, step - 3, score, catalogue, language)
        page.y += height


def _cell(
    page: Page, x: float, y: float, width: float, score: float | None, catalogue: Catalogue, language: str
) -> None:
    """The darker, the lower: what needs work is what is seen first."""
    text = quality_words.score(score, language, catalogue)
    if score is None:
        page.text(x + width / 2, y + (ROW - 2) / 2, text, 6, SOFT, ha="center")
        return
    step = min(int((1 - score) * 8), 3) if score < 1 else None
    weak = score < catalogue.header.quality.weak
    page.rect(
        x,
        y,
        width,
        ROW - 2,
        "white" if step is None else RAMP[step],
        INK if weak else RAMP[0],
        line=1.2 if weak else 0.4,
    )
    ink = "white" if step is not None and step >= 3 else INK
    page.text(x + width / 2, y + (ROW - 2) / 2, f"{text} !" if weak else text, 6.5, ink, ha="center", bold=weak)


def _lines(data: pl.DataFrame, catalogue: Catalogue, language: str) -> Iterator[str]:
    for (indicator, organisation), rows in data.group_by("indicator", "organisation", maintain_order=True):
        scores = "; ".join(
            f"{catalogue.wording.text(f'dqa.standard.{standard}', language)} "
            f"{quality_words.score(score, language, catalogue)}"
            for standard, score in rows.select("standard", "score").iter_rows()
        )
        subject = words.name(str(indicator), language, catalogue)
        owner = words.owner(str(organisation), str(indicator), catalogue, language)
        yield say(catalogue, "line", language, subject=subject, owner=owner, values=scores)


def _printed(data: pl.DataFrame) -> pl.DataFrame:
    return data.with_columns(pl.Series("score", [rounded(s, 2) for s in data["score"]], dtype=pl.Float64))

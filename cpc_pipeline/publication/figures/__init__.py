"""The figures of an edition, each in every language, from a Release and from nothing else.

`draw` yields them kind by kind, each in the order of the compact; a figure with nothing to show is not drawn. Ids:
`progress`, `trend.<objective>`, `breakdown.<indicator>.<dimension>`, `map.<indicator>`, `choropleth.<indicator>`,
`overlap.<indicator>`, `status`, `quality`.
`write_figures` puts each beside its words and its data: `<id>_<language>.png`, `.svg`, `.txt`, `.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.figures import breakdown, choropleth, overlap, progress, quality, status, tile, trend
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.tables import NUMBERS, PERCENTAGES
from cpc_pipeline.publication.writing import write_bytes, write_csv

__all__ = ["KINDS", "Drawn", "draw", "write_figures"]

KINDS: dict[str, Callable[[Release, Catalogue, int], Iterator[Drawn]]] = {
    "progress": progress.draw,
    "trend": trend.draw,
    "breakdown": breakdown.draw,
    "map": tile.draw,
    "choropleth": choropleth.draw,
    "overlap": overlap.draw,
    "status": status.draw,
    "quality": quality.draw,
}
"""The first word of an id -> what draws all figures of that kind, in the order of the report."""


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """Every figure of the edition of one year that has something to show, in every language."""
    for kind in KINDS.values():
        yield from kind(release, catalogue, year)


def write_figures(drawn: Iterable[Drawn], folder: Path) -> list[Path]:
    """Write the files of each figure; returns their paths."""
    paths = []
    for one in drawn:
        paths += [
            write_bytes(folder / f"{one.stem}.png", one.png),
            write_bytes(folder / f"{one.stem}.svg", one.svg),
            write_bytes(folder / f"{one.stem}.txt", one.alt.encode()),
            write_csv(folder / f"{one.stem}.csv", one.data, (*NUMBERS, *PERCENTAGES)),
        ]
    return paths

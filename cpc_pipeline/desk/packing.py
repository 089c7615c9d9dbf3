"""The dialogue pack of an issued edition: what the masked frames say, and what is open about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, contracts, editions, measures, pipeline
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import exporting, open_points
from cpc_pipeline.export import Edition
from cpc_pipeline.project import Project
from cpc_pipeline.publication.pack import dialogue_pack

INTERNAL = "internal"
PACK = "pack"  # folder of the pack within an edition
SEEN_OUTSIDE = ("no_target", "no_value")
"""What a wider edition may call open: what its own masked rows show."""


def pack(project: Project, year: int, edition: str = INTERNAL, template: bytes | None = None) -> Path:
    """The folder with the pack of an edition, which is a part of it; in a look of one's own, beside it.

    The internal one is of what is known now, which is written first if it is not there; any other of the issued one.
    Raises exporting.NotExportable, NoKeyIndicators, NoLayout.
    """
    if edition == INTERNAL:
        pipeline.publish_year(project, year)
    said = exporting.issued(project, year, edition)
    home = project.folders.edition(year, edition)
    if template is None and editions.issued(home):
        if not (home / PACK).is_dir():
            raise exporting.NotExportable("older", year=year, edition=edition)
        return home / PACK
    if edition == INTERNAL:
        release, points = pipeline.release_for(project, year), open_points.now(project, year)
    else:
        release, points = told(said, project, year)
    made = slides_and_pages(release, project, year, points, template)
    if edition != INTERNAL:
        exporting.audited(said, project.catalogue, made)
    if template is None:
        editions.add(home, write_pack(home, made))
        folder = home / PACK
    else:
        folder = exporting.write(project.folders.pack(year, edition), made)
    agreements.record(project, "packed", f"{edition} {year}")
    return folder


def slides_and_pages(
    release: Release, project: Project, year: int, points: pl.DataFrame, template: bytes | None = None
) -> dict[str, bytes]:
    """File -> content. Raises NoKeyIndicators where none was chosen, NoLayout for a template without its layouts."""
    heads = measures.headlines(release.measures, project.catalogue)
    return dialogue_pack(release, project.catalogue, year, points, heads, template)


def write_pack(home: Path, made: Mapping[str, bytes]) -> list[Path]:
    """Put the pack into the folder of its edition."""
    return [exporting.write(home / PACK, made) / name for name in sorted(made)]


def told(said: Edition, project: Project, year: int) -> tuple[Release, pl.DataFrame]:
    """What an edition that leaves says of itself, in printed precision, and what its readers can see to be open."""
    release = exporting.masked(said, project.catalogue)
    return release, _points(release, project, year)


def _points(release: Release, project: Project, year: int) -> pl.DataFrame:
    """What a reader of a wider edition can see to be open: never what only the hidden numbers would tell."""
    nothing, told = contracts.empty(contracts.CONTRIBUTIONS), contracts.empty(contracts.EXPLANATIONS)
    found = measures.open_points(release.measures, told, nothing, project.catalogue, year)
    own = found.filter(pl.col("code").is_in(SEEN_OUTSIDE))
    if release.contributed is None:
        return own
    silent = release.contributed.filter(pl.col("year") == year, pl.col("contribution_kind") == "missing")
    there = found.filter(
        (pl.col("code") == "contributions_missing") & pl.col("organisation").is_in(silent["organisation"].to_list())
    )
    return pl.concat([own, there])

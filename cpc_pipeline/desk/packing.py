"""The dialogue pack of an issued edition: what the masked frames say, and what is open about them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, contracts, measures, pipeline
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import exporting, questions
from cpc_pipeline.project import Project
from cpc_pipeline.publication.pack import dialogue_pack

INTERNAL = "internal"
SEEN_OUTSIDE = ("no_target", "no_value")
"""What a wider edition may call open: what its own masked rows show."""


def pack(project: Project, year: int, edition: str = INTERNAL, template: bytes | None = None) -> Path:
    """Write the pack of an edition beside it, for its owner only; returns the folder.

    The internal one is of what is known now, which is published first if it is not; any other of the issued edition.
    Raises exporting.NotExportable, NoKeyIndicators, NoLayout.
    """
    said = None if edition == INTERNAL else exporting.issued(project, year, edition)
    if said is None:
        pipeline.publish_year(project, year)
        release = pipeline.release_for(project, year)
        points = questions.open_points(project, year)
    else:
        release = exporting.masked(said, project.catalogue)
        points = _points(release, project, year)
    heads = measures.headlines(release.measures, project.catalogue)
    made = dialogue_pack(release, project.catalogue, year, points, heads, template)
    if said is not None:
        exporting.audited(said, project.catalogue, made)
    folder = exporting.write(project.folders.pack(year, edition), made)
    agreements.record(project, "packed", f"{edition} {year}")
    return folder


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

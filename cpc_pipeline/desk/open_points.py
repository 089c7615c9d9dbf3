"""What keeps the edition of a year from being final: what is open now, or was at a moment of the past."""

from __future__ import annotations

from datetime import date

import polars as pl

from cpc_pipeline import measures, narrating, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.pipeline import Frames
from cpc_pipeline.project import Project, today


def now(project: Project, year: int, on: date | None = None) -> pl.DataFrame:
    """contracts.OPEN_POINTS; no row means that nothing is open.

    on: the day on which an acknowledgement must hold; today where nothing else is asked.
    """
    with project.open_warehouse() as warehouse:
        frames = pipeline.frames_now(warehouse)
    return known(project, frames, year, on or today())


def known(project: Project, frames: Frames, year: int, on: date) -> pl.DataFrame:
    """The same, from what was known at a moment, which lies on a day."""
    told = measures.explanations(frames.counting, frames.submissions, project.catalogue)
    tolerated = frozenset(i for i in project.catalogue.indicators if _acknowledged(project.catalogue, i, year, on))
    points = measures.open_points(frames.measures, told, frames.contributions, project.catalogue, year, tolerated)
    texts = narrating.open_points(project, year, frames.narratives, frames.submissions, frames.until)
    return pl.concat([points, texts])


def _acknowledged(catalogue: Catalogue, indicator: str, year: int, on: date) -> bool:
    """Did two participants agree on the record that an indicator has no target in a year?"""
    agreed = {d.id for d in catalogue.decisions if len(d.agreed_by) > 1}
    return any(
        a.covers("no_target", indicator, year, on) and a.granted <= on and a.decision in agreed
        for a in catalogue.acknowledgements
    )

"""Step 3: what lies in the warehouse is held to the compact's rules, for analysts and auditors."""

from __future__ import annotations

from cpc_pipeline import measures, quality
from cpc_pipeline.pipeline.computing import measures_input
from cpc_pipeline.pipeline.issuing import frames_now
from cpc_pipeline.project import Project


def check_quality(project: Project) -> quality.Quality:
    """Hold the loaded tables to the rules with scope warehouse; the Data Docs lie beside the warehouse.

    Raises quality.InspectionBroken where the inspection itself failed, which says nothing about the data.
    """
    with project.open_warehouse() as warehouse:
        state = measures_input(project, warehouse)
        known = quality.recall(project.folders.quality)
        if known is not None and known.content == state:
            return known
        frames = frames_now(warehouse)
        lineage = warehouse.lineage()
    tables = {
        "submissions": frames.submissions,
        "observations": frames.observations,
        "findings": frames.findings,
        "measures": frames.measures,
        "headlines": measures.headlines(frames.measures, project.catalogue),
        "lineage": lineage,
    }
    return quality.check(tables, project.catalogue, project.folders.quality, state)

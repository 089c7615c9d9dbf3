"""Step 2: what was reported becomes one value per indicator, year, place and group."""

from __future__ import annotations

import hashlib
import json

from cpc_pipeline import measures
from cpc_pipeline.catalogue import definitions, pack
from cpc_pipeline.pipeline.results import MeasuresDone
from cpc_pipeline.project import Project, code_version
from cpc_pipeline.warehouse import Warehouse


def compute_measures(project: Project) -> MeasuresDone:
    """From what was reported and counts, one value per indicator, year, place, group and organisation."""
    with project.open_warehouse() as warehouse:
        record_definitions(project, warehouse)
        state = measures_input(project, warehouse)
        if warehouse.recall("measures_input") == state:
            warehouse.publish(project.folders.copy)
            return MeasuresDone(warehouse.measures().height, project.catalogue.years, unchanged=True)
        computed = measures.compute(warehouse.counting(), project.catalogue)
        warehouse.replace_measures(computed.measures, computed.lineage)
        warehouse.remember("measures_input", state)
        warehouse.publish(project.folders.copy)
        return MeasuresDone(computed.measures.height, project.catalogue.years, unchanged=False)


def measures_input(project: Project, warehouse: Warehouse) -> str:
    """Hash of what the measures depend on: which workbooks, in which state, and the rules and code."""
    loaded = warehouse.submissions().select("submission_id", "sha256", "catalogue_version", "verdict")
    rows = sorted(loaded.iter_rows())
    return hashlib.sha256(json.dumps([project.version, rows]).encode()).hexdigest()


def record_definitions(project: Project, warehouse: Warehouse) -> None:
    """Keep what was agreed, if it is not what was in force until now."""
    own = project.catalogue
    warehouse.record_definitions(own.version, code_version(), lambda: pack(own), lambda: definitions(own))


def settle(project: Project) -> None:
    """Let readers see the state of now; called when a run has ended."""
    with project.open_warehouse() as warehouse:
        warehouse.publish(project.folders.copy)

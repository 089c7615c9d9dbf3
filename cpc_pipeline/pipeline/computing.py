"""Step 2: what was reported becomes one value per indicator, year, place and group."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

from cpc_pipeline import measures
from cpc_pipeline.catalogue import definitions, pack
from cpc_pipeline.pipeline.results import MeasuresDone
from cpc_pipeline.project import Project, code_version
from cpc_pipeline.warehouse import MeasuresOf, Warehouse

INPUT, BY, AT = "measures_input", "measures_by", "measures_at"
"""Under which the warehouse remembers what the measures were made of, by which data and code, and of which moment."""
AT_ONCE = 100_000
"""Observations whose measures are computed at once: more need memory, fewer search the tables more often."""
MEASURES_NOW = "SELECT count(*) FROM measures WHERE recorded_to IS NULL"


def compute_measures(project: Project) -> MeasuresDone:
    """From what was reported and counts, one value per indicator, year, place, group and organisation.

    Only what may have become another since the last time is computed again (measures.affected).
    """
    with project.open_warehouse() as warehouse:
        record_definitions(project, warehouse)
        state = measures_input(project, warehouse)
        unchanged = warehouse.recall(INPUT) == state
        if not unchanged:
            _compute(project, warehouse, state)
        warehouse.publish(project.folders.copy)
        return MeasuresDone(warehouse.count(MEASURES_NOW), project.catalogue.years, unchanged)


def _compute(project: Project, warehouse: Warehouse, state: str) -> None:
    # What is recorded from here on is looked at the next time, even if it was seen this time.
    told = {INPUT: state, BY: project.version, AT: warehouse.recorded().isoformat()}
    there = warehouse.parts()
    some = _affected(project, warehouse, there)
    asked = measures.divided(there, project.catalogue, AT_ONCE) if some is None else [some] if some.measures else []
    made = (_made(project, warehouse, one, there) for one in asked)
    warehouse.replace_measures(chain.from_iterable(made), remember=told)


def _made(
    project: Project, warehouse: Warehouse, some: measures.Affected, there: Mapping[tuple[str, str], int]
) -> Iterator[MeasuresOf]:
    """The measures of some parts, at once, or some years after the other where that would be too much."""
    catalogue = project.catalogue
    needed, wanted = measures.frame_of(some.observations), measures.frame_of(some.measures)
    columns = measures.columns_needed(catalogue)
    many = sum(there.get(part, 0) for part in some.observations) > AT_ONCE
    counts = warehouse.years_of(needed) if many else {}
    earliest = None
    for span in measures.spans(counts, needed["indicator"].unique(), catalogue, AT_ONCE):
        days = measures.days_of(span, catalogue)
        # No name for what is read: it is the largest frame of all, and goes as soon as it has been placed.
        computed = measures.compute(
            warehouse.counting(parts=needed, columns=columns, days=days), catalogue, wanted, span, earliest
        )
        earliest = computed.earliest
        group = MeasuresOf(wanted, computed.measures, computed.lineage, span.first, span.last)
        del computed
        yield group
        del group


def _affected(project: Project, warehouse: Warehouse, there: Mapping[tuple[str, str], int]) -> measures.Affected | None:
    """What a change asks to be computed again; None where that is everything, or most of it."""
    since = warehouse.recall(AT)
    if since is None or warehouse.recall(BY) != project.version:
        return None
    changed = warehouse.changed_parts(datetime.fromisoformat(since))
    some = measures.affected(changed, there, project.catalogue)
    return None if 2 * len(some.observations) > len(there) else some


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

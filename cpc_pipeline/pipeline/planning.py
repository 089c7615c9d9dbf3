"""What there is to do: files, warehouse and published editions compared with what they should be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cpc_pipeline import intake, quality, receiving, refusals
from cpc_pipeline.pipeline.computing import INPUT, measures_input
from cpc_pipeline.pipeline.issuing import stale_years
from cpc_pipeline.pipeline.loading import held_against
from cpc_pipeline.pipeline.results import Todo
from cpc_pipeline.project import Project, today
from cpc_pipeline.receiving import Key
from cpc_pipeline.warehouse import Warehouse


def todo(project: Project, years: Sequence[int] | None = None, as_of: date | None = None) -> Todo:
    """Compare the files, the warehouse and the published editions with what they should be.

    as_of: the day on which waivers must be in force; today where nothing else is asked.
    """
    with project.open_warehouse() as warehouse:
        keys = _pending(project, warehouse, as_of or today())
        state = measures_input(project, warehouse)
        stale_measures = bool(keys) or warehouse.recall(INPUT) != state
        wanted = tuple(project.catalogue.years if years is None else years)
        stale = wanted if stale_measures else stale_years(project, warehouse, wanted)
    checked = quality.recall(project.folders.quality)
    return Todo(tuple(keys), stale_measures, stale_measures or checked is None or checked.content != state, stale)


def _pending(project: Project, warehouse: Warehouse, as_of: date) -> list[Key]:
    """Organisation-years with a file that is new, changed, put there again or gone, or whose waivers changed."""
    known = receiving.known(warehouse)
    there = intake.arrivals(project.folders.raw, known.files)
    versions = {o: held_against(project, o, as_of) for o in {a.organisation for a in there}}
    keys = {(a.organisation, a.year) for a in there if not known.handled(a, versions[a.organisation])}
    owed = refusals.owed(project)  # refused for personal data: the file lies elsewhere, and is told of
    keys.update((h.organisation, h.year) for h in owed if h.path not in known.loaded)
    gone = receiving.gone(known.loaded.values(), {a.relative for a in there} | {h.path for h in owed})
    keys.update((row["organisation"], row["year"]) for row in gone)
    # Later years of the same organisation are held against earlier ones: they are looked at again with them.
    oldest: dict[str, int] = {}
    for organisation, year in keys:
        oldest[organisation] = min(year, oldest.get(organisation, year))
    loaded = [(r["organisation"], r["year"]) for r in known.loaded.values()]
    keys.update((o, y) for o, y in loaded if o in oldest and y > oldest[o])
    return sorted(keys, key=lambda key: (key[1], key[0]))

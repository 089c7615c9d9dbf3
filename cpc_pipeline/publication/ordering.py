"""The order in which people read indicators: the objectives as the compact has them, then the catalogue."""

from __future__ import annotations

from cpc_pipeline.catalogue import Catalogue


def listed(catalogue: Catalogue) -> list[str]:
    """Every indicator, objective by objective."""
    objectives = [objective.id for objective in catalogue.objectives]
    return sorted(catalogue.indicators, key=lambda name: objectives.index(catalogue.indicators[name].objective))

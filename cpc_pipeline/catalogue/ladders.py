"""How a table is made coarser before anything in it is hidden: agreed per table, as data."""

from __future__ import annotations

from cpc_pipeline.catalogue.base import Model


class Step(Model):
    """One step down: the categories of one dimension that lie more than `finest` steps below its total are left out.

    finest 0 leaves the total only, 1 its direct categories (child and adult, of the age groups).
    """

    dimension: str
    finest: int


class Ladder(Model):
    """The coarser versions of a table, from the first to the last that is tried; after the last the table is dropped.

    indicators, by: which tables; by names the dimensions that break the table down beyond the indicator's headline.
    Empty means all of them. The first ladder that fits a table is its ladder.
    """

    id: str
    indicators: list[str] = []
    by: list[str] = []
    steps: list[Step]

    def fits(self, indicator: str, by: frozenset[str]) -> bool:
        """Whether this is a ladder of the indicator's table by these dimensions."""
        return (not self.indicators or indicator in self.indicators) and (not self.by or by == frozenset(self.by))

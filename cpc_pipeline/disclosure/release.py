"""From measures to the Release of the internal edition, which hides nothing and marks what would have to be hidden."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release

RULE_KIND = "small_count"
"""Kind of the rule in rules*.yaml that holds the threshold k and the unit families it protects."""

INTERNAL = "internal"


class NotProtectedError(Exception):
    """An edition was asked for that cannot be protected: there is none of that name, or the compact has no policy."""

    def __init__(self, edition: str) -> None:
        super().__init__(edition)
        self.edition = edition


def release(
    *,
    edition: str,
    measures: pl.DataFrame,
    context: pl.DataFrame,
    observations: pl.DataFrame,
    findings: pl.DataFrame,
    submissions: pl.DataFrame,
    catalogue: Catalogue,
    standing: str = "provisional",
    restated: pl.DataFrame | None = None,
) -> Release:
    """The frames of one edition, with a Boolean column `sensitive` added to `measures`.

    A row is sensitive where its actual, lower or upper value is a count of 1 to k-1 of a protected unit family
    (threshold k and families: the rule of kind small_count in the compact's rules).

    Raises NotProtectedError for any edition but the internal one: the others are made by widening.protected.
    """
    if edition != INTERNAL:
        raise NotProtectedError(edition)
    return Release(
        compact=catalogue.id,
        edition=edition,
        measures=measures.with_columns(small_counts(catalogue, ("actual", "lower", "upper")).alias("sensitive")),
        context=context,
        observations=observations,
        findings=findings,
        submissions=submissions,
        standing=standing,
        restated=restated,
    )


def small_counts(catalogue: Catalogue, columns: Sequence[str]) -> pl.Expr:
    """True where one of the columns is a count small enough to point at a child.

    No rule, no protection claimed: then all rows are.
    """
    rules = [rule for rule in catalogue.rules if rule.kind == RULE_KIND]
    if not rules:
        return pl.lit(value=True)
    conditions = []
    for rule in rules:
        families = rule.params["families"]
        units = [unit_id for unit_id, unit in catalogue.units.items() if unit.family in families]
        small = pl.any_horizontal([pl.col(column).is_between(1, rule.params["k"] - 1) for column in columns])
        conditions.append(pl.col("unit").is_in(units) & small.fill_null(value=False))
    return pl.any_horizontal(conditions)

"""Kinds of rules that hold what different organisations say of the same thing against each other."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Rule
from cpc_pipeline.validation.kind import Hit, Kind, Known, plain


def other_organisation(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """other_organisation: two organisations say numbers of one thing more than `tolerance_pct` of the larger apart.

    One hit for each side of each pair, so that both are named with their cells and neither is decided. An organisation
    that gives several numbers of the thing is left to repeated_key.
    """
    about = ["series", "period_start", "period_end", "place", *known.catalogue.dimension_ids, "unit"]
    numbers = observations.filter(pl.col("value").is_not_null() & (pl.col("series_kind") == "indicator"))
    latest = numbers.filter(pl.col("revision") == pl.col("revision").max().over([*about, "organisation"]))
    alone = latest.filter(pl.len().over([*about, "organisation"]) == 1)
    shared = alone.filter(pl.col("organisation").n_unique().over(about) > 1).sort(*about, "organisation")
    apart = rule.params.get("tolerance_pct", 0) / 100
    for group in shared.partition_by(about, maintain_order=True):
        rows = group.to_dicts()
        for row in rows:
            for other in rows:
                gap = abs(row["value"] - other["value"])
                if other is not row and gap > apart * max(abs(row["value"]), abs(other["value"])):
                    where = {"other": other["cell"], "by": row["organisation"], "beside": other["organisation"]}
                    yield Hit(row, plain(row["value"]), plain(other["value"]), {**where, "series": row["series"]})


KINDS: dict[str, Kind] = {"other_organisation": other_organisation}

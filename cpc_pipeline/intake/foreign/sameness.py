"""Is this file, under another year or name, one that is on record already?"""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.findings import Found

LEAST = 5
"""Numbers from which two files that agree in all of them are no accident."""


def say_same(observations: pl.DataFrame, others: pl.DataFrame, catalogue: Catalogue, found: Found) -> None:
    """A finding where all numbers are those of another submission: of another year, or of another organisation.

    Periods are left out of the comparison: a table sent again for the next year differs in nothing else.
    """
    about = ["series", "place", *catalogue.dimension_ids, "unit", "value"]
    own = _numbers(observations, about)
    if len(own) < LEAST:
        return
    for (submission,), rows in others.filter(pl.col("submission_id") != found.submission_id).group_by(
        ["submission_id"], maintain_order=True
    ):
        if _numbers(rows, about) == own:
            first = observations.row(0, named=True)
            cell = str(first["cell"]).split(",")[0].split(":")[0]
            found.add("same_content", "query", first["sheet"], cell, found=str(submission), params={"count": len(own)})
            return


def extent(observations: pl.DataFrame) -> tuple[int, float, float] | None:
    """How many numbers there are, the least and the largest: they tell at once which files cannot agree in all.

    None where there are too few for anything to be said of them.
    """
    values = observations["value"].drop_nulls().to_list()
    return (len(values), min(values), max(values)) if len(values) >= LEAST else None


def _numbers(rows: pl.DataFrame, about: list[str]) -> list[tuple[object, ...]]:
    return sorted(rows.filter(pl.col("value").is_not_null()).select(about).iter_rows(), key=str)

"""The Observations frame as a pandera schema built from the catalogue.

What fails here after intake is our mistake, not a submitter's: codes are in their lists, a null value has a status,
ends are in order. Validation is on the eager frame: pandera passes a lazy one without looking at the data.
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.without import unasked

LOOKED_FOR = ("pandas", "hypothesis")
"""pandera looks whether they are there, when it is imported and when it first checks a frame of polars, and does as
well without them. Both together take longer to import than ten workbooks to check."""
with unasked(*LOOKED_FOR):
    import pandera.polars as pa

WITH_VALUE = [str(Status.REPORTED), str(Status.PARTIAL)]


class BrokenContract(Exception):
    """A frame of ours is not what contracts says; names columns and checks, never values."""


def observations_schema(catalogue: Catalogue) -> pa.DataFrameSchema:
    """Types of every column, code lists of every dimension, and value null exactly where the status says so."""
    lists = {d.id: list(catalogue.codelists[d.codelist].codes) for d in catalogue.dimensions}
    lists |= {"place": list(catalogue.places.codes), "status": [str(s) for s in Status]}
    frame = contracts.observations_frame(catalogue.dimension_ids)
    columns = {
        name: pa.Column(
            column.dtype,
            checks=[pa.Check.isin(lists[name], error=f"{name} in its list")] if name in lists else [],
            nullable=name not in {*lists, "observation_id", "submission_id"},
            unique=name == "observation_id",
        )
        for name, column in frame.items()
    }
    status_and_value = pa.Check(
        lambda data: data.lazyframe.select(pl.col("value").is_not_null() == pl.col("status").is_in(WITH_VALUE)),
        error="value is null exactly where the status says so",
    )
    return pa.DataFrameSchema(columns, checks=[status_and_value], strict=True, ordered=True)


def hold_to_contract(observations: pl.DataFrame, catalogue: Catalogue) -> None:
    """Raises BrokenContract where the frame is not what intake promises, and TypeError for a lazy frame."""
    if not isinstance(observations, pl.DataFrame):
        raise TypeError("validate eager frames only: pandera passes a lazy one unseen")
    try:
        with unasked(*LOOKED_FOR):
            observations_schema(catalogue).validate(observations, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.select("column", "check").unique().sort("column", "check")
        raise BrokenContract("; ".join(f"{c}: {k}" for c, k in cases.iter_rows())) from None

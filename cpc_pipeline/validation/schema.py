"""The Observations frame held to its contract, in one pass of polars over all of a batch.

What fails here after intake is our mistake, not a submitter's: codes are in their lists, a null value has a status,
an address occurs once.
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status

WITH_VALUE = [str(Status.REPORTED), str(Status.PARTIAL)]
KEY = "observation_id"


class BrokenContract(Exception):
    """A frame of ours is not what contracts says; names columns and checks, never values."""


def hold_to_contract(observations: pl.DataFrame, catalogue: Catalogue) -> None:
    """Before anything is loaded: raises BrokenContract where the frame is not what intake promises."""
    expected = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    if list(observations.schema.items()) != list(expected.items()):
        odd = expected.items() ^ observations.schema.items()
        wrong = sorted({name for name, _ in odd}) or ["all columns: order"]
        raise BrokenContract("; ".join(f"{name}: not as declared" for name in wrong))
    broken = observations.select(**{name: check.any() for name, check in _broken(catalogue).items()})
    if wrong := [name for name, is_broken in broken.row(0, named=True).items() if is_broken]:
        raise BrokenContract("; ".join(wrong))


def _broken(catalogue: Catalogue) -> dict[str, pl.Expr]:
    """What must hold -> rows in which it does not; never null."""
    lists = {d.id: list(catalogue.codelists[d.codelist].codes) for d in catalogue.dimensions}
    lists |= {"place": list(catalogue.places.codes), "status": [str(s) for s in Status]}
    checks = {
        f"{name}: in its list": ~pl.col(name).is_in(codes).fill_null(value=False) for name, codes in lists.items()
    }
    checks |= {f"{name}: not null": pl.col(name).is_null() for name in (KEY, "submission_id")}
    checks[f"{KEY}: once"] = pl.col(KEY).is_duplicated()
    with_value = pl.col("status").is_in(WITH_VALUE).fill_null(value=False)
    checks["value: null exactly where the status says so"] = pl.col("value").is_null() == with_value
    return checks

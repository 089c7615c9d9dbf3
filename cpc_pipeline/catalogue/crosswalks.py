"""From an older version of a code list to a newer one: what became of each code, and whether wholly.

`restate` says a frame of observations again with the newer codes, where the way is exact, and says where it is not.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from cpc_pipeline.catalogue.base import Model

if TYPE_CHECKING:
    from cpc_pipeline.catalogue.models import Catalogue

AS_IS, EXACT, PARTIAL, NONE = "as_is", "exact", "partial", "none"


class Walk(Model):
    """One row of crosswalks/*.csv. exact: all of from_code is in to_code from that day on; partial: only some of it."""

    list: str
    from_code: str
    to_code: str
    valid_from: date
    match: Literal["exact", "partial"]
    decision: str | None = None
    note: str | None = None


def restate(observations: pl.DataFrame, catalogue: Catalogue, on: date) -> pl.DataFrame:
    """The observations with the codes that are valid on a day, and the column `restated`.

    restated: as_is (every code is still valid), exact (said again with newer codes, wholly), partial (some of an older
    code went elsewhere) or none (there is no cross-walk); the last two keep their older codes. Nothing is added up:
    where two older codes became one, both rows stand, and who adds them must ask whether the indicator may be added.
    """
    columns = {d.id: catalogue.codelist_of(d.id) for d in catalogue.dimensions} | {"place": catalogue.places}
    made = observations.with_columns(pl.lit(AS_IS).alias("restated"))
    for column, codes in columns.items():
        over = [c.code for c in codes.codes.values() if not c.valid_on(on)]
        if not over:
            continue
        ways = {code: _way(code, codes.id, catalogue, on) for code in over}
        exact = {code: to for code, (match, to) in ways.items() if match == EXACT}
        state = pl.col(column).replace_strict({c: m for c, (m, _) in ways.items()}, default=AS_IS)
        made = made.with_columns(_worse(pl.col("restated"), state), pl.col(column).replace(exact).alias(column))
    # A row with one code that could not be walked keeps all of its older codes: half of a restatement is none.
    whole = made["restated"].is_in([AS_IS, EXACT])
    return observations.with_columns(
        pl.when(whole).then(made[column]).otherwise(observations[column]).alias(column) for column in columns
    ).with_columns(made["restated"])


def _worse(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    order = {AS_IS: 0, EXACT: 1, PARTIAL: 2, NONE: 3}
    ranks = pl.max_horizontal(one.replace_strict(order), other.replace_strict(order))
    return ranks.replace_strict({rank: name for name, rank in order.items()}).alias("restated")


def _way(code: str, codelist: str, catalogue: Catalogue, on: date) -> tuple[str, str]:
    """How far, and to which code, the walks lead from an older code; over several versions, step by step."""
    codes = catalogue.places if codelist == catalogue.places.id else catalogue.codelists[codelist]
    at, seen = code, {code}
    while not codes.codes[at].valid_on(on):
        steps = [w for w in catalogue.crosswalks if (w.list, w.from_code) == (codelist, at) and w.valid_from <= on]
        if not steps:
            return NONE, code
        if len(steps) > 1 or steps[0].match == PARTIAL or steps[0].to_code in seen:
            return PARTIAL, code
        at = steps[0].to_code
        seen.add(at)
    return EXACT, at

"""What is hidden is hidden everywhere: from the pattern of hidden cells to the measures that a renderer may see.

A masked row keeps what it is about, its target and how many reports are in; every number that tells of its value is
gone: bounds, ratios' parts, percentages, rating, a baseline that is itself hidden, and notes that quote numbers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, Status
from cpc_pipeline.disclosure.assembling import Assembled
from cpc_pipeline.disclosure.policy import Policy
from cpc_pipeline.disclosure.rows import groups, key_of

Row = dict[str, Any]
TELLING = ("actual", "numerator", "denominator", "lower", "upper", "achievement_pct", "deviation_pct", "rating")
"""Columns of a measure from which its value could be read or narrowed down."""


def with_companions(assembled: Assembled, hidden: Collection[str]) -> frozenset[str]:
    """The pattern, with all parts of a share hidden where one is."""
    found = set(hidden)
    for parts in assembled.together.values():
        if found & set(parts):
            found |= set(parts)
    return frozenset(found)


def mask(
    measures: pl.DataFrame, assembled: Assembled, hidden: Collection[str], catalogue: Catalogue, policy: Policy
) -> pl.DataFrame:
    """The measures of the edition, with a Boolean column `sensitive` that is false everywhere: nothing left to find."""
    rows = [_with_allowed_notes(row, policy, protected=False) for row in assembled.rows.open]
    for row in assembled.rows.counts:
        if key_of(row, catalogue) not in assembled.dropped:
            rows.append(_row(row, key_of(row, catalogue) in hidden, hidden, catalogue, policy))
    for row in assembled.rows.ratios:
        parts = assembled.together[key_of(row, catalogue)]
        rows.append(_row(row, not parts or bool(set(parts) & set(hidden)), hidden, catalogue, policy))
    for row in (*assembled.rows.unknown, *assembled.rows.withheld):
        rows.append(_row(row, True, hidden, catalogue, policy))
    schema = contracts.polars_schema(contracts.measures_frame(catalogue.dimension_ids))
    frame = pl.DataFrame(rows, schema={name: measures.schema.get(name, kind) for name, kind in schema.items()})
    return frame.sort(pl.all(), nulls_last=True).with_columns(pl.lit(value=False).alias("sensitive"))


def _row(row: Row, masked: bool, hidden: Collection[str], catalogue: Catalogue, policy: Policy) -> Row:
    shown = _with_allowed_notes(row, policy, protected=True)
    if masked:
        shown |= dict.fromkeys(TELLING) | {"status": str(Status.HIDDEN), "explanation_required": None}
    if masked or not _baseline_may_stand(row, hidden, catalogue, policy):
        shown |= {"baseline": None, "baseline_year": None}
    return shown


def _baseline_may_stand(row: Row, hidden: Collection[str], catalogue: Catalogue, policy: Policy) -> bool:
    """The baseline of a national total, where that year's total is itself no hidden and no small count."""
    if row["baseline"] is None or row["place"] != NATION or groups(row, catalogue):
        return row["baseline"] is None
    of_that_year = key_of(row | {"year": row["baseline_year"]}, catalogue)
    return of_that_year not in hidden and not 0 < row["baseline"] < policy.k


def _with_allowed_notes(row: Mapping[str, Any], policy: Policy, *, protected: bool) -> Row:
    """Notes beside a protected value quote no number: earlier values and differences are small counts themselves.

    What an organisation wrote in its own words leaves with no edition but the internal one.
    """
    notes = [note for note in json.loads(row["notes"] or "[]") if "text" not in note["params"]]
    if protected:
        notes = [note for note in notes if note["code"] in policy.notes]
    return {**row, "notes": json.dumps(notes, sort_keys=True, ensure_ascii=False)}

"""What changed since both sides agreed: old value, new value, reason, who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.ledger.agreed import VALUES, as_key, key_columns

COMPARED = tuple(v for v in VALUES if v != "unit")


def restatements(
    old: pl.DataFrame, new: pl.DataFrame, catalogue: Catalogue, reasons: Sequence[Mapping[str, str]] = ()
) -> pl.DataFrame:
    """One row per key and column that differs between two contents, nothing for what is the same.

    Columns: `key_columns`, column, old, new (text; null where there was or is nothing), reason, by. reasons: entries
    with indicator (and any other key column) that say why; the entry that names most of the key stands.
    """
    before = {as_key(row, catalogue): row for row in old.iter_rows(named=True)}
    after = {as_key(row, catalogue): row for row in new.iter_rows(named=True)}
    keys = key_columns(catalogue)
    rows = []
    for key in sorted(before.keys() | after.keys(), key=lambda k: [str(part) for part in k]):
        was, is_now = before.get(key, {}), after.get(key, {})
        for column in COMPARED:
            if was.get(column) != is_now.get(column):
                named = dict(zip(keys, key, strict=True))
                reason = _reason(named, reasons)
                change = {"column": column, "old": was.get(column), "new": is_now.get(column)}
                rows.append(named | change | {"reason": reason.get("reason"), "by": reason.get("by")})
    columns = [*keys, "column", "old", "new", "reason", "by"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def _reason(key: Mapping[str, object], reasons: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """The most particular reason that fits; later ones before earlier ones of the same kind."""
    fitting = [r for r in reasons if all(str(key[k]) == str(v) for k, v in r.items() if k in key)]
    return max(enumerate(fitting), key=lambda e: (sum(k in key for k in e[1]), e[0]), default=(0, {}))[1]

"""Rows of the template that were prepared for one number, and say after typing that they are about another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpc_pipeline.intake.template.layout import join_key, split_key

SERIES = {"indicator": "series"}
"""Fields of a key that observations call otherwise."""


def typed_over(
    prepared: Sequence[str], columns: Mapping[str, Sequence[Any]], dimensions: Sequence[str]
) -> Iterator[tuple[int, str, str]]:
    """Row, field and what it was prepared for, for each field that says something else now.

    prepared: the key that the template wrote beside each row (layout.Entry.key), empty where there is none or no value.
    columns: what was read of the rows. A row that was copied to add another number has the key of the first, which
    still says it: such a copy is nothing to ask about.
    """
    fields = ("indicator", "place", "period_start", "period_end", *dimensions)
    names = [SERIES.get(field, field) for field in fields]
    said = zip(*(columns[name] for name in names), strict=True)
    changed: list[tuple[int, str, list[tuple[str, str]]]] = []
    kept = set[str]()
    for at, (key, row) in enumerate(zip(prepared, said, strict=True)):
        if not key:
            continue
        if key.startswith(join_key(dict(zip(fields, row, strict=True)))):
            kept.add(key)
            continue
        parts = split_key(key)
        differ = [(f, parts[f]) for f, now in zip(fields, row, strict=True) if f in parts and parts[f] != str(now)]
        if differ:
            changed.append((at, key, differ))
        else:  # a template that asked for fewer fields
            kept.add(key)
    for at, key, differ in changed:
        if key not in kept:
            yield from ((at, field, expected) for field, expected in differ)

"""What anybody can work out between published counts: totals over dimensions and places, and parts of indicators.

Relations are taken from what is there: a total equals the sum of its parts where it does in the data; where the parts
are fewer, each part and their sum are at most the total. A reader who knows the code lists knows no more than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cpc_pipeline.catalogue import Catalogue, CodeList
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.disclosure.places import nearest
from cpc_pipeline.disclosure.problem import Relation, Sense, no_more_than, total
from cpc_pipeline.disclosure.rows import key_of

Row = dict[str, Any]


def relations(rows: Sequence[Row], values: Mapping[str, int], catalogue: Catalogue) -> list[Relation]:
    """All relations between the rows. values: key -> count."""
    found = []
    for dimension in catalogue.dimension_ids:
        found += list(_sums(rows, values, dimension, catalogue.codelist_of(dimension), TOTAL, catalogue))
    found += list(_sums(rows, values, "place", catalogue.places, NATION, catalogue))
    return [*found, *_parts(rows, values, catalogue)]


def families(
    rows: Sequence[Row], column: str, codes: CodeList, top: str, catalogue: Catalogue
) -> Iterator[tuple[str, list[str]]]:
    """Key of a total, and keys of the rows just below it over one column, everything else being the same."""
    lines: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        lines[key_of(row | {column: "*"}, catalogue)][row[column]] = row
    for line in lines.values():
        below: dict[str, list[str]] = defaultdict(list)
        for code, row in line.items():
            parent = nearest(codes, code, line.keys(), top)
            if parent is not None:
                below[parent].append(key_of(row, catalogue))
        for parent, children in below.items():
            yield key_of(line[parent], catalogue), sorted(children)


def splits(
    rows: Sequence[Row], dimensions: Iterable[str], silent: Collection[str], catalogue: Catalogue
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Key of a total, keys of its split by one of the dimensions, and of the parts in a `silent` category."""
    by_key = {key_of(row, catalogue): row for row in rows}
    for dimension in dimensions:
        codes = catalogue.codelist_of(dimension)
        for parent, parts in families(rows, dimension, codes, TOTAL, catalogue):
            yield parent, parts, [part for part in parts if by_key[part][dimension] in silent]


def _sums(
    rows: Sequence[Row], values: Mapping[str, int], column: str, codes: CodeList, top: str, catalogue: Catalogue
) -> Iterator[Relation]:
    for parent, children in families(rows, column, codes, top, catalogue):
        added, whole = sum(values[c] for c in children), values[parent]
        name = f"{column}: {parent}"
        if added == whole:
            yield total(name, parent, children)
            continue
        if added < whole:
            yield Relation(name, (*((child, 1) for child in children), (parent, -1)), Sense.AT_MOST)
        for child in children:
            if values[child] <= whole:
                yield no_more_than(f"{name} >= {child}", child, parent)


def _parts(rows: Sequence[Row], values: Mapping[str, int], catalogue: Catalogue) -> Iterator[Relation]:
    """One indicator is a part of another (served of identified), where the compact has a rule that says so."""
    by_key = {key_of(row, catalogue): row for row in rows}
    for rule in catalogue.rules:
        if rule.kind != "part_of":
            continue
        for key, row in by_key.items():
            if row["indicator"] != rule.params["part"]:
                continue
            whole = key_of(row | {"indicator": rule.params["whole"]}, catalogue)
            if whole in by_key and values[key] <= values[whole]:
                yield no_more_than(f"{rule.id}: {key}", key, whole)

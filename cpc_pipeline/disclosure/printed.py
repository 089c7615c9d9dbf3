"""What an edition has really printed, read back from its rendered table: the auditor believes files, not frames."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.disclosure.assembling import DENOMINATOR, NUMERATOR, REST
from cpc_pipeline.disclosure.problem import Fate, Problem, Publication, floor_of
from cpc_pipeline.disclosure.rows import key_of

EARLIER = " @ "
"""Stands in the key of a cell as an earlier edition has it (earlier.key_in), and in no other."""


@dataclass(frozen=True)
class Printed:
    """numbers: key -> printed count. hidden: keys for which the marker stands."""

    numbers: dict[str, int]
    hidden: frozenset[str]


TABLES = ("all_years.csv", "performance.csv")
"""The rendered tables of an edition that hold its counts: of every year in its trends, and of its own year."""


def read_printed(folder: Path, catalogue: Catalogue, keys: Collection[str]) -> Printed:
    """Counts and markers of the rendered tables below `folder`, of the keys that somebody has to protect.

    A printed share gives its numerator, its denominator and the rest as well. An edition from before there was a table
    of all years has the one of its year only.
    """
    numbers: dict[str, int] = {}
    hidden: set[str] = set()
    tables = [pl.read_csv(folder / name, infer_schema=False) for name in TABLES if (folder / name).is_file()]
    for row in (row for table in tables for row in table.iter_rows(named=True)):
        parts = {part: key_of(row | {"indicator": f"{part} {row['indicator']}"}, catalogue) for part in PARTS}
        key = key_of(row, catalogue)
        if row["status"] == Status.HIDDEN:
            hidden |= {key, *parts.values()} & set(keys)
            continue
        found = {key: row["actual"], parts[NUMERATOR]: row["numerator"], parts[DENOMINATOR]: row["denominator"]}
        if row["numerator"] is not None and row["denominator"] is not None:
            found[parts[REST]] = str(float(row["denominator"]) - float(row["numerator"]))
        numbers |= {k: int(float(v)) for k, v in found.items() if v is not None and k in keys}
    return Printed(numbers, frozenset(hidden))


PARTS = (NUMERATOR, DENOMINATOR, REST)


def on_paper(problem: Problem, found: Printed) -> Publication:
    """What a reader has in hand once this edition is out: its file, earlier editions, and what is known elsewhere."""
    printed = {c.key: c.value for c in problem.cells if c.fate is Fate.KNOWN} | found.numbers
    unknown = {c.key: floor_of(c) for c in problem.cells if c.key not in printed}
    return Publication(printed, unknown, problem.relations)

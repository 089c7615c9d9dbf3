"""Which codes of a list are parts of which: municipalities of a department, departments of the country, age bands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import CodeList


@dataclass(frozen=True)
class Level:
    """codes: code, its parent and the number of its set, one row each. sets: that number and the parts that are due."""

    codes: pl.DataFrame
    sets: pl.DataFrame


def levels_of(codes: CodeList, axis: str) -> list[Level]:
    """Per depth, the deepest first."""

    def depth(code: str) -> int:
        parent = codes.codes[code].parent
        return 0 if parent is None else 1 + depth(parent)

    # Places exclude each other by nature. Of groups, the list must say so.
    parts = [c for c in codes.codes.values() if c.parent and (axis == "place" or c.extra.get("partition"))]
    sets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for c in parts:
        sets[str(c.parent), c.extra.get("partition", "")].append(c.code)
    levels: dict[int, list[tuple[str, list[str]]]] = defaultdict(list)
    for (parent, _), members in sets.items():
        levels[depth(members[0])].append((parent, sorted(members)))
    return [_level(levels[d]) for d in sorted(levels, reverse=True)]


def _level(sets: list[tuple[str, list[str]]]) -> Level:
    rows = [(code, parent, n) for n, (parent, members) in enumerate(sets) for code in members]
    due = [(n, members) for n, (_, members) in enumerate(sets)]
    codes: dict[str, Any] = {"code": pl.String, "parent": pl.String, "set": pl.UInt32}
    return Level(
        pl.DataFrame(rows, schema=codes, orient="row"),
        pl.DataFrame(due, schema={"set": pl.UInt32, "parts_due": pl.List(pl.String)}, orient="row"),
    )

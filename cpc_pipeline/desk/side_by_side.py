"""Indicators that several compacts share, side by side, from published editions and from nothing else.

What an edition hides stays hidden here: no warehouse is opened. Nothing is added across countries: each counts by its
own definition, in its own years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import editions
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, Indicator, available, load
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.folders import Folders

TABLE = Path("tables") / "performance.csv"
NUMBERS = ("target", "actual", "numerator", "denominator", "lower", "upper")
PRINTED = ("calendar", "period_start", "period_end", "unit", *NUMBERS, "status", "completeness", "break_from")
COLUMNS = ("shared", "compact", "indicator", "name", "year", "edition", "state", *PRINTED)
"""shared: the name in every compact. state: published, no_edition, changed (a file is not as published) or no_row.
The others are as the edition prints them."""


@dataclass(frozen=True)
class SideBySide:
    """rows: COLUMNS, all text, by shared name and compact. unreadable: compacts whose data cannot be loaded."""

    rows: pl.DataFrame
    compacts: tuple[str, ...]
    unreadable: tuple[str, ...]


def side_by_side(root: Path, year: int, edition: str, language: str) -> SideBySide:
    """One row per shared indicator and compact that has it; names in the language, or in the compact's first."""
    known: list[Catalogue] = []
    unreadable = []
    for name in available():
        try:
            known.append(load(name))
        except CatalogueFaults:
            unreadable.append(name)
    counted = Counter(shared for c in known for shared in {i.shared for i in c.indicators.values()})
    rows = [
        row
        for catalogue in known
        for row in _rows(catalogue, Folders(root, catalogue.id).edition(year, edition), year, edition, language)
        if counted[row["shared"]] > 1
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)).sort("shared", "compact", "indicator")
    return SideBySide(frame, tuple(c.id for c in known), tuple(unreadable))


def _rows(catalogue: Catalogue, folder: Path, year: int, edition: str, language: str) -> Iterator[dict[str, Any]]:
    state, table = _table(folder)
    spoken = language if language in catalogue.languages else catalogue.languages[0]
    for indicator in catalogue.indicators.values():
        found = _headline(table, indicator, catalogue, year) if table is not None else None
        yield {
            "shared": indicator.shared,
            "compact": catalogue.id,
            "indicator": indicator.id,
            "name": indicator.name[spoken],
            "year": str(year),
            "edition": edition,
            "state": "no_row" if table is not None and found is None else state,
        } | {c: (found or {}).get(c) or None for c in PRINTED}


def _table(folder: Path) -> tuple[str, pl.DataFrame | None]:
    """The printed table of an edition that is whole and as it was published."""
    if folder / TABLE not in editions.listed(folder):
        return "no_edition", None
    if editions.changed(folder):
        return "changed", None
    return "published", pl.read_csv(folder / TABLE, infer_schema=False)


def _headline(table: pl.DataFrame, indicator: Indicator, catalogue: Catalogue, year: int) -> dict[str, Any] | None:
    """The row that stands for the indicator: system of record, whole country, its group, its unit."""
    groups = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
    wanted = groups | {"indicator": indicator.id, "year": str(year), "series": "record", "place": NATION}
    wanted |= {"calendar": catalogue.default_calendar, "unit": indicator.unit}
    found = table.filter(*(pl.col(c) == v for c, v in wanted.items()))
    return found.row(0, named=True) if found.height else None

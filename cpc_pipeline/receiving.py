"""What a file is that lies under data/raw: new, changed, known, or one that says again what is on record.

Pure functions on what the warehouse knows; pipeline/ does what follows from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.intake import Arrival
from cpc_pipeline.warehouse import IDENTICAL, Warehouse

Key = tuple[str, int]
"""An organisation and a reporting year: the unit in which submissions are due."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What is on record.

    loaded: submissions that are not withdrawn, by path. of_key: all submissions, by organisation and year.
    receipts: in order. last: the last receipt of a path. of_content: receipts by organisation, year and hash.
    files: as they were when they were last hashed, by path.
    """

    loaded: Mapping[str, Row]
    of_key: Mapping[Key, Sequence[Row]]
    receipts: tuple[Row, ...]
    last: Mapping[str, Row]
    of_content: Mapping[tuple[str, int, str], Row]
    files: Mapping[str, Row]

    def again(self, arrival: Arrival) -> bool:
        """True for a file that was written again, and is byte for byte what is on record from this path."""
        seen, loaded = self.files.get(arrival.relative), self.loaded.get(arrival.relative)
        if seen is None or loaded is None or {seen["sha256"], loaded["sha256"]} != {arrival.sha256}:
            return False  # where another content was seen last, a run was killed after it had loaded this one
        return (seen["size"], seen["mtime_ns"], seen["inode"]) != arrival.stamp

    def repeats(self, arrival: Arrival) -> Row | None:
        """The receipt of the same organisation and year whose content this file has under another name."""
        if arrival.relative in self.loaded:
            return None
        first = self.of_content.get((arrival.organisation, arrival.year, arrival.sha256))
        return first if first is not None and first["path"] != arrival.relative else None

    def named(self, arrival: Arrival) -> Arrival:
        """The arrival with the id of the submission that is on record from its path."""
        loaded = self.loaded.get(arrival.relative)
        return replace(arrival, continues=loaded["submission_id"]) if loaded else arrival

    def superseded(self, arrival: Arrival) -> bool:
        """True for a file that still lies there though a later one, under another name, took its place."""
        last = self.last.get(arrival.relative)
        if last is None or last["sha256"] != arrival.sha256 or arrival.relative in self.loaded:
            return False
        return any(row["submission_id"] == last["submission_id"] for row in self.loaded.values())

    def handled(self, arrival: Arrival, version: str) -> bool:
        """True where nothing is to be done about a file."""
        if self.again(arrival):
            return False
        loaded = self.loaded.get(arrival.relative)
        if loaded is not None:
            return (loaded["sha256"], loaded["catalogue_version"]) == (arrival.sha256, version)
        return self.superseded(arrival)


KEY = ("series", "period_start", "period_end", "place", "unit")


def continued(
    new: pl.DataFrame, on_record: pl.DataFrame, candidates: Iterable[Row], dimensions: Sequence[str]
) -> str | None:
    """The submission whose place a workbook under another name takes: it says everything again that the other said.

    candidates: what is on record of the same organisation, year and kind. Of a returned one, of which nothing counts,
    saying one thing again, or its being unreadable, is enough. Where a part is said again and a part is not, nobody
    decides here: both stay, and what they say of one thing is shown as conflicting.
    """
    said = _keys(new, dimensions)
    for row in candidates:
        before = _keys(on_record.filter(pl.col("submission_id") == row["submission_id"]), dimensions)
        if row["verdict"] == Verdict.RETURNED and (not before or before & said):
            return str(row["submission_id"])
        if before and before <= said:
            return str(row["submission_id"])
    return None


def _keys(observations: pl.DataFrame, dimensions: Sequence[str]) -> set[tuple[Any, ...]]:
    return set(observations.select(*KEY, *dimensions).iter_rows())


def seen(warehouse: Warehouse) -> dict[str, Row]:
    """Files as they were when they were last hashed, by path."""
    return {r["path"]: r for r in warehouse.files().iter_rows(named=True)}


def known(warehouse: Warehouse, present: set[str] | None = None, files: Mapping[str, Row] | None = None) -> Known:
    """Read it from the warehouse. present: paths that lie there; what is on record from others does not count.

    files: of `seen`, where it has been asked already.
    """
    of_key: dict[Key, list[Row]] = defaultdict(list)
    for row in warehouse.submissions().iter_rows(named=True):
        of_key[row["organisation"], row["year"]].append(row)
    counted = (row for rows in of_key.values() for row in rows if row["verdict"] != Verdict.WITHDRAWN)
    loaded = {row["path"]: row for row in counted if present is None or row["path"] in present}
    alive = {r["submission_id"] for r in loaded.values()}
    last: dict[str, Row] = {}
    of_content: dict[tuple[str, int, str], Row] = {}
    receipts = tuple(warehouse.receipts().iter_rows(named=True))
    for row in receipts:
        last[row["path"]] = row
        if row["status"] != IDENTICAL and row["sha256"] and row["submission_id"] in alive:
            of_content[(row["organisation"], row["year"], row["sha256"])] = row
    return Known(loaded, of_key, receipts, last, of_content, seen(warehouse) if files is None else files)


def gone(loaded: Iterable[Row], present: set[str]) -> list[Row]:
    """Submissions whose file no longer lies where it arrived."""
    return [row for row in loaded if row["path"] not in present]

"""What a file is that lies under data/raw: new, changed, known, or one that says again what is on record.

Pure functions on what the warehouse knows; pipeline.py does what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cpc_pipeline.contracts import Verdict
from cpc_pipeline.intake import Arrival
from cpc_pipeline.warehouse import IDENTICAL, Warehouse

Key = tuple[str, int]
"""An organisation and a reporting year: the unit in which submissions are due."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What is on record.

    loaded: submissions that are not withdrawn, by path. receipts: in order. last: the last receipt of a path.
    of_content: receipts by organisation, year and hash. files: as they were when they were last hashed, by path.
    """

    loaded: Mapping[str, Row]
    receipts: tuple[Row, ...]
    last: Mapping[str, Row]
    of_content: Mapping[tuple[str, int, str], Row]
    files: Mapping[str, Row]

    def again(self, arrival: Arrival) -> bool:
        """True for a file that was written again, and is byte for byte what is on record from this path."""
        seen, loaded = self.files.get(arrival.relative), self.loaded.get(arrival.relative)
        if seen is None or loaded is None or loaded["sha256"] != arrival.sha256:
            return False
        return (seen["size"], seen["mtime_ns"], seen["inode"]) != arrival.stamp

    def repeats(self, arrival: Arrival) -> Row | None:
        """The receipt of the same organisation and year whose content this file has under another name."""
        if arrival.relative in self.loaded:
            return None
        first = self.of_content.get((arrival.organisation, arrival.year, arrival.sha256))
        return first if first is not None and first["path"] != arrival.relative else None

    def handled(self, arrival: Arrival, version: str) -> bool:
        """True where nothing is to be done about a file."""
        if self.again(arrival):
            return False
        loaded = self.loaded.get(arrival.relative)
        if loaded is not None:
            return (loaded["sha256"], loaded["catalogue_version"]) == (arrival.sha256, version)
        last = self.last.get(arrival.relative)
        told = last is not None and (last["sha256"], last["status"]) == (arrival.sha256, IDENTICAL)
        return told and self.repeats(arrival) is not None


def known(warehouse: Warehouse) -> Known:
    """Read it from the warehouse."""
    submissions = warehouse.submissions()
    loaded = {r["path"]: r for r in submissions.iter_rows(named=True) if r["verdict"] != Verdict.WITHDRAWN}
    alive = {r["submission_id"] for r in loaded.values()}
    last: dict[str, Row] = {}
    of_content: dict[tuple[str, int, str], Row] = {}
    receipts = tuple(warehouse.receipts().iter_rows(named=True))
    for row in receipts:
        last[row["path"]] = row
        if row["status"] != IDENTICAL and row["sha256"] and row["submission_id"] in alive:
            of_content[(row["organisation"], row["year"], row["sha256"])] = row
    files = {r["path"]: r for r in warehouse.files().iter_rows(named=True)}
    return Known(loaded, receipts, last, of_content, files)


def gone(loaded: Iterable[Row], present: set[str]) -> list[Row]:
    """Submissions whose file no longer lies where it arrived."""
    return [row for row in loaded if row["path"] not in present]

"""Where a number comes from, for people: the trace of a measure, with the sheet around each cell, and the evidence.

What does not belong here: the form of a trace (trace/), and anything that changes data.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import agreements, intake, measures, trace
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import find as find_original

AROUND = 4  # rows and columns shown on each side of a cell
LONGEST = 40  # characters of a cell shown around the one that is meant


def find(project: Project, wanted: trace.Reference, as_of: datetime | None = None) -> trace.Trace:
    """The trace of the number that a reference names, as known at a moment; raises trace.BadReference for none."""
    with project.read_warehouse(as_of) as warehouse:
        frames = trace.Frames(
            warehouse.measures(),
            warehouse.lineage(),
            warehouse.observations(),
            warehouse.submissions(),
            warehouse.findings(),
            warehouse.replies(),
        )
    row = trace.chosen(frames.measures, wanted, project.catalogue)
    return trace.trace(
        row,
        frames,
        project.catalogue,
        working=lambda measure, used: _working(measure, used, project),
        agreement=_agreement(project, frames.measures, row),
        look=_Looking(project, frames.submissions).window,
        measure_id=lambda measure: measures.measure_id(measure, project.catalogue),
    )


def _working(measure: dict[str, Any], used: pl.DataFrame, project: Project) -> str:
    """The rule with the numbers put in; empty where the value is no formula of observations alone (a note says so)."""
    found = measures.working(measure, used, project.catalogue)
    return found.text if found is not None else ""


def _agreement(project: Project, computed: pl.DataFrame, row: dict[str, Any]) -> trace.Agreement:
    """How far the year's table is agreed, and what of this number changed since."""
    found = agreements.agreed_of(project, computed, row["year"])
    key = {c: str(row[c]) for c in ("indicator", "place", "organisation", "unit", "calendar")}
    key |= {d: row[d] for d in project.catalogue.dimension_ids}
    own = found.restated.filter(*(pl.col(c) == v for c, v in key.items()))
    signed = tuple((s.party, s.by, str(s.on)) for s in found.table.signed)
    return trace.Agreement(str(found.table.standing), signed, tuple(own.to_dicts()))


class _Looking:
    """Opens each original at most once, and only for the sheets that are asked for."""

    def __init__(self, project: Project, submissions: pl.DataFrame) -> None:
        self.project = project
        self.digests = dict(submissions.select("submission_id", "sha256").iter_rows())
        self.read: dict[str, dict[str, list[Any]]] = {}

    def window(self, observation: dict[str, Any]) -> trace.Window | None:
        """The cells around the observation in the file as received, or None where it was not kept."""
        name = observation["submission_id"]
        if name not in self.read:
            self.read[name] = self._sheets(name)
        cells = self.read[name].get(observation["sheet"])
        here = next((c for c in cells or [] if c.address == observation["cell"]), None)
        if here is None or cells is None:
            return None
        top, left = max(1, here.row - AROUND), max(1, here.column - AROUND)
        texts = {(c.row, c.column): c.text[:LONGEST] for c in cells}
        rows = tuple(
            tuple((intake.address(r, c), texts.get((r, c), "")) for c in range(left, here.column + AROUND + 1))
            for r in range(top, here.row + AROUND + 1)
        )
        return trace.Window(observation["sheet"], observation["cell"], rows)

    def _sheets(self, name: str) -> dict[str, list[Any]]:
        path = find_original(self.project.folders.originals, str(self.digests.get(name)))
        if path is None:
            return {}
        try:
            return dict(intake.read(path.read_bytes()))
        except intake.Refused:
            return {}


def evidence(project: Project, indicator: str, year: int, language: str, restricted: bool = False) -> bytes:
    """A zip for an auditor: source files, checks, definition, sign-off and the traces of an indicator's year.

    restricted: the receipts of the workbooks (path, hash, time) instead of the workbooks themselves. The same state of
    the project gives the same bytes. Raises trace.BadReference where the year has no number of the indicator.
    """
    with project.read_warehouse() as warehouse:
        computed, submissions = warehouse.measures(), warehouse.submissions()
        found, receipts = warehouse.findings(), warehouse.receipts()
    name = project.catalogue.find_series(indicator, "indicator") or indicator
    rows = computed.filter((pl.col("indicator") == name) & (pl.col("year") == year)).sort(pl.all())
    if rows.is_empty():
        raise trace.BadReference("no_such_number", indicator=name, year=year, others="–")
    parts: dict[str, bytes] = {}
    used: set[str] = set()
    for row in rows.iter_rows(named=True):
        traced = find(project, trace.parse(trace.reference(row, project.catalogue)))
        stem = traced.reference.replace("/", "_")
        parts[f"traces/{stem}.json"] = _json(trace.as_dict(traced))
        parts[f"traces/{stem}.html"] = trace.page(traced, project.catalogue, language).encode()
        used |= set(_submissions(traced))
    own = pl.col("submission_id").is_in(sorted(used))
    parts["checks/findings.csv"] = found.filter(own).write_csv().encode()
    parts["receipts.csv"] = receipts.filter(own).sort(pl.all(), nulls_last=True).write_csv().encode()
    parts["definition.json"] = _json(project.catalogue.indicators[name].model_dump(mode="json"))
    parts |= {
        f"agreement/{p.name}": p.read_bytes() for p in sorted((project.folders.agreements / str(year)).glob("*.yaml"))
    }
    if not restricted:
        for digest in submissions.filter(own)["sha256"].unique().sort():
            original = find_original(project.folders.originals, digest)
            if original is not None:
                parts[f"sources/{original.name}"] = original.read_bytes()
    return _zip(parts)


def _submissions(traced: trace.Trace) -> Iterator[str]:
    for source in traced.sources:
        yield source.observation["submission_id"]
    for part in traced.parts:
        yield from _submissions(part)


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode() + b"\n"


def _zip(parts: dict[str, bytes]) -> bytes:
    """Parts in a fixed order with a fixed date, and a list of their hashes."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(parts.items())]
    parts = {**parts, "SHA256SUMS": ("\n".join(lines) + "\n").encode()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(parts.items()):
            info = zipfile.ZipInfo(name, (2022, 1, 1, 0, 0, 0))
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def write_private(path: Path, content: bytes) -> Path:
    """For its owner only: what a trace shows is as restricted as the warehouse."""
    import os

    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    return path

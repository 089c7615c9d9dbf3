"""Every table, said once: what a row is, its columns, its key, what must hold. DDL, docs and Dagster derive from it.

To add a table: one `Table` in `tables()`. To add a column: one line in its frame. A warehouse that was written before
is rebuilt on opening (migrations.py); a change that must move or fill data is a numbered migration there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Column, Frame

TIMES: Frame = MappingProxyType(
    {
        "recorded_from": Column(pl.Datetime("us"), "when the warehouse came to hold this row, UTC"),
        "recorded_to": Column(pl.Datetime("us"), "when it was replaced; null while it is what is known, UTC"),
    }
)
"""Recorded time: with the period that a row is about, the second of its two times."""
REVISION: Frame = MappingProxyType(
    {"submission_revision": Column(pl.Int32(), "revision of the submission that the row was read from")}
)
INTERVAL = ("recorded_to IS NULL OR recorded_to > recorded_from", "it was known for some time")


@dataclass(frozen=True)
class Table:
    """One table.

    grain: what a row is. columns: as the contract that readers get, in order. added: what only the store adds.
    key: primary key. required: NOT NULL. checks: SQL condition and what it means. unique: what must be unique among
    the rows of one moment (DuckDB has no such constraint; see checking.py). order: of the rows that readers get.
    history: rows have recorded time and are never deleted.
    """

    name: str
    grain: str
    columns: Frame
    added: Frame = field(default_factory=lambda: MappingProxyType({}))
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    unique: tuple[str, ...] = ()
    order: tuple[str, ...] = ("ALL",)
    history: bool = True

    @property
    def stored(self) -> Frame:
        """Every column as it lies in the file."""
        return MappingProxyType({**self.columns, **self.added, **(TIMES if self.history else {})})

    @property
    def not_null(self) -> tuple[str, ...]:
        return (
            *self.key,
            *(c for c in self.required if c not in self.key),
            *(["recorded_from"] if self.history else []),
        )

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        return (*self.checks, *([INTERVAL] if self.history else []))


OF_A_SUBMISSION = ("observations", "findings", "narratives", "contributions", "replies")
"""Tables whose rows come and go with their submission, whole."""
DERIVED = ("measures", "lineage")
"""Tables that are computed from the others."""
DIMENSION_DEFAULT = contracts.TOTAL


@cache
def tables(dimensions: tuple[str, ...]) -> Mapping[str, Table]:
    """Table name to table, in the order of the story."""
    return MappingProxyType({t.name: t for t in (*_arrivals(), *_reported(dimensions), *_results(dimensions), *_own())})


def _arrivals() -> tuple[Table, ...]:
    statuses = ", ".join(f"'{s}'" for s in ("received", "identical", *_verdicts()))
    return (
        Table(
            "receipts",
            "one arrival of a file; never changed, never deleted",
            contracts.RECEIPTS,
            key=("receipt_id",),
            required=("organisation", "year", "path", "received_at", "clock_at", "status"),
            checks=(
                ("sha256 IS NULL OR length(sha256) = 64", "a hash is whole"),
                (f"status IN ({statuses})", "the status is a known one"),
                ("revision IS NULL OR revision >= 1", "revisions are counted from 1"),
            ),
            order=("received_at", "receipt_id"),
            history=False,
        ),
        Table(
            "submissions",
            "one workbook as it was known from one moment to another",
            contracts.SUBMISSIONS,
            key=("submission_id", "recorded_from"),
            required=("organisation", "year", "path", "verdict", "revision"),
            checks=(
                ("revision >= 1", "revisions are counted from 1"),
                (f"verdict IN ({', '.join(repr(v) for v in _verdicts())})", "the verdict is a known one"),
            ),
            unique=("submission_id",),
            order=("submission_id",),
        ),
    )


def _reported(dimensions: tuple[str, ...]) -> tuple[Table, ...]:
    return (
        Table(
            "observations",
            "one reported number of one revision of a submission",
            contracts.observations_frame(dimensions),
            REVISION,
            key=("observation_id", "recorded_from"),
            required=("submission_id", "status", "submission_revision"),
            checks=(("value IS NULL OR status = 'reported'", "a number is a reported one"),),
            unique=("observation_id",),
            order=("observation_id",),
        ),
        Table(
            "findings",
            "one problem or remark about one revision of a submission",
            contracts.FINDINGS,
            REVISION,
            required=("submission_id", "code", "severity"),
            order=("submission_id", "sheet", "cell", "code", "found"),
        ),
        Table(
            "narratives",
            "one written text, or one line of the sign-off",
            contracts.NARRATIVES,
            REVISION,
            required=("submission_id",),
            order=("submission_id", "sheet", "cell"),
        ),
        Table(
            "contributions",
            "one contribution or sustained measure",
            contracts.CONTRIBUTIONS,
            REVISION,
            required=("submission_id",),
            order=("submission_id", "sheet", "cell"),
        ),
        Table(
            "replies",
            "one reply of a submitter to a finding",
            contracts.REPLIES,
            REVISION,
            required=("submission_id",),
            order=("submission_id", "sheet", "cell", "question"),
        ),
    )


def _results(dimensions: tuple[str, ...]) -> tuple[Table, ...]:
    key = ("indicator", "calendar", "year", "place", *dimensions, "organisation", "unit")
    return (
        Table(
            "measures",
            "one indicator, year, calendar, place, group, organisation and unit",
            contracts.measures_frame(dimensions),
            required=("indicator", "year", "status"),
            checks=(("actual IS NULL OR status IN ('reported', 'partial')", "a number is a reported one"),),
            unique=key,
        ),
        Table(
            "lineage",
            "one observation that one measure was computed from",
            contracts.LINEAGE,
            required=("measure_id", "observation_id"),
            unique=("measure_id", "observation_id"),
        ),
    )


def _own() -> tuple[Table, ...]:
    """What the warehouse keeps about definitions, files and itself."""
    return (
        Table(
            "definitions",
            "one definition as the compact's data said it from one moment to another",
            contracts.DEFINITIONS,
            required=("kind", "id", "content"),
            unique=("kind", "id", "valid_from"),
            order=("kind", "id", "valid_from"),
        ),
        Table(
            "catalogues",
            "one version of the compact's data, whole",
            CATALOGUES,
            key=("catalogue_version",),
            history=False,
        ),
        Table(
            "catalogues_in_force",
            "one version of the compact's data that was used from one moment to another",
            CATALOGUES_IN_FORCE,
            required=("catalogue_version",),
        ),
        Table("files", "one file below data/raw as it was last hashed", FILES, key=("path",), history=False),
        Table("memory", "one small text under a key: what a step was last run on", MEMORY, key=("key",), history=False),
    )


def _columns(**columns: tuple[pl.DataType, str]) -> Frame:
    return MappingProxyType({name: Column(*spec) for name, spec in columns.items()})


CATALOGUES = _columns(
    catalogue_version=(pl.String(), "hash of the compact's data"),
    archive=(pl.Binary(), "every YAML and CSV file of it and of the common wording, as a zip with fixed dates"),
    code_version=(pl.String(), "hash of the program that first used it"),
    recorded_at=(pl.Datetime("us"), "when it was first used, UTC"),
)
CATALOGUES_IN_FORCE = _columns(catalogue_version=(pl.String(), "the version used"))
FILES = _columns(
    path=(pl.String(), "path below data/raw/<compact>"),
    size=(pl.Int64(), "bytes"),
    mtime_ns=(pl.Int64(), "time of its last change as the file system says, nanoseconds"),
    inode=(pl.Int64(), "its number in the file system"),
    hashed_ns=(pl.Int64(), "when it was hashed, nanoseconds"),
    sha256=(pl.String(), "hash of its content"),
)
MEMORY = _columns(key=(pl.String(), "what is remembered"), value=(pl.String(), "the text"))


def _verdicts() -> tuple[str, ...]:
    return tuple(str(v) for v in contracts.Verdict)

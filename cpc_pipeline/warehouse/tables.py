"""The tables, derived from the frames in contracts.py: one specification for types, comments and keys."""

from __future__ import annotations

import hashlib

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Frame

TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Datetime("us"): "TIMESTAMP",
}
OF_A_SUBMISSION = ("submissions", "observations", "findings", "narratives", "contributions", "replies")
"""Tables whose rows come and go with their submission, whole."""
KEYS = {"submissions": "submission_id", "observations": "observation_id"}


def tables(dimensions: tuple[str, ...]) -> dict[str, Frame]:
    """Table name to frame."""
    return {
        "submissions": contracts.SUBMISSIONS,
        "observations": contracts.observations_frame(dimensions),
        "findings": contracts.FINDINGS,
        "narratives": contracts.NARRATIVES,
        "contributions": contracts.CONTRIBUTIONS,
        "replies": contracts.REPLIES,
        "measures": contracts.measures_frame(dimensions),
        "lineage": contracts.LINEAGE,
    }


def ddl(name: str, frame: Frame) -> list[str]:
    """CREATE TABLE and the comment of each column."""
    columns = []
    for column, spec in frame.items():
        key = " PRIMARY KEY" if KEYS.get(name) == column else ""
        columns.append(f'"{column}" {TYPES[spec.dtype]}{key}')
    statements = [f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns)})"]
    for column, spec in frame.items():
        meaning = spec.meaning.replace("'", "''")
        statements.append(f"COMMENT ON COLUMN {name}.\"{column}\" IS '{meaning}'")
    return statements


def schema_hash(dimensions: tuple[str, ...]) -> str:
    """Names the schema: a warehouse written under another one is set aside and made again from data/raw."""
    statements = [s for name, frame in tables(dimensions).items() for s in ddl(name, frame)]
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:12]

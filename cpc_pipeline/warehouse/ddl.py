"""SQL of a table, from its specification."""

from __future__ import annotations

import hashlib

import polars as pl

from cpc_pipeline.warehouse.specification import Table

TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.Binary(): "BLOB",
}


def create(table: Table, kept: dict[str, str] | None = None) -> list[str]:
    """CREATE TABLE with its constraints, and the comment of the table and of each column.

    kept: columns of an earlier schema (name to SQL type) that this one no longer has; they stay, at the end.
    """
    lines = []
    for name, column in table.stored.items():
        required = " NOT NULL" if name in table.not_null else ""
        lines.append(f'"{name}" {TYPES[column.dtype]}{required}')
    lines += [f'"{name}" {kind}' for name, kind in (kept or {}).items()]
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(_quoted(table.key))})")
    lines += [f"CHECK ({condition})" for condition, _ in table.conditions]
    statements = [
        f"CREATE TABLE {table.name} ({', '.join(lines)})",
        f"COMMENT ON TABLE {table.name} IS {_text(table.grain)}",
    ]
    for name, column in table.stored.items():
        statements.append(f'COMMENT ON COLUMN {table.name}."{name}" IS {_text(column.meaning)}')
    return statements


def fingerprint(table: Table) -> str:
    """Names the shape of a table: another one means that it must be rebuilt."""
    return hashlib.sha256("\n".join(create(table)).encode()).hexdigest()[:12]


def _quoted(names: tuple[str, ...]) -> list[str]:
    return [f'"{name}"' for name in names]


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"

"""Files of data that programs open: Parquet and DuckDB, with what they keep beside the rows."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl


def parquet(content: bytes) -> Iterator[tuple[str, str]]:
    """Values, categories without a row, notes in the file, and the statistics of each column: a hidden largest value
    would stand there.
    """
    import pyarrow.parquet as pq

    frame = pl.read_parquet(io.BytesIO(content))
    for name, kind in frame.schema.items():
        yield "column", name
        yield from (("rows", text) for text in frame[name].cast(pl.String, strict=False).drop_nulls())
        if isinstance(kind, pl.Enum):
            yield from (("categories", text) for text in kind.categories)
    metadata = pq.read_metadata(io.BytesIO(content))
    for key, value in (metadata.metadata or {}).items():
        if key not in (b"ARROW:schema", b"pandas"):
            yield "metadata", f"{key.decode(errors='replace')} {value.decode(errors='replace')}"
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            statistics = metadata.row_group(group).column(column).statistics
            if statistics is not None and statistics.has_min_max:
                yield f"statistics {column}", f"{statistics.min} {statistics.max}"


def duckdb(content: bytes) -> Iterator[tuple[str, str]]:
    """Every table and view of every schema, and the comments on them."""
    with _opened(content) as connection:
        for schema, name in _relations(connection):
            where = f"{schema}.{name}"
            for row in connection.execute(f'SELECT COLUMNS(*)::VARCHAR FROM "{schema}"."{name}"').fetchall():
                yield from ((where, cell) for cell in row if cell is not None)
        for kind in ("tables", "views", "columns"):
            told = f"SELECT comment FROM duckdb_{kind}() WHERE comment IS NOT NULL"
            yield from (("comment", text) for (text,) in connection.execute(told).fetchall())


def strange_in_duckdb(content: bytes) -> Iterator[str]:
    """Room of rows that were deleted, which may still be in it; macros, types and secrets that nobody looks at."""
    with _opened(content) as connection:
        free = connection.execute("SELECT free_blocks FROM pragma_database_size()").fetchone()
        if free and free[0]:
            yield "room of deleted rows"
        for kind in ("functions", "types", "sequences"):
            own = f"SELECT count(*) FROM duckdb_{kind}() WHERE database_name = current_database()"
            own += "" if kind == "sequences" else " AND NOT internal"
            count = connection.execute(own).fetchone()
            if count and count[0]:
                yield kind


def frames_of(content: bytes) -> dict[str, pl.DataFrame]:
    """The tables of a DuckDB file, as text."""
    with _opened(content) as connection:
        return {f"{schema}.{name}": _frame(connection, schema, name) for schema, name in _relations(connection)}


def _frame(connection: Any, schema: str, name: str) -> pl.DataFrame:
    found = connection.execute(f'SELECT COLUMNS(*)::VARCHAR FROM "{schema}"."{name}"')
    heads = [column[0] for column in found.description]
    return pl.DataFrame(found.fetchall(), schema=dict.fromkeys(heads, pl.String), orient="row")


def _relations(connection: Any) -> list[tuple[str, str]]:
    sql = "SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2"
    return [(schema, name) for schema, name in connection.execute(sql).fetchall()]


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    import duckdb as engine

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.duckdb"
        path.write_bytes(content)
        connection = engine.connect(str(path), read_only=True, config={"enable_external_access": "false"})
        try:
            yield connection
        finally:
            connection.close()

"""From any earlier schema to this one, with every row: numbered steps, then the shape of each table.

A step is needed only where data must be moved or filled. Columns and tables that were added, and constraints that
changed, need none: a table whose shape is not the specified one is rebuilt from its own rows. Columns that are no
longer specified stay, so that nothing is lost. All of it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from cpc_pipeline.warehouse.ddl import create, fingerprint
from cpc_pipeline.warehouse.specification import DIMENSION_DEFAULT, OF_A_SUBMISSION, Table

Fills = dict[str, dict[str, str]]
"""Table to column to the SQL of its value for rows that were there before."""
SHAPE = "shape."
VERSION = "schema_version"


class TooNew(Exception):
    """The warehouse was written by a later version of the program; nothing was changed."""


def _two_times(known: set[str]) -> Fills:
    """1 -> 2: what was known since a file arrived was recorded when it arrived, as its first revision."""
    if "submissions" not in known:
        return {}
    of = "(SELECT s.received_at FROM submissions__before s WHERE s.submission_id = old.submission_id)"
    rows = {"recorded_from": of, "submission_revision": "1"}
    latest = "(SELECT max(s.received_at) FROM submissions__before s)"
    return {
        "submissions": {"revision": "1", "receipt_id": _FIRST_RECEIPT, "recorded_from": "received_at"},
        **dict.fromkeys(OF_A_SUBMISSION, rows),
        "measures": {"recorded_from": latest},
        "lineage": {"recorded_from": latest},
    }


_FIRST_RECEIPT = (
    "organisation || '-' || year || '-' || "
    "lpad(row_number() OVER (PARTITION BY organisation, year ORDER BY received_at, submission_id)::VARCHAR, 3, '0')"
)
_RECEIPTS = """
    INSERT INTO receipts BY NAME
    SELECT receipt_id, submission_id, organisation, year, path, sha256, received_at, received_at AS clock_at,
           verdict AS status, revision, observations, findings
    FROM submissions
"""

STEPS: Mapping[int, Callable[[set[str]], Fills]] = {2: _two_times}
"""Version reached -> what rows from before need."""
AFTER: Mapping[int, tuple[str, ...]] = {2: (_RECEIPTS,)}
"""Version reached -> statements once the tables have their shape."""
CURRENT = max(STEPS)


def is_up_to_date(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> bool:
    """Nearly always so, and told by the memory alone: a list of the tables takes as long as opening the file.

    Not within a transaction: in a file that has no memory yet the question would end it.
    """
    try:
        remembered = dict(_all(connection, "SELECT key, value FROM memory"))
    except duckdb.CatalogException:
        return False
    version = remembered.get(VERSION)
    return version == str(CURRENT) and all(remembered.get(SHAPE + t.name) == fingerprint(t) for t in tables.values())


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], dimensions: tuple[str, ...]
) -> None:
    """Give every table its specified shape; does nothing where it has it. Raises TooNew."""
    shapes = {t.name: fingerprint(t) for t in tables.values()}
    known = {row[0] for row in _all(connection, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")}
    remembered = dict(_all(connection, "SELECT key, value FROM memory")) if "memory" in known else {}
    version = int(remembered.get(VERSION, "1" if "schema" in remembered else CURRENT))
    if version > CURRENT:
        raise TooNew
    stale = [t for t in tables.values() if remembered.get(SHAPE + t.name) != shapes[t.name]]
    if not stale and version == CURRENT:
        return
    fills: Fills = {}
    for step in range(version + 1, CURRENT + 1):
        for name, values in STEPS[step](known).items():
            fills.setdefault(name, {}).update(values)
    before = [t for t in stale if t.name in known]
    for table in before:
        _run(connection, f"ALTER TABLE {table.name} RENAME TO {table.name}__before")
    for table in stale:
        columns = _columns(connection, f"{table.name}__before") if table.name in known else {}
        kept = {name: kind for name, kind in columns.items() if name not in table.stored}
        for statement in create(table, kept):
            _run(connection, statement)
        if columns:
            _copy(connection, table, columns, fills.get(table.name, {}), dimensions)
    for table in before:
        _run(connection, f"DROP TABLE {table.name}__before")
    for step in range(version + 1, CURRENT + 1):
        for statement in AFTER.get(step, ()):
            _run(connection, statement)
    for key, value in {VERSION: str(CURRENT), **{SHAPE + name: shape for name, shape in shapes.items()}}.items():
        _run(connection, "INSERT OR REPLACE INTO memory VALUES (?, ?)", [key, value])


def _copy(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    columns: Mapping[str, str],
    fills: Mapping[str, str],
    dimensions: tuple[str, ...],
) -> None:
    """The rows from before, with what they lack: a dimension that is new was not asked, so each row is its total."""
    values = {name: f'old."{name}"' for name in columns}
    values |= {name: sql for name, sql in fills.items() if name in table.stored and name not in columns}
    values |= {d: f"'{DIMENSION_DEFAULT}'" for d in dimensions if d in table.columns and d not in columns}
    names = ", ".join(f'"{name}"' for name in values)
    _run(
        connection,
        f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values.values())} FROM {table.name}__before old",
    )


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    sql = f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{name}' ORDER BY column_index"
    return dict(_all(connection, sql))


def _run(connection: duckdb.DuckDBPyConnection, statement: str, parameters: list[object] | None = None) -> None:
    connection.execute(statement, parameters or []).fetchall()


def _all(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[str, str]]:
    return connection.execute(statement).fetchall()

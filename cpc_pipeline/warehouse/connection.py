"""The DuckDB file: one writer, short transactions, recorded time that never goes back, a copy for readers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.clock import Clock, utc_now
from cpc_pipeline.warehouse.ddl import fingerprint
from cpc_pipeline.warehouse.migrations import SHAPE, bring_up_to_date, is_up_to_date
from cpc_pipeline.warehouse.opening import PATIENCE, open_file, told
from cpc_pipeline.warehouse.renewing import ROWID, difference
from cpc_pipeline.warehouse.specification import Table, tables

RECORDED = "recorded"
PIECE = 100_000
"""Rows that are handed to DuckDB at once."""
KEPT = "256MB"
"""What DuckDB may hold of the file while much is read and written; by itself it keeps all that it has seen, until most
of the machine is full."""


class WarehouseOutdated(Exception):
    """This copy was written under another schema; the next refresh makes it again."""


COPY = (
    "-IS",
    "-c",
    "import os, shutil, sys\n"
    "os.umask(0o077)\n"
    "try: shutil.copyfile(*sys.argv[1:])\n"
    "except OSError as error: sys.exit(error.errno)",
)
"""Copies a file and exits with the number of what went wrong. In a process of its own: one that closes a file that it
also has open as a database gives up its lock (POSIX), and another could write beside it."""


class Connection:
    """The tables of one compact, open for one short piece of work in a with block.

    A file written under an earlier schema is brought up to date first, with every row. read_only: for the published
    copy; raises WarehouseOutdated where it has another schema. clock: asked once for each transaction.
    """

    def __init__(
        self,
        path: Path,
        dimensions: tuple[str, ...],
        *,
        clock: Clock = utc_now,
        read_only: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self.path = path
        self.tables: Mapping[str, Table] = tables(dimensions)
        self._dimensions, self._clock, self._read_only, self._patience = dimensions, clock, read_only, patience
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        if self._read_only:
            self._connection = open_file(self.path, read_only=self._read_only, patience=self._patience)
            if self._outdated():
                self._close()
                raise WarehouseOutdated
            return self
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._connection = open_file(self.path, read_only=self._read_only, patience=self._patience)
        # What DuckDB had laid aside stays behind where its process was killed: data about children, of no more use.
        # Nobody else can be using it: whoever has the warehouse open for writing is alone.
        shutil.rmtree(self.path.with_name(f"{self.path.name}.tmp"), ignore_errors=True)
        try:
            os.chmod(self.path, 0o600)  # noqa: PTH101  (data about children: the owner only, whatever the umask)
            if not is_up_to_date(self._open, self.tables):
                self._together(lambda: bring_up_to_date(self._open, self.tables, self._dimensions))
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def publish(self, target: Path) -> None:
        """Put a consistent copy of everything in the place of the last one, in one move.

        Whoever reads the last one goes on reading it undisturbed; whoever opens it next sees this one, whole.
        """
        part = target.with_name(f".{target.name}.part")
        for left in (part, part.with_name(f"{part.name}.wal")):
            left.unlink(missing_ok=True)
        self._run("CHECKPOINT")
        copied = subprocess.run([sys.executable, *COPY, self.path, part], check=False, capture_output=True)
        if copied.returncode:
            raise OSError(copied.returncode, os.strerror(copied.returncode), part.name)
        part.chmod(0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)

    def count(self, statement: str) -> int:
        """The one number that a query answers."""
        return int(self._all(statement)[0][0])

    # --- inside ---

    @property
    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise RuntimeError("use the warehouse in a with block")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _outdated(self) -> bool:
        try:
            shapes = dict(self._all("SELECT key, value FROM memory"))
        except duckdb.CatalogException:
            return True
        return any(shapes.get(SHAPE + t.name) != fingerprint(t) for t in self.tables.values())

    def _together(self, write: Callable[[], object]) -> None:
        """Everything that `write` does, or nothing of it."""
        self._run("BEGIN")
        try:
            write()
        except BaseException:
            # Where the disk is full even this can fail; closing undoes it then, and what went wrong first is told.
            with suppress(duckdb.Error):
                self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    @contextmanager
    def _sparingly(self) -> Iterator[None]:
        """Hold little of the file in memory: what is read once need not be kept.

        Where even that is not enough, DuckDB lays some of it aside in a folder beside the file, as open to read as the
        file itself and to nobody else (the folder of both is its owner's), until it is closed.
        """
        self._run(f"SET memory_limit = '{KEPT}'")
        try:
            yield
        finally:
            self._run("RESET memory_limit")

    def _tick(self) -> tuple[datetime, datetime]:
        """The recorded time of this transaction, after every earlier one, and what the clock said."""
        said = self._clock()
        last = self._recall(RECORDED)
        at = said if last is None else max(said, datetime.fromisoformat(last) + timedelta(microseconds=1))
        self._remember(RECORDED, at.isoformat())
        return at, said

    def _recall(self, key: str) -> str | None:
        rows = self._all("SELECT value FROM memory WHERE key = ?", [key])
        return str(rows[0][0]) if rows else None

    def _remember(self, key: str, value: str) -> None:
        self._run("INSERT OR REPLACE INTO memory VALUES (?, ?)", [key, value])

    def _renew(self, name: str, at: datetime, frame: pl.DataFrame, where: str = "TRUE", *parameters: object) -> int:
        """Make `frame` what is known now among the rows `where`; returns how many rows came or went.

        Rows that are as before keep the time at which they were recorded.
        """
        table = self.tables[name]
        columns = [*table.columns, *table.added]
        new = self._shaped(table, frame, columns)
        listed = ", ".join(f'"{c}"' for c in columns)
        sql = f"SELECT rowid, {listed} FROM {name} WHERE recorded_to IS NULL AND {where}"
        held = self._all_frame(sql, list(parameters))
        old = held.select(ROWID, *(pl.col(c).cast(t) for c, t in self._types(table, columns).items()))
        gone, come = difference(old, new)
        if len(gone):
            self._with(
                gone.to_frame(), f"UPDATE {name} SET recorded_to = ? WHERE rowid IN (SELECT rowid FROM incoming)", [at]
            )
        if come.height:
            sql = f"INSERT INTO {name} ({listed}, recorded_from) SELECT {listed}, ?::TIMESTAMP FROM incoming"
            self._with(come, sql, [at])
        return len(gone) + come.height

    def _insert(self, name: str, frame: pl.DataFrame) -> None:
        """Add rows to a table without history."""
        table = self.tables[name]
        columns = list(table.columns)
        listed = ", ".join(f'"{c}"' for c in columns)
        sql = f"INSERT OR REPLACE INTO {name} ({listed}) SELECT {listed} FROM incoming"
        self._with(self._shaped(table, frame, columns), sql)

    def _types(self, table: Table, columns: list[str]) -> dict[str, pl.DataType]:
        return {c: t for c, t in contracts.polars_schema(table.stored).items() if c in columns}

    def _shaped(self, table: Table, frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
        types = self._types(table, columns)
        missing = [pl.lit(None).cast(t).alias(c) for c, t in types.items() if c not in frame.columns]
        return frame.with_columns(missing).select(pl.col(c).cast(types[c]) for c in columns)

    def _with(self, frame: pl.DataFrame, statement: str, parameters: list[Any] | None = None) -> None:
        import pyarrow as pa  # takes as long as checking a workbook, which writes nothing

        # A reader that is read once, and not the frame: what was registered is kept until the transaction ends.
        # Piece by piece, so that there is no second copy of everything.
        # Texts as polars has them, which DuckDB reads too: otherwise each is copied before it is written.
        as_is = pl.CompatLevel.newest()
        tables = (rows.to_arrow(compat_level=as_is) for rows in frame.iter_slices(PIECE))
        pieces = (batch for table in tables for batch in table.to_batches())
        schema = frame.head(0).to_arrow(compat_level=as_is).schema
        self._open.register("incoming", pa.RecordBatchReader.from_batches(schema, pieces))
        try:
            self._run(statement, parameters)
        finally:
            self._open.unregister("incoming")

    def _run(self, statement: str, parameters: list[Any] | None = None) -> None:
        self._all(statement, parameters)

    def _all(self, statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        # Results are fetched whole: DuckDB 2 refuses a statement while another's result is open.
        try:
            return self._open.execute(statement, parameters or []).fetchall()
        except duckdb.Error as error:
            refused = told(error, self.path)
            if refused is error:
                raise
            raise refused from None

    def _all_frame(self, statement: str, parameters: list[Any] | None = None) -> pl.DataFrame:
        return pl.DataFrame(self._open.sql(statement, params=parameters or None).to_arrow_table())

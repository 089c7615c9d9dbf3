"""One writer, short connections, whole submissions: the DuckDB file of one compact."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.warehouse.tables import OF_A_SUBMISSION, ddl, schema_hash, tables


class WarehouseBusy(Exception):
    """Another process is writing; nothing was changed. Try again when it has ended."""


class Warehouse:
    """The tables of one compact, open for one short piece of work.

    A file written under another schema is renamed (its schema hash goes into the name, nothing is deleted) and an
    empty one takes its place: everything in it can be made again from data/raw.
    """

    def __init__(self, path: Path, dimensions: tuple[str, ...]) -> None:
        self.path = path
        self._tables = tables(dimensions)
        self._schema = schema_hash(dimensions)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._connection = self._open()
        known = self._written_under()
        if known not in (None, self._schema):
            self._connection.close()
            self.path.rename(self.path.with_name(f"{self.path.stem}.schema-{known}{self.path.suffix}"))
            self._connection = self._open()
            known = None
        if known is None:
            self._create()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- writing ---

    def replace_submission(
        self,
        submission: Mapping[str, object],
        observations: pl.DataFrame,
        findings: pl.DataFrame,
        narratives: pl.DataFrame | None = None,
        contributions: pl.DataFrame | None = None,
        replies: pl.DataFrame | None = None,
    ) -> None:
        """Put one workbook in the place of what was there under its id: all of it, or nothing.

        narratives, contributions and replies: None where the workbook has none.

        The time of receipt stays the first one while the content is the same.
        """
        row = pl.DataFrame([submission], schema=contracts.polars_schema(contracts.SUBMISSIONS))
        key = submission["submission_id"]
        same = self.submissions().filter((pl.col("submission_id") == key) & (pl.col("sha256") == submission["sha256"]))
        if not same.is_empty():
            row = row.with_columns(same["received_at"].alias("received_at"))

        def write() -> None:
            for table in OF_A_SUBMISSION:
                self._run(f"DELETE FROM {table} WHERE submission_id = ?", [key])
            self._insert("submissions", row)
            self._insert("observations", observations)
            self._insert("findings", findings)
            words = {"narratives": narratives, "contributions": contributions, "replies": replies}
            for table, frame in words.items():
                if frame is not None:
                    self._insert(table, frame)

        self._together(write)

    def withdraw(self, submission_ids: Sequence[str]) -> None:
        """Mark submissions whose file is gone: their rows stay, and no longer count."""

        def write() -> None:
            for key in submission_ids:
                verdict = str(Verdict.WITHDRAWN)
                self._run("UPDATE submissions SET verdict = ? WHERE submission_id = ?", [verdict, key])

        self._together(write)

    def replace_measures(self, measures: pl.DataFrame, lineage: pl.DataFrame) -> None:
        """All measures and where they come from, in one transaction."""

        def write() -> None:
            for name, frame in (("measures", measures), ("lineage", lineage)):
                self._run(f"DELETE FROM {name}")
                self._insert(name, frame)

        self._together(write)

    def remember(self, key: str, value: str) -> None:
        """Keep a small text under a key: what a step was last run on."""
        self._together(lambda: self._run("INSERT OR REPLACE INTO memory VALUES (?, ?)", [key, value]))

    # --- reading ---

    def recall(self, key: str) -> str | None:
        rows = self._open_connection.execute("SELECT value FROM memory WHERE key = ?", [key]).fetchall()
        return str(rows[0][0]) if rows else None

    def submissions(self) -> pl.DataFrame:
        return self._read("submissions", "submission_id")

    def observations(self) -> pl.DataFrame:
        return self._read("observations", "observation_id")

    def counting(self) -> pl.DataFrame:
        """Observations of submissions that count: neither returned nor withdrawn."""
        out = [str(Verdict.RETURNED), str(Verdict.WITHDRAWN)]
        kept = self.submissions().filter(~pl.col("verdict").is_in(out))["submission_id"]
        return self.observations().filter(pl.col("submission_id").is_in(kept.to_list()))

    def findings(self) -> pl.DataFrame:
        return self._read("findings", "submission_id, sheet, cell, code, found")

    def narratives(self) -> pl.DataFrame:
        return self._read("narratives", "submission_id, sheet, cell")

    def contributions(self) -> pl.DataFrame:
        return self._read("contributions", "submission_id, sheet, cell")

    def replies(self) -> pl.DataFrame:
        return self._read("replies", "submission_id, sheet, cell, question")

    def measures(self) -> pl.DataFrame:
        return self._read("measures", "ALL")

    def lineage(self) -> pl.DataFrame:
        return self._read("lineage", "ALL")

    # --- inside ---

    @property
    def _open_connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise RuntimeError("use the warehouse in a with block")
        return self._connection

    def _open(self) -> duckdb.DuckDBPyConnection:
        # Nothing is fetched at run time: an extension that is not built in is an error, not a download.
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            connection = duckdb.connect(str(self.path), config=settings)
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise WarehouseBusy from None
            raise
        os.chmod(self.path, 0o600)  # noqa: PTH101  (data about children: the owner only, whatever the umask)
        return connection

    def _written_under(self) -> str | None:
        try:
            return self.recall("schema")
        except duckdb.CatalogException:
            return None

    def _create(self) -> None:
        def write() -> None:
            for name, frame in self._tables.items():
                for statement in ddl(name, frame):
                    self._run(statement)
            self._run("CREATE TABLE IF NOT EXISTS memory (key VARCHAR PRIMARY KEY, value VARCHAR)")
            self._run("INSERT OR REPLACE INTO memory VALUES ('schema', ?)", [self._schema])

        self._together(write)

    def _together(self, write: Callable[[], object]) -> None:
        """Everything that `write` does, or nothing of it."""
        self._run("BEGIN")
        try:
            write()
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def _run(self, statement: str, parameters: list[object] | None = None) -> None:
        # Results are fetched whole: DuckDB 2 refuses a statement while another's result is open.
        self._open_connection.execute(statement, parameters or []).fetchall()

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        ordered = frame.select(list(self._tables[table])).cast(contracts.polars_schema(self._tables[table]))  # type: ignore[arg-type]
        self._open_connection.register("incoming", ordered.to_arrow())
        try:
            self._run(f"INSERT INTO {table} SELECT * FROM incoming")
        finally:
            self._open_connection.unregister("incoming")

    def _read(self, table: str, order: str) -> pl.DataFrame:
        arrow = self._open_connection.sql(f"SELECT * FROM {table} ORDER BY {order}").to_arrow_table()
        frame = pl.DataFrame(arrow)
        return frame.cast(contracts.polars_schema(self._tables[table]))  # type: ignore[arg-type]

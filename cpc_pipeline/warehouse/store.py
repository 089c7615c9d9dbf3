"""What the warehouse can be told and asked. Nothing in it is ever deleted: what was known stays readable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.warehouse.reading import LINEAGE_OF_PARTS, OF_PARTS, Reading
from cpc_pipeline.warehouse.specification import OF_A_SUBMISSION

IDENTICAL = "identical"
Row = dict[str, Any]
KeepReceipt = Callable[[Row], object]
"""Called with a receipt before it is committed: a receipt that was recorded has been written for its sender too."""


class Warehouse(Reading):
    """The memory of one compact. Every read takes as_of: what was known at that moment (UTC), by default what is.

    as_of given to the constructor is that of every read that names none.
    """

    # --- writing ---

    def replace_submission(
        self,
        submission: Mapping[str, Any],
        observations: pl.DataFrame,
        findings: pl.DataFrame,
        narratives: pl.DataFrame | None = None,
        contributions: pl.DataFrame | None = None,
        replies: pl.DataFrame | None = None,
        *,
        keep: KeepReceipt = lambda _: None,
    ) -> Row | None:
        """Put one workbook in the place of what was known under its id: all of it, or nothing.

        submission: contracts.SUBMISSIONS without revision, receipt and time of receipt, with `size` and `signed` of its
        receipt. Other frames: None where the workbook has none. Returns the receipt where this content had none: a
        content that differs from the last one is a new revision, and the earlier ones stay readable.
        """
        frames = {
            "observations": observations,
            "findings": findings,
            "narratives": narratives,
            "contributions": contributions,
            "replies": replies,
        }
        made: list[Row] = []

        def write() -> None:
            at, said = self._tick()
            known = self._submission(submission["submission_id"])
            row = {k: v for k, v in submission.items() if k not in ("size", "signed")}
            if known and known["sha256"] == submission["sha256"] and known["verdict"] != Verdict.WITHDRAWN:
                row |= {k: known[k] for k in ("revision", "receipt_id", "received_at")}
            else:
                same = known is not None and known["sha256"] == submission["sha256"]
                revision = (known["revision"] + (not same)) if known else 1
                receipt = self._receipt(submission, at, said) | {
                    "status": submission["verdict"],
                    "revision": revision,
                    "predecessor": known["receipt_id"] if known else None,
                }
                self._insert("receipts", pl.DataFrame([receipt], schema=self._schema("receipts")))
                row |= {"revision": revision, "receipt_id": receipt["receipt_id"], "received_at": at}
                made.append(receipt)
            key = submission["submission_id"]
            self._renew("submissions", at, self._one("submissions", row), "submission_id = ?", key)
            for table in OF_A_SUBMISSION:
                frame = frames[table]
                rows = contracts.empty(self.tables[table].columns) if frame is None else frame
                own = rows.with_columns(pl.lit(row["revision"], pl.Int32).alias("submission_revision"))
                self._renew(table, at, own, "submission_id = ?", key)
            if made:
                keep(made[0])

        self._together(write)
        return made[0] if made else None

    def refuse_identical(
        self, arrival: Mapping[str, Any], repeats: Mapping[str, Any], keep: KeepReceipt = lambda _: None
    ) -> Row:
        """A file that says again, byte for byte, what is on record: it gets a receipt and changes nothing.

        repeats: the row of contracts.RECEIPTS or SUBMISSIONS whose content it has.
        """
        made: Row = {}

        def write() -> None:
            at, said = self._tick()
            made.update(self._receipt(arrival, at, said))
            told = ("submission_id", "revision", "observations", "findings")
            made.update({k: repeats[k] for k in told} | {"status": IDENTICAL, "predecessor": repeats["receipt_id"]})
            self._insert("receipts", pl.DataFrame([made], schema=self._schema("receipts")))
            keep(made)

        self._together(write)
        return made

    def forget_files(self) -> None:
        """Forget how files lay on this disk: on another one they lie otherwise and yet did not arrive again."""
        self._together(lambda: self._run("DELETE FROM files"))

    def withdraw(self, submission_ids: Sequence[str]) -> None:
        """Mark submissions whose file is gone: their rows stay, and no longer count."""

        def write() -> None:
            at, _ = self._tick()
            for key in submission_ids:
                known = self._submission(key)
                if known:
                    row = self._one("submissions", known | {"verdict": str(Verdict.WITHDRAWN)})
                    self._renew("submissions", at, row, "submission_id = ?", key)

        self._together(write)

    def replace_measures(
        self,
        measures: pl.DataFrame,
        lineage: pl.DataFrame,
        parts: pl.DataFrame | None = None,
        remember: Mapping[str, str] | None = None,
    ) -> None:
        """Measures and where they come from, in one transaction; those that are as before stay as they are.

        parts: rows of indicator and organisation whose measures these are, all of them; None where these are all
        measures there are. remember: texts by key, kept in the same transaction.
        """

        def write() -> None:
            at, _ = self._tick()
            with self._holding(parts):
                self._renew("measures", at, measures, "TRUE" if parts is None else OF_PARTS)
                self._renew("lineage", at, lineage, "TRUE" if parts is None else LINEAGE_OF_PARTS)
            for key, value in (remember or {}).items():
                self._remember(key, value)

        self._together(write)

    def record_definitions(
        self, version: str, code_version: str, pack: Callable[[], bytes], definitions: Callable[[], pl.DataFrame]
    ) -> bool:
        """Keep the compact's data, whole and as rows, if they are not those last in force; True if so.

        pack, definitions: asked only then.
        """
        if self._all(
            "SELECT 1 FROM catalogues_in_force WHERE recorded_to IS NULL AND catalogue_version = ?", [version]
        ):
            return False

        def write() -> None:
            at, _ = self._tick()
            if not self._all("SELECT 1 FROM catalogues WHERE catalogue_version = ?", [version]):
                self._run("INSERT INTO catalogues VALUES (?, ?, ?, ?)", [version, pack(), code_version, at])
            self._renew("catalogues_in_force", at, pl.DataFrame({"catalogue_version": [version]}))
            self._renew("definitions", at, definitions())

        self._together(write)
        return True

    def remember(self, key: str, value: str) -> None:
        """Keep a small text under a key: what a step was last run on."""
        self._together(lambda: self._remember(key, value))

    def remember_files(self, files: pl.DataFrame) -> None:
        """Keep the size, times and hashes of files, so that what is unchanged need not be hashed again."""
        if files.height:
            self._together(lambda: self._insert("files", files))

    # --- inside ---

    def _submission(self, submission_id: str) -> Row | None:
        where = "recorded_to IS NULL AND submission_id = ?"
        return next(self._rows("submissions", where, [submission_id], stored=False).iter_rows(named=True), None)

    def _receipt(self, arrival: Mapping[str, Any], at: datetime, said: datetime) -> Row:
        organisation, year = arrival["organisation"], arrival["year"]
        sql = "SELECT count(*) FROM receipts WHERE organisation = ? AND year = ?"
        number = self._all(sql, [organisation, year])[0][0] + 1
        row: Row = dict.fromkeys(self.tables["receipts"].columns)
        row |= {k: v for k, v in arrival.items() if k in row}
        return row | {"receipt_id": f"{organisation}-{year}-{number:03}", "received_at": at, "clock_at": said}

    def _one(self, name: str, row: Mapping[str, Any]) -> pl.DataFrame:
        return pl.DataFrame([row], schema=self._schema(name))

    def _schema(self, name: str) -> dict[str, pl.DataType]:
        return contracts.polars_schema(self.tables[name].columns)

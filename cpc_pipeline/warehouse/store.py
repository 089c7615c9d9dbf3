"""What the warehouse can be told and asked. Nothing in it is ever deleted: what was known stays readable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.warehouse.loads import KeepReceipt, Load, Row, next_number, receipt_of, recorded
from cpc_pipeline.warehouse.reading import LINEAGE_YEAR, Condition, Reading, lineage_of_parts, of_parts
from cpc_pipeline.warehouse.specification import OF_A_SUBMISSION, TIMES

IDENTICAL = "identical"
NOTHING = "FALSE"
"""Where nothing can be on record yet."""


@dataclass(frozen=True)
class MeasuresOf:
    """Some measures and their lineage.

    parts: rows of indicator and organisation whose measures these are, all of those from the year `first` to `last`
    (None: without bound).
    """

    parts: pl.DataFrame
    measures: pl.DataFrame
    lineage: pl.DataFrame
    first: int | None = None
    last: int | None = None


class Warehouse(Reading):
    """The memory of one compact. Every read takes as_of: what was known at that moment (UTC), by default what is.

    as_of given to the constructor is that of every read that names none.
    """

    # --- writing ---

    def replace_submissions(self, loads: Sequence[Load], keep: KeepReceipt = lambda _: None) -> list[Row]:
        """Put each workbook in the place of what was known under its id: all of them, or nothing, in one transaction.

        Returns the receipts of the contents that had none: a content that differs from the last one is a new revision,
        and the earlier ones stay readable. Ids occur once.
        """
        made: list[Row] = []

        def write() -> None:
            at, said = self._tick()
            keys = [load.submission["submission_id"] for load in loads]
            where = "submission_id IN (SELECT unnest(?))"
            known = self._known(where, keys)
            given = self._receipts_given()
            rows: list[Row] = []
            for load in loads:
                row, receipt = recorded(load.submission, known.get(load.submission["submission_id"]), at, said)
                if receipt is not None:
                    receipt["receipt_id"] = row["receipt_id"] = next_number(receipt, given)
                    made.append(receipt)
                rows.append(row)
            self._insert("receipts", pl.DataFrame(made, schema=self._schema("receipts")))
            self._renew("submissions", at, pl.DataFrame(rows, schema=self._schema("submissions")), where, keys)
            there = sorted(known)  # of what comes for the first time nothing is looked for in tables that grow
            for table in OF_A_SUBMISSION:
                own = [
                    frame.with_columns(pl.lit(row["revision"], pl.Int32).alias("submission_revision"))
                    for load, row in zip(loads, rows, strict=True)
                    if (frame := getattr(load, table)) is not None and frame.height
                ]
                none = contracts.empty(self.tables[table].stored).drop(TIMES)
                new = pl.concat([none, *own], how="diagonal", rechunk=True) if own else none
                self._renew(table, at, new, where if there else NOTHING, *([there] if there else []))
            for receipt in made:
                keep(receipt)

        self._together(write)
        return made

    def replace_submission(self, load: Load, keep: KeepReceipt = lambda _: None) -> Row | None:
        """The same for one workbook; returns its receipt where this content had none."""
        return next(iter(self.replace_submissions([load], keep)), None)

    def refuse_identical(
        self,
        arrival: Mapping[str, Any],
        repeats: Mapping[str, Any],
        lying: pl.DataFrame,
        keep: KeepReceipt = lambda _: None,
    ) -> Row:
        """A file that says again, byte for byte, what is on record: it gets a receipt, once, and changes nothing.

        repeats: the row of contracts.RECEIPTS or SUBMISSIONS whose content it has. lying: how the file lies there, kept
        in the same transaction, so that a killed run does not make it seem to have come again.
        """
        made: Row = {}

        def write() -> None:
            at, said = self._tick()
            made.update(receipt_of(arrival, at, said))
            made["receipt_id"] = next_number(made, self._receipts_given())
            told = ("submission_id", "revision", "observations", "findings")
            made.update({k: repeats[k] for k in told} | {"status": IDENTICAL, "predecessor": repeats["receipt_id"]})
            self._insert("receipts", pl.DataFrame([made], schema=self._schema("receipts")))
            self._insert("files", lying)
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
                known = self._known("submission_id IN (SELECT unnest(?))", [key]).get(key)
                if known:
                    row = self._one("submissions", known | {"verdict": str(Verdict.WITHDRAWN)})
                    self._renew("submissions", at, row, "submission_id = ?", key)

        self._together(write)

    def replace_measures(self, groups: Iterable[MeasuresOf], remember: Mapping[str, str] | None = None) -> None:
        """Measures and where they come from, in one transaction; those that are as before stay as they are.

        groups: made one after the other, and allowed to read while they are made. remember: texts by key, kept in the
        same transaction.
        """

        def write() -> None:
            at, _ = self._tick()
            for group in groups:
                with self._holding(group.parts):
                    self._renew_measures(group, at)
                del group  # the next is made now, and needs its memory
            for key, value in (remember or {}).items():
                self._remember(key, value)

        with self._sparingly():
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

    def _renew_measures(self, group: MeasuresOf, at: datetime) -> None:
        of_measures = _in_years(of_parts(group.parts), "year", group)
        of_lineage = _in_years(lineage_of_parts(group.parts), LINEAGE_YEAR, group)
        where, asked = of_measures
        if not self._all(f"SELECT 1 FROM measures WHERE recorded_to IS NULL AND {where} LIMIT 1", asked):
            of_measures = of_lineage = NOTHING, []
        for name, frame, (where, asked) in (
            ("measures", group.measures, of_measures),
            ("lineage", group.lineage, of_lineage),
        ):
            self._renew(name, at, frame, where, *asked)

    def _known(self, where: str, keys: Sequence[str]) -> dict[str, Row]:
        rows = self._rows("submissions", f"recorded_to IS NULL AND {where}", [list(keys)], stored=False)
        return {row["submission_id"]: row for row in rows.iter_rows(named=True)}

    def _receipts_given(self) -> dict[tuple[str, int], int]:
        """How many receipts each organisation has for each year."""
        counted = self._all("SELECT organisation, year, count(*) FROM receipts GROUP BY ALL")
        return {(organisation, year): count for organisation, year, count in counted}

    def _one(self, name: str, row: Mapping[str, Any]) -> pl.DataFrame:
        return pl.DataFrame([row], schema=self._schema(name))

    def _schema(self, name: str) -> dict[str, pl.DataType]:
        return contracts.polars_schema(self.tables[name].columns)


def _in_years(of: Condition, label: str, group: MeasuresOf) -> Condition:
    """The condition of its parts, and that the year is one of the group's."""
    bounds = [(year, sign) for year, sign in ((group.first, ">="), (group.last, "<=")) if year is not None]
    where, asked = of
    return " AND ".join([where, *(f"{label} {sign} ?" for _, sign in bounds)]), [*asked, *(y for y, _ in bounds)]

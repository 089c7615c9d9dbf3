"""The audit of the files of an edition: every number in them is one that may be there, and nothing else is in them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline.artefacts.opening import UnknownFile, strange_parts, texts_of
from cpc_pipeline.artefacts.tokens import numbers_in


@dataclass(frozen=True)
class Leak:
    """Something in a file that must not be there. What: number, unknown_file, strange_part, row. Never a value."""

    file: str
    where: str
    what: str


def audit_files(folder: Path, names: Iterable[str], allowed: Set[float], rows: pl.DataFrame) -> list[Leak]:
    """Every leak in the files of an edition.

    allowed: numbers that may stand in a text (those of the masked frame, of the words and codes of the compact, and
    dates). rows: the masked table as text, one row per number: every table of data in the edition holds these rows or
    some of their columns, and no other numbers.
    """
    leaks = []
    for name in sorted(names):
        path = folder / name
        try:
            texts = texts_of(path)
        except UnknownFile:
            leaks.append(Leak(name, "-", "unknown_file"))
            continue
        leaks += [Leak(name, part, "strange_part") for part in strange_parts(path)]
        for where, text in texts:
            if any(allowed.isdisjoint(readings) for readings in numbers_in(text)):
                leaks.append(Leak(name, where, "number"))
        if path.suffix == ".csv":
            leaks += _rows(path, name, rows)
    return leaks


def _rows(path: Path, name: str, rows: pl.DataFrame) -> list[Leak]:
    """Rows of a data file with an indicator that are not rows of the masked table, in the columns that both have."""
    table = pl.read_csv(path, infer_schema=False)
    shared = [c for c in table.columns if c in rows.columns]
    if "indicator" not in shared:
        return []
    numbered = table.select(_plain(c) for c in shared).with_row_index("line", offset=2)
    known = rows.select(_plain(c) for c in shared).unique()
    strange = numbered.join(known, on=shared, how="anti", nulls_equal=True)
    return [Leak(name, f"line {line}", "row") for line in strange["line"]]


def _plain(column: str) -> pl.Expr:
    """As text, a whole number without its point: one file says 46 and another 46.0."""
    return pl.col(column).cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1").replace("", None).alias(column)

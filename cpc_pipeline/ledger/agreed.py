"""The content of an annual table: the numbers that parties sign, free of language, layout and code.

The content of a year is the frame of its measures, one row per key, with the columns in VALUES as text. Two tables
with the same numbers have the same hash, whoever made them and in whatever order the rows came.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue

VALUES = ("unit", "baseline", "target", "actual", "numerator", "denominator", "lower", "upper", "status")
"""What is signed of each key. The unit is a part of the key too; it stands here to be read beside the value."""


def key_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """Columns that together say what a number is about."""
    return ("indicator", "year", "calendar", "place", *catalogue.dimension_ids, "organisation", "unit")


def content(measures: pl.DataFrame, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """The content of one year: `key_columns` and VALUES, all text, sorted; a number with at most nine decimals."""
    columns = list(dict.fromkeys([*key_columns(catalogue), *VALUES]))
    own = measures.filter(pl.col("year") == year).select(columns)
    texts = [
        pl.Series(c, [_text(v) for v in own[c]], dtype=pl.String)
        if own.schema[c] == pl.Float64
        else own[c].cast(pl.String)
        for c in columns
    ]
    return pl.DataFrame(texts).sort(pl.all(), nulls_last=True)


def _text(value: float | None) -> str | None:
    """The shortest exact form, without the noise of floating point beyond nine decimals."""
    if value is None:
        return None
    text = format(Decimal(repr(round(value, 9))).normalize(), "f")
    return "0" if text in ("-0", "0") else text


def content_hash(table: pl.DataFrame) -> str:
    """SHA-256 of the content as CSV: what is signed."""
    return hashlib.sha256(table.write_csv().encode()).hexdigest()


def keep(folder: Path, table: pl.DataFrame) -> Path:
    """Keep a signed content under its hash, for its owner only: what was agreed must be there to be compared with.

    It holds unprotected counts: the folder lies beside the warehouse and is as restricted as it is.
    """
    path = folder / f"{content_hash(table)}.csv"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(table.write_csv().encode())
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return path


def kept(folder: Path, digest: str) -> pl.DataFrame | None:
    """A content that was kept, or None where it is not there or is no longer what its name says."""
    path = folder / f"{digest}.csv"
    if not path.is_file():
        return None
    table = pl.read_csv(path, infer_schema=False)
    return table if content_hash(table) == digest else None


def as_key(row: Mapping[str, object], catalogue: Catalogue) -> tuple[object, ...]:
    """The key of a row of a content."""
    return tuple(row[c] for c in key_columns(catalogue))

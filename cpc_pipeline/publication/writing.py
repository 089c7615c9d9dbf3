"""Files written whole or not at all, and text that no spreadsheet program will run."""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Sequence
from pathlib import Path

import polars as pl

_DANGEROUS = r"^[=+\-@\t\r＝＋－＠]"


def write_bytes(path: Path, content: bytes) -> Path:
    """Beside its place first, then moved there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105
    return path


def write_csv(path: Path, frame: pl.DataFrame, numbers: Sequence[str] = ()) -> Path:
    """UTF-8 with the mark that Excel needs to read accents; text that would be a formula gets an apostrophe.

    numbers: columns that are text only to keep their printed form, where a leading minus is a minus.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in numbers]
    safe = frame.with_columns(
        pl.when(pl.col(t).str.contains(_DANGEROUS)).then(pl.lit("'") + pl.col(t)).otherwise(pl.col(t)).alias(t)
        for t in texts
    )
    return write_bytes(path, b"\xef\xbb\xbf" + safe.write_csv().encode())


def write_parquet(path: Path, frame: pl.DataFrame) -> Path:
    """Without statistics: a largest value of a column would tell of rows that others filter out."""
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", statistics=False)
    return write_bytes(path, stream.getvalue())


def lines(text: str, width: int) -> int:
    """Lines that a text takes in a column of so many characters, broken between words as spreadsheet programs do."""
    return max(1, len(textwrap.wrap(text, max(1, int(width * 0.95)))))

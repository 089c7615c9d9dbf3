"""Notes in a column, to which steps add: first a list of JSON texts of each point, then one text of each measure.

In the text each note begins with the comma that parts it from the one before it: adding is putting texts together,
which takes a tenth of what lists take.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl

NOTES = pl.List(pl.String)
COMMA = ", "
NONE = ""


def written(code: str, params: dict[str, Any] | None = None) -> str:
    """One note as text."""
    return json.dumps({"code": code, "params": params or {}}, sort_keys=True, ensure_ascii=False)


def fixed(code: str, params: dict[str, Any] | None = None) -> pl.Expr:
    """A list of one note, the same for every row."""
    return pl.lit(pl.Series([[written(code, params)]], dtype=NOTES)).first()


def none() -> pl.Expr:
    return pl.lit(pl.Series([[]], dtype=NOTES)).first()


def as_text(notes: Iterable[str]) -> str:
    """What is added to the notes of a measure; notes: each as `written` has it."""
    return "".join(COMMA + note for note in notes)


def in_text(notes: str = "notes") -> pl.Expr:
    """The list of each point as the text of a measure."""
    text = pl.concat_str(pl.lit(COMMA), pl.col(notes).list.join(COMMA))
    return pl.when(pl.col(notes).list.len() > 0).then(text).otherwise(pl.lit(NONE)).alias(notes)


def told(note: pl.Expr) -> pl.Expr:
    """The notes of a row and one more, which may be another in each row."""
    return pl.concat_str("notes", pl.lit(COMMA), note).alias("notes")


def noted(condition: pl.Expr, code: str, params: dict[str, Any] | None = None) -> pl.Expr:
    """The notes of a row and this one where the condition holds."""
    return pl.when(condition).then(told(pl.lit(written(code, params)))).otherwise("notes").alias("notes")


def joined(notes: str = "notes") -> pl.Expr:
    """The column as one JSON list per row, as MEASURES has it."""
    return pl.concat_str(pl.lit("["), pl.col(notes).str.strip_prefix(COMMA), pl.lit("]")).alias(notes)


def as_list(notes: Iterable[dict[str, Any]]) -> list[str]:
    return [written(n["code"], n["params"]) for n in notes]


def plain(number: float) -> float | int:
    """A whole number without its .0, as people write it."""
    return int(number) if float(number).is_integer() else number

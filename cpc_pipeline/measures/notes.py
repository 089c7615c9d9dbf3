"""Notes in a column: each measure has a list of JSON texts, so that they can be added to in columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl

NOTES = pl.List(pl.String)


def written(code: str, params: dict[str, Any] | None = None) -> str:
    """One note as text."""
    return json.dumps({"code": code, "params": params or {}}, sort_keys=True, ensure_ascii=False)


def fixed(code: str, params: dict[str, Any] | None = None) -> pl.Expr:
    """A list of one note, the same for every row."""
    return pl.lit(pl.Series([[written(code, params)]], dtype=NOTES)).first()


def none() -> pl.Expr:
    return pl.lit(pl.Series([[]], dtype=NOTES)).first()


def noted(condition: pl.Expr, code: str, params: dict[str, Any] | None = None) -> pl.Expr:
    """The notes of a row and this one where the condition holds."""
    more = pl.when(condition).then(fixed(code, params)).otherwise(none())
    return pl.col("notes").list.concat(more).alias("notes")


def joined(notes: str = "notes") -> pl.Expr:
    """The column as one JSON list per row, as MEASURES has it."""
    return pl.concat_str(pl.lit("["), pl.col(notes).list.join(", "), pl.lit("]")).alias(notes)


def as_list(notes: Iterable[dict[str, Any]]) -> list[str]:
    return [written(n["code"], n["params"]) for n in notes]


def plain(number: float) -> float | int:
    """A whole number without its .0, as people write it."""
    return int(number) if float(number).is_integer() else number

"""What one revision of a submission says otherwise than another, in words: "PROT-1, Chocó, girls 12-17: 41 → 44"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.publication.numbers import written

SAID = ("value", "lower", "upper", "status", "numerator", "denominator", "qualifier")
"""What a cell says; a difference in any of it is a change."""
_NTH = "nth"
Row = Mapping[str, Any]


def changes(old: pl.DataFrame, new: pl.DataFrame, dimensions: tuple[str, ...]) -> pl.DataFrame:
    """One row per thing reported that is new, gone, or said otherwise; a cell that only moved is no change.

    Columns: what is reported (series, period, place, dimensions, unit), kind (changed, new, gone, remark), and each of
    SAID with the endings _old and _new.
    """
    key = ["series", "series_kind", "period_start", "period_end", "place", *dimensions, "unit", "revision", _NTH]
    before, after = (_numbered(frame, key) for frame in (_understood(old, new, key[:-1]), new))
    both = before.join(after, on=key, how="full", suffix="_new", nulls_equal=True, coalesce=True)
    both = both.rename({c: f"{c}_old" for c in (*SAID, "note")})
    same = pl.all_horizontal(pl.col(f"{c}_old").eq_missing(pl.col(f"{c}_new")) for c in SAID)
    remark = pl.col("note_old").ne_missing(pl.col("note_new"))
    kind = (
        pl.when(pl.col("status_old").is_null())
        .then(pl.lit("new"))
        .when(pl.col("status_new").is_null())
        .then(pl.lit("gone"))
        .when(~same)
        .then(pl.lit("changed"))
        .when(remark)
        .then(pl.lit("remark"))
    )
    found = both.with_columns(kind.alias("kind")).filter(pl.col("kind").is_not_null())
    return found.sort([c for c in key if c != _NTH], nulls_last=True)


def in_words(found: pl.DataFrame, catalogue: Catalogue, language: str) -> list[str]:
    """A sentence for each row of `changes`."""

    def say(row: Row) -> str:
        params = {"what": _what(row, catalogue, language)}
        params |= {x: _said(row, x, catalogue, language) for x in ("old", "new")}
        return catalogue.wording.text(f"revisions.{row['kind']}", language, **params)

    return [say(row) for row in found.iter_rows(named=True)]


def _understood(old: pl.DataFrame, new: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """A row that was refused, its place misspelt for example, is about what the same cell says now that it is read."""
    refused, at = pl.col("status") == str(Status.REJECTED), ["sheet", "cell"]
    now = new.filter(~refused).select(*at, *key)
    read = old.filter(refused).drop(key).join(now, on=at, how="inner").select(old.columns)
    return pl.concat([old.filter(~refused), read, old.filter(refused).join(now, on=at, how="anti")])


def _numbered(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The same thing said twice in one workbook is two rows, told apart by their order."""
    counted = frame.sort("observation_id").with_columns(pl.int_range(pl.len()).over(key[:-1]).alias(_NTH))
    return counted.select(*key, *SAID, "note")


def _what(row: Row, catalogue: Catalogue, language: str) -> str:
    parts = [row["series"]]
    if row["place"] != NATION:
        place = catalogue.places.codes.get(row["place"])
        parts.append(place.labels[language] if place else row["place"])
    groups = [(d, row[d]) for d in catalogue.dimension_ids if row[d] not in (TOTAL, None)]
    named = [catalogue.codelist_of(d).codes.get(c) for d, c in groups]
    parts.append(" ".join(code.labels[language] if code else c for (_, c), code in zip(groups, named, strict=True)))
    start, end = row["period_start"], row["period_end"]
    if start and end and (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        parts.append(f"{start} – {end}")
    return ", ".join(p for p in parts if p)


def _said(row: Row, which: str, catalogue: Catalogue, language: str) -> str:
    value, lower, upper, status, numerator, denominator, _ = (row[f"{c}_{which}"] for c in SAID)

    def number(x: float | None) -> str:
        return written(x, row["unit"], language, catalogue) if row["unit"] in catalogue.units else f"{x:g}" if x else ""

    def say(key: str) -> str:
        return catalogue.wording.text(f"revisions.{key}", language, lower=number(lower), upper=number(upper))

    if status is None:
        return ""
    if value is None:
        if lower is not None and upper is not None:
            return say("between")
        if lower is not None or upper is not None:
            return say("at_least" if upper is None else "up_to")
        return catalogue.wording.text(f"status.{status}", language)
    of = {"numerator": f"{numerator:g}", "denominator": f"{denominator:g}"} if numerator and denominator else None
    return number(value) + (f" ({catalogue.wording.text('revisions.of', language, **of)})" if of else "")

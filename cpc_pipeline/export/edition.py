"""An issued edition as its files say it: the only thing that is ever exported."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

ROWS, CONTEXT, CONTRIBUTIONS = "all_years.csv", "context.csv", "contributions.csv"


class NotAnEdition(Exception):
    """The folder holds no issued edition, or one that was issued before exports were made from editions."""


@dataclass(frozen=True)
class Edition:
    """What was printed: every cell as text, empty cells null.

    rows: one per measure of every year up to `year` (publication/all_years.py). context: the year's context series.
    contributions: what was contributed, without free text; None where the edition does not tell of it.
    """

    compact: str
    edition: str
    year: int
    standing: str
    rows: pl.DataFrame
    context: pl.DataFrame
    contributions: pl.DataFrame | None = None


def read(folder: Path) -> Edition:
    """Read an edition back from its folder; raises NotAnEdition."""
    try:
        told = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
        identity = {name: told[name] for name in ("compact", "edition", "year", "standing")}
        rows, context = (_table(folder / "tables" / name) for name in (ROWS, CONTEXT))
    except (OSError, ValueError, KeyError):
        raise NotAnEdition from None
    given = folder / "tables" / CONTRIBUTIONS
    return Edition(**identity, rows=rows, context=context, contributions=_table(given) if given.is_file() else None)


def _table(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, infer_schema=False)
    return table.with_columns(pl.col(name).replace({"": None}) for name in table.columns)

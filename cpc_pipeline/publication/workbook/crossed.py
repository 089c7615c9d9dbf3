"""Tables of two ways: indicators by organisation, places by indicator, indicators by category of each dimension.

A cell is one row of the performance table and never a sum. A table that would have one cell is not made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.publication.ordering import listed
from cpc_pipeline.publication.workbook.book import Crossed
from cpc_pipeline.publication.workbook.objectives import label, organisations, shown

Row = dict[str, Any]
NOTHING = ""


def crossed_sheets(table: pl.DataFrame, catalogue: Catalogue) -> Iterator[Crossed]:
    """The tables of two ways that a year has numbers for; of rows in the indicator's own unit and the own calendar."""
    units = {name: indicator.unit for name, indicator in catalogue.indicators.items()}
    own = table.filter(
        pl.col("calendar") == catalogue.default_calendar,
        pl.col("unit") == pl.col("indicator").replace_strict(units, return_dtype=pl.String),
        pl.col("status") != Status.NOT_RECEIVED,
    )
    rows = [r for r in own.iter_rows(named=True) if _rest(r, catalogue) is not None]
    whole = [r for r in rows if r["place"] == NATION and not _rest(r, catalogue)]
    yield from _made("organisation", "indicator", "organisation", whole, list(catalogue.organisations), catalogue)
    placed = [r for r in rows if r["place"] != NATION and not _rest(r, catalogue) and r["series"] == "record"]
    yield from _made("place", "place", "indicator", placed, listed(catalogue), catalogue)
    for dimension in catalogue.dimension_ids:
        split = [
            r for r in rows if r["place"] == NATION and r["series"] == "record" and _rest(r, catalogue) == [dimension]
        ]
        codes = list(catalogue.codelist_of(dimension).codes)
        yield from _made(dimension, "indicator", dimension, split, codes, catalogue)


def _rest(row: Row, catalogue: Catalogue) -> list[str] | None:
    """Dimensions in which a row departs from the group its indicator is about; None where it has several."""
    head = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[row["indicator"]].headline
    apart = [d for d in catalogue.dimension_ids if row[d] != head[d]]
    return apart if len(apart) < 2 else None


def _made(
    name: str, down: str, across: str, rows: list[Row], order: list[str], catalogue: Catalogue
) -> Iterator[Crossed]:
    columns = [code for code in order if any(r[across] == code for r in rows)]
    lines = listed(catalogue) if down == "indicator" else list(catalogue.places.codes)
    lines = [code for code in lines if any(r[down] == code for r in rows)]
    if len(columns) * len(lines) < 2:
        return
    cells = {(r[down], r[across]): shown(r, catalogue) for r in rows}
    year = rows[0]["year"]
    say = _words(catalogue)
    title = (
        say("by_dimension", by=_dimension(name, catalogue)) if name in catalogue.dimension_ids else say(f"by_{name}")
    )
    yield Crossed(
        name=title,
        note=say("crossed_note"),
        of=f"{_kind(down, catalogue)} × {_kind(across, catalogue)}",
        corner=say("col.place") if down == "place" else say("col.indicator"),
        columns=[(_part(across, code, year), _label(across, code, catalogue)) for code in columns],
        rows=[
            (
                _part(down, code, year),
                _label(down, code, catalogue),
                [cells.get((code, column), NOTHING) for column in columns],
            )
            for code in lines
        ],
    )


def _part(kind: str, code: str, year: int) -> str:
    """What a row or column adds to the name of its numbers: joined by a slash, both are what `cpc trace` takes."""
    if kind == "indicator":
        return f"{code}/{year}"
    return code if kind == "place" else f"{kind}={code}"


def _kind(kind: str, catalogue: Catalogue) -> str:
    """What stands in rows or columns, in words."""
    if kind in catalogue.dimension_ids:
        return _dimension(kind, catalogue)
    return str(_words(catalogue)(f"col.{kind}")).lower()


def _words(catalogue: Catalogue) -> Any:
    def say(key: str, **params: object) -> str:
        return " / ".join(
            dict.fromkeys(catalogue.wording.text(f"publication.{key}", x, **params) for x in catalogue.languages)
        )

    return say


def _dimension(name: str, catalogue: Catalogue) -> str:
    found = next(d.name for d in catalogue.dimensions if d.id == name)
    return " / ".join(dict.fromkeys(found[x].lower() for x in catalogue.languages))


def _label(kind: str, code: str, catalogue: Catalogue) -> str:
    if kind == "indicator":
        names = catalogue.indicators[code].name
        return f"{code} " + " / ".join(names[x] for x in catalogue.languages)
    if kind == "organisation":
        return organisations(code, catalogue)
    return label(catalogue.places if kind == "place" else catalogue.codelist_of(kind), code, catalogue)

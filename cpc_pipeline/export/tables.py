"""The tables that every tabular format holds: the numbers as printed, and the lists that say what their codes mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, CodeList
from cpc_pipeline.contracts import Status
from cpc_pipeline.export.edition import Edition

PERFORMANCE, CONTEXT, CONTRIBUTIONS = "performance", "context", "contributions"
INTERNALS = ("basis", "notes")
"""Columns that only this program reads: the notes stand beside them in words."""


@dataclass(frozen=True)
class Table:
    """One table. rows: with numbers and dates. text: the same as printed. keys: columns that together name a row.

    links: column -> (table, column) that lists its codes.
    """

    name: str
    rows: pl.DataFrame
    text: pl.DataFrame
    keys: tuple[str, ...]
    links: Mapping[str, tuple[str, str]]


def tables(edition: Edition, catalogue: Catalogue) -> list[Table]:
    """The data of the edition, then the lists; a list that the compact does not have is left out."""
    return [t for t in (*_data(edition, catalogue), *_lists(catalogue)) if t.rows.columns]


def key_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """What names a measure."""
    return ("indicator", "year", "calendar", "place", *catalogue.dimension_ids, "organisation", "unit")


def typed(table: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Numbers, dates and truth values instead of text; the numbers are those that were printed, digit by digit."""
    measures = contracts.polars_schema(contracts.measures_frame(catalogue.dimension_ids))
    known = {**measures, **_OTHERS}
    kinds = {name: known[name] for name in table.columns if name in known}
    truths = [pl.col(name).replace_strict(_TRUTH, default=None) for name, k in kinds.items() if k == pl.Boolean]
    dates = [pl.col(name).str.to_date() for name, kind in kinds.items() if kind == pl.Date]
    numbers = [pl.col(name).cast(kind) for name, kind in kinds.items() if kind.is_numeric()]
    return table.with_columns(*truths, *dates, *numbers)


_TRUTH = {"true": True, "false": False}
_OTHERS: dict[str, pl.DataType] = {
    "break_from": pl.Date(),
    "value": pl.Float64(),
    "amount": pl.Float64(),
    "entries": pl.Int64(),
    "decimals": pl.Int64(),
    "number": pl.Int64(),
    "key_indicator": pl.Boolean(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
}


def _data(edition: Edition, catalogue: Catalogue) -> Iterator[Table]:
    codes = {
        "indicator": ("indicators", "id"),
        "objective": ("objectives", "id"),
        "place": ("places", "code"),
        "organisation": ("organisations", "id"),
        "unit": ("units", "id"),
        "calendar": ("calendars", "id"),
        "status": ("statuses", "code"),
    } | {d: (d, "code") for d in catalogue.dimension_ids}
    rows = edition.rows.drop(INTERNALS, strict=False)
    yield Table(PERFORMANCE, typed(rows, catalogue), rows, key_columns(catalogue), _present(codes, rows))
    context = edition.context.drop("submission_id", "sheet", "cell", strict=False)
    yield Table(CONTEXT, typed(context, catalogue), context, (), _present(codes | _SERIES, context))
    if edition.contributions is not None:
        given = edition.contributions
        lists: dict[str, tuple[str, str]] = {
            c.field: (c.codelist, "code") for c in catalogue.header.contributions if c.codelist
        }
        # Where nothing was given the kind says so; it is no code of the list.
        links = {name: link for name, link in lists.items() if name in given.columns and name != "contribution_kind"}
        yield Table(CONTRIBUTIONS, typed(given, catalogue), given, (), {**_present(codes, given), **links})


_SERIES = {"series": ("context_series", "id")}


def _present(links: Mapping[str, tuple[str, str]], rows: pl.DataFrame) -> dict[str, tuple[str, str]]:
    return {name: link for name, link in links.items() if name in rows.columns}


def _lists(catalogue: Catalogue) -> Iterator[Table]:
    yield _list("objectives", [{"id": o.id, "number": o.number, **_each("name", o.name)} for o in catalogue.objectives])
    indicators = [
        {"id": i.id, "objective": i.objective, **_each("name", i.name), **_each("definition", i.definition)}
        | {"unit": i.unit, "direction": i.direction, "key_indicator": i.key_indicator}
        | {"valid_from": i.valid_from, "valid_to": i.valid_to}
        for i in catalogue.indicators.values()
    ]
    yield _list("indicators", indicators, {"objective": ("objectives", "id"), "unit": ("units", "id")})
    series = catalogue.context_series.values()
    yield _list(
        "context_series",
        [{"id": s.id, "objective": s.objective, **_each("name", s.name), "unit": s.unit} for s in series],
        {"objective": ("objectives", "id"), "unit": ("units", "id")},
    )
    organisations = catalogue.organisations.values()
    yield _list("organisations", [{"id": o.id, "kind": o.kind, **_each("name", o.name)} for o in organisations])
    units = catalogue.units.values()
    yield _list(
        "units", [{"id": u.id, "family": u.family, "decimals": u.decimals, **_each("name", u.labels)} for u in units]
    )
    yield _list("calendars", [{"id": name, **_each("name", c.name)} for name, c in catalogue.calendars.items()])
    places = [
        {"code": c.code, **_each("name", c.labels), "level": c.extra.get("level"), "parent": c.parent}
        for c in catalogue.places.codes.values()
    ]
    yield _list("places", places, {"parent": ("places", "code")})
    for dimension in catalogue.dimensions:
        yield _codes(dimension.id, catalogue.codelist_of(dimension.id))
    told = {c.codelist for c in catalogue.header.contributions if c.codelist}
    for name in sorted(told - set(catalogue.dimension_ids)):
        yield _codes(name, catalogue.codelists[name])
    words = [{"code": str(s), **_worded(f"status.{s}", catalogue)} for s in Status]
    yield _list("statuses", words)


def _codes(name: str, codes: CodeList) -> Table:
    rows = [{"code": c.code, **_each("name", c.labels), "parent": c.parent} for c in codes.codes.values()]
    return _list(name, rows, {"parent": (name, "code")})


def _list(name: str, rows: Sequence[Mapping[str, object]], links: Mapping[str, tuple[str, str]] | None = None) -> Table:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    if frame.is_empty():
        return Table(name, frame, frame, (), {})
    empty = [pl.col(c).cast(_OTHERS.get(c, pl.String())) for c, kind in frame.schema.items() if kind == pl.Null]
    listed = frame.with_columns(empty)
    text = listed.with_columns(pl.col(c).cast(pl.String) for c in listed.columns)
    return Table(name, listed, text, (frame.columns[0],), links or {})


def _each(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in texts.items()}


def _worded(key: str, catalogue: Catalogue) -> dict[str, str]:
    return {f"name_{x}": catalogue.wording.text(key, x) for x in catalogue.languages}

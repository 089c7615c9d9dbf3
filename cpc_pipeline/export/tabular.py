"""CSV and Parquet, and the Frictionless Data Package that describes them.

Specification: datapackage.org, Data Package and Table Schema (what frictionless 5 validates).
"""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export import words
from cpc_pipeline.export.edition import Edition
from cpc_pipeline.export.tables import Table, tables

Files = dict[str, bytes]
SERIES = ["record", "parallel", "together"]
DATA = ("performance", "context", "contributions")


def csv(edition: Edition, catalogue: Catalogue) -> Files:
    """One CSV per table: UTF-8, comma, numbers as printed, nothing where there is no number."""
    return {f"{t.name}.csv": t.text.write_csv().encode() for t in tables(edition, catalogue)}


def parquet(edition: Edition, catalogue: Catalogue) -> Files:
    """One Parquet file per table, with the names and meanings of its columns."""
    return {f"{t.name}.parquet": _parquet(t, edition, catalogue) for t in tables(edition, catalogue)}


def _parquet(table: Table, edition: Edition, catalogue: Catalogue) -> bytes:
    told = {x: words.description(edition, x, catalogue) for x in catalogue.languages}
    columns = {c: _about(c, catalogue)["descriptions"] for c in table.rows.columns}
    stream = io.BytesIO()
    metadata = {"description": json.dumps(told, ensure_ascii=False), "columns": json.dumps(columns, ensure_ascii=False)}
    # No statistics: the least and the largest value of a column say something of values that other files do not print.
    table.rows.write_parquet(stream, compression="zstd", statistics=False, metadata=metadata)
    return stream.getvalue()


def datapackage(edition: Edition, catalogue: Catalogue) -> Files:
    """The CSV files with datapackage.json, the data once more as Parquet, and for people a text in each language."""
    made = tables(edition, catalogue)
    files = csv(edition, catalogue)
    files |= {f"{t.name}.parquet": _parquet(t, edition, catalogue) for t in made if t.name in DATA}
    described = json.dumps(_package(made, edition, catalogue), ensure_ascii=False, indent=1)
    files |= {f"readme_{x}.txt": _readme(made, edition, catalogue, x) for x in catalogue.languages}
    return {"datapackage.json": f"{described}\n".encode(), **files}


def _readme(made: list[Table], edition: Edition, catalogue: Catalogue, language: str) -> bytes:
    """Title and standing of the edition, then each file with what a row of it is: once for all the lists of codes."""

    def told(tables: list[Table]) -> str:
        return "\n".join(f"{t.name}.csv: {words.table(t.name, language, catalogue)}" for t in tables)

    parts = [words.title(edition, language, catalogue), words.description(edition, language, catalogue)]
    parts += [f"{told([t])}\n{words.row(t.name, language, catalogue)}" for t in made if t.name in DATA]
    lists = [t for t in made if t.name not in DATA]
    parts.append(f"{words.row('list', language, catalogue)}\n{told(lists)}")
    return "\n\n".join([*parts, catalogue.wording.text("export.described", language), ""]).encode()


def _package(made: list[Table], edition: Edition, catalogue: Catalogue) -> dict[str, Any]:
    titles = {x: words.title(edition, x, catalogue) for x in catalogue.languages}
    told = {x: words.description(edition, x, catalogue) for x in catalogue.languages}
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"{edition.compact}-{edition.year}-{edition.edition}",
        "title": words.each(titles),
        "titles": titles,
        "description": words.each(told),
        "descriptions": told,
        "version": str(edition.year),
        "languages": list(catalogue.languages),
    }
    exchange = catalogue.header.exchange
    if exchange is not None and exchange.licence is not None:
        package["licenses"] = [exchange.licence.model_dump(exclude_none=True)]
    parties = [{"title": words.each(dict(p.name)), "role": "contributor"} for p in catalogue.header.parties]
    sources = _sources(edition)
    package |= {"contributors": parties} if parties else {}
    package |= {"sources": sources} if sources else {}
    return package | {"resources": [_resource(table, edition, catalogue) for table in made]}


def _sources(edition: Edition) -> list[dict[str, str]]:
    """Published documents that values of context were taken from."""
    if not {"source_title", "source_url"} <= set(edition.context.columns):
        return []
    named = edition.context.select("source_title", "source_url").unique().sort(pl.all(), nulls_last=True)
    return [
        {"title": title, **({"path": url} if url and url.startswith(("http://", "https://")) else {})}
        for title, url in named.iter_rows()
        if title
    ]


def _resource(table: Table, edition: Edition, catalogue: Catalogue) -> dict[str, Any]:
    titles = {x: words.table(table.name, x, catalogue) for x in catalogue.languages}
    rows = {x: words.row(table.name, x, catalogue) for x in catalogue.languages}
    schema: dict[str, Any] = {
        "fields": [_field(name, kind, table, edition, catalogue) for name, kind in table.rows.schema.items()],
        "missingValues": [""],
    }
    schema |= {"primaryKey": list(table.keys)} if table.keys else {}
    links = [
        {"fields": [column], "reference": {"resource": "" if name == table.name else name, "fields": [key]}}
        for column, (name, key) in table.links.items()
    ]
    schema |= {"foreignKeys": links} if links else {}
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "title": words.each(titles),
        "titles": titles,
        "description": words.each(rows),
        "descriptions": rows,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


_TYPES = {pl.Boolean: "boolean", pl.Date: "date", pl.Float64: "number", pl.Int32: "integer", pl.Int64: "integer"}


def _field(name: str, kind: pl.DataType, table: Table, edition: Edition, catalogue: Catalogue) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "type": _TYPES.get(type(kind), "string"), **_about(name, catalogue)}
    # A share that is computed of two indicators is nobody's own: its organisation is empty.
    constraints: dict[str, Any] = {"required": True} if name in table.keys and name != "organisation" else {}
    if name == "year":
        constraints |= {"minimum": catalogue.years[0], "maximum": edition.year}
    if name == "series" and "indicator" in table.rows.columns:
        constraints |= {"enum": SERIES}
    return made | ({"constraints": constraints} if constraints else {})


def _about(name: str, catalogue: Catalogue) -> dict[str, Any]:
    titles = {x: words.column(name, "column", x, catalogue) for x in catalogue.languages}
    meanings = {x: words.column(name, "meaning", x, catalogue) for x in catalogue.languages}
    return {
        "title": words.each(titles),
        "titles": titles,
        "description": words.each(meanings),
        "descriptions": meanings,
    }

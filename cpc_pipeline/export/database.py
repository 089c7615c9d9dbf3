"""One DuckDB file: the tables of the edition, what their columns mean as comments, and a view per language with names.

The same edition gives the same bytes, and nothing but the edition is in them: see LAYOUT.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export import words
from cpc_pipeline.export.edition import Edition
from cpc_pipeline.export.flat import named
from cpc_pipeline.export.tables import Table, tables

DATA = ("performance", "context", "contributions")
LAYOUT = "BLOCK_SIZE 16384, STORAGE_VERSION 'v1.2.0'"
"""Small pages, because most lists have a few rows. Later versions give each file a random number of its own. Pages are
left uncompressed: compressed text writes whatever the memory of the process held behind it into the file."""


def duckdb(edition: Edition, catalogue: Catalogue) -> dict[str, bytes]:
    """<compact>_<year>.duckdb."""
    import duckdb as engine

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edition.duckdb"
        connection = engine.connect(config={"threads": 1})  # several would take turns in another order each time
        try:
            connection.execute("PRAGMA force_compression='uncompressed'")
            connection.execute(f"ATTACH {_text(str(path))} AS edition ({LAYOUT})")
            connection.execute("USE edition")
            fill(connection, edition, catalogue)
            connection.execute("CHECKPOINT edition")
        finally:
            connection.close()
        return {f"{edition.compact}_{edition.year}.duckdb": path.read_bytes()}


def fill(connection: Any, edition: Edition, catalogue: Catalogue) -> None:
    """Make the tables and views in the database that a connection uses."""
    made = {t.name: t for t in tables(edition, catalogue)}
    for table in made.values():
        connection.register("incoming", table.rows.to_arrow())
        connection.execute(f"CREATE TABLE {_quoted(table.name)} AS SELECT * FROM incoming")
        connection.unregister("incoming")
        titles = {
            x: f"{words.table(table.name, x, catalogue)}. {words.row(table.name, x, catalogue)}"
            for x in catalogue.languages
        }
        if table.name in DATA:
            titles = {x: f"{t} {words.description(edition, x, catalogue)}" for x, t in titles.items()}
        connection.execute(f"COMMENT ON TABLE {_quoted(table.name)} IS {_text(words.each(titles))}")
        for column in table.rows.columns:
            meaning = words.each({x: words.column(column, "meaning", x, catalogue) for x in catalogue.languages})
            where = f"{_quoted(table.name)}.{_quoted(column)}"
            connection.execute(f"COMMENT ON COLUMN {where} IS {_text(meaning)}")
    for name in (n for n in DATA if n in made):
        for language in catalogue.languages:
            connection.execute(_view(made[name], made, language))


def _view(table: Table, made: dict[str, Table], language: str) -> str:
    """The table with the name of each code behind it, in one language."""
    columns, joins = [], []
    for column in named(table, made, language).columns:
        code = column.removesuffix("_name")
        if column.endswith("_name") and code in table.links:
            target, key = table.links[code]
            alias = _quoted(f"list_{code}")
            joins.append(f"LEFT JOIN {_quoted(target)} AS {alias} ON data.{_quoted(code)} = {alias}.{_quoted(key)}")
            columns.append(f"{alias}.{_quoted(f'name_{language}')} AS {_quoted(column)}")
        else:
            columns.append(f"data.{_quoted(column)}")
    return (
        f"CREATE VIEW {_quoted(f'{table.name}_{language}')} AS SELECT {', '.join(columns)} "
        f"FROM {_quoted(table.name)} AS data {' '.join(joins)}"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""What an analyst sees beside an asset: columns, counts, readable tables, the figure itself. Never what was typed."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.warehouse import Table

MOST_ROWS = 50
MOST_YEARS = 6
SIGNS = {
    "accepted": "✓",
    "accepted_with_queries": "?",
    "partly_accepted": "◐",
    "returned": "↩",
    "withdrawn": "⌫",
    "missing": "✗",
}
"""Beside the words, so that a missing one is seen at a glance."""


def column_schema(table: Table) -> dg.TableSchema:
    """The columns of a table with what each holds and what must be true of it."""
    columns = [
        dg.TableColumn(
            name,
            str(column.dtype),
            description=column.meaning,
            constraints=dg.TableColumnConstraints(nullable=name not in table.not_null, unique=table.unique == (name,)),
        )
        for name, column in table.stored.items()
    ]
    rules = [f"{condition}: {meaning}" for condition, meaning in table.conditions]
    return dg.TableSchema(columns, dg.TableConstraints([f"a row is {table.grain}", *rules]))


def file_schema(columns: Sequence[str], made_from: Table) -> dg.TableSchema:
    """The columns of a file, all of them text there; those of the table it is made from with what they hold."""
    known = made_from.stored
    return dg.TableSchema(
        [dg.TableColumn(c, "string", description=known[c].meaning if c in known else None) for c in columns]
    )


def column_lineage(columns: Mapping[str, Sequence[tuple[str, str]]], compact: str) -> dg.TableColumnLineage:
    """From which columns of which assets of a compact each column is made: column -> (asset, column)."""
    return dg.TableColumnLineage(
        {
            name: [dg.TableColumnDep(dg.AssetKey([compact, asset]), column) for asset, column in made_of]
            for name, made_of in columns.items()
        }
    )


def matrix(status: pl.DataFrame, catalogue: Catalogue) -> dg.MarkdownMetadataValue:
    """Who has sent what: a row per organisation that sent or should have, a column per year, newest first.

    status: of desk.questions.status. What came after the last day says by how many days.
    """
    wording, language = catalogue.wording.text, catalogue.languages[0]
    due = status.filter(pl.col("verdict") != "not_due")
    years = sorted(set(due["year"]), reverse=True)[:MOST_YEARS]
    said = {}
    for row in due.iter_rows(named=True):
        transcribed = row["kind"] == "published_figures"
        words = wording(f"cli.verdict.{'published' if transcribed else row['verdict']}", language)
        late = f" (+{row['late']} d)" if row["late"] else ""
        said[row["organisation"], row["year"]] = (
            f"{SIGNS.get(row['verdict'], '') if not transcribed else ''} {words}{late}"
        )
    names = {o.id: o.short[language] for o in catalogue.organisations.values()}
    rows = [[names[o], *(said.get((o, y), "") for y in years)] for o in names if any((o, y) in said for y in years)]
    return markdown(["", *map(str, years)], rows)


def table(frame: pl.DataFrame, columns: Mapping[str, str]) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table; columns: name in the frame -> heading."""
    return markdown(list(columns.values()), frame.select(list(columns)).rows())


def markdown(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """Rows below their headings; of many, the first and how many more there are."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows[:MOST_ROWS]:
        cells = ["" if cell is None else str(cell).replace("|", "/").replace("\n", " ") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    if len(rows) > MOST_ROWS:
        lines.append(f"\n… {len(rows) - MOST_ROWS} more")
    return dg.MetadataValue.md("\n".join(lines))


def picture(path: Path) -> dg.MarkdownMetadataValue:
    """The figure itself, so that it can be looked at without leaving the page."""
    encoded = base64.b64encode(path.read_bytes()).decode()
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    return dg.MetadataValue.md(f"![{alt}](data:image/png;base64,{encoded})")

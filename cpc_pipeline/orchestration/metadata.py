"""What an analyst sees beside an asset: columns, counts, readable tables, the figure itself. Never what was typed."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import polars as pl

from cpc_pipeline.warehouse import Table

MOST_ROWS = 50


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


def column_lineage(columns: Mapping[str, Sequence[tuple[str, str]]]) -> dg.TableColumnLineage:
    """From which columns of which assets each column is made: column -> (asset, column)."""
    return dg.TableColumnLineage(
        {name: [dg.TableColumnDep(asset, column) for asset, column in made_of] for name, made_of in columns.items()}
    )


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

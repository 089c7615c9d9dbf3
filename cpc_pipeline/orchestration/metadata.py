"""What an analyst sees beside an asset: columns, counts, readable tables, the figure itself. Never what was typed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from cpc_pipeline.contracts import Frame

MOST_ROWS = 50


def column_schema(frame: Frame) -> dg.TableSchema:
    """The columns of a frame with what each holds."""
    return dg.TableSchema(
        [dg.TableColumn(name, str(column.dtype), description=column.meaning) for name, column in frame.items()]
    )


def table(frame: pl.DataFrame, columns: Mapping[str, str]) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table; columns: name in the frame -> heading."""
    lines = ["| " + " | ".join(columns.values()) + " |", "|" + "---|" * len(columns)]
    for row in frame.head(MOST_ROWS).iter_rows(named=True):
        cells = ["" if row[c] is None else str(row[c]).replace("|", "/").replace("\n", " ") for c in columns]
        lines.append("| " + " | ".join(cells) + " |")
    if frame.height > MOST_ROWS:
        lines.append(f"\n… {frame.height - MOST_ROWS} more")
    return dg.MetadataValue.md("\n".join(lines))


def picture(path: Path) -> dg.MarkdownMetadataValue:
    """The figure itself, so that it can be looked at without leaving the page."""
    encoded = base64.b64encode(path.read_bytes()).decode()
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    return dg.MetadataValue.md(f"![{alt}](data:image/png;base64,{encoded})")

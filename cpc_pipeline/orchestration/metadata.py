"""What an analyst sees beside an asset: columns, counts, readable tables, the figure itself. Never what was typed."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl

from cpc_pipeline.orchestration.lineage import Made
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.publication.tables import columns
from cpc_pipeline.warehouse import Table

MOST_ROWS = 50
NOTHING: Made = {}
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


def column_schema(table: Table, words: Words, room: str, made: Made = NOTHING) -> dg.TableSchema:
    """The columns of a table with what each holds and what must be true of it; room: of the asset, in the wording.

    made: of what each column is made, which is said in words too: the open page of Dagster draws assets, no columns.
    """
    columns = [
        dg.TableColumn(
            name,
            str(column.dtype),
            description=_told(words.meaning(name, room, "stored"), made.get(name), words),
            constraints=dg.TableColumnConstraints(nullable=name not in table.not_null, unique=table.unique == (name,)),
        )
        for name, column in table.stored.items()
    ]
    row = words("says.row", what=words(f"row.{room}"))
    return dg.TableSchema(columns, dg.TableConstraints([row, *(condition for condition, _ in table.conditions)]))


def file_schema(columns: Sequence[str], words: Words, *rooms: str, made: Made = NOTHING) -> dg.TableSchema:
    """The columns of a file or a list, all of them text there, with what each holds as these rooms say it."""
    said = {c: _told(words.meaning(c, *rooms), made.get(c), words) for c in columns}
    return dg.TableSchema([dg.TableColumn(c, "string", description=meaning) for c, meaning in said.items()])


def _told(meaning: str | None, sources: Sequence[tuple[str, str]] | None, words: Words) -> str | None:
    """What a column holds, and the columns that it is made of."""
    if not sources:
        return meaning
    made = words("says.made_of", columns=", ".join(f"{asset}.{column}" for asset, column in sources))
    return f"{meaning} {made}" if meaning else made


def performance_schema(words: Words) -> dg.TableSchema:
    """The columns of the performance table, which every edition has."""
    return file_schema(columns(words.catalogue), words)


def list_schema(words: Words, room: str) -> dg.TableSchema:
    """The columns of what an asset lists, where that is no table of the warehouse: those that its wording names."""
    known, beginning = words.catalogue.wording.texts[words.language], f"page.column.{room}."
    return file_schema([key.removeprefix(beginning) for key in known if key.startswith(beginning)], words, room)


def documents(paths: Sequence[Path], words: Words) -> dg.MarkdownMetadataValue:
    """The files that an asset is made of, and what each is."""
    rows = [(path.name, words.kind(path.suffix.removeprefix("."))) for path in paths]
    return markdown(words.heads("file", "what"), rows, words)


def column_lineage(columns: Mapping[str, Sequence[tuple[str, str]]], compact: str) -> dg.TableColumnLineage:
    """From which columns of which assets of a compact each column is made: column -> (asset, column)."""
    return dg.TableColumnLineage(
        {
            name: [dg.TableColumnDep(dg.AssetKey([compact, asset]), column) for asset, column in made_of]
            for name, made_of in columns.items()
        }
    )


def matrix(status: pl.DataFrame, words: Words, today: date) -> dg.MarkdownMetadataValue:
    """Who has sent what: a row per organisation that sent or should have, a column per year, newest first.

    status: of desk.questions.status. What came after the last day says by how many days; before it nothing is missing.
    """
    due = status.filter(pl.col("verdict") != "not_due")
    years = sorted(set(due["year"]), reverse=True)[:MOST_YEARS]
    said = {}
    for row in due.iter_rows(named=True):
        transcribed = row["kind"] == "published_figures"
        if row["verdict"] == "missing" and words.catalogue.header.closing(row["year"]) >= today:
            said[row["organisation"], row["year"]] = words("says.in_time")
            continue
        verdict = words("says.transcribed") if transcribed else words.of("cli", f"verdict.{row['verdict']}")
        late = f" {words('says.days_late', count=row['late'])}" if row["late"] else ""
        said[row["organisation"], row["year"]] = (
            f"{SIGNS.get(row['verdict'], '') if not transcribed else ''} {verdict}{late}"
        )
    names = {o.id: o.short[words.language] for o in words.catalogue.organisations.values()}
    rows = [[names[o], *(said.get((o, y), "") for y in years)] for o in names if any((o, y) in said for y in years)]
    note = f"{words('says.transcribed')}: {words.of('cli', 'verdict.published')}"
    there = markdown(["", *map(str, years)], rows, words)
    return dg.MetadataValue.md(f"{there.value}\n\n{note}") if (due["kind"] == "published_figures").any() else there


def table(frame: pl.DataFrame, columns: Mapping[str, str], words: Words) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table; columns: name in the frame -> name of the heading in the wording."""
    return markdown(words.heads(*columns.values()), frame.select(list(columns)).rows(), words)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[object]], words: Words) -> dg.MarkdownMetadataValue:
    """Rows below their headings; of many, the first and how many more there are."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows[:MOST_ROWS]:
        cells = ["" if cell is None else str(cell).replace("|", "/").replace("\n", " ") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    if len(rows) > MOST_ROWS:
        lines.append(f"\n{words('says.more', count=len(rows) - MOST_ROWS)}")
    return dg.MetadataValue.md("\n".join(lines))


def picture(path: Path) -> dg.MarkdownMetadataValue:
    """The figure itself, so that it can be looked at without leaving the page."""
    encoded = base64.b64encode(path.read_bytes()).decode()
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    return dg.MetadataValue.md(f"![{alt}](data:image/png;base64,{encoded})")

"""The tables in words, for docs/tables.md: made from the specification, so that it cannot say anything else."""

from __future__ import annotations

from cpc_pipeline.warehouse.ddl import TYPES
from cpc_pipeline.warehouse.specification import Table, tables

HEAD = """# Tables of the warehouse

Made from `cpc_pipeline/warehouse/specification.py` by `python -m cpc_pipeline.warehouse.describing`; tested.
Analysts open `data/warehouse/<compact>.read.duckdb`, never the file beside it that the pipeline writes.

Rows with `recorded_from` and `recorded_to` are never deleted: what is known now has no `recorded_to`; what was known
at a moment has `recorded_from <= moment` and a `recorded_to` that is later or null. Times are UTC. The dimensions
of the compact (sex, age, ...) stand after `place`, and are written here as `<dimension>`.
"""


def text() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(_of(table) for table in tables(("<dimension>",)).values())])


def _of(table: Table) -> str:
    lines = [f"## {table.name}", "", f"A row is {table.grain}.", ""]
    if table.key:
        lines += [f"Primary key: {_list(table.key)}.", ""]
    if table.unique:
        lines += [f"Unique at any one moment (checked, not a constraint): {_list(table.unique)}.", ""]
    lines += [f"- `{condition}`: {meaning}." for condition, meaning in table.conditions]
    lines += [""] if table.conditions else []
    lines += ["| column | type | | meaning |", "|---|---|---|---|"]
    for name, column in table.stored.items():
        required = "required" if name in table.not_null else ""
        lines.append(f"| `{name}` | {TYPES[column.dtype]} | {required} | {column.meaning.replace('|', '/')} |")
    return "\n".join([*lines, ""])


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201  (what it is for)

"""The answer as a file: the cells as they were sent, with `status`, `lower` and `upper`."""

from __future__ import annotations

import csv
from pathlib import Path

from cpc_pipeline.disclosure.general.reading import OWN_COLUMNS, Row, Tables
from cpc_pipeline.disclosure.general.running import Answer

ENDLESS = "inf"


def write_cells(path: Path, tables: Tables, answer: Answer, *, masked: bool = False) -> None:
    """One row per cell, in the order of CELLS.csv: dimensions, value, status, lower, upper.

    The file holds the hidden values and is for whoever protects the tables. With `masked` it is what may be handed on:
    hidden values are empty, one status `hidden` stands for primary and secondary, and there are no intervals.
    """
    headings = [*tables.dimensions, "value", "status", *(() if masked else ("lower", "upper"))]
    assert not set(tables.dimensions) & OWN_COLUMNS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        for key, row in tables.rows.items():
            writer.writerow([*row.codes, *(_masked(key, row, answer) if masked else _whole(key, row, answer))])


def _whole(key: str, row: Row, answer: Answer) -> list[object]:
    interval = answer.intervals.get(key)
    value = "" if row.value is None else row.value
    if answer.status[key] == "published" or interval is None:
        return [value, answer.status[key], "", ""]
    return [value, answer.status[key], interval.lower, ENDLESS if interval.upper is None else interval.upper]


def _masked(key: str, row: Row, answer: Answer) -> list[object]:
    if answer.status[key] == "published":
        return [row.value, "published"]
    return ["", "hidden"]

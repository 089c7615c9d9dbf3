"""Files of plain text: lines, cells, values."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

MEASURED = ("bytes", "hash")
"""Keys under which a file of data says how long another file is and what its hash is: neither tells of a child."""


def lines(content: bytes) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        yield f"line {number}", line


def csv_cells(content: bytes) -> Iterator[tuple[str, str]]:
    """Cell by cell: a comma between two cells is no decimal comma."""
    for number, row in enumerate(csv.reader(io.StringIO(content.decode("utf-8-sig"))), start=1):
        for cell in row:
            yield f"line {number}", cell


def json_values(content: bytes) -> Iterator[tuple[str, str]]:
    """Every key and value with its path; what is no JSON is read as lines."""
    try:
        whole = json.loads(content)
    except ValueError:
        yield from lines(content)
        return
    yield from _values(whole, "")


def _values(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield path or "-", str(key)
            if key not in MEASURED:
                yield from _values(inside, f"{path}/{key}")
    elif isinstance(value, list):
        for inside in value:
            yield from _values(inside, path)
    elif value is not None and not isinstance(value, bool):
        yield path or "-", str(value)

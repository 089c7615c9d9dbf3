"""YAML and CSV with the line of everything kept, so that a fault can say where it is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

Lines = dict[tuple[Any, ...], int]


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """The document, and the line of each key and item by its path of keys and positions."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        lines: Lines = {}
        if node is None:
            return None, lines
        _mark(node, (), lines)
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _mark(node: yaml.Node, path: tuple[Any, ...], lines: Lines) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*path, key.value)] = key.start_mark.line + 1
            _mark(value, (*path, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _mark(value, (*path, position), lines)


def line_of(lines: Lines, path: tuple[Any, ...]) -> int:
    """The line of the longest part of the path that is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows as text; row n of the list is line n + 2 of the file (no cell of a compact holds a line break)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())

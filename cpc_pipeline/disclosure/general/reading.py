"""CELLS.csv and RELATIONS.json as they are on disk; every fault is a sentence with a place, never a traceback."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.disclosure.general.hierarchies import Hierarchies, first_cycle
from cpc_pipeline.disclosure.problem import Relation

VALUE, PRIMARY, SUPPRESSED, STATUS = "value", "primary", "suppressed", "status"
OWN_COLUMNS = {VALUE, PRIMARY, SUPPRESSED, STATUS, "lower", "upper"}
"""All other columns are dimensions. `status`, `lower` and `upper` are what `protect` writes: its output can be read."""
FLAGS = {"": False, "0": False, "1": True, "false": False, "true": True}


class Unusable(Exception):
    """The input cannot be used. `fault` is a wording key below disclosure.unusable, `params` say where."""

    def __init__(self, fault: str, **params: object) -> None:
        super().__init__(fault)
        self.fault, self.params = fault, params


@dataclass(frozen=True, slots=True)
class Row:
    """One line of CELLS.csv. value None: empty (only where the cell is hidden). primary None: not said."""

    codes: tuple[str, ...]
    value: int | None
    primary: bool | None
    hidden: bool


@dataclass(frozen=True)
class Tables:
    """The cells of one or several linked tables, by key, in the order of the file, and the relations between them.

    incomplete: equations that are not used because the parent is there and a child is not.
    """

    dimensions: tuple[str, ...]
    rows: Mapping[str, Row]
    relations: tuple[Relation, ...]
    incomplete: int


def read_tables(cells: Path, relations: Path, *, hidden_may_be_empty: bool = False) -> Tables:
    """Both files, checked. Raises Unusable with the first fault found."""
    dimensions, rows = _read_cells(cells, hidden_may_be_empty)
    hierarchies = Hierarchies(_read_relations(relations), dimensions)
    codes = {name: {row.codes[i] for row in rows.values()} for i, name in enumerate(dimensions)}
    _check_codes(hierarchies.relations, codes)
    equations, incomplete = hierarchies.equations({row.codes: key for key, row in rows.items()})
    for equation in equations:
        values = [(factor, rows[key].value) for key, factor in equation.terms]
        if all(value is not None for _, value in values) and sum(f * (v or 0) for f, v in values) != 0:
            raise Unusable("not_additive", equation=equation.name)
    return Tables(dimensions, rows, equations, incomplete)


def _read_cells(path: Path, hidden_may_be_empty: bool) -> tuple[tuple[str, ...], dict[str, Row]]:
    lines = _text(path).splitlines()
    if not lines:
        raise Unusable("empty", file=path.name)
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
    names = [name.strip() for name in reader.fieldnames or []]
    reader.fieldnames = names
    dimensions = tuple(name for name in names if name not in OWN_COLUMNS)
    if VALUE not in names:
        raise Unusable("missing_column", file=path.name, column=VALUE)
    if not dimensions or len(set(names)) < len(names):
        raise Unusable("headings", file=path.name)
    rows: dict[str, Row] = {}
    seen: dict[tuple[str, ...], int] = {}
    try:
        for number, raw in enumerate(reader, start=2):
            if None in raw or None in raw.values():
                raise Unusable("ragged", row=number)
            row = _row(raw, dimensions, number, hidden_may_be_empty)
            if row.codes in seen:
                raise Unusable("duplicate", row=number, first=seen[row.codes])
            seen[row.codes] = number
            key = " | ".join(row.codes)
            rows[key if key not in rows else f"{key} #{number}"] = row
    except csv.Error:
        raise Unusable("not_csv", file=path.name) from None
    if not rows:
        raise Unusable("empty", file=path.name)
    return dimensions, rows


def _row(raw: dict[str, str], dimensions: tuple[str, ...], number: int, hidden_may_be_empty: bool) -> Row:
    status = raw.get(STATUS, "").strip()
    hidden = _flag(raw, SUPPRESSED, number) if SUPPRESSED in raw else status in {"primary", "secondary"}
    primary = _flag(raw, PRIMARY, number) if PRIMARY in raw else (status == "primary" if STATUS in raw else None)
    written = raw[VALUE].strip()
    value = None if hidden and hidden_may_be_empty and not written else _count(written, number)
    return Row(tuple(raw[name].strip() for name in dimensions), value, primary, hidden)


def _count(written: str, number: int) -> int:
    try:
        value = float(written)
    except ValueError:
        raise Unusable("not_a_count", row=number) from None
    if not value.is_integer() or not 0 <= value < 2**31:
        raise Unusable("not_a_count", row=number)
    return int(value)


def _flag(raw: dict[str, str], column: str, number: int) -> bool:
    try:
        return FLAGS[raw[column].strip().lower()]
    except KeyError:
        raise Unusable("not_a_flag", row=number, column=column) from None


def _read_relations(path: Path) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    try:
        read = json.loads(_text(path))
    except ValueError:
        raise Unusable("not_json", file=path.name) from None
    if not isinstance(read, dict):
        raise Unusable("relations_shape", file=path.name)
    made: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for dimension, entries in read.items():
        if not isinstance(entries, list):
            raise Unusable("relations_shape", file=path.name)
        for entry in entries:
            if not _is_relation(entry):
                raise Unusable("relations_shape", file=path.name)
            made.setdefault(dimension, []).append((str(entry[0]), tuple(map(str, entry[1]))))
    return made


def _is_relation(entry: object) -> bool:
    if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list) and entry[1]):
        return False
    codes = [entry[0], *entry[1]]
    return all(isinstance(code, str | int) for code in codes) and len(set(map(str, entry[1]))) == len(entry[1])


def _check_codes(relations: Mapping[str, list[tuple[str, tuple[str, ...]]]], codes: Mapping[str, set[str]]) -> None:
    for dimension, entries in relations.items():
        if dimension not in codes:
            raise Unusable("unknown_dimension", dimension=dimension)
        cycle = first_cycle(entries)
        if cycle is not None:
            raise Unusable("cycle", dimension=dimension, code=cycle)
        named = {code for parent, children in entries for code in (parent, *children)}
        strangers = sorted(codes[dimension] - named)
        if strangers:
            raise Unusable("unknown_code", dimension=dimension, code=strangers[0])
        parents = {parent for parent, _ in entries}
        for parent, children in entries:
            absent = [child for child in children if child not in codes[dimension] | parents]
            if parent in codes[dimension] and absent:
                raise Unusable("code_without_cells", dimension=dimension, code=absent[0])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable("not_utf8", file=path.name) from None
    except OSError:
        raise Unusable("no_file", file=path.name) from None

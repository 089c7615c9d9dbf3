"""The answer of the process that opened a file, made into a Workbook.

It is JSON, and nothing in it is trusted to be more than numbers and text: the process has read hostile bytes.
"""

from __future__ import annotations

import json
import math
from typing import Any

from cpc_pipeline.intake.cells import Area, Cell, FileFacts, Refused, Remark, SheetFacts, Workbook


def workbook_from(reply: bytes) -> Workbook:
    """The workbook of an answer; raises Refused where the answer is a refusal."""
    said = json.loads(reply)
    if "refused" in said:
        raise Refused(said["refused"], sheet=said.get("sheet", ""), cell=said.get("cell", "A1"), **said["params"])
    sheets, about = {}, {}
    for sheet in said["sheets"]:
        sheets[sheet["name"]] = _cells(sheet)
        about[sheet["name"]] = _facts(sheet["facts"])
    return Workbook(sheets, about, FileFacts(**said["file"]), [Remark(**remark) for remark in said["remarks"]])


def _cells(sheet: dict[str, Any]) -> list[Cell]:
    cells: list[Cell] = []
    add = cells.append
    left = sheet["left"]
    for row, values in enumerate(sheet["rows"], sheet["top"]):
        for column, value in enumerate(values, left):
            if value == "" or value is None:
                continue
            kind = type(value)
            if kind is str:
                add(Cell(row, column, "text", value))
            elif kind is float or kind is int:
                add(_number(row, column, value))
            elif kind is bool:
                add(Cell(row, column, "bool", "true" if value else "false"))
            else:
                add(Cell(row, column, value["k"], value["t"], value.get("n")))
    if sheet["extra"]:
        cells += [Cell(row, column, kind, text) for row, column, kind, text in sheet["extra"]]
        cells.sort(key=lambda cell: (cell.row, cell.column))
    return cells


def _number(row: int, column: int, value: float) -> Cell:
    if not math.isfinite(value):  # written by hand or by accident: no spreadsheet shows such a number
        return Cell(row, column, "error", "#NUM!")
    text = str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    return Cell(row, column, "number", text, float(value))


def _facts(said: dict[str, Any]) -> SheetFacts:
    facts = dict(said)
    if "merged" in facts:
        facts["merged"] = tuple(Area(*area) for area in facts["merged"])
    for hidden in ("hidden_rows", "hidden_columns"):
        if hidden in facts:
            facts[hidden] = frozenset(facts[hidden])
    if "formats" in facts:
        facts["formats"] = {(row, column): code for row, column, code in facts["formats"]}
    if "lines" in facts:
        facts["lines"] = dict(facts["lines"])
    return SheetFacts(**facts)

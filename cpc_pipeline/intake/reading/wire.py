"""The answer of the process that opened a file, made into a Workbook.

It is JSON, and nothing in it is trusted to be more than numbers and text: the process has read hostile bytes.
"""

from __future__ import annotations

import json
import math
from typing import Any

from cpc_pipeline.intake.cells import Area, Beside, Cell, FileFacts, Refused, Remark, SheetFacts, Workbook


def workbook_from(reply: bytes) -> Workbook:
    """The workbook of an answer; raises Refused where the answer is a refusal."""
    said = json.loads(reply)
    if "refused" in said:
        raise Refused(said["refused"], sheet=said.get("sheet", ""), cell=said.get("cell", "A1"), **said["params"])
    sheets, about = {}, {}
    for sheet in said["sheets"]:
        sheets[sheet["name"]] = _cells(sheet)
        about[sheet["name"]] = _facts(sheet["facts"])
    remarks = [Remark(**remark) for remark in said["remarks"]]
    beside = _beside(said["beside"]) if "beside" in said else Beside()
    return Workbook(sheets, about, FileFacts(**said["file"]), remarks, beside)


def _cells(sheet: dict[str, Any]) -> list[Cell]:
    cells: list[Cell] = []
    add, new = cells.append, tuple.__new__  # half the time of Cell(...), and there are thousands
    numbers: dict[float, tuple[str, str, float | None]] = {}
    left = sheet["left"]
    for row, values in enumerate(sheet["rows"], sheet["top"]):
        for column, value in enumerate(values, left):
            if value == "" or value is None:
                continue
            kind = type(value)
            if kind is str:
                add(new(Cell, (row, column, "text", value, None)))
            elif kind is float or kind is int:
                if value not in numbers:
                    numbers[value] = _number(value)
                add(new(Cell, (row, column, *numbers[value])))
            elif kind is list:
                add(new(Cell, (row, column, "date", value[0], None)))
            elif kind is bool:
                add(Cell(row, column, "bool", "true" if value else "false"))
            else:
                add(Cell(row, column, value["k"], value["t"], value.get("n")))
    if sheet["extra"]:
        cells += [Cell(row, column, kind, text) for row, column, kind, text in sheet["extra"]]
        cells.sort(key=lambda cell: (cell.row, cell.column))
    return cells


def _number(value: float) -> tuple[str, str, float | None]:
    """Kind, text and number; what is not finite was written by hand or by accident: no spreadsheet shows it."""
    if not math.isfinite(value):
        return "error", "#NUM!", None
    text = str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    return "number", text, float(value)


def _beside(said: dict[str, Any]) -> Beside:
    return Beside(
        [(sheet, cell, text) for sheet, cell, text in said["texts"]],
        {name: [Cell(*cell) for cell in cells] for name, cells in said["tables"].items()},
        set(said["hidden_sheets"]),
        {name: set(numbers) for name, numbers in said["hidden_columns"].items()},
        {name: set(numbers) for name, numbers in said["hidden_rows"].items()},
        said["unread"],
        said["pictures"],
    )


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

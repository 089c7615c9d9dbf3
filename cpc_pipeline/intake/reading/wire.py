"""The answer of the process that opened a file, made into a Workbook.

It is the length of a JSON text, the text, and the places of its columns (`columns`). Nothing in it is trusted to be
more than numbers and text: the process has read hostile bytes.
"""

from __future__ import annotations

import json
import math
from typing import Any

from cpc_pipeline.intake.blocks import Block, Column, Content, Workbook
from cpc_pipeline.intake.cells import Area, Beside, Cell, FileFacts, Refused, Remark, SheetFacts
from cpc_pipeline.intake.reading.columns import places_of


def workbook_from(reply: bytes) -> Workbook:
    """The workbook of an answer; raises Refused where the answer is a refusal."""
    length = int.from_bytes(reply[:8], "big")
    said, places = json.loads(reply[8 : 8 + length]), memoryview(reply)[8 + length :]
    if "refused" in said:
        raise Refused(said["refused"], sheet=said.get("sheet", ""), cell=said.get("cell", "A1"), **said["params"])
    blocks, about = {}, {}
    for sheet in said["sheets"]:
        blocks[sheet["name"]] = _block(sheet, places)
        about[sheet["name"]] = _facts(sheet["facts"])
    remarks = [Remark(**remark) for remark in said["remarks"]]
    beside = _beside(said["beside"]) if "beside" in said else Beside()
    return Workbook(blocks, about, FileFacts(**said["file"]), remarks, beside)


def _block(sheet: dict[str, Any], places: memoryview) -> Block:
    block = Block(sheet["top"])
    for number, told in enumerate(sheet["columns"], sheet["left"]):
        if told is not None:
            contents = [_content(value) for value in told[0]]
            block.columns[number] = Column(contents, places_of(told, sheet["height"], places))
    if sheet["extra"]:
        return Block.of([*block.cells, *(Cell(row, column, kind, text) for row, column, kind, text in sheet["extra"])])
    return block


def _content(value: Any) -> Content:
    if type(value) is str:
        return "text", value, None
    if type(value) is list:
        return value[0], value[1], value[2] if len(value) > 2 else None
    return _number(value)


def _number(value: float) -> Content:
    """Kind, text and number; what is not finite was written by hand or by accident: no spreadsheet shows it."""
    if not math.isfinite(value):
        return "error", "#NUM!", None
    text = str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    return "number", text, float(value)


def _beside(said: dict[str, Any]) -> Beside:
    return Beside(
        [(sheet, cell, text, place) for sheet, cell, text, place in said["texts"]],
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
    if "indented" in facts:
        facts["indented"] = frozenset(map(tuple, facts["indented"]))
    if "lines" in facts:
        facts["lines"] = dict(facts["lines"])
    return SheetFacts(**facts)

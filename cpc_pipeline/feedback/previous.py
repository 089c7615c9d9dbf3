"""An annotation of an earlier check is taken back whole before a new one is made: sheet, fills and notes.

What the submitter wrote in its last column is read first and goes into the new list.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from cpc_pipeline.catalogue import fold
from cpc_pipeline.feedback import book, comments
from cpc_pipeline.feedback.cells import Grid
from cpc_pipeline.feedback.listing import Reply
from cpc_pipeline.feedback.markup import CannotEdit
from cpc_pipeline.feedback.package import Package
from cpc_pipeline.feedback.sheet_list import MARK
from cpc_pipeline.feedback.styles import STYLES, Styles

_SHADE = re.compile(r"(FF[0-9A-F]{6}) (<fill>.*</fill>)", re.DOTALL)


@dataclass
class Former:
    """What an earlier annotation holds; `there` is false where there was none."""

    there: bool = False
    shades: dict[str, str] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)


def take_back(package: Package, content: bytes, name: str, authors: Collection[str]) -> Former:
    """Undo what we did to this workbook before; raises CannotEdit where a sheet of that name is not ours."""
    ours = next((sheet for sheet in book.sheets(package) if fold(sheet.name) == fold(name)), None)
    former = Former()
    if ours is not None:
        former = _read(content, ours.name)
        book.take_away(package, ours.part)
    styles = Styles(package.parts.get(STYLES, b""), former.shades) if former.shades else None
    for sheet in book.sheets(package):
        if not sheet.drawn:
            continue
        if styles is not None:
            package.parts[sheet.part] = Grid(package.parts[sheet.part]).reformatted(styles.restored)
        comments.take_away(package, sheet.part, authors)
    if styles is not None:
        package.parts[STYLES] = styles.done()
    return former


def _read(content: bytes, name: str) -> Former:
    """Shades and replies, wherever rows and columns of the sheet were moved to."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python(skip_empty_area=False)
    texts = [[str(value) for value in row] + [""] * (9 - len(row)) for row in rows]
    if not any(MARK in row for row in texts):
        raise CannotEdit("name_taken")
    former = Former(there=True)
    for row in texts:
        former.shades |= {match[1]: match[2] for match in map(_SHADE.fullmatch, row) if match}
        sheet, cell, _, what, _, _, reply, question = row[:8]
        if reply.strip() and question and question != MARK:
            former.replies.append(Reply(sheet, cell, question, what, reply))
    return former

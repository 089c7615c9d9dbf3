"""The boxes that comments are shown in: VML, the only form that spreadsheets accept for them.

VML of other programs is not always sound XML, so shapes are cut out and put in as text.
What does not belong here: what the comments say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from cpc_pipeline.feedback.cells import Grid, Place

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_SHAPE = re.compile(rb"<(\w+):shape\b.*?</\1:shape>", re.DOTALL)
_BOX_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
WIDTH = 340  # pixels; about 52 letters of the font of comments
_LETTERS, _LINE, _MARGIN, _TALLEST = 50, 16, 14, 640
_IDS = 1024  # shape numbers come in blocks, and each block belongs to one drawing


def empty(block: int, shapes: int) -> bytes:
    """A drawing without shapes, with as many blocks of numbers as its shapes will need."""
    blocks = ",".join(str(block + n) for n in range(1 + shapes // _IDS))
    spaces = " ".join(f'xmlns:{p}="{uri}"' for p, uri in _SPACES.items())
    return (
        f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout></xml>'
    ).encode()


def free_block(drawings: Iterable[bytes]) -> int:
    """The first block of numbers that no drawing of the workbook uses."""
    used = {0}
    for drawing in drawings:
        for data in re.findall(rb'<\w+:idmap\b[^>]*\bdata="([\d, ]+)"', drawing):
            used |= {int(number) for number in data.decode().split(",") if number.strip()}
        used |= {int(number) // _IDS for number in re.findall(rb'"_x0000_s(\d{1,9})"', drawing)}
    return max(used) + 1


def with_boxes(drawing: bytes, texts: Mapping[Place, str], grid: Grid) -> bytes:
    """The drawing with a hidden box per cell, as large as its text asks for."""
    end = drawing.rindex(b"</xml>")
    root = drawing[: drawing.index(b">", drawing.index(b"<xml"))]
    spaces = "".join(f' xmlns:{p}="{uri}"' for p, uri in _SPACES.items() if f"xmlns:{p}=".encode() not in root)
    new = "" if b'"_x0000_t202"' in drawing else _BOX_TYPE.replace("<v:shapetype", f"<v:shapetype{spaces}", 1)
    mapped = re.search(rb'<\w+:idmap\b[^>]*\bdata="(\d+)', drawing)
    numbers = [int(n) for n in re.findall(rb'"_x0000_s(\d{1,9})"', drawing)]
    first = max([*numbers, int(mapped[1]) * _IDS if mapped else _IDS]) + 1
    for number, (at, text) in enumerate(sorted(texts.items()), start=first):
        new += _box(number, at, text, grid, spaces)
    return drawing[:end] + new.encode() + drawing[end:]


def without_boxes(drawing: bytes, places: set[Place]) -> bytes:
    """The drawing without the boxes of these cells."""

    def kept(match: re.Match[bytes]) -> bytes:
        row, column = (re.search(rb"<\w+:%s>\s*(\d+)\s*<" % name, match[0]) for name in (b"Row", b"Column"))
        if not (row and column and b'ObjectType="Note"' in match[0]):
            return match[0]
        return b"" if (int(row[1]) + 1, int(column[1]) + 1) in places else match[0]

    return _SHAPE.sub(kept, drawing)


def has_boxes(drawing: bytes) -> bool:
    return bool(re.search(rb"<\w+:(?:shape|rect|roundrect|oval|line|polyline|arc|curve|group|image)\b", drawing))


def _box(number: int, at: Place, text: str, grid: Grid, spaces: str) -> str:
    lines = sum(max(1, math.ceil(len(line) / _LETTERS)) for line in text.split("\n"))
    height = min(lines * _LINE + _MARGIN, _TALLEST)
    width = WIDTH if lines * _LINE + _MARGIN <= _TALLEST else 2 * WIDTH
    row, column = at[0] - 1, at[1] - 1
    top, left = max(row - 1, 0), column + 1
    right, dx = _reach(left, 15 + width, lambda n: _column_width(grid, n + 1))
    bottom, dy = _reach(top, 10 + height, lambda n: _row_height(grid, n + 1))
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;'
        f"margin-top:1.5pt;width:{width * 0.75:g}pt;height:{height * 0.75:g}pt;z-index:{number % _IDS};"
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{left}, 15, {top}, 10, {right}, {dx}, {bottom}, {dy}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _reach(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The column or row in which a box ends that begins in `start`, and how far into it."""
    at, left = start, pixels
    while left > size(at):
        left -= size(at)
        at += 1
        if at - start > 500:
            break
    return at, int(left)


def _column_width(grid: Grid, column: int) -> int:
    for columns in grid.root.all("cols"):
        for item in columns.all("col"):
            if int(item.attributes["min"]) <= column <= int(item.attributes["max"]):
                if item.attributes.get("hidden") in {"1", "true"}:
                    return 0
                return int(float(item.attributes.get("width", "9.14")) * 7 + 5)
    layout = grid.root.first("sheetFormatPr")
    return int(float(layout.attributes.get("defaultColWidth", "8.43")) * 7 + 5) if layout else 64


def _row_height(grid: Grid, row: int) -> int:
    item = grid.row(row)
    layout = grid.root.first("sheetFormatPr")
    if item and item.attributes.get("hidden") in {"1", "true"}:
        return 0
    usual = layout.attributes.get("defaultRowHeight", "15") if layout else "15"
    return max(1, int(float(item.attributes.get("ht", usual) if item else usual) * 4 / 3))

"""Drawings and pictures: their words, and what else is stored in them. What is drawn is audited through the data beside
them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

from cpc_pipeline.artefacts.tokens import numbers_in

_WORDS = ("text", "tspan", "title", "desc")
_SCALE = 3
_COMMENT = re.compile(rb"<!--(.*?)-->", re.DOTALL)
_CHUNKS = ("tEXt", "iTXt", "zTXt", "eXIf", "tIME")


def svg(content: bytes) -> Iterator[tuple[str, str]]:
    """Words of a drawing, also those drawn as outlines, which stand in comments; its coordinates are the drawing."""
    drawn = [text.decode(errors="replace").strip() for text in _COMMENT.findall(content)]
    yield from (("comment", text) for text in _without_scales(drawn))
    for element in ET.fromstring(content).iter():
        if element.tag.rpartition("}")[2] in _WORDS and element.text:
            yield element.tag.rpartition("}")[2], element.text
        for name, value in element.attrib.items():
            if name.startswith(("data-", "aria-")):
                yield name, value


def _without_scales(drawn: list[str]) -> Iterator[str]:
    """Without the numbers of axes: at least three in a row that begin with 0 and rise in even steps are no data."""
    read = [_alone(text) for text in drawn]
    at = 0
    while at < len(drawn):
        end = at + 1
        if read[at] == 0:
            while end < len(drawn) and _rises(read[at : end + 1]):
                end += 1
        if end - at >= _SCALE:
            at = end
        else:
            yield drawn[at]
            at += 1


def _rises(read: list[float | None]) -> bool:
    """Whether all are numbers, each as far above the one before it as the second above the first."""
    known = [value for value in read if value is not None]
    steps = {round(b - a, 9) for a, b in pairwise(known)}
    return len(known) == len(read) and len(steps) == 1 and min(steps) > 0


def _alone(text: str) -> float | None:
    """The number that a text is; None where it says anything else."""
    found = [readings[0] for readings in numbers_in(text)]
    return found[0] if len(found) == 1 and not re.search(r"[^\d.,\s%\u00a0\u202f]", text) else None


def strange_in_svg(content: bytes) -> Iterator[str]:
    found = {tag.decode() for tag in re.findall(rb"<(script|foreignObject|image|metadata)\b", content)}
    yield from sorted(found - _harmless_metadata(content))


def _harmless_metadata(content: bytes) -> set[str]:
    """matplotlib writes a block that says only which kind of file this is."""
    block = re.search(rb"<metadata>.*?</metadata>", content, re.DOTALL)
    plain = block is not None and not re.search(rb"<dc:(date|creator|source|rights|description)", block[0])
    return {"metadata"} if plain else set()


def png(content: bytes) -> Iterator[tuple[str, str]]:
    for name, data in _chunks(content):
        if name in ("tEXt", "iTXt"):
            yield name, data.decode("utf-8", "replace")
        elif name == "zTXt":
            yield name, zlib.decompress(data.partition(b"\0")[2][1:]).decode("utf-8", "replace")


def strange_in_png(content: bytes) -> Iterator[str]:
    end = 8
    for name, data in _chunks(content):
        end += 12 + len(data)
        if name in _CHUNKS:
            yield f"chunk {name}"
        if name == "IEND" and end < len(content):
            yield "bytes after the picture"
            return


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    position = 8
    while position + 8 <= len(content):
        length = int.from_bytes(content[position : position + 4])
        name = content[position + 4 : position + 8].decode("latin-1")
        yield name, content[position + 8 : position + 8 + length]
        position += 12 + length

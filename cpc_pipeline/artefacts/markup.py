"""XML of exports: texts and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_NAMES = ("version", "ref", "type", "role", "vocabulary", "code", "iso-date", "lang", "schemaLocation", "id", "urn")
"""Attributes that hold codes of the standard and days, and no value of anybody."""


def xml(content: bytes) -> Iterator[tuple[str, str]]:
    for element in ET.fromstring(content).iter():
        tag = element.tag.rpartition("}")[2]
        for text in (element.text, element.tail):
            if text and text.strip():
                yield tag, text
        for name, value in element.attrib.items():
            if name.rpartition("}")[2] not in _NAMES and not name.endswith("datetime"):
                yield f"{tag}@{name.rpartition('}')[2]}", value


def strange(content: bytes) -> Iterator[str]:
    """What a reader of XML does not show: comments, instructions, definitions of a document."""
    body = re.sub(rb"^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*\?>", b"", content, count=1)
    for what, mark in (("comment", b"<!--"), ("instruction", b"<?"), ("definition", b"<!DOCTYPE")):
        if mark in body:
            yield what

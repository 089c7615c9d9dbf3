"""A page: what is shown, what is said to those who cannot see it, and what only a program reads."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from html.parser import HTMLParser

_KINDS = {"image/svg+xml": "svg", "image/png": "png"}
_DATA = re.compile(r"data:([\w/+.-]+)(?:;(?!base64)[\w=-]+)*(;base64)?,([^\"')\s]*)")
_NAMES = ("alt", "title", "content", "value", "placeholder", "label", "summary", "datetime", "cite", "abbr")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.odd: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._inside.append(tag)
        self._attributes(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, attrs)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        policy = "http-equiv" in said or said.get("name") == "viewport"
        for name, value in attrs:
            if value and not policy and (name in _NAMES or name.startswith(("data-", "aria-"))):
                self.texts.append((f"{tag}@{name}", value))
            if name.startswith("on"):
                self.odd.append(f"{tag}@{name}")
            if name in ("src", "srcset", "data", "poster", "action", "background") and not str(value).startswith(
                "data:"
            ):
                self.odd.append(f"{tag}@{name}")
        if tag in ("iframe", "object", "embed", "form", "input", "base", "audio", "video", "canvas", "link"):
            self.odd.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        tag = self._inside[-1] if self._inside else "-"
        if tag == "style":
            plain = re.sub(r"\\[0-9a-fA-F]{1,6}", "", data)  # signs by their number
            if re.search(r"url\((?!['\"]?data:)|@import|content:\s*['\"][^'\"]*\d", plain):
                self.odd.append("style")
        elif data.strip():
            self.texts.append((tag, data))

    def handle_comment(self, data: str) -> None:
        self.odd.append("comment")


_EMPTY = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")


def html(content: bytes) -> Iterator[tuple[str, str]]:
    """Text, alternative texts, data that programs read, and the source of scripts."""
    yield from _read(content).texts


def strange(content: bytes) -> Iterator[str]:
    """Comments, handlers, what is fetched from elsewhere, and pictures of a kind that cannot be looked through."""
    yield from _read(content).odd
    yield from (kind for kind, _, _ in _DATA.findall(content.decode()) if kind not in _KINDS)


def embedded(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Drawings and pictures that the page carries."""
    for number, (kind, coded, data) in enumerate(_DATA.findall(content.decode()), start=1):
        if kind in _KINDS and coded:
            try:
                yield f"picture {number}.{_KINDS[kind]}", base64.b64decode(data)
            except binascii.Error:
                yield f"picture {number}", b""


def _read(content: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(content.decode())
    reader.close()
    return reader

"""XML as bytes with the place of every element, so that an edit touches that element and nothing beside it.

A parser that writes a document out again changes prefixes, quotes, order and comments; here expat only tells where
elements begin and end. What does not belong here: anything about workbooks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

_START_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class CannotEdit(Exception):
    """The workbook must not be edited; `reason` is a key of the wording (feedback.reason.*)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, eq=False)
class Element:
    """One element. Offsets are bytes of the part: <tag>[inner:inner_end]</tag>, all of it [start:end]."""

    name: str
    space: str
    attributes: dict[str, str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        return next((child for child in self.children if child.name == name), None)

    def within(self, name: str) -> Iterator[Element]:
        """Every element of that name at any depth, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.within(name)


def parse(data: bytes, leaf: str = "") -> Element:
    """The tree of a part, without what lies inside elements named `leaf`; raises CannotEdit."""
    stack: list[Element] = []
    roots: list[Element] = []
    inside = 0  # depth below a leaf

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if inside or (stack and stack[-1].name == leaf):
            inside += 1
            return
        match = _START_TAG.match(data, parser.CurrentByteIndex)
        if match is None:  # another encoding than UTF-8: offsets and bytes do not agree
            raise CannotEdit("unusual")
        space, _, local = name.rpartition(" ")
        element = Element(local, space, attributes, match.start(), match.end())
        if match[0].endswith(b"/>"):
            element.inner_end = element.end = match.end()
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(_: str) -> None:
        nonlocal inside
        if inside:
            inside -= 1
            return
        element = stack.pop()
        if not element.end:
            element.inner_end = parser.CurrentByteIndex
            element.end = data.index(b">", element.inner_end) + 1

    def characters(text: str) -> None:
        if stack and not inside:
            stack[-1].text += text

    parser = _parser(start, end, characters)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise CannotEdit("unusual") from None
    return roots[0]


def _parser(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], characters: Callable[[str], None]
) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise CannotEdit("unusual")  # a document type can make a small part unfold to gigabytes

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    return parser


class Edits:
    """Replacements in one part, made all at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._changes: list[tuple[int, int, bytes]] = []

    def replace(self, start: int, end: int, new: bytes) -> None:
        self._changes.append((start, end, new))

    def insert(self, at: int, new: bytes) -> None:
        self.replace(at, at, new)

    def remove(self, element: Element) -> None:
        self.replace(element.start, element.end, b"")

    def append(self, element: Element, new: bytes) -> None:
        """As last child; an element without an end tag (<a/>) gets one."""
        if element.inner < element.end:
            self.insert(element.inner_end, new)
            return
        tag = self.data[element.start : element.end]
        self.replace(element.start, element.end, tag[:-2] + b">" + new + b"</" + raw_name(tag) + b">")

    def attribute(self, element: Element, values: dict[str, str | None]) -> None:
        """Set attributes of a start tag (None takes one away); the others stay as written."""
        tag = self.data[element.start : element.inner]
        self.replace(element.start, element.inner, with_attributes(tag, values))

    def done(self) -> bytes:
        pieces, at = [], 0
        for start, end, new in sorted(self._changes, key=lambda change: change[:2]):
            pieces += [self.data[at:start], new]
            at = end
        return b"".join([*pieces, self.data[at:]])


def with_attributes(tag: bytes, values: dict[str, str | None]) -> bytes:
    """A start tag with some attributes set, after the last one there is, or taken away."""
    for name, value in values.items():
        there = re.search(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
        new = b"" if value is None else f' {name}="{quoted(value)}"'.encode()
        if there:
            tag = tag[: there.start()] + new + tag[there.end() :]
        elif new:
            at = len(tag.rstrip(b"/> \t\r\n"))
            tag = tag[:at] + new + tag[at:]
    return tag


def raw_name(tag: bytes) -> bytes:
    """The name in a start tag as written, with its prefix."""
    match = re.match(rb"<([^\s/>]+)", tag)
    assert match
    return match[1]


def prefix(data: bytes, element: Element) -> str:
    """The prefix that an element is written with, "x:" or nothing: what is added beside it wears the same."""
    name = raw_name(data[element.start : element.inner]).decode()
    return name.rpartition(":")[0] + ":" if ":" in name else ""


def quoted(text: str) -> str:
    """Text of an attribute."""
    return escape(_ILLEGAL.sub("\ufffd", text), {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def content(text: str) -> str:
    """Text of a cell or comment: no character that XML forbids, and no _x000D_ that Excel would decode."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _ILLEGAL.sub("\ufffd", text)))

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

_REST = rb"[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>"
"""What follows the name in a start tag, however much > stands in its values."""
_START_TAG = re.compile(rb"<" + _REST)
_ATTRIBUTE = re.compile(rb"([^\s=\"'/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HIDING = (b"<!", b"<?")
"""Comments, sections and instructions may hold what looks like a tag."""
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
    unread: bool = False  # its inside was passed over

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


def parse(data: bytes, leaf: str = "", hollow: str = "") -> Element:
    """The tree of a part, without what lies inside elements named `leaf`; raises CannotEdit.

    hollow: the inside of this one element, which occurs once, is passed over unread where nothing in it can hide a tag;
    `elements` finds what is wanted there. A sheet is nearly all cells, of which a few are wanted.
    """
    first, last = _inside(data, hollow) if hollow else (0, 0)
    stack: list[Element] = []
    roots: list[Element] = []
    inside = 0  # depth below a leaf

    def here() -> int:
        at = parser.CurrentByteIndex
        return at if at < first else at + last - first

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if inside or (stack and stack[-1].name == leaf):
            inside += 1
            return
        match = _START_TAG.match(data, here())
        if match is None:  # another encoding than UTF-8: offsets and bytes do not agree
            raise CannotEdit("unusual")
        space, _, local = name.rpartition(" ")
        element = Element(local, space, attributes, match.start(), match.end())
        element.unread = first > 0 and element.inner == first
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
            element.inner_end = here()
            element.end = data.index(b">", element.inner_end) + 1

    def characters(text: str) -> None:
        if stack and not inside:
            stack[-1].text += text

    parser = _parser(start, end, characters)
    try:
        parser.Parse(data[:first], False)
        parser.Parse(data[last:], True)
    except expat.ExpatError:
        raise CannotEdit("unusual") from None
    return roots[0]


def _inside(data: bytes, name: str) -> tuple[int, int]:
    """From where to where the inside of the only element of that name reaches; nothing where that is not plain."""
    opening = list(_start_tag(name, data, 0, len(data)).finditer(data))
    if len(opening) != 1 or opening[0][0].endswith(b"/>"):
        return 0, 0
    first, last = opening[0].end(), data.rfind(b"</" + opening[0][1])
    if last < first or any(data.find(sign, first, last) >= 0 for sign in _HIDING):
        return 0, 0
    return first, last


def elements(data: bytes, parent: Element, name: str) -> list[Element]:
    """The children of that name of an element whose inside was passed over, without what lies inside them.

    Where the inside was read, what was read. Raises CannotEdit for one that does not end.
    """
    if not parent.unread:
        return parent.all(name)
    return [element_at(data, parent, tag) for tag in start_tags(data, parent, name)]


def start_tags(data: bytes, parent: Element, name: str) -> Iterator[re.Match[bytes]]:
    """Where the children of that name begin, of an element whose inside was passed over; their name is group 1.

    They are found by their tags: in sound XML without comments no < stands for anything else. They cannot lie inside
    each other.
    """
    first, last = parent.inner, parent.inner_end
    return _start_tag(name, data, first, last).finditer(data, first, last)


def element_at(data: bytes, parent: Element, tag: re.Match[bytes]) -> Element:
    """The child that begins with this start tag, its inside unread; raises CannotEdit where it does not end."""
    element = Element(tag[1].rpartition(b":")[2].decode(), "", attributes(tag[0]), tag.start(), tag.end(), unread=True)
    element.inner_end = element.end = tag.end()
    if not tag[0].endswith(b"/>"):
        element.inner_end = data.find(b"</" + tag[1], tag.end(), parent.inner_end)
        if element.inner_end < 0:
            raise CannotEdit("unusual")
        element.end = data.index(b">", element.inner_end) + 1
    return element


def _start_tag(name: str, data: bytes, first: int, last: int) -> re.Pattern[bytes]:
    """Start tags of that name. A pattern that begins with fixed signs is found many times faster, so that it begins
    with what may be a prefix only where the name stands behind a colon somewhere."""
    plain = name.encode()
    prefixed = rb"(?:[\w.-]+:)?" if data.find(b":" + plain, first, last) >= 0 else b""
    return re.compile(rb"<(" + prefixed + plain + rb")(?=[\s/>])" + _REST)


def attributes(tag: bytes) -> dict[str, str]:
    """What a start tag says of a row or a cell."""
    if b"&" in tag:  # rows and cells say numbers; what else stands there is not guessed at
        raise CannotEdit("unusual")
    return {name.decode(): (one or other).decode() for name, one, other in _ATTRIBUTE.findall(tag)}


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

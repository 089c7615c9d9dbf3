"""The rectangle of a sheet by its columns, as it crosses to the process that asked: each content once, and its places.

A column is [contents, width, offset]: the places lie from offset on among the bytes that follow the answer, `width`
bytes each: 0 where the cell is blank, else the number of the content, counted from 1. A content is a text, a number, or
[kind, text] and, for a number that shows zeros, [kind, text, number].
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count, zip_longest
from typing import Any

_PLAIN = {str, float, int}
_ALIKE = (0, 1)
"""Numbers that are equal to a truth value."""
_BYTES = bytes(range(256))
_WIDTHS = {1: "B", 2: "H", 4: "I"}


def by_columns(rows: Sequence[Sequence[Any]], places: bytearray) -> list[Any]:
    """The columns of a rectangle, from left to right; None for a blank one. Their places are added to `places`."""
    return [_column(column, places) for column in zip_longest(*rows, fillvalue="")]


def _column(column: tuple[Any, ...], places: bytearray) -> list[Any] | None:
    numbers, own = _numbered(column)
    alike = any(number in numbers for number in _ALIKE)
    if None in numbers or (alike and bool in set(map(type, column))):  # True and 1 would be one content
        numbers, own = _numbered(["" if v is None else _told(v) if type(v) is bool else v for v in column])
    if len(numbers) == 1:
        return None
    width = 1 if len(numbers) <= 2**8 else 2 if len(numbers) <= 2**16 else 4
    offset = len(places)
    places += bytes(own) if width == 1 else array(_WIDTHS[width], own).tobytes()
    told: list[Any] = list(numbers)[1:]
    if not _PLAIN.issuperset(map(type, told)):
        told = [value if type(value) in _PLAIN else _told(value) for value in told]
    return [told, width, offset]


def _numbered(column: Sequence[Any]) -> tuple[dict[Any, int], list[int]]:
    """Each content with its number, in the order in which they come; and of each row the number of its content."""
    numbers: defaultdict[Any, int] = defaultdict(count(1).__next__, {"": 0})
    return numbers, list(map(numbers.__getitem__, column))


def _told(value: object) -> tuple[Any, ...]:
    """What JSON has no word for: dates, times of day, durations, and what was put in the place of a value."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("bool", "true" if value else "false")
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return ("date", day if value.time() == value.time().min else value.isoformat(" "))
    if isinstance(value, date):
        return ("date", value.isoformat())
    return ("text", str(value))


def places_of(told: Sequence[Any], height: int, blob: memoryview) -> array[int]:
    """The places of a column, from the bytes; raises ValueError where they are not what the column says."""
    contents, width, offset = told
    own = bytes(blob[offset : offset + width * height])
    places = array(_WIDTHS.get(width, "B"), own)
    # Of places of one byte, as nearly all are, those that a content has are taken away: what remains is none.
    small, most = places.typecode == "B", len(contents)
    odd = own.translate(None, _BYTES[: most + 1]) if small else max(places, default=0) > most
    if len(places) != height or odd:
        raise ValueError("places that no content has")
    return places

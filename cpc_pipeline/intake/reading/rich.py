"""Raised and lowered figures within the texts of .xls and .xlsb: a 12 with a raised 1, which names a note, is no 121.

Source: [MS-XLS] 2.5.293 (texts with formats, cut over records), 2.4.122 (fonts); [MS-XLSB] 2.4.149, 2.5.122. The list
of texts is only read where a font of the file is raised or lowered: nearly no file has one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

Runs = list[tuple[int, int]]
"""Position in a text, and the number of the font from there on."""
MARK = "^"


def marked(text: str, runs: Runs, raised: set[int]) -> str | None:
    """The text with a mark before what is raised or lowered; None where nothing is."""
    units = text.encode("utf-16-le", "surrogatepass")
    starts = sorted({at for at, font in runs if font in raised and 2 * at < len(units)}, reverse=True)
    if not starts:
        return None
    sign = MARK.encode("utf-16-le")
    for at in starts:
        units = units[: 2 * at] + sign + units[2 * at :]
    return units.decode("utf-16-le", "replace")


# --- .xls -----------------------------------------------------------------------------------------------------------


def raised_fonts(fonts: Sequence[bytes]) -> set[int]:
    """Numbers, as runs name them, of the fonts whose record says so; number 4 is never used."""
    found = {at for at, data in enumerate(fonts) if len(data) >= 10 and struct.unpack_from("<H", data, 8)[0]}
    return {at if at < 4 else at + 1 for at in found}


def marked_texts(pieces: Sequence[bytes], raised: set[int]) -> dict[int, str]:
    """Number in the list -> text, of those with something raised. pieces: the record of the list and what continues it.

    Raises struct.error or IndexError where the list is damaged.
    """
    reader = _Pieces(pieces)
    count = struct.unpack("<II", reader.take(8))[1]
    found = {}
    for number in range(count):
        length, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
        text = reader.letters(length, flags & 1)
        told = [struct.unpack("<HH", reader.take(4)) for _ in range(runs)]
        reader.take(extra)
        if (changed := marked(text, told, raised)) is not None:
            found[number] = changed
    return found


class _Pieces:
    """Bytes that are cut over records; where letters are cut, the next record says again how wide they are."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces, self.piece, self.at = pieces, 0, 0

    def take(self, count: int) -> bytes:
        made = b""
        while len(made) < count:
            part = self.pieces[self.piece][self.at : self.at + count - len(made)]
            made += part
            self.at += len(part)
            if len(made) < count:
                self.piece, self.at = self.piece + 1, 0
        return made

    def letters(self, count: int, wide: int) -> str:
        text = ""
        while len(text) < count:
            left = len(self.pieces[self.piece]) - self.at
            if not left:
                self.piece, self.at = self.piece + 1, 1
                wide = self.pieces[self.piece][0] & 1
                continue
            size = min(count - len(text), left // (1 + wide))
            if not size:
                raise struct.error("half a letter")
            data = self.take(size * (1 + wide))
            # A letter of two units stays two signs here, so that positions are those of the file.
            text += "".join(map(chr, struct.unpack(f"<{size}H", data))) if wide else data.decode("latin-1")
        return text


# --- .xlsb ----------------------------------------------------------------------------------------------------------


def raised_fonts_of(fonts: Iterable[bytes]) -> set[int]:
    return {at for at, data in enumerate(fonts) if len(data) >= 8 and struct.unpack_from("<H", data, 6)[0]}


def rich_text(data: bytes, at: int) -> tuple[str, Runs]:
    """A text with its runs; raises struct.error where it is damaged."""
    flags, length = struct.unpack_from("<BI", data, at)
    start, end = at + 5, at + 5 + 2 * length
    runs = list(_runs(data, end)) if flags & 1 and len(data) >= end + 4 else []
    return data[start:end].decode("utf-16-le", "replace"), runs


def _runs(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    for number in range(min(struct.unpack_from("<I", data, at)[0], (len(data) - at - 4) // 4)):
        yield struct.unpack_from("<HH", data, at + 4 + 4 * number)

"""The container of an .xls: a small file system in one file, of which one stream is the workbook.

Source: [MS-CFB]. Only what is needed to find a stream by name, with every chain bounded by the size of the file.
"""

from __future__ import annotations

import struct

from cpc_pipeline.intake.cells import Refused

_END = 0xFFFFFFFA  # sector numbers from here on are marks


class Container:
    """The streams of an OLE file by name; raises Refused where it is damaged."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            self._open()
        except (struct.error, IndexError, ValueError, OverflowError):
            raise Refused("unreadable_file", size=len(content)) from None

    def _open(self) -> None:
        head = self.content[:512]
        shift, mini_shift = struct.unpack_from("<HH", head, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sector size")
        self.sector = 1 << shift
        directory, self.cutoff, mini_start = struct.unpack_from("<I4xII", head, 48)
        numbers = list(struct.unpack_from("<109I", head, 76))
        following = struct.unpack_from("<I", head, 68)[0]
        for _ in range(len(self.content) // self.sector):
            if following >= _END:
                break
            entries = struct.unpack(f"<{self.sector // 4}I", self._at(following))
            numbers += entries[:-1]
            following = entries[-1]
        table = b"".join(self._at(n) for n in numbers if n < _END)
        self.next = struct.unpack(f"<{len(table) // 4}I", table)
        mini = self._chain(mini_start)
        self.mini_next = struct.unpack(f"<{len(mini) // 4}I", mini)
        self.entries: dict[str, tuple[int, int]] = {}
        listing = self._chain(directory)
        for offset in range(0, len(listing) - 127, 128):
            length = struct.unpack_from("<H", listing, offset + 64)[0]
            name = listing[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", listing, offset + 116)
            if listing[offset + 66]:
                self.entries.setdefault(name, (start, size))
        root = listing[116:124]
        self.mini = self._chain(struct.unpack("<I", root[:4])[0])

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        piece = self.content[start : start + self.sector]
        if not piece:
            raise ValueError("beyond the end")
        return piece.ljust(self.sector, b"\0")

    def _chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        while number < _END:
            if len(pieces) > len(self.content) // self.sector:
                raise ValueError("endless chain")
            pieces.append(self._at(number))
            number = self.next[number]
        return b"".join(pieces)

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream, None where there is none of that name."""
        if name not in self.entries:
            return None
        start, size = self.entries[name]
        try:
            if size >= self.cutoff:
                return self._chain(start)[:size]
            pieces: list[bytes] = []
            while start < _END and len(pieces) <= len(self.mini) // 64:
                pieces.append(self.mini[start * 64 : start * 64 + 64])
                start = self.mini_next[start]
            return b"".join(pieces)[:size]
        except (IndexError, ValueError):
            raise Refused("unreadable_file", size=len(self.content)) from None

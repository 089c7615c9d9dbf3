"""The bytes of a text file to its text: which encoding, by evidence over the whole file, and never line by line.

Source of the repair: text in UTF-8 that was taken for Windows-1252 and saved again can be turned back exactly; ftfy
says whether a line is such text, and the way back must lead to the very same line, else it is refused.
"""

from __future__ import annotations

import re

from cpc_pipeline.intake.cells import Refused

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# é, í, ó, ú, ñ of the old DOS code pages, as they look in Windows-1252, between letters.
_DOS = re.compile(r"(?<=[A-Za-z])[‚¡¢£¤¥„…†‡ˆ‰Š‹](?=[A-Za-z])")
_TWICE = re.compile("[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
_MOST_NAMED = 10


class Decoded:
    """text; encoding: as it was read; assumed: whether the file does not say so; mended: lines turned back."""

    def __init__(self, text: str, encoding: str, assumed: bool = False, mended: list[int] | None = None) -> None:
        self.text, self.encoding, self.assumed, self.mended = text, encoding, assumed, mended or []


def decode(content: bytes) -> Decoded:
    """The text of a file; raises Refused, with the line, where it is not the text of one encoding."""
    found = _decode(content)
    if (lost := _line_with(found.text, "\ufffd")) is not None:
        raise Refused("csv_lost_characters", cell=f"A{lost}", line=lost, size=len(content))
    if (nul := _line_with(found.text, "\x00")) is not None:
        raise Refused("csv_nul", cell=f"A{nul}", line=nul, size=len(content))
    if _TWICE.search(found.text):
        found.text, found.mended = _mend(found.text, len(content))
    return found


def _decode(content: bytes) -> Decoded:
    for mark, name in _BOMS:
        if content.startswith(mark):
            try:
                return Decoded(content[len(mark) :].decode(name), name.removesuffix("-le").removesuffix("-be"))
            except UnicodeDecodeError as error:
                line = content[: error.start].count(b"\n") + 1
                raise Refused("csv_mixed_encoding", cell=f"A{line}", line=line, size=len(content)) from None
    head = content[:2000]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(content) % 2 == 0 and head[offset::2].count(0) * 10 > len(head) * 4:
            try:
                return Decoded(content.decode(name), "utf-16", assumed=True)
            except UnicodeDecodeError:
                break
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _windows(content)


def _windows(content: bytes) -> Decoded:
    """Windows-1252, if no line speaks against it: none is UTF-8, none has bytes or words that it has not."""
    foreign = []
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", content), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            foreign.append(number)  # valid UTF-8 by chance is next to impossible
        except UnicodeDecodeError:
            if _UNDEFINED.search(line) or _DOS.search(line.decode("cp1252", "replace")):
                raise Refused("csv_encoding", cell=f"A{number}", line=number, size=len(content)) from None
    if foreign:
        raise Refused("csv_mixed_encoding", cell=f"A{foreign[0]}", line=foreign[0], size=len(content))
    return Decoded(content.decode("cp1252"), "cp1252", assumed=True)


def _mend(text: str, size: int) -> tuple[str, list[int]]:
    import ftfy
    from ftfy.badness import is_bad

    pieces = re.split(r"(\r\n|\n|\r)", text)
    mended = []
    for index in range(0, len(pieces), 2):
        line, number = pieces[index], index // 2 + 1
        if not _TWICE.search(line) or not is_bad(line):
            continue
        right = _back(line)
        if right is None or is_bad(right) or ftfy.fix_encoding(line) != right:
            raise Refused("csv_mojibake", cell=f"A{number}", line=number, size=size)
        pieces[index] = right
        mended.append(number)
    return "".join(pieces), mended


def _back(line: str) -> str | None:
    """The line as it was before it was taken for Windows-1252, once or twice; None where there is no exact way back."""
    import ftfy.bad_codecs  # noqa: F401  (registers the code page as browsers and Excel use it)

    right = line
    for _ in range(3):
        try:
            earlier = right.encode("sloppy-windows-1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return None
        right = earlier
        if not _TWICE.search(right):
            return right
    return None


def _line_with(text: str, sign: str) -> int | None:
    at = text.find(sign)
    return None if at < 0 else len(re.split(r"\r\n|\n|\r", text[:at]))


def named(lines: list[int]) -> str:
    """Line numbers as a message shows them: the first few."""
    return ", ".join(str(line) for line in lines[:_MOST_NAMED]) + (" …" if len(lines) > _MOST_NAMED else "")

"""Texts that are longer than a slide go on to the next one: nothing that people wrote is cut."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from cpc_pipeline.publication.pack.deck import Text

LETTERS, LINES = 84, 15
"""Of 18 points, what goes into a line of the whole width, and how many lines go on a slide."""
_ENDS = re.compile(r"[.;:!?]\s")


def flow(texts: Sequence[Text], letters: int = LETTERS, lines: int = LINES) -> list[list[Text]]:
    """The texts of each slide. A heading stands before what it is of, and again where that goes on.

    As few slides as hold them, each about as full as the others: a last one with one line looks forgotten.
    """
    most = len(_filled(texts, letters, lines))
    least = next(n for n in range(lines // 2, lines + 1) if n == lines or len(_filled(texts, letters, n)) <= most)
    return _filled(texts, letters, least)


def _filled(texts: Sequence[Text], letters: int, lines: int) -> list[list[Text]]:
    slides: list[list[Text]] = []
    head: Text | None = None
    room = 0
    for text in _parts(texts, letters * (lines - 2)):
        need = _lines(text, letters) + (2 if text.head else 0)
        if not slides or need > room:
            slides.append([])
            room = lines
            if head is not None and not text.head:
                slides[-1].append(head)
                room -= 1
        head = text if text.head else head
        slides[-1].append(text)
        room -= _lines(text, letters)
    return slides


def _lines(text: Text, letters: int) -> int:
    return math.ceil(max(1, len(text.text)) * text.size / (18 * letters))


def _parts(texts: Sequence[Text], most: int) -> Iterator[Text]:
    for text in texts:
        for part in parted(text.text, most * 18 // text.size):
            yield Text(part, text.size, text.loud, text.head, text.bullet)


def parted(text: str, most: int) -> list[str]:
    """A text in parts of at most so many letters: after a sentence that ends in the second half, or between words."""
    parts = []
    while len(text) > most:
        ends = [m.start() + 1 for m in _ENDS.finditer(text, 0, most) if m.start() > most // 2]
        at = ends[-1] if ends else text.rfind(" ", 0, most)
        at = at if at > 0 else most
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text]

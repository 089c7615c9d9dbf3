"""What a rendered report says, whatever kind of file it is, and the numbers in a text of one language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown. trace, column: the name of its number and the column of the data, where the file says."""

    text: str
    trace: str = ""
    column: str = ""


Table = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Reading:
    """tables: rows of cells, heads among them. texts: paragraphs and headings elsewhere, without lists of contents and
    running heads. words: what is said of figures to those who cannot see them.
    """

    tables: list[list[list[Cell]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class Numbers:
    """Reads the numbers of a language, by what parts its thousands and what stands before decimals."""

    def __init__(self, thousands: str, point: str) -> None:
        # A space that does not break is as good as any mark: PDF readers give it as a plain one.
        group = rf"(?:{re.escape(thousands)}|[\u00a0\u202f])"
        self._group, self._point = re.compile(group), point
        mark = re.escape(point)
        self._pattern = re.compile(
            rf"(?<![\w.,])(?<![^\W\d_][-\u2212])(?P<sign>[-\u2212]?)"
            rf"(?P<digits>\d{{1,3}}(?:{group}\d{{3}})+(?:{mark}\d+)?|\d+(?:{mark}\d+)?)(?!\w)"
        )

    def of(self, text: str) -> list[float]:
        """Every number of a text, in its order; a minus counts where it stands before a number and after none."""
        found = []
        for match in self._pattern.finditer(text):
            value = float(self._group.sub("", match["digits"]).replace(self._point, "."))
            before = text[: match.start()].rstrip()
            signed = bool(match["sign"]) and not (before and before[-1].isdigit())
            found.append(-value if signed else value)
        return found


def flat(text: str) -> str:
    """Without line breaks, doubled blanks and soft hyphens, which the formats set as they need them."""
    return " ".join(text.replace("\u00ad", "").split())


def masked(text: str) -> str:
    """A text without its numbers and blanks: the same sentence in every format."""
    return re.sub(r"[\d.,\s\u2212-]+", "", flat(text))

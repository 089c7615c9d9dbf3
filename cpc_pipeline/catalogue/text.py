"""Comparing what people type: case, accents, spaces and line breaks do not matter, letters and digits do."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
"""Soft hyphens, spaces without width, marks of direction: nobody sees them, and texts copied from pages hold them."""


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, without accents, single spaces, trimmed."""
    if text.isascii():  # nothing to take apart: most of what is compared, thousands of times in a check
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(INVISIBLE))
    return " ".join("".join([c for c in plain if c < "\x80" or not unicodedata.combining(c)]).casefold().split())

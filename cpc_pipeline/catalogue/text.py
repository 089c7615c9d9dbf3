"""Comparing what people type: case, accents, spaces and line breaks do not matter, letters and digits do."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, without accents, single spaces, trimmed."""
    if text.isascii():  # nothing to take apart: most of what is compared, thousands of times in a check
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join([c for c in plain if c < "\x80" or not unicodedata.combining(c)]).casefold().split())

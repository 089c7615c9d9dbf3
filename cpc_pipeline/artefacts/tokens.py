"""Numbers in running text, as people write them in any language of an edition."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(
    r"(?<![\w.,])[-−]?\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\w)|(?<!\w)\d+(?:[.,]\d+)?(?!\w)"
)


def numbers_in(text: str) -> Iterator[tuple[float, ...]]:
    """Every number of a text, each with the readings that it can have: 1.234 is 1234 or 1.234, by the language."""
    for match in _NUMBER.finditer(text):
        token = match[0].lstrip("-−")
        bare = re.sub(r"[.,\u00a0\u202f]", "", token)
        parts = re.split(r"[.,\u00a0\u202f]", token)
        point = float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(bare)
        grouped = all(len(part) == 3 for part in parts[1:])
        yield (float(bare), point) if grouped and len(parts) == 2 else (float(bare) if grouped else point,)

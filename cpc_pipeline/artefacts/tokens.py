"""Numbers in running text, as people write them in any language of an edition."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(
    r"(?<![\w.,])[-−]?\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\w)|(?<!\w)\d+(?:[.,]\d+)?(?!\w)"
)


def numbers_in(text: str) -> Iterator[float]:
    """Every number of a text in each reading that it can have: 1.234 is 1234 and 1.234, as a reader may take it."""
    for match in _NUMBER.finditer(text):
        token = match[0].lstrip("-−")
        bare = re.sub(r"[.,\u00a0\u202f]", "", token)
        parts = re.split(r"[.,\u00a0\u202f]", token)
        if len(parts) == 1:
            yield float(bare)
        elif all(len(part) == 3 for part in parts[1:]):
            yield float(bare)
            if len(parts) == 2:
                yield float(f"{parts[0]}.{parts[1]}")
        else:
            yield float("".join(parts[:-1]) + "." + parts[-1])

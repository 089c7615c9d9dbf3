"""How codes lie below each other: depth of a place below the country, and nearest wider code that is there."""

from __future__ import annotations

from collections.abc import Collection

from cpc_pipeline.catalogue import CodeList
from cpc_pipeline.contracts import NATION


def depth(codes: CodeList, code: str) -> int:
    """Steps below the country, which is 0. What hangs in the air (abroad, unknown) is one below it."""
    if code == NATION:
        return 0
    steps, known = 0, codes.codes.get(code)
    while known is not None and known.parent:
        steps += 1
        known = codes.codes.get(known.parent)
    return max(steps, 1)


def nearest(codes: CodeList, code: str, there: Collection[str], top: str) -> str | None:
    """The nearest wider code among those that are there; `top` is above every code."""
    known = codes.codes.get(code)
    while known is not None and known.parent:
        if known.parent in there:
            return known.parent
        known = codes.codes.get(known.parent)
    return top if code != top and top in there else None

"""Findings about many cells, said once: the first cell, and how many like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.grid import At, printable, ranges, where

MOST = 40
"""Findings of one kind that are listed one by one; the rest are counted in the last."""


@dataclass
class _Seen:
    cells: list[At] = field(default_factory=list)
    params: dict[str, object] = field(default_factory=dict)


class Tally:
    """Collects what is said of the cells of one sheet, and says each thing once."""

    def __init__(self, found: Found, sheet: str) -> None:
        self.found, self.sheet = found, sheet
        self._seen: dict[tuple[str, str, str, str, str, str], _Seen] = {}

    def add(
        self,
        code: str,
        severity: str,
        at: At,
        *,
        field: str = "",
        found: str = "",
        expected: str = "",
        codes: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        seen = self._seen.setdefault((code, severity, field, printable(found)[:200], expected, codes), _Seen())
        seen.cells.append(at)
        seen.params = dict(params or {}) | seen.params  # an example is that of the cell that is named

    def say(
        self,
        code: str,
        severity: str,
        at: At,
        *,
        found: str = "",
        expected: str = "",
        field: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        """One finding by itself: about a whole row or column, which no other resembles."""
        own = {"field": field, **dict(params or {})}
        text = printable(found)[:200]
        self.found.add(code, severity, self.sheet, where(at), found=text, expected=expected, params=own)

    def flush(self) -> None:
        by_code: dict[str, int] = {}
        for (code, severity, field_, found, expected, codes), seen in self._seen.items():
            by_code[code] = by_code.get(code, 0) + 1
            if by_code[code] > MOST:
                continue
            places = ranges(seen.cells)
            params = {"count": len(seen.cells), "field": field_, "codes": codes, "cells": _short(places)}
            self.found.add(
                code,
                severity,
                self.sheet,
                where(min(seen.cells)),
                found=found,
                expected=expected,
                params=params | seen.params,
            )
        for code, count in by_code.items():
            if count > MOST:
                rest = [s for (c, *_), s in self._seen.items() if c == code][MOST:]
                cells = [at for s in rest for at in s.cells]
                params = {"count": len(cells), "kinds": count - MOST, "cells": _short(ranges(cells)), "like": code}
                worst = next(key[1] for key in self._seen if key[0] == code)
                self.found.add("more_like_this", worst, self.sheet, where(min(cells)), params=params)


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: text.rfind(",", 0, most)] + " …"

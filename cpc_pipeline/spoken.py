"""Which of a compact's languages is spoken to whoever sits here: in the terminal and in the page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence


def spoken(languages: Sequence[str], asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The language that was asked for, else that of CPC_LANG, else of the system, else the compact's first."""
    system = environment.get("CPC_LANG") or environment.get("LANG", "")[:2]
    return next((x for x in (asked, system) if x is not None and x in languages), languages[0])

"""Number formats that change what the submitter sees so much that a reader must know them."""

from __future__ import annotations

import re

_BUILTIN = {"9": "0%", "10": "0.00%"}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0{2,}")


def builtin(number: str) -> str:
    """The code of a format that every program knows by number; '' where it does not matter."""
    return _BUILTIN.get(number, "")


def matters(code: str) -> bool:
    """Percent, leading zeros, thousands that are only seen as such (`0,`), numbers that are not shown (`;;;`)."""
    plain = _LITERAL.sub("", code.partition(";")[0])
    if code.strip() and not code.replace(";", "").strip():
        return True
    return "%" in plain or zeros(code) > 0 or bool(re.search(r"[0#?],+(?![0#?])", plain))


def shown_otherwise(code: str) -> bool:
    """Whether a format shows another number than the cell holds (12 for 12000), or none at all; percent is no such."""
    return bool(code) and matters(code) and "%" not in code and not zeros(code)


def zeros(code: str) -> int:
    """How many digits a format like 00000 always shows; 0 where it is none."""
    plain = _LITERAL.sub("", code.partition(";")[0]).strip()
    return len(plain) if _ZEROS.fullmatch(plain) else 0

"""Number formats that change what the submitter sees so much that a reader must know them.

Source: ECMA-376, part 1, 18.8.31: up to four sections (more than nothing, less, nothing, text), conditions in brackets.
"""

from __future__ import annotations

import re
from functools import lru_cache

_BUILTIN = {"9": "0%", "10": "0.00%"}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.')
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(;|$)')
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ZEROS = re.compile(r"0{2,}")
_SCALED = re.compile(r"[0#?],+(?![0#?])")
_PLACES = re.compile(r"[0#?]|general", re.IGNORECASE)
_BARE = re.compile(r"[<>=~(){}&^!-]")
"""Signs that stand for themselves in a format without quotes, and change what a number seems to say."""
_DAY = re.compile(r"[ymdhs/.,: -]*[ymdhs][ymdhs/.,: -]*", re.IGNORECASE)
_MONEY = re.compile(r"[\s$€£]|COP|USD|US")


def builtin(number: str) -> str:
    """The code of a format that every program knows by number; '' where it does not matter."""
    return _BUILTIN.get(number, "")


@lru_cache(maxsize=4096)
def matters(code: str) -> bool:
    """Whether any number would be shown as another, as a percentage, with leading zeros, or not at all."""
    sections = _sections(code)[:3]
    odd = any(_odd(s, sign) for s, sign in zip(sections, (1, -1, 0), strict=False) if code.strip())
    return odd or any("%" in _plain(s)[0] for s in sections) or zeros(code) > 0


@lru_cache(maxsize=4096)
def percent(code: str) -> bool:
    """Whether a format shows a hundred times the number; a percent sign in quotes does not."""
    return "%" in code and "%" in _plain(_sections(code)[0])[0]


@lru_cache(maxsize=65536)
def shown_otherwise(code: str, number: float, *, share: bool = False) -> bool:
    """Whether a format shows another number than the cell holds (12 for 12000, <5 for 3), or none at all.

    A percentage is no such, nor are leading zeros, nor a percent sign in quotes where percentages are wanted (share).
    """
    if not code.strip() or percent(code) or zeros(code):
        return False
    return _odd(_chosen(code, number), number, share=share)


@lru_cache(maxsize=4096)
def of_days(code: str) -> bool:
    """Whether a format shows dates or times and nothing else: where it does, the reader gives no number."""
    return ";" not in code and _DAY.fullmatch(_LITERAL.sub("", code)) is not None


@lru_cache(maxsize=4096)
def zeros(code: str) -> int:
    """How many digits a format like 00000 always shows; 0 where it is none."""
    plain = _LITERAL.sub("", code.partition(";")[0]).strip()
    return len(plain) if _ZEROS.fullmatch(plain) else 0


def _sections(code: str) -> list[str]:
    """The parts between semicolons: a format that ends without one has no empty part at its end."""
    found = []
    for match in _SECTIONS.finditer(code):
        found.append(match[1])
        if not match[2]:
            break
    return found or [code]


def _plain(section: str) -> tuple[str, str]:
    """(a section without what stands for itself, the words that do)."""
    words = "".join((m[1] or "") + (m[2] or "") for m in _LITERAL.finditer(section))
    return _LITERAL.sub("", section), words


def _chosen(code: str, number: float) -> str:
    """The section that a number is shown by."""
    sections = _sections(code)[:3]
    tests = [_CONDITION.fullmatch(b) for s in sections for b in ["".join(_brackets(s))]]
    if any(tests):
        for section, test in zip(sections, tests, strict=True):
            if test is None or _holds(number, test[1], float(test[2])):
                return section
        return sections[-1]
    position = 0 if number > 0 else 1 if number < 0 else 2
    return sections[position] if position < len(sections) else sections[0]


def _brackets(section: str) -> list[str]:
    return [m[3] for m in _LITERAL.finditer(section) if m[3] and m[3][0] in "<>="]


def _holds(number: float, sign: str, limit: float) -> bool:
    return {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "<>": number != limit,
    }[sign]


def _odd(section: str, number: float, *, share: bool = False) -> bool:
    plain, words = _plain(section)
    if not _PLACES.search(plain) and "@" not in plain:
        return not (number == 0 and (words + plain).strip() in ("-", "–", "—"))  # how accountants write nothing
    beside = _MONEY.sub("", words) + "".join(_BARE.findall(re.sub(r"E[+-]", "", plain)))
    if number < 0:
        beside = re.sub(r"[()-]", "", beside)
    if share:
        beside = beside.replace("%", "")
    return bool(beside) or bool(_SCALED.search(plain))

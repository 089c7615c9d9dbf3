"""Telephone numbers: whether digits with signs are a number that a country has.

The library takes a tenth of a millisecond for each try, and a file may be made of nothing else. What cannot be a number
of any plan is told by the plan's own pattern first, which costs a hundredth of that and passes over no valid number:
all that the library takes away from digits stands before them.
"""

from __future__ import annotations

import re
from functools import lru_cache

Plan = tuple[tuple[int, ...], re.Pattern[str]]
"""Lengths that numbers of a country may have, and the pattern of them all."""


def is_phone(text: str, digits: str, region: str) -> bool:
    """Whether a text is a valid number of the region, or of another one with its +. region: "" for none."""
    foreign = text.lstrip(" (").startswith("+")
    if foreign:
        return _abroad(digits) and _valid(text, None)
    if not region:
        return False
    dialled = digits.startswith("0") and any(
        _abroad(digits[start:]) for start in range(2, 7)
    )  # 00, or 00 and a company
    return (_may_be(digits, _plan(region)) or dialled) and _valid(text, region)


def _abroad(digits: str) -> bool:
    return any(_may_be(digits[size:], _plan_of(digits[:size])) for size in (1, 2, 3))


def _may_be(digits: str, plan: Plan | None) -> bool:
    if plan is None:
        return False
    lengths, pattern = plan
    return any(pattern.fullmatch(digits[-length:]) for length in lengths if length <= len(digits))


def _valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=1_200)
def _plan_of(code: str) -> Plan | None:
    """The plan of a calling code; None where no country has it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code or "0"), ()) if not code.startswith("0") else ()
    if regions == ("001",):  # of no country: satellites, free numbers
        return _made(PhoneMetadata.metadata_for_nongeo_region(int(code)))
    return _plan(regions[0]) if regions else None


@lru_cache(maxsize=300)
def _plan(region: str) -> Plan:
    from phonenumbers import PhoneMetadata

    return _made(PhoneMetadata.metadata_for_region(region))


def _made(known: object) -> Plan:
    """The plan that the library's data describe; one that takes all where they change digits, or are not there."""
    told = getattr(known, "general_desc", None)
    if told is None or getattr(known, "national_prefix_transform_rule", None):
        return tuple(range(1, 16)), re.compile(r"\d+")
    return tuple(told.possible_length), re.compile(told.national_number_pattern)

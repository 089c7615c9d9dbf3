"""Numbers and marks that are an identity by their shape: does a candidate pass the checks that the data declare?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from cpc_pipeline.catalogue.personal import Shape
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.personal.knowledge import Knowledge
from cpc_pipeline.intake.personal.phones import is_phone

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+")
_DECIMAL = re.compile(r"(?<=\d{6})[.,]0{1,2}$")  # of a number that was a float once
_SEPARATED = re.compile(r"\d[\d \-]*\d")
_OLDEST = 1930  # a person with an identity number that holds a date of birth


def matches(shape: Shape, text: str, know: Knowledge) -> Iterator[re.Match[str]]:
    """Where the shape stands in a text (folded, unless the shape is as written), all checks passed."""
    for match in shape.within.finditer(text):
        if passes(shape, match[0], know):
            yield match


def is_one(shape: Shape, digits: str, know: Knowledge) -> bool:
    """Whether a whole cell is of this shape."""
    return shape.entire.fullmatch(digits) is not None and passes(shape, digits, know)


def bare(text: str) -> str:
    """A number that fills a cell, without what separates its digits; other text as it is."""
    plain = _DECIMAL.sub("", text.strip().lstrip("'"))
    if _THOUSANDS.fullmatch(plain) or _SEPARATED.fullmatch(plain):
        return re.sub(r"[ .,\-]", "", plain)
    return plain


def amount(cell: Cell) -> float | None:
    """The number that fills a cell; files of text hold it as text."""
    if cell.kind == "number":
        return cell.number if cell.number is not None else float(cell.text)
    # 4000-4500 is a range: a hyphen joins the digits of an identity, and never those of a count.
    return float(bare(cell.text)) if cell.kind == "text" and is_number(cell.text) else None


def is_number(text: str) -> bool:
    """Whether a text is digits and nothing else, with or without the signs of thousands: its column judges it."""
    plain = text.strip()
    return (plain.isascii() and plain.isdigit()) or _THOUSANDS.fullmatch(plain) is not None


def passes(shape: Shape, text: str, know: Knowledge) -> bool:
    digits = re.sub(r"\D", "", text)
    return all(_CHECKS[check](text, digits, know) for check in shape.checks)


def _phone(text: str, digits: str, know: Knowledge) -> bool:
    """A telephone number of the country, or of another one with its +; a sum of money in thousands is none."""
    public = re.match(know.personal.public_phones, digits)
    if public or _THOUSANDS.fullmatch(text.strip()) or not 7 <= len(digits) <= 15:
        return False
    # Bare digits are judged by the column they stand in.
    return digits != text and is_phone(text, digits, know.personal.region)


def _birth_first(text: str, digits: str, know: Knowledge) -> bool:
    """YYMMDD at the beginning."""
    years = (f"19{digits[:2]}", f"20{digits[:2]}")
    return any(_is_birth(year, digits[2:4], digits[4:6]) for year in years)


def _birth_last(text: str, digits: str, know: Knowledge) -> bool:
    """DDMMYYYY at the end."""
    return _is_birth(digits[-4:], digits[-6:-4], digits[-8:-6])


def _is_birth(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year >= _OLDEST and int(year) <= date.max.year and int(year) < 2100
    except ValueError:
        return False


def _place_first(text: str, digits: str, know: Knowledge) -> bool:
    return digits[:5] in know.place_codes


def _not_place(text: str, digits: str, know: Knowledge) -> bool:
    """A code of a place, its longer forms (of a hamlet) and one that lost its zero are none of a person."""
    return not any(code in know.place_codes for code in (digits, digits[:5], digits.zfill(5), digits.zfill(8)[:5]))


def _not_round(text: str, digits: str, know: Knowledge) -> bool:
    return not digits.endswith("00")


def _own_mailbox(text: str, digits: str, know: Knowledge) -> bool:
    """False for the mailbox of an office: its domain is declared."""
    domain = text.rpartition("@")[2].strip()
    return not any(domain == own or domain.endswith(f".{own}") for own in know.personal.mailboxes)


_CHECKS = {
    "phone": _phone,
    "birth_date_first": _birth_first,
    "birth_date_last": _birth_last,
    "place_first": _place_first,
    "not_place": _not_place,
    "not_round": _not_round,
    "own_mailbox": _own_mailbox,
}

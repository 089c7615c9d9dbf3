"""What the numbers of a column look like, decided from the whole column, and what each cell then says.

`1.234` alone can be 1234 or 1.234: another cell of the same column must show which sign is which, or the layout must
say it. Nothing is decided from one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cpc_pipeline.catalogue import INVISIBLE, Catalogue, Layout, NumberForm, fold
from cpc_pipeline.contracts import Status
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.numbers import Value
from cpc_pipeline.intake.reading.formats import percent as percent_format

_TOKEN = re.compile(r"[-+]?\d[\d.,'’\s]*")
_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:,\d{3})+|\d+(?:\.\d{3})+")
_SPACES = re.compile(r"[\s'’]")
_RANGE = re.compile(r"(\d[\d.,]*)\s*(?:[-–—]|\ba\b|\bto\b)\s*(\d[\d.,]*)")
_LESS = re.compile(r"(<=?|≤)\s*(\d[\d.,]*)")
_MORE = re.compile(r"(?:(>=?|≥)\s*(\d[\d.,]*)|(\d[\d.,]*)\s*\+)")
EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")


@dataclass(frozen=True)
class Form:
    """Signs of thousands and decimals of a column. ambiguous: cells that only the signs could tell apart; `of`: texts
    with digits. decided: the column or the layout shows the signs. torn: it shows both ways."""

    thousands: str = ","
    decimal: str = "."
    decided: bool = False
    torn: bool = False
    ambiguous: int = 0
    of: int = 0
    example: str = ""


def unclear(form: Form) -> bool:
    """Whether the column as a whole is refused for its signs, which is said once."""
    return form.torn or (not form.decided and form.ambiguous > 0)


def seen(text: str) -> str:
    """A text without signs that nobody sees."""
    return text if text.isascii() else text.translate(INVISIBLE).strip()


def form_of(cells: Iterable[Cell], declared: NumberForm | None = None) -> Form:
    """The signs that a column of cells shows."""
    shows: set[str] = set()  # the decimal sign that a cell gives away
    ambiguous, texts, example = 0, 0, ""
    for cell in cells:
        token = _token(cell)
        if token is None:
            continue
        texts += 1
        sign = _decimal_sign(token)
        if sign == "?":
            ambiguous += 1
            example = example or cell.text.strip()
        elif sign:
            shows.add(sign)
    if declared is not None:
        torn = bool(shows - {declared.decimal})
        return Form(declared.thousands, declared.decimal, not torn, torn, ambiguous, texts, example)
    if len(shows) == 1:
        decimal = shows.pop()
        return Form("." if decimal == "," else ",", decimal, True, False, ambiguous, texts, example)
    return Form(decided=False, torn=len(shows) > 1, ambiguous=ambiguous, of=texts, example=example)


def _token(cell: Cell) -> str | None:
    """Digits and signs of a text cell, without spaces between groups and without a percent sign."""
    if cell.kind != "text":
        return None
    text = seen(cell.text.strip()).removesuffix("%").strip()
    if not _TOKEN.fullmatch(text) or not _spaces_are_groups(text):
        return None
    return _SPACES.sub("", text).lstrip("+-")


def _spaces_are_groups(text: str) -> bool:
    """12 345 is a number; 12 5 is not."""
    if not _SPACES.search(text):
        return True
    return re.fullmatch(r"[-+]?\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?", text) is not None


def _decimal_sign(token: str) -> str:
    """Which sign is the decimal one by this token alone: '.', ',', '?' (it could be either), '' (it shows nothing)."""
    signs = [c for c in token if c in ".,"]
    if not signs:
        return ""
    if len(signs) > 1 and not _GROUPS.fullmatch(token):
        return ""  # 1.2.3 is no number, and shows nothing
    if len(set(signs)) == 2:
        return signs[-1]
    sign = signs[0]
    other = "," if sign == "." else "."
    if len(signs) > 1:
        return other
    before, after = token.split(sign)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return sign
    return "?"


def parse(text: str, form: Form) -> float | None:
    """A number in the signs of its column; None where it is none, or where the column does not say which is which."""
    body = text.strip().removesuffix("%").strip()
    if not _TOKEN.fullmatch(body) or not _spaces_are_groups(body):
        return None
    negative = body.startswith("-")
    token = _SPACES.sub("", body).lstrip("+-")
    if any(c in token for c in ".,"):
        if form.torn or not form.decided:
            return None
        thousands, decimal = re.escape(form.thousands), re.escape(form.decimal)
        if not re.fullmatch(rf"(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)(?:{decimal}\d+)?", token):
            return None
        token = token.replace(form.thousands, "").replace(form.decimal, ".")
    number = float(token)
    return -number if negative else number


@dataclass(frozen=True)
class Marks:
    """What may stand in a number cell instead of a number: marks of the compact and the layout, words of bounds."""

    statuses: dict[str, str]
    at_least: tuple[str, ...]
    up_to: tuple[str, ...]


def marks_of(layout: Layout, catalogue: Catalogue) -> Marks:
    words = catalogue.reading_words
    own = {fold(mark): status for mark, status in layout.missing.items()}
    return Marks(
        {**catalogue.missing_marks, **own},
        tuple(sorted(map(fold, words.at_least), key=len, reverse=True)),
        tuple(sorted(map(fold, words.up_to), key=len, reverse=True)),
    )


def read(cell: Cell | None, form: Form, marks: Marks, *, percent: bool = False, number_format: str = "") -> Value:
    """Number, true zero, the kinds of missing, suppressed, bounds and ranges kept apart; the rest is refused."""
    if cell is None:
        return Value(Status.BLANK)
    if cell.kind == "number" and cell.number is not None:
        shown_as_percent = percent_format(number_format)
        if shown_as_percent and not percent:
            return Value(Status.REJECTED, problem="percent_in_count")
        return Value(Status.REPORTED, value=round(cell.number * 100, 10) if shown_as_percent else cell.number)
    if cell.kind in ("error", "formula"):
        return Value(Status.REJECTED, problem="error_cell" if cell.kind == "error" else "formula_without_result")
    if cell.kind != "text":
        return Value(Status.REJECTED, problem="text_in_number_cell")
    return _text(cell.text.strip(), form, marks, percent)


def _text(text: str, form: Form, marks: Marks, percent: bool) -> Value:
    text = seen(text)
    folded = fold(text)
    if not folded:
        return Value(Status.BLANK)
    if folded in marks.statuses:
        return Value(Status(marks.statuses[folded]))
    if EXPONENT.fullmatch(text):
        return Value(Status.REJECTED, problem="exponent")
    if text.endswith("%") and not percent:
        return Value(Status.REJECTED, problem="percent_in_count")
    bounded = _bounded(text, folded, form, marks)
    if bounded is not None:
        return bounded
    number = parse(text, form)
    if number is not None:
        return Value(Status.REPORTED, value=number)
    looks = _TOKEN.fullmatch(text.removesuffix("%").strip()) is not None
    return Value(Status.REJECTED, problem="ambiguous_number" if looks else "text_in_number_cell")


def _bounded(text: str, folded: str, form: Form, marks: Marks) -> Value | None:
    """<5, 85-95, more than 5,200: what is known of the number without knowing it."""
    if match := _LESS.fullmatch(text):
        end = parse(match[2], form)
        return (
            None
            if end is None
            else Value(Status.SUPPRESSED_BY_SOURCE, upper=end if "=" in match[1] or match[1] == "≤" else end - 1)
        )
    if match := _RANGE.fullmatch(folded):
        low, high = parse(match[1], form), parse(match[2], form)
        return (
            Value(Status.RANGE, lower=low, upper=high) if low is not None and high is not None and low <= high else None
        )
    if match := _MORE.fullmatch(text):
        low = parse(match[2] or match[3], form)
        return None if low is None else Value(Status.LOWER_BOUND, lower=low)
    for word in marks.at_least:
        if folded.startswith(f"{word} ") and (low := parse(folded[len(word) :], form)) is not None:
            return Value(Status.LOWER_BOUND, lower=low)
    for word in marks.up_to:
        if folded.startswith(f"{word} ") and (high := parse(folded[len(word) :], form)) is not None:
            return Value(Status.UPPER_BOUND, upper=high)
    return None


def is_value(cell: Cell, form: Form, marks: Marks) -> bool:
    """Whether a cell in a column of values is meant as one: also where it cannot be read."""
    if cell.kind != "text":
        return True
    value = _text(cell.text.strip(), form, marks, percent=True)
    return value.problem != "text_in_number_cell"

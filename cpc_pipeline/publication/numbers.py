"""Numbers as people read them. The only place where a value is rounded: half away from zero, to the unit's decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status


def rounded(value: float | None, decimals: int) -> float | None:
    """Half away from zero, on the shortest decimal form of the number."""
    if value is None:
        return None
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def decimals_of(unit: str, value: float | None, catalogue: Catalogue) -> int:
    """The unit's decimals; a whole value is printed without any."""
    return 0 if value is None or float(value).is_integer() else max(catalogue.units[unit].decimals, 1)


def written(value: float | None, unit: str, language: str, catalogue: Catalogue) -> str:
    """With the separators of the language; nothing for nothing."""
    if value is None:
        return ""
    places = decimals_of(unit, value, catalogue)
    plain = f"{rounded(value, places):,.{places}f}"
    thousands, point = catalogue.header.number_format[language]
    return plain.replace(",", "\0").replace(".", point).replace("\0", thousands)


def marked(row: Mapping[str, Any], language: str, catalogue: Catalogue) -> str:
    """What stands in the place of a number: both ends where both are known, one with its sign, else why there is none.

    An upper bound that has a lower end as well (people who may have been met twice) is a range: its lower end alone
    behind "at most" would be false.
    """
    lower, upper = (written(row[c], row["unit"], language, catalogue) for c in ("lower", "upper"))
    status = str(row["status"])
    if lower and upper and status in (Status.CONFLICTING, Status.UPPER_BOUND, Status.LOWER_BOUND, Status.RANGE):
        return f"{lower}–{upper}"
    end = (upper or lower) if status == Status.UPPER_BOUND else (lower or upper)
    return catalogue.wording.text(f"mark.{status}", language, value=end, lower=lower, upper=upper)


def note_key(entry: Mapping[str, Any]) -> str:
    """Key of the sentence of a note; a span of one day is said as a day."""
    params = entry["params"]
    one_day = entry["code"] == "partial_period" and params.get("start") == params.get("end")
    return "notes.partial_day" if one_day else f"notes.{entry['code']}"


_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")


def day(when: date, language: str, catalogue: Catalogue) -> str:
    """A day as people of the language write it."""
    month = catalogue.wording.text(f"report.month.m{when.month}", language)
    return catalogue.wording.text("report.date", language, day=when.day, month=month, year=when.year)


def dated(text: str, language: str, catalogue: Catalogue) -> str:
    """The text with its days (YYYY-MM-DD) as people of the language write them."""
    return _DAY.sub(lambda m: day(date(int(m[1]), int(m[2]), int(m[3])), language, catalogue), text)

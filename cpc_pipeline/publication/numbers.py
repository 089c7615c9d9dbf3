"""Numbers as people read them. The only place where a value is rounded: half away from zero, to the unit's decimals."""

from __future__ import annotations

from collections.abc import Mapping
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

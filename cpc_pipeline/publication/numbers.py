"""Numbers as people read them. The only place where a value is rounded: half away from zero, to the unit's decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from cpc_pipeline.catalogue import Catalogue


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

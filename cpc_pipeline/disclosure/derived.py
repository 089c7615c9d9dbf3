"""Percentages, rates and means: what they give away of the counts they were computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived number that is to be printed beside the counts.

    numerator, denominator: keys of the counts. complement: key of `denominator - numerator` where that is a cell.
    shown: as printed (12.5, not 12.483). per: 100 for a percentage, 1 for a mean, 100000 for a rate.
    """

    key: str
    numerator: str
    denominator: str
    shown: Decimal
    per: int = 100
    complement: str | None = None


def must_be_hidden(derived: Iterable[Derived], hidden: Iterable[str]) -> frozenset[str]:
    """Keys of the derived numbers that may not be printed: numerator, denominator or complement is hidden."""
    gone = set(hidden)
    return frozenset(d.key for d in derived if gone & {d.numerator, d.denominator, d.complement})


def possible_numerators(shown: Decimal, denominator: int, per: int = 100) -> tuple[int, ...]:
    """Every whole numerator that gives this number when rounded to as many decimals as are shown.

    Rounding does not protect: with one decimal a percentage of fewer than 1,000 gives the numerator away. A numerator
    on the very edge between two roundings counts as possible, because programs round it either way.
    """
    exponent = shown.as_tuple().exponent
    half = Fraction(1, 2) * Fraction(10) ** (exponent if isinstance(exponent, int) else 0)
    low = (Fraction(shown) - half) * denominator / per
    high = (Fraction(shown) + half) * denominator / per
    first = max(0, -((-low.numerator) // low.denominator))
    return tuple(range(first, high.numerator // high.denominator + 1))

"""Which cells of an .xlsx have a style, and of which the number format must be known.

A cell is found by what it says of itself, wherever in its tag; that costs more than anything else that is looked for in
a sheet. So a style is first looked for by its own few signs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from cpc_pipeline.intake.reading.formats import of_days

_STYLED = rb'<c r="([A-Z]+\d+)"(?=[^>]*\bs="(%s)")'
_NO_DAY = (
    _STYLED
    + rb"""(?:(?=[^>]*\bt="(?:s|str|inlineStr)")|[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*<v>(?:-|\d{7}|[^<]*[eE]))"""
)
"""A cell formatted as a day whose content is none: a text, or a number that no day has."""
_PERHAPS_NO_DAY = (
    rb's="(?:%s)"(?!/>|><v>\d{1,6}<)',  # its style, with anything behind it but the end of a blank cell or a day
    rb't="(?:s|str|inlineStr)"[^>]*s="(?:%s)"',
)
"""One of these is found wherever _NO_DAY is, and both are found soon not to be there."""
Styled = tuple[bytes, int]
"""The address of a cell, and the number of its style."""


def styled(xml: bytes, styles: Collection[int]) -> Iterator[Styled]:
    """The cells that have one of these styles, in their order."""
    occurring = [style for style in styles if b's="%d"' % style in xml]
    return _found(_STYLED, xml, occurring)


def formatted(xml: bytes, styles: dict[int, str]) -> Iterator[Styled]:
    """The cells whose number format must be known. styles: the formats that change what is seen, by number.

    Cells with days are many, and of a day the format decides nothing: of these only the ones that hold none.
    """
    days = {style for style, code in styles.items() if of_days(code)}
    yield from styled(xml, styles.keys() - days)
    if days and any(re.search(perhaps % _any(days), xml) for perhaps in _PERHAPS_NO_DAY):
        yield from _found(_NO_DAY, xml, days)


def _found(pattern: bytes, xml: bytes, styles: Collection[int]) -> Iterator[Styled]:
    for match in re.finditer(pattern % _any(styles), xml) if styles else ():
        yield match[1], int(match[2])


def _any(styles: Collection[int]) -> bytes:
    return b"|".join(b"%d" % style for style in sorted(styles))

"""Which part of the whole a title names: a table of girls, or of one form, is no table of everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.intake.foreign.grid import contains
from cpc_pipeline.intake.foreign.headings import Match

_BAND = re.compile(r"(\d{1,2})\s*(?:[-–]|\w{1,5})\s*(\d{1,2})\s+(\w+)")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 5  # letters: «m», «si» and «nna» stand in too many titles
_FEW = 3  # a list that short, of which a title names two, is named whole: girls and boys


def narrowed(text: str, match: Match, catalogue: Catalogue, *, heading: bool) -> str | None:
    """The word by which a text names one category alone, where the layout says nothing of it; else None.

    heading: the text names the sheet. Any other counts where it names what the layout is about, a dimension, or is
    nothing but the category: an office may be called after women.
    """
    plain = _words(text)
    about = [phrase for phrase in match.layout.titles if contains(text, [phrase])]
    for phrase in about:
        plain = plain.replace(f" {' '.join(_words(phrase).split())} ", " ")
    told = heading or bool(about)
    if told and (band := _band(fold(text), match, catalogue)):
        return band
    for dimension in catalogue.dimension_ids:
        if not _open(dimension, match):
            continue
        hits = _named(plain, dimension, match, catalogue)
        known = catalogue.headings.get(dimension)
        labels = [] if known is None else [*known.labels.values(), *known.aliases]
        if not (told or any(_words(label) in plain for label in labels) or plain in hits.values()):
            continue
        own = match.layout.sets.get(dimension)
        few = len([c for c in catalogue.codelist_of(dimension).codes.values() if not c.residual]) <= _FEW + 1
        if hits and (own is not None or len(hits) == 1 or not few):
            return next(iter(hits.values())).strip()
    return None


def _open(dimension: str, match: Match) -> bool:
    """Whether nothing in the table itself says this dimension's category."""
    inside = {level.field for level in match.layout.spread} | {column.field for column in match.columns.values()}
    return dimension not in inside


def _named(plain: str, dimension: str, match: Match, catalogue: Catalogue) -> dict[str, str]:
    """Code -> the words by which a text names it; not the total, what is unknown, nor what the layout says."""
    own = match.layout.sets.get(dimension)
    hits: dict[str, str] = {}
    for code in catalogue.codelist_of(dimension).codes.values():
        if code.code in (TOTAL, own) or code.residual:
            continue
        names: Iterable[str] = (*code.labels.values(), *code.aliases)
        word = next((_words(n) for n in names if len(n) >= _SHORTEST and _words(n) in plain), None)
        if word is not None:
            hits[code.code] = word
    return hits


def _band(text: str, match: Match, catalogue: Catalogue) -> str | None:
    """Ages from one to another, other than those that the layout is about."""
    years = set(map(fold, catalogue.reading_words.of_age))
    for found in _BAND.finditer(text):
        if found[3] not in years:
            continue
        for dimension in catalogue.dimension_ids:
            code = catalogue.codelist_of(dimension).find(f"{found[1]}-{found[2]}")
            if code is not None and (code == match.layout.sets.get(dimension) or not _open(dimension, match)):
                return None
        return found[0]
    return None


def _words(text: str) -> str:
    return " " + " ".join(_WORD.findall(fold(text))) + " "

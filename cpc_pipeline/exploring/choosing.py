"""From what an analyst types to codes of the compact, and from these to rows of the measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.exploring.speaking import Speaker, near

PLACE = "place"
Names = str | Sequence[str] | None


def several(given: Names) -> list[str]:
    return [] if given is None else [given] if isinstance(given, str) else list(given)


def indicators(given: Names, speaker: Speaker) -> list[str]:
    """Ids of indicators typed as id, slug or name in any language; every one of an objective where that is typed."""
    return [name for text in several(given) for name in _indicators(text, speaker)]


def _indicators(text: str, speaker: Speaker) -> list[str]:
    catalogue = speaker.catalogue
    own = [i.id for i in catalogue.indicators.values() if i.objective == text]
    found = catalogue.find_series(text, "indicator")
    if own or found:
        return own or [str(found)]
    names = {i.id: i.name[speaker.language] for i in catalogue.indicators.values()}
    like = near(text, [*names, *names.values()])
    codes = dict.fromkeys(n if n in names else next(k for k, v in names.items() if v == n) for n in like)
    raise speaker.cannot("no_such_indicator", found=text, near="; ".join(f"{c} ({names[c]})" for c in codes))


def by(given: Names, speaker: Speaker, at: Sequence[str] = ()) -> list[str]:
    """Dimensions to break down by: `place`, or a dimension of the compact by id or name.

    at: codes of places that were asked for; where they are places within the country, `place` is one of them.
    """
    catalogue = speaker.catalogue
    known = {PLACE: PLACE} | {d.id: d.id for d in catalogue.dimensions}
    known |= {name.casefold(): d.id for d in catalogue.dimensions for name in d.name.values()}
    for text in several(given):
        if text.casefold() not in known:
            ids = [PLACE, *catalogue.dimension_ids]
            raise speaker.cannot("no_such_dimension", found=text, near=", ".join(near(text, ids)), known=", ".join(ids))
    chosen = [known[text.casefold()] for text in several(given)]
    within = bool(at) and NATION not in at and PLACE not in chosen
    return [PLACE, *chosen] if within else chosen


def places(given: Names, speaker: Speaker) -> list[str]:
    """Codes of places typed by code or name."""
    return [_place(text, speaker) for text in several(given)]


def _place(text: str, speaker: Speaker) -> str:
    known = speaker.catalogue.places
    code = known.find(text)
    if code is None:
        names = {c.labels[speaker.language]: c.code for c in known.codes.values()}
        like = "; ".join(f"{name} ({names[name]})" for name in near(text, names))
        raise speaker.cannot("no_such_place", found=text, near=like)
    return code


def organisations(given: Names, speaker: Speaker) -> list[str]:
    """Ids of organisations, typed by id."""
    known = speaker.catalogue.organisations
    for text in several(given):
        if text not in known:
            raise speaker.cannot("no_such_organisation", found=text, near=", ".join(near(text, known)))
    return several(given)


def years(given: int | Iterable[int] | None) -> list[int]:
    return [] if given is None else [given] if isinstance(given, int) else list(given)


def broken_down(rows: pl.DataFrame, dimensions: Sequence[str], catalogue: Catalogue) -> pl.DataFrame:
    """Rows broken down by these dimensions and by no other.

    For every other dimension a row is of the group that its indicator is about (its headline); where there is none of
    that group, of all: people of every age, where nobody said how many were children. `place` left out means the
    country.
    """
    at = pl.col(PLACE) != NATION if PLACE in dimensions else pl.col(PLACE) == NATION
    own = rows.filter(at)
    others = [d for d in catalogue.dimension_ids if d not in dimensions]
    split = [pl.col(d) != TOTAL for d in dimensions if d != PLACE]
    kept = []
    for name in own["indicator"].unique(maintain_order=True):
        headline = catalogue.indicators[name].headline
        mine = own.filter(pl.col("indicator") == name, *split)
        for group in (dict.fromkeys(others, TOTAL) | {d: c for d, c in headline.items() if d in others}, {}):
            chosen = mine.filter(pl.col(d) == group.get(d, TOTAL) for d in others) if others else mine
            if not chosen.is_empty():
                kept.append(chosen)
                break
    return pl.concat([own.clear(), *kept])

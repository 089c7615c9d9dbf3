"""Which texts of the report may be printed, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.narratives.drafting import Key, key_of
from cpc_pipeline.narratives.slots import Slot, Source, Text, source_hash

Standing = Literal["missing", "unreadable", "unreviewed", "personal", "sources_changed", "reviewed"]


class Looked(NamedTuple):
    """What the guard for personal data says of a text: rules that refuse it, rules that ask a person."""

    refuses: tuple[str, ...]
    asks: tuple[str, ...]


Guard = Callable[[str], Looked]


def standing_of(text: Text | None, sources: Sequence[Source], guard: Guard) -> Standing:
    """How far a text is. sources: what the organisations say now. A text edited after its review is not reviewed."""
    if text is None or not text.text:
        return "missing"
    if text.review is None or not text.holds:
        return "unreviewed"
    looked = guard(text.text)
    if looked.refuses or set(looked.asks) - set(text.review.looked):
        return "personal"
    return "reviewed" if text.review.sources == source_hash(sources) else "sources_changed"


def reviewed(
    texts: Iterable[tuple[Slot, Text | None]], sources: Mapping[Key, Sequence[Source]], guard: Guard
) -> pl.DataFrame:
    """REVIEWED_TEXTS: the texts that a person answers for, in the order of the report."""
    rows = []
    for slot, text in texts:
        standing = standing_of(text, sources.get(key_of(slot), ()), guard)
        if text is None or text.review is None or standing not in ("reviewed", "sources_changed"):
            continue
        rows.append(
            {
                "objective": slot.objective or None,
                "section": slot.section,
                "language": slot.language,
                "text": text.text,
                "organisations": "+".join(sorted({s.organisation for s in text.sources})),
                "reviewed_by": text.review.by,
                "reviewed_on": text.review.on,
                "standing": standing,
                "other_numbers": "|".join(text.other_numbers),
            }
        )
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.REVIEWED_TEXTS))


def points(found: Iterable[tuple[Slot, Standing]], year: int) -> pl.DataFrame:
    """OPEN_POINTS: one row per text that is not there, not reviewed, or no longer what its sources say."""
    rows = [
        {
            "code": f"narrative_{standing}",
            "year": year,
            "objective": slot.objective or None,
            "section": slot.section,
            "language": slot.language,
        }
        for slot, standing in found
        if standing != "reviewed"
    ]
    schema = contracts.polars_schema(contracts.OPEN_POINTS)
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)

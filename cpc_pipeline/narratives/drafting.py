"""From the narratives of the submissions to texts that a person can edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from cpc_pipeline.narratives.slots import Slot, Source, Text, source_hash, tidy

Key = tuple[str, str]
"""Objective and section."""


def key_of(slot: Slot) -> Key:
    return slot.objective, slot.section


def gather(narratives: pl.DataFrame, year: int) -> dict[Key, tuple[Source, ...]]:
    """What the organisations wrote on each objective and section in a year: NARRATIVES that count -> sources."""
    own = narratives.filter((pl.col("reporting_year") == year) & pl.col("objective").is_not_null())
    found: dict[Key, list[Source]] = defaultdict(list)
    for row in own.sort("organisation", "submission_id", "sheet", "cell").iter_rows(named=True):
        address = "!".join(row[name] for name in ("submission_id", "sheet", "cell"))
        said = Source(row["organisation"], address, row["language"] or "", tidy(row["text"]))
        found[row["objective"], row["section"]].append(said)
    return {key: tuple(sources) for key, sources in found.items()}


def draft(slot: Slot, known: Text | None, sources: Mapping[Key, Sequence[Source]]) -> Text | None:
    """The text of a slot with the sources of now; None where its file is as it should be.

    What a person wrote is never touched. A new text begins as what was sent in its language; where nothing was, it is
    empty, with what was sent in others below it. A review stays on record: what it holds for, its hashes say.
    """
    own = tuple(sources.get(key_of(slot), ()))
    if known is None:
        said = [source.text for source in own if source.language == slot.language]
        return Text(slot, "\n\n".join(said), sources=own)
    return None if source_hash(known.sources) == source_hash(own) else replace(known, sources=own)

"""What may leave: the one thing that disclosure gives and publication takes."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Release:
    """What disclosure control lets leave for one edition; the only thing that publication accepts.

    `measures` follows `measures_frame`, plus a Boolean column `sensitive` (true where a count below the
    threshold would have to be hidden in a public edition). `context` follows `observations_frame`.
    """

    compact: str
    edition: str  # internal, partners, public
    measures: pl.DataFrame
    context: pl.DataFrame
    observations: pl.DataFrame
    findings: pl.DataFrame
    submissions: pl.DataFrame
    standing: str = "provisional"  # provisional, under_review, agreed, restated: how far the table is agreed
    restated: pl.DataFrame | None = None  # what changed since it was agreed: columns of ledger.restatements
    # Of the internal edition only: what follows may hold free text, or tell of a number that is hidden.
    quality: pl.DataFrame | None = None  # QUALITY, without timeliness
    explanations: pl.DataFrame | None = None  # EXPLANATIONS
    contributions: pl.DataFrame | None = None  # CONTRIBUTIONS
    progress: pl.DataFrame | None = None  # measures.progress
    # Of the internal and the partners' edition: no free text.
    contributed: pl.DataFrame | None = None  # measures.contributions_by_year
    # Of every edition: what a person has read and answers for.
    narrative: pl.DataFrame | None = None  # REVIEWED_TEXTS

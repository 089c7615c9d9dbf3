"""The release of an edition that leaves the house: masked measures, and of everything else only what names nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.disclosure.assembling import Assembled, assemble
from cpc_pipeline.disclosure.earlier import Edition
from cpc_pipeline.disclosure.masking import mask, with_companions
from cpc_pipeline.disclosure.policy import EDITIONS, INTERNAL, PARTNERS, Policy, policy_of
from cpc_pipeline.disclosure.protecting import Pattern, protect
from cpc_pipeline.disclosure.release import NotProtectedError


@dataclass(frozen=True)
class Protected:
    """An edition after protection: what may leave, and the raw side of it, which may not.

    hidden: every key for which the marker stands. pattern: what the protector says of it.
    """

    release: Release
    assembled: Assembled
    hidden: frozenset[str]
    pattern: Pattern


Approve = Callable[[Assembled, frozenset[str]], bool]


def protected(
    frames: Release,
    catalogue: Catalogue,
    edition: str,
    year: int,
    earlier: Sequence[Edition],
    release_key: bytes,
    approve: Approve,
    seconds: float,
    progress: Callable[[str], None] = lambda _: None,
) -> Protected:
    """The partners' or public edition of a year from the frames of the internal one.

    approve: the auditor, asked about each pattern; none that it refuses is used. Raises NotProtectedError where
    the compact has no policy, or the edition is no wider one.
    """
    policy = policy_of(catalogue)
    if policy is None or edition not in EDITIONS or edition == INTERNAL:
        raise NotProtectedError(edition)
    assembled = assemble(frames.measures, catalogue, policy, edition, year, earlier)
    pattern = protect(
        assembled.problem,
        release_key,
        seconds,
        watch=lambda told: progress(f"search_{told.stage}"),
        approve=lambda hidden: approve(assembled, with_companions(assembled, hidden)),
    )
    # A small count that others have published cannot be protected any more, and is not printed here all the same.
    hidden = with_companions(assembled, pattern.hidden) | frozenset(assembled.problem.review())
    release = _release(frames, assembled, hidden, catalogue, policy, edition, year)
    return Protected(release, assembled, hidden, pattern)


def _release(
    frames: Release,
    assembled: Assembled,
    hidden: Collection[str],
    catalogue: Catalogue,
    policy: Policy,
    edition: str,
    year: int,
) -> Release:
    partners = edition == PARTNERS
    harmless = [u for u, unit in catalogue.units.items() if unit.family not in policy.families]
    return Release(
        compact=frames.compact,
        edition=edition,
        measures=mask(frames.measures, assembled, hidden, catalogue, policy),
        context=frames.context.filter(pl.col("unit").is_in(harmless)),
        observations=_sources_only(frames.observations),
        findings=_codes_only(frames.findings) if partners else frames.findings.clear(),
        submissions=frames.submissions.drop("sha256", strict=False) if partners else frames.submissions.clear(),
        standing=frames.standing,
        contributed=frames.contributed if partners else None,
        narrative=frames.narrative,
    )


def _sources_only(observations: pl.DataFrame) -> pl.DataFrame:
    """Which published documents were used in which year; nothing of what was read in them."""
    kept = ("reporting_year", "source_title", "source_url")
    named = observations.filter(pl.col("source_title").is_not_null()).select(kept).unique().sort(pl.all())
    return named.select(
        pl.col(name) if name in kept else pl.lit(None, dtype=kind).alias(name)
        for name, kind in observations.schema.items()
    )


def _codes_only(findings: pl.DataFrame) -> pl.DataFrame:
    """What kind of finding there was, where; without what was found."""
    quiet = {"found": "", "expected": "", "params": "{}"}
    return findings.with_columns(pl.lit(text).alias(name) for name, text in quiet.items())

"""What the dialogue pack says in one language: key indicators, open questions, contributions, targets, decisions.

Everything comes from a Release and the compact's data. What is not there is a text that says so, never an empty space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.further import MISSING
from cpc_pipeline.publication.pack.keys import key
from cpc_pipeline.publication.pack.model import Contribution, Pack, Page, Said
from cpc_pipeline.publication.pack.speech import PackSpeech

Row = dict[str, Any]


def pack(release: Release, catalogue: Catalogue, year: int, points: pl.DataFrame, language: str) -> Pack:
    """The pack of one edition of a year. points: what is open (contracts.OPEN_POINTS), as this edition may tell it."""
    say = PackSpeech(catalogue, language, year)
    pages = tuple(_page(o, release, points, say) for o in catalogue.objectives)
    contributions, silent = _contributed(release, say)
    return Pack(
        language=language,
        title=say("title"),
        subtitle=catalogue.header.name[language],
        edition=say.word(f"publication.edition.{release.edition}"),
        standing=say.word(f"publication.standing.{release.standing}"),
        settled=release.standing == "agreed",
        pages=pages,
        questions=tuple(_questions(points.filter(pl.col("indicator").is_null()), say)),
        contributions=contributions,
        silent=silent,
        parties=tuple(p.name[language] for p in catalogue.header.parties),
        say=_fixed(say),
    )


def _fixed(say: PackSpeech) -> dict[str, str]:
    """Headings and other texts that need nothing but the year. targets_note: how targets come back, or why none do."""
    keys = [k for k in say.catalogue.wording.texts[say.language] if k.startswith("pack.fixed.")]
    told = {k.removeprefix("pack.fixed."): say(k.removeprefix("pack.")) for k in keys}
    over = say.year + 1 > say.catalogue.end.year
    return told | {"targets_note": told["targets_over" if over else "targets_how"]}


def _page(objective: Any, release: Release, points: pl.DataFrame, say: PackSpeech) -> Page:
    own = [i for i in say.catalogue.indicators.values() if i.objective == objective.id and i.key_indicator]
    there = [i.id for i in own if i.valid_from.year <= say.year and (i.valid_to is None or i.valid_to.year >= say.year)]
    indicators = [i.id for i in say.catalogue.indicators.values() if i.objective == objective.id]
    return Page(
        number=objective.number,
        name=objective.name[say.language],
        description=objective.description[say.language],
        keys=tuple(key(name, release, say) for name in there),
        questions=tuple(_questions(points.filter(pl.col("indicator").is_in(indicators)), say)),
        sustained=tuple(_sustained(objective.id, release, say)),
    )


def _questions(points: pl.DataFrame, say: PackSpeech) -> Iterator[str]:
    """Open points in words: those about one thing, then the texts of the report, counted."""
    order = {name: number for number, name in enumerate(say.catalogue.indicators)}
    listed = points.sort(
        "code", pl.col("indicator").replace_strict(order, default=None, return_dtype=pl.Int64), maintain_order=True
    )
    about_texts = pl.col("code").str.starts_with("narrative")
    # Each language is reviewed by itself: the pack counts the texts of its own, as the report does.
    listed = listed.filter(~about_texts | pl.col("language").is_null() | (pl.col("language") == say.language))
    for code, own in listed.filter(~about_texts).group_by("code", maintain_order=True):
        kind = str(code[0])
        if kind == "contributions_missing":
            names = ", ".join(say.organisation(name) for name in own["organisation"])
            yield say("question.contributions_missing", organisations=names)
            continue
        if kind in ("no_target", "no_value"):
            yield say(f"question.{kind}", indicators=", ".join(own["indicator"].unique(maintain_order=True)))
            continue
        for row in own.iter_rows(named=True):
            told = {"deviation": say.deviation(row["deviation_pct"]), "indicator": row["indicator"]}
            measured = "" if row["deviation_pct"] is not None else "_unmeasured"
            yield say(f"question.{kind}{measured}", organisation=say.organisation(row["organisation"] or ""), **told)
    if texts := listed.filter(about_texts).height:
        yield say("question.texts", count=texts)


def _sustained(objective: str, release: Release, say: PackSpeech) -> Iterator[Said]:
    """Reviewed texts of the sections that the compact prints here; one that nobody has reviewed is listed missing."""
    for section in (s for s in say.catalogue.header.sections if s.dialogue):
        name = section.name[say.language]
        if release.narrative is None:
            yield Said(say("sustained.elsewhere", section=name))
            continue
        own = release.narrative.filter(
            pl.col("objective") == objective, pl.col("section") == section.id, pl.col("language") == say.language
        )
        texts: Sequence[str] = own["text"].to_list()
        yield Said(texts[0]) if texts else Said(say("sustained.missing", section=name), lacking=True)


def _contributed(release: Release, say: PackSpeech) -> tuple[tuple[Contribution, ...], Said | None]:
    """What was contributed, and who reported nothing."""
    if release.contributed is None:
        return (), Said(say("contributed.elsewhere"))
    own = release.contributed.filter(pl.col("year") == say.year)
    there = own.filter(pl.col("contribution_kind") != MISSING)
    silent = own.filter(pl.col("contribution_kind") == MISSING)["organisation"].to_list()
    rows = tuple(_contribution(row, say) for row in there.iter_rows(named=True))
    if not silent and rows:
        return rows, None
    if not silent:
        return rows, Said(say("contributed.nobody"), lacking=True)
    names = ", ".join(say.organisation(name) for name in silent)
    return rows, Said(say("contributed.silent", organisations=names), lacking=True)


def _contribution(row: Row, say: PackSpeech) -> Contribution:
    amount = f"{say.decimal(row['amount'], 0)} {row['currency'] or ''}".strip() if row["amount"] is not None else "–"
    return Contribution(
        organisation=say.organisation(row["organisation"]),
        kind=say.code(row, "contribution_kind"),
        entries=say.whole(row["entries"]),
        amount=amount,
        in_force=say.code(row, "in_force"),
    )

"""Which account a name leads to: a count, a score, a contribution, a restatement or a progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from cpc_pipeline import counted, measures
from cpc_pipeline.desk.counting.counts import count
from cpc_pipeline.desk.counting.year import Counting, Row, Year, finding
from cpc_pipeline.publication import quality_words
from cpc_pipeline.publication.restated import restated_name
from cpc_pipeline.trace import Account, BadReference, Item, plain


def account(wanted: counted.Counted, known: Counting) -> Account:
    """What a name leads to; raises BadReference where it names nothing."""
    try:
        found = KINDS[wanted.kind](known, wanted)
    except (IndexError, KeyError, ValueError):
        found = None
    if found is None:
        raise BadReference("no_such_count", found=wanted.text)
    return found


def _quality(known: Counting, wanted: counted.Counted) -> Account | None:
    """Scores of an indicator in a workbook: the facts by which each was found, then the cells that were judged."""
    *submission, indicator, standard = (
        (*wanted.parts, "") if wanted.parts[-1] not in measures.STANDARDS else wanted.parts
    )
    about = Year(known, int(submission[1]))
    scores = about.release.quality
    if scores is None:
        return None
    own = scores.filter(submission_id="/".join(submission), indicator=indicator)
    own = own.filter(pl.col("standard") == standard) if standard else own
    cells = about.release.observations.filter(submission_id="/".join(submission), series=indicator)
    asked = about.release.findings.filter(pl.col("observation_id").is_in(cells["observation_id"].to_list()))
    judged = [
        *(Item("value", {"raw": r["raw"] or "–"}, **about.at(r)) for r in cells.iter_rows(named=True)),
        *(finding(about, r) for r in asked.iter_rows(named=True)),
    ]
    parts = [_score(about, row, judged if standard else []) for row in own.iter_rows(named=True)]
    if standard or not parts:
        return parts[0] if parts else None
    params = {"indicator": indicator, "name": about.name(indicator), "file": about.file("/".join(submission))}
    return Account(wanted.text, "scores", params, None, tuple(judged), tuple(parts))


def _score(about: Year, row: Row, judged: Sequence[Item]) -> Account:
    facts = [
        Item(
            "fact",
            {
                "fact": {x: quality_words.fact(f, x, about.catalogue) for x in about.catalogue.languages},
                "score": f"{f['score']:.4g}",
                "weight": f"{f['weight']:.4g}",
            },
        )
        for f in row["facts"] or ()
    ]
    named = counted.counted("quality", row["submission_id"], row["indicator"], row["standard"])
    params = {"standard": about.word(f"publication.col.standard_{row['standard']}")}
    return Account(named, "score", params, row["score"], (*facts, *judged))


def _contribution(known: Counting, wanted: counted.Counted) -> Account | None:
    """Each entry of one organisation, kind, currency, valuation and state; of `missing`, the workbooks without any."""
    about = Year(known, int(wanted.parts[0]))
    summary = about.release.contributed
    rows = [] if summary is None else summary.filter(year=about.year).to_dicts()
    row = next((r for r in rows if counted.contribution(r) == wanted.text), None)
    given = about.release.contributions
    if row is None or given is None:
        return None
    names = {"organisation": about.organisation(row["organisation"]), "year": about.year, "entries": row["entries"]}
    if not row["entries"]:
        sent = about.release.submissions.filter(organisation=row["organisation"], year=about.year)
        items = [Item("without", {}, file=path) for path in sent["path"]]
        return Account(wanted.text, "no_contribution", names, 0, tuple(items))
    own = [r for r in given.iter_rows(named=True) if counted.contribution(r | {"year": about.year}) == wanted.text]
    items = [Item("entry", {"amount": plain(r["amount"])}, **about.at(r)) for r in own]
    return Account(wanted.text, "contribution", names, row["amount"], tuple(items))


def _restated(known: Counting, wanted: counted.Counted) -> Account | None:
    """Old and new value, the reason and who gave it; then the measure itself."""
    _, name, year, *_ = wanted.parts
    about = Year(known, int(year))
    changed = about.release.restated
    for row in () if changed is None else changed.iter_rows(named=True):
        if restated_name(row, about.release, about.catalogue) == wanted.text:
            told = {n: row[n] or "–" for n in ("column", "old", "new", "reason", "by")}
            params = {"indicator": name, "name": about.name(name), **told}
            return Account(wanted.text, "restated", params, None, (Item("measure", {}, "/".join(wanted.parts[1:])),))
    return None


def _progress(known: Counting, wanted: counted.Counted) -> Account | None:
    """The years that a progress was judged by, each with the name of its value, and the targets that were agreed."""
    indicator, year = wanted.parts
    about = Year(known, int(year))
    found = about.release.progress
    own = None if found is None else next(iter(found.filter(indicator=indicator).to_dicts()), None)
    if own is None:
        return None
    numbers = ("baseline", "actual", "target", "cumulative", "life_target", "outlook")
    shown = {n: plain(own[n]) for n in numbers}
    heads = measures.headlines(about.release.measures, about.catalogue).filter(indicator=indicator).sort("year")
    items = []
    for row in heads.iter_rows(named=True):
        told = {n: plain(row[n]) for n in ("actual", "target")}
        items.append(Item("year", {"year": row["year"], **told}, f"{indicator}/{row['year']}"))
    return Account(
        wanted.text, "progress", {"indicator": indicator, "name": about.name(indicator), **shown}, None, tuple(items)
    )


KINDS: Mapping[str, Callable[[Counting, counted.Counted], Account | None]] = {
    "count": count,
    "quality": _quality,
    "contribution": _contribution,
    "restated": _restated,
    "progress": _progress,
}

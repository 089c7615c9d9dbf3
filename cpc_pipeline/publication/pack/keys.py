"""A key indicator in the pack: its years against their targets, how it stands, why, and what is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL, Release, Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.pack.model import Key, Said, Year
from cpc_pipeline.publication.pack.picture import draw, drawable
from cpc_pipeline.publication.pack.speech import PackSpeech

Row = dict[str, Any]
SHOWN = 4  # years, the one of the pack among them
INTERNAL = "internal"


def headline(measures: pl.DataFrame, indicator: str, catalogue: Catalogue) -> pl.DataFrame:
    """The rows that stand for an indicator, year by year: system of record, whole country, its own group and unit.

    broken: the value follows another definition than the one before it.
    """
    own = measures.filter(
        words.national(catalogue),
        words.of_group(words.headline_group(indicator, catalogue)),
        pl.col("indicator") == indicator,
        pl.col("series") == "record",
        pl.col("unit") == catalogue.indicators[indicator].unit,
    )
    return words.with_breaks(own, catalogue)


def key(indicator: str, release: Release, say: PackSpeech) -> Key:
    catalogue, known = say.catalogue, say.catalogue.indicators[indicator]
    own = headline(release.measures, indicator, catalogue)
    by_year = {r["year"]: r for r in own.iter_rows(named=True)}
    years = [y for y in range(say.year - SHOWN + 1, say.year + 1) if y >= min([*catalogue.years, say.year])]
    target, agreed = _agreed(indicator, say)
    last = say.year + 1 if say.year < catalogue.end.year or target is not None else say.year
    there = [by_year[y] for y in years if y in by_year]
    undrawn = () if target is not None or any(map(drawable, there)) else tuple(_undrawn(years, by_year, say))
    beside = _beside(indicator, release, say)
    png, svg, alt = b"", b"", ""
    if not undrawn:
        span = (years[0], say.year, last)
        png, svg, alt = draw(there, indicator, span, target, catalogue, say.language, release.standing)
    elif not beside:
        undrawn = (*undrawn, say("undrawn.nobody"))
    now = by_year.get(say.year)
    return Key(
        id=indicator,
        objective=known.objective,
        name=say.indicator(indicator),
        unit=say.unit(known.unit),
        keeper=say.organisation(known.record) if known.record else "",
        years=tuple(_year(y, by_year.get(y), say) for y in years),
        deviation=_deviation(now, indicator, say),
        explanation=_explanation(now, release, say),
        next_target=agreed,
        beside=beside,
        undrawn=undrawn,
        png=png,
        svg=svg,
        alt=alt,
    )


def _year(year: int, row: Row | None, say: PackSpeech) -> Year:
    if row is None:
        return Year(str(year), "–", say.word("mark.not_received"), "")
    value = words.printed(row, say.language, say.catalogue)
    value += "*" if row["status"] == Status.PARTIAL else ""
    target = say.number(row["target"], row["unit"]) or "–"
    return Year(str(year), target, value, say.deviation(row["deviation_pct"]))


def _undrawn(years: list[int], by_year: Mapping[int, Row], say: PackSpeech) -> Iterator[str]:
    """Why nothing of the years can be drawn: what each lacks, years of the same reason together."""
    reasons = [(y, str(by_year[y]["status"]) if y in by_year else str(Status.NOT_RECEIVED)) for y in years]
    for status, group in groupby(reasons, key=lambda pair: pair[1]):
        own = [y for y, _ in group]
        span = str(own[0]) if len(own) == 1 else f"{own[0]}–{own[-1]}"
        yield say("undrawn.value", years=span, status=say.word(f"status.{status}"))
    yield say("undrawn.target", years=f"{years[0]}–{years[-1] + 1}")


def _beside(indicator: str, release: Release, say: PackSpeech) -> str:
    """The latest number of each other institution among the years shown, in the indicator's group or of everybody."""
    group = words.headline_group(indicator, say.catalogue)
    total = dict.fromkeys(say.catalogue.dimension_ids, TOTAL)
    own = release.measures.filter(
        words.national(say.catalogue),
        words.of_group(group) | words.of_group(total),
        words.known(),
        pl.col("indicator") == indicator,
        pl.col("series") == "parallel",
        pl.col("year").is_between(say.year - SHOWN + 1, say.year),
    ).sort("organisation", "year", *say.catalogue.dimension_ids)
    latest = own.unique("organisation", keep="last", maintain_order=True)
    told = []
    for row in latest.iter_rows(named=True):
        value, who = words.printed(row, say.language, say.catalogue), say.organisation(row["organisation"])
        wider = row["unit"] != say.catalogue.indicators[indicator].unit
        unit = f"\u00a0{say.unit(row['unit'])}" if wider else ""
        told.append(f"{who} {row['year']}: {value}{unit}")
    return "; ".join(told)


def _deviation(row: Row | None, indicator: str, say: PackSpeech) -> Said:
    """How the value of the year stands against its target, in a sentence."""
    if row is None:
        return Said(say("deviation.no_value", status=say.word("status.not_received")), lacking=True)
    if row["status"] == Status.HIDDEN:
        return Said(say("deviation.hidden"))
    told = {
        "deviation": say.deviation(row["deviation_pct"]),
        "tolerance": f"{say.catalogue.indicators[indicator].tolerance_pct:g}",
        "status": say.word(f"status.{row['status']}"),
    }
    rating = row["rating"] or "no_value"
    beyond = "_beyond" if rating == "on_target" and row["explanation_required"] else ""
    return Said(say(f"deviation.{rating}{beyond}", **told), lacking=rating in ("no_target", "no_value"))


def _explanation(row: Row | None, release: Release, say: PackSpeech) -> Said | None:
    """Why the value deviates, where that is due: what was written, that nothing was, or where to look."""
    if row is None or not row["explanation_required"]:
        return None
    if release.edition != INTERNAL or release.explanations is None:
        return Said(say("explanation.elsewhere"), elsewhere=True)
    own = release.explanations.filter(
        (pl.col("indicator") == row["indicator"]) & (pl.col("organisation") == row["organisation"])
    )
    who = say.organisation(row["organisation"])
    if own.is_empty():
        return Said(say("explanation.lacking", organisation=who), lacking=True)
    return Said(say("explanation.given", organisation=who, text=own["text"][0]))


def _agreed(indicator: str, say: PackSpeech) -> tuple[float | None, Said]:
    """Next year's target as the compact's data have it: when and by whom it was agreed, or that it is to be agreed."""
    targets = say.catalogue.targets
    own = targets.filter(
        words.of_group(words.headline_group(indicator, say.catalogue)),
        pl.col("indicator") == indicator,
        pl.col("year") == say.year + 1,
        pl.col("place") == say.catalogue.header.nation.code,
    )
    if own.is_empty():
        over = say.year + 1 > say.catalogue.end.year
        return None, Said(say("target.over" if over else "target.open"), lacking=not over)
    row = own.row(-1, named=True)
    value = say.number(row["value"], say.catalogue.indicators[indicator].unit)
    day, by = row.get("agreed_on"), row.get("agreed_by")
    key = "target.agreed" if day else "target.undated"
    return float(row["value"]), Said(say(key, value=value, on=say.dated(str(day)), by=by or "–"), lacking=not day)

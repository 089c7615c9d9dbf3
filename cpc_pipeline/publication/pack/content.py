"""What the dialogue pack says in one language: key indicators, open questions, contributions, targets, decisions.

Everything comes from a Release and the compact's data. What is not there is a text that says so, never an empty space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL, Release, Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.numbers import rounded, written
from cpc_pipeline.publication.pack.picture import draw

Row = dict[str, Any]
SHOWN = 4  # years, the one of the pack among them
INTERNAL = "internal"
MISSING = "missing"


@dataclass(frozen=True)
class Said:
    """A text. lacking: it stands in the place of something that is not there; elsewhere: that is in another edition."""

    text: str
    lacking: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Year:
    """One line of the table of a key indicator, as text."""

    year: str
    target: str
    value: str
    deviation: str


@dataclass(frozen=True)
class Key:
    """A key indicator on its slide and page. deviation: how the year stands; explanation: why, where that is due.

    beside: what other institutions say, which is never added; empty where they say nothing.
    """

    id: str
    objective: str
    name: str
    unit: str
    keeper: str
    years: tuple[Year, ...]
    deviation: Said
    explanation: Said | None
    next_target: Said
    beside: str
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)
    alt: str = field(repr=False)

    @property
    def title(self) -> str:
        return f"{self.id}  {self.name}"


@dataclass(frozen=True)
class Contribution:
    """What one organisation contributed of one kind, as text."""

    organisation: str
    kind: str
    entries: str
    amount: str
    in_force: str


@dataclass(frozen=True)
class Page:
    """One objective. questions: what is open about it. sustained: reviewed texts on what goes on afterwards."""

    number: int
    name: str
    description: str
    keys: tuple[Key, ...]
    questions: tuple[str, ...]
    sustained: tuple[Said, ...]


@dataclass(frozen=True)
class Pack:
    """The whole pack in one language. say: fixed texts of the wording by their key below `pack.fixed`."""

    language: str
    title: str
    subtitle: str
    edition: str
    standing: str
    settled: bool
    pages: tuple[Page, ...]
    questions: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    silent: Said | None
    parties: tuple[str, ...]
    say: Mapping[str, str]

    @property
    def keys(self) -> list[Key]:
        return [key for page in self.pages for key in page.keys]


def pack(release: Release, catalogue: Catalogue, year: int, points: pl.DataFrame, language: str) -> Pack:
    """The pack of one edition of a year. points: what is open (contracts.OPEN_POINTS), as this edition may tell it."""
    say = _Speech(catalogue, language, year)
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


def _fixed(say: _Speech) -> dict[str, str]:
    """Headings and other texts that need nothing but the year. targets_note: how targets come back, or why none do."""
    keys = [k for k in say.catalogue.wording.texts[say.language] if k.startswith("pack.fixed.")]
    told = {k.removeprefix("pack.fixed."): say(k.removeprefix("pack.")) for k in keys}
    over = say.year + 1 > say.catalogue.end.year
    return told | {"targets_note": told["targets_over" if over else "targets_how"]}


@dataclass(frozen=True)
class _Speech:
    catalogue: Catalogue
    language: str
    year: int

    def __call__(self, key: str, **params: object) -> str:
        return self.word(f"pack.{key}", **{"year": self.year, "next": self.year + 1, **params})

    def word(self, key: str, **params: object) -> str:
        return self.catalogue.wording.text(key, self.language, **params)

    def percentage(self, value: float | None) -> str:
        """One decimal with its sign, as in the annual table; a true minus."""
        near = rounded(value, 1)
        if near is None:
            return ""
        _, point = self.catalogue.header.number_format[self.language]
        return (
            f"{near:+.1f}".replace("+0.0", "0.0").replace("-0.0", "0.0").replace("-", "\u2212").replace(".", point)
            + "\u00a0%"
        )

    def organisation(self, name: str) -> str:
        known = self.catalogue.organisations.get(name)
        return known.short[self.language] if known else name or "–"

    def number(self, value: float | None, unit: str) -> str:
        return written(value, unit, self.language, self.catalogue)


# --- key indicators ------------------------------------------------------------------------------------------


def headline(measures: pl.DataFrame, indicator: str, catalogue: Catalogue) -> pl.DataFrame:
    """The rows that stand for an indicator, year by year: official source, whole country, its own group and unit."""
    return measures.filter(
        words.national(catalogue),
        words.of_group(words.headline_group(indicator, catalogue)),
        pl.col("indicator") == indicator,
        pl.col("series") == "record",
        pl.col("unit") == catalogue.indicators[indicator].unit,
    ).sort("year")


def _key(indicator: str, release: Release, say: _Speech) -> Key:
    catalogue, known = say.catalogue, say.catalogue.indicators[indicator]
    own = headline(release.measures, indicator, catalogue)
    by_year = {r["year"]: r for r in own.iter_rows(named=True)}
    years = [y for y in range(say.year - SHOWN + 1, say.year + 1) if y >= min([*catalogue.years, say.year])]
    target, agreed = _agreed(indicator, say)
    last = say.year + 1 if say.year < catalogue.end.year or target is not None else say.year
    png, svg, alt = draw(
        [by_year[y] for y in years if y in by_year], indicator, (years[0], say.year, last), target, catalogue,
        say.language, release.standing,
    )  # fmt: skip
    now = by_year.get(say.year)
    return Key(
        id=indicator,
        objective=known.objective,
        name=known.name[say.language],
        unit=catalogue.units[known.unit].labels[say.language],
        keeper=say.organisation(known.record) if known.record else "",
        years=tuple(_year(y, by_year.get(y), say) for y in years),
        deviation=_deviation(now, indicator, say),
        explanation=_explanation(now, release, say),
        next_target=agreed,
        beside=_beside(indicator, release, say),
        png=png,
        svg=svg,
        alt=alt,
    )


def _year(year: int, row: Row | None, say: _Speech) -> Year:
    if row is None:
        return Year(str(year), "–", say.word("mark.not_received"), "")
    value = words.printed(row, say.language, say.catalogue)
    value += "*" if row["status"] == Status.PARTIAL else ""
    target = say.number(row["target"], row["unit"]) or "–"
    return Year(str(year), target, value, say.percentage(row["deviation_pct"]))


def _beside(indicator: str, release: Release, say: _Speech) -> str:
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
        unit = f" {say.catalogue.units[row['unit']].labels[say.language]}" if wider else ""
        told.append(f"{who} {row['year']}: {value}{unit}")
    return "; ".join(told)


def _deviation(row: Row | None, indicator: str, say: _Speech) -> Said:
    """How the value of the year stands against its target, in a sentence."""
    if row is None:
        return Said(say("deviation.no_value", status=say.word("status.not_received")), lacking=True)
    if row["status"] == Status.HIDDEN:
        return Said(say("deviation.hidden"))
    told = {
        "deviation": say.percentage(row["deviation_pct"]),
        "tolerance": f"{say.catalogue.indicators[indicator].tolerance_pct:g}",
        "status": say.word(f"status.{row['status']}"),
    }
    rating = row["rating"] or "no_value"
    beyond = "_beyond" if rating == "on_target" and row["explanation_required"] else ""
    return Said(say(f"deviation.{rating}{beyond}", **told), lacking=rating in ("no_target", "no_value"))


def _explanation(row: Row | None, release: Release, say: _Speech) -> Said | None:
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


def _agreed(indicator: str, say: _Speech) -> tuple[float | None, Said]:
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
    return float(row["value"]), Said(say(key, value=value, on=day, by=by or "–"), lacking=not day)


# --- objectives, questions, contributions --------------------------------------------------------------------


def _page(objective: Any, release: Release, points: pl.DataFrame, say: _Speech) -> Page:
    own = [i for i in say.catalogue.indicators.values() if i.objective == objective.id and i.key_indicator]
    there = [i.id for i in own if i.valid_from.year <= say.year and (i.valid_to is None or i.valid_to.year >= say.year)]
    indicators = [i.id for i in say.catalogue.indicators.values() if i.objective == objective.id]
    return Page(
        number=objective.number,
        name=objective.name[say.language],
        description=objective.description[say.language],
        keys=tuple(_key(name, release, say) for name in there),
        questions=tuple(_questions(points.filter(pl.col("indicator").is_in(indicators)), say)),
        sustained=tuple(_sustained(objective.id, release, say)),
    )


def _questions(points: pl.DataFrame, say: _Speech) -> Iterator[str]:
    """Open points in words: those about one thing, then the texts of the report, counted."""
    order = {name: number for number, name in enumerate(say.catalogue.indicators)}
    listed = points.sort(
        "code", pl.col("indicator").replace_strict(order, default=None, return_dtype=pl.Int64), maintain_order=True
    )
    for code, own in listed.group_by("code", maintain_order=True):
        kind = str(code[0])
        if kind.startswith("narrative"):
            yield say("question.texts", count=own.height)
            continue
        if kind == "contributions_missing":
            names = ", ".join(say.organisation(name) for name in own["organisation"])
            yield say("question.contributions_missing", organisations=names)
            continue
        if kind in ("no_target", "no_value"):
            yield say(f"question.{kind}", indicators=", ".join(own["indicator"].unique(maintain_order=True)))
            continue
        for row in own.iter_rows(named=True):
            told = {"deviation": say.percentage(row["deviation_pct"]), "indicator": row["indicator"]}
            measured = "" if row["deviation_pct"] is not None else "_unmeasured"
            yield say(f"question.{kind}{measured}", organisation=say.organisation(row["organisation"] or ""), **told)


def _sustained(objective: str, release: Release, say: _Speech) -> Iterator[Said]:
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


def _contributed(release: Release, say: _Speech) -> tuple[tuple[Contribution, ...], Said | None]:
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


def _contribution(row: Row, say: _Speech) -> Contribution:
    amount = ""
    if row["amount"] is not None:
        thousands, _ = say.catalogue.header.number_format[say.language]
        amount = f"{rounded(row['amount'], 0):,.0f}".replace(",", thousands) + f" {row['currency'] or ''}"
    return Contribution(
        organisation=say.organisation(row["organisation"]),
        kind=_code(row, "contribution_kind", say),
        entries=str(row["entries"]),
        amount=amount.strip() or "–",
        in_force=_code(row, "in_force", say),
    )


def _code(row: Row, name: str, say: _Speech) -> str:
    lists = {str(c.field): c.codelist for c in say.catalogue.header.contributions}
    codes = say.catalogue.codelists.get(lists.get(name) or "")
    value = row[name]
    return "–" if value is None else codes.label(value, say.language) if codes else str(value)

"""Tables of the edition beside the performance table: quality of the data, contributions, progress, explanations.

A frame that the release does not have makes no table. Each table is a CSV for machines and a sheet for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.counted import contribution, counted
from cpc_pipeline.publication import quality_words
from cpc_pipeline.publication.numbers import rounded, written
from cpc_pipeline.publication.ordering import listed
from cpc_pipeline.publication.quality_words import each
from cpc_pipeline.publication.writing import write_csv

MISSING = "missing"


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook for people: key of its title, columns (wording key, width) and rows of text.

    loud: rows that must be seen.
    """

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: list[list[str]]
    loud: frozenset[int] = frozenset()


def write_further(release: Release, catalogue: Catalogue, year: int, folder: Path) -> list[Path]:
    """quality, explanations, progress and contributions, where the release has them."""
    made: list[Path] = []
    if release.quality is not None:
        made.append(write_csv(folder / "quality.csv", quality_table(release.quality, catalogue)))
    if release.explanations is not None and not release.explanations.is_empty():
        made.append(write_csv(folder / "explanations.csv", release.explanations))
    if release.progress is not None:
        made.append(write_csv(folder / "progress.csv", _rounded(release.progress)))
    if release.contributed is not None:
        made.append(write_csv(folder / "contributions.csv", _rounded(release.contributed)))
    return made


def quality_table(quality: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """One row per submission, indicator and standard: score (empty: not known), weak, and the facts in words."""
    facts = [
        pl.Series(
            f"facts_{x}",
            [quality_words.sentences(f, x, catalogue) for f in quality["facts"].to_list()],
            dtype=pl.String,
        )
        for x in catalogue.languages
    ]
    weak = (pl.col("score") < catalogue.header.quality.weak).alias("weak")
    scores = pl.Series("score", [rounded(s, 2) for s in quality["score"]], dtype=pl.Float64)
    return quality.with_columns(weak, *facts).with_columns(scores).drop("facts")


def _rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """Two decimals at the most, whole numbers as they are."""
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(
        pl.Series(name, [None if v is None else f"{rounded(v, 2):.12g}" for v in frame[name]], dtype=pl.String)
        for name in floats
    )


def sheets(release: Release, catalogue: Catalogue, year: int) -> Iterator[Sheet]:
    """The sheets of what the release has."""
    if release.quality is not None:
        yield _quality(release.quality, catalogue)
    if release.progress is not None:
        yield _progress(release.progress, catalogue, year)
    if release.contributed is not None:
        yield _contributed(release.contributed, catalogue)
    if release.contributions is not None and not release.contributions.is_empty():
        yield _entries(release.contributions, catalogue)


def explained(release: Release, record: dict[str, object], catalogue: Catalogue) -> str:
    """Beside a headline value of the internal edition: the explanation of its deviation, or that it is lacking."""
    if release.explanations is None or not record["explanation_required"] or record["series"] != "record":
        return ""
    own = release.explanations.filter(
        (pl.col("indicator") == record["indicator"]) & (pl.col("organisation") == record["organisation"])
    )
    if own.is_empty():
        return each(catalogue, lambda x: catalogue.wording.text("dqa.unexplained", x))
    text = own["text"][0]
    return each(catalogue, lambda x: catalogue.wording.text("dqa.explained", x, text=text))


def _organisation(name: str, catalogue: Catalogue) -> str:
    known = catalogue.organisations.get(name)
    return each(catalogue, lambda x: known.short[x]) if known else name


def _indicator(name: str, catalogue: Catalogue) -> str:
    return f"{name} " + each(catalogue, lambda x: catalogue.indicators[name].name[x])


def _quality(quality: pl.DataFrame, catalogue: Catalogue) -> Sheet:
    standards = list(dict.fromkeys(quality["standard"]))
    columns = (
        ("indicator", 38),
        ("organisation", 20),
        ("submission", 24),
        *((f"standard_{s}", 13) for s in standards),
        ("lowers", 60),
        ("reference", 24),
    )
    rows: list[list[str]] = []
    loud: set[int] = set()
    ordered = quality.sort(pl.col("indicator").cast(pl.Enum(listed(catalogue)), strict=False), maintain_order=True)
    for (submission, indicator), own in ordered.group_by("submission_id", "indicator", maintain_order=True):
        by = {r["standard"]: r for r in own.to_dicts()}
        weak = any(r["score"] is not None and r["score"] < catalogue.header.quality.weak for r in by.values())
        if weak:
            loud.add(len(rows))
        scores = [
            each(catalogue, lambda x, s=s, by=by: quality_words.score(by[s]["score"], x, catalogue)) for s in standards
        ]

        def lowers(language: str, by: dict[str, dict[str, object]] = by) -> str:
            told = [quality_words.sentences(by[s]["facts"], language, catalogue, below=1) for s in standards]  # type: ignore[arg-type]
            return " ".join(t for t in told if t)

        who = _organisation(own["organisation"][0], catalogue)
        told = [*scores, each(catalogue, lowers), counted("quality", submission, indicator)]
        rows.append([_indicator(str(indicator), catalogue), who, str(submission), *told])
    return Sheet("quality_sheet", columns, rows, frozenset(loud))


def _progress(progress: pl.DataFrame, catalogue: Catalogue, year: int) -> Sheet:
    numbers = ("baseline", "actual", "target", "cumulative", "life_target", "outlook")
    columns = (
        ("indicator", 40),
        *((f"progress_{n}", 15) for n in numbers),
        ("progress_assessment", 26),
        ("progress_assumption", 32),
        ("reference", 14),
    )
    rows = []
    order = {name: place for place, name in enumerate(listed(catalogue))}
    for row in sorted(progress.iter_rows(named=True), key=lambda r: order[r["indicator"]]):
        unit = catalogue.indicators[row["indicator"]].unit
        told = [each(catalogue, lambda x, n=n: written(row[n], unit, x, catalogue)) for n in numbers]  # noqa: B023
        for name, of in (("baseline", row["baseline_year"]), ("target", row["target_year"])):
            place = numbers.index(name)
            told[place] = f"{told[place]} ({of})" if told[place] else "–"
        words = [f"dqa.assessment.{row['assessment']}", f"dqa.assumption.{row['assumption']}"]
        said = [each(catalogue, lambda x, k=k: catalogue.wording.text(k, x)) for k in words]
        named = counted("progress", row["indicator"], year)
        rows.append([_indicator(row["indicator"], catalogue), *(t or "–" for t in told), *said, named])
    return Sheet("progress_sheet", columns, rows)


def _contributed(contributed: pl.DataFrame, catalogue: Catalogue) -> Sheet:
    columns = (
        *(("contributed_year", 10), ("organisation", 24), ("contributed_kind", 36), ("contributed_entries", 12)),
        *(("contributed_amount", 18), ("contributed_currency", 20), ("contributed_valuation", 30)),
        *(("contributed_in_force", 16), ("reference", 24)),
    )
    rows: list[list[str]] = []
    loud: set[int] = set()
    for row in contributed.iter_rows(named=True):
        if row["contribution_kind"] == MISSING:
            loud.add(len(rows))
        amount = row["amount"]
        money = "–" if amount is None else f"{rounded(amount, 2):,.12g}".replace(",", "\u2009")
        who = _organisation(row["organisation"], catalogue)
        codes = [_code(row, c, catalogue) for c in ("currency", "valuation", "in_force")]
        kind = _code(row, "contribution_kind", catalogue)
        rows.append([str(row["year"]), who, kind, str(row["entries"]), money, *codes, contribution(row)])
    return Sheet("contributions_sheet", columns, rows, frozenset(loud))


def _entries(contributions: pl.DataFrame, catalogue: Catalogue) -> Sheet:
    columns = (("organisation", 24), ("contributed_kind", 36), ("contributed_description", 80), ("where", 40))
    rows = [
        [
            _organisation(row["organisation"], catalogue),
            _code(row, "contribution_kind", catalogue),
            row["description"] or "–",
            f"{row['submission_id']} {row['sheet']} {row['cell']}",
        ]
        for row in contributions.iter_rows(named=True)
    ]
    return Sheet("entries_sheet", columns, rows)


def _code(row: dict[str, object], field: str, catalogue: Catalogue) -> str:
    code = row[field]
    if code == MISSING:
        return each(catalogue, lambda x: catalogue.wording.text("dqa.contribution_missing", x))
    lists = {c.field: c.codelist for c in catalogue.header.contributions}
    codes = catalogue.codelists.get(lists.get(field) or "")  # type: ignore[call-overload]
    if code is None or codes is None:
        return "–" if code is None else str(code)
    return each(catalogue, lambda x: codes.label(str(code), x))

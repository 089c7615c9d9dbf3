"""The numbers in the texts of a report against the table of the edition that prints them.

What does not belong here: finding numbers in sentences (narratives/), protecting, refusing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import polars as pl

from cpc_pipeline import narrating, narratives, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.disclosure.policy import INTERNAL, Policy, policy_of
from cpc_pipeline.disclosure.rows import is_protected, key_of
from cpc_pipeline.measures import headlines
from cpc_pipeline.narratives import Doubt, Facts
from cpc_pipeline.project import Project
from cpc_pipeline.publication.numbers import written
from cpc_pipeline.publication.tables import NUMBERS, PERCENTAGES, performance_table, printable

_PERCENT = "percent"


def lint(project: Project, year: int, edition: str) -> list[Doubt]:
    """Doubts about every text that has been written for a year, reviewed or not.

    Held against the edition as it was published; where none was, against what would be internal, with every count that
    is too small to print taken as hidden.
    """
    inside = pipeline.release_for(project, year)
    table = project.folders.edition(year, edition) / "tables" / "performance.csv"
    policy = None if edition == INTERNAL else policy_of(project.catalogue)
    rows = printed_rows(inside, project.catalogue)
    if policy is not None:
        rows = _published(table, rows) if table.is_file() else _as_hidden(rows, inside, project.catalogue)
    return doubts(_written(project, year), rows, inside.measures, project.catalogue, year, policy)


def doubts(
    texts: pl.DataFrame,
    rows: pl.DataFrame,
    inside: pl.DataFrame,
    catalogue: Catalogue,
    year: int,
    policy: Policy | None,
) -> list[Doubt]:
    """What is wrong with the numbers of REVIEWED_TEXTS. rows: the table as printed (text), all its years.

    inside: the measures before protection. policy: None for the internal edition, which hides nothing.
    """
    facts = facts_of(rows, inside, catalogue, year, policy)
    return narratives.lint(texts.to_dicts(), facts, catalogue, policy.k if policy else 0)


def facts_of(
    rows: pl.DataFrame, inside: pl.DataFrame, catalogue: Catalogue, year: int, policy: Policy | None
) -> list[Facts]:
    """What the edition says of each indicator in force, and what it hides of it."""
    counts, shares = _numbers(rows, catalogue)
    hidden = _hidden(rows, inside, catalogue, policy) if policy else {}
    known = _right(inside, catalogue, year) if policy else {}
    right = _right(rows, catalogue, year)
    return [
        Facts(
            i.id,
            i.objective,
            frozenset(counts[i.id]),
            frozenset(shares[i.id]),
            frozenset(hidden.get(i.id, ())),
            right.get(i.id),
            i.id in known and i.id not in right,
        )
        for i in catalogue.indicators.values()
    ]


def printed_rows(release: Release, catalogue: Catalogue) -> pl.DataFrame:
    """Every row as it may be printed: of the year and, in the figures, of the years before it."""
    years = release.measures["year"].unique().sort().to_list()
    tables = [
        printable(performance_table(release, catalogue, year), catalogue) for year in years or catalogue.years[:1]
    ]
    return pl.concat(tables)  # of a release without any number, an empty one


def _numbers(rows: pl.DataFrame, catalogue: Catalogue) -> tuple[dict[str, set[float]], dict[str, set[float]]]:
    """Numbers printed of each indicator, and percentages; changes of its headline between years too."""
    counts: dict[str, set[float]] = defaultdict(set)
    shares: dict[str, set[float]] = defaultdict(set)
    for row in rows.iter_rows(named=True):
        own = {float(row[c]) for c in NUMBERS if row[c] is not None}
        percent = catalogue.units[row["unit"]].family == _PERCENT
        counts[row["indicator"]] |= own
        shares[row["indicator"]] |= {abs(float(row[c])) for c in PERCENTAGES if row[c] is not None}
        shares[row["indicator"]] |= own if percent else set()
    for indicator, values in _headline(rows, catalogue).items():
        for one, other in combinations(values, 2):
            counts[indicator].add(abs(one - other))
            shares[indicator] |= {abs(one - other) / base * 100 for base in (one, other) if base}
    return counts, shares


def _headline(rows: pl.DataFrame, catalogue: Catalogue) -> dict[str, list[float]]:
    own = headlines(rows, catalogue)
    found: dict[str, set[float]] = defaultdict(set)
    for row in own.iter_rows(named=True):
        found[row["indicator"]] |= {float(row[c]) for c in ("actual", "target", "baseline") if row[c] is not None}
    return {indicator: sorted(values) for indicator, values in found.items()}


def _right(rows: pl.DataFrame, catalogue: Catalogue, year: int) -> dict[str, dict[str, str]]:
    """The value of the year as each language writes it, where one is printed."""
    own = headlines(rows.filter(pl.col("year") == year), catalogue).filter(pl.col("actual").is_not_null())
    return {
        row["indicator"]: {x: written(float(row["actual"]), row["unit"], x, catalogue) for x in catalogue.languages}
        for row in own.iter_rows(named=True)
    }


def _hidden(rows: pl.DataFrame, inside: pl.DataFrame, catalogue: Catalogue, policy: Policy) -> dict[str, set[float]]:
    """True values of protected rows that the edition does not print, whether masked or not in it at all."""
    shown = {key_of(row, catalogue) for row in rows.iter_rows(named=True) if row["actual"] is not None}
    found: dict[str, set[float]] = defaultdict(set)
    for row in inside.iter_rows(named=True):
        if row["actual"] and is_protected(row, catalogue, policy) and key_of(row, catalogue) not in shown:
            found[row["indicator"]].add(float(row["actual"]))
    return found


def _published(table: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a published table, as text but for the year, which rows are chosen by."""
    return pl.read_csv(table, infer_schema=False).with_columns(pl.col("year").cast(rows.schema["year"]))


def _as_hidden(rows: pl.DataFrame, inside: Release, catalogue: Catalogue) -> pl.DataFrame:
    small = {key_of(row, catalogue) for row in inside.measures.filter("sensitive").iter_rows(named=True)}
    keys = pl.Series([key_of(row, catalogue) in small for row in rows.iter_rows(named=True)], dtype=pl.Boolean)
    return rows.with_columns(pl.when(~keys).then(pl.col(c)).alias(c) for c in (*NUMBERS, *PERCENTAGES))


def _written(project: Project, year: int) -> pl.DataFrame:
    """Every text that has words, in the columns that the lint reads."""
    texts: Iterable[dict[str, str | None]] = (
        {
            "objective": text.slot.objective or None,
            "section": text.slot.section,
            "language": text.slot.language,
            "text": text.text,
            "other_numbers": "|".join(text.other_numbers),
        }
        for text in narrating.texts(project, year)
        if text.text
    )
    names = ("objective", "section", "language", "text", "other_numbers")
    return pl.DataFrame(list(texts), schema=dict.fromkeys(names, pl.String))

"""What figures say: values and marks in words, who a series belongs to, and the lines at the foot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Derived
from cpc_pipeline.contracts import NATION, TOTAL, Release, Status
from cpc_pipeline.publication.numbers import marked, written
from cpc_pipeline.publication.tables import break_days

Row = dict[str, Any]
KEYS = ("indicator", "year", "place")
NUMBERS = ("target", "actual", "lower", "upper")
BREAK = "‖"
SERIES = ("indicator", "series", "organisation", "unit")


def say(catalogue: Catalogue, key: str, language: str, **params: object) -> str:
    return catalogue.wording.text(f"figures.{key}", language, **params)


def foot(release: Release, catalogue: Catalogue, language: str) -> str:
    """Source, edition, and how far the numbers are agreed."""
    edition = catalogue.wording.text(f"publication.edition.{release.edition}", language)
    standing = catalogue.wording.text(f"publication.standing.{release.standing}", language)
    return f"{say(catalogue, 'source', language)} {edition} {standing}"


def known() -> pl.Expr:
    """Rows with something to draw: a number, a bound, or a number that is withheld."""
    return pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null()) | (pl.col("status") == Status.HIDDEN)


def with_breaks(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The rows of series, in order, with `broken`: the value follows another definition than the one before it."""
    since = rows.with_columns(break_days(rows, catalogue).alias("since")).sort(*SERIES, "year")
    before = pl.col("since").shift(1).over(SERIES)
    first = pl.col("year") == pl.col("year").min().over(SERIES)
    broken = pl.col("since").is_not_null() & ~first & pl.col("since").ne_missing(before)
    return since.with_columns(broken.alias("broken")).drop("since")


def in_years(rows: Iterable[Row], language: str, catalogue: Catalogue) -> str:
    """The values of a series in words, year by year; a mark where another definition begins."""
    return "; ".join(
        f"{f'{BREAK} ' if row['broken'] else ''}{row['year']}: {told(row, language, catalogue)}" for row in rows
    )


def printed(row: Row, language: str, catalogue: Catalogue) -> str:
    """The value of a row, or the mark that stands in its place: as in the table."""
    if row["actual"] is not None:
        return written(row["actual"], row["unit"], language, catalogue)
    return marked(row, language, catalogue)


def told(row: Row, language: str, catalogue: Catalogue) -> str:
    """The value of a row in a sentence: the number, and what kind of number it is where it is not a plain one."""
    status = catalogue.wording.text(f"status.{row['status']}", language)
    if row["actual"] is None and row["lower"] is None and row["upper"] is None:
        return status
    if row["actual"] is not None:
        number = written(row["actual"], row["unit"], language, catalogue)
        return number if row["status"] == Status.REPORTED else f"{number} ({status})"
    ends = [written(row[c], row["unit"], language, catalogue) for c in ("lower", "upper")]
    return f"{'–'.join(e for e in ends if e)} ({status})"


def name(indicator: str, language: str, catalogue: Catalogue) -> str:
    return f"{indicator} {catalogue.indicators[indicator].name[language]}"


def owner(organisation: str, indicator: str, catalogue: Catalogue, language: str) -> str:
    """Whose series it is; one that is computed from two indicators is nobody's, and named by its formula."""
    derived = catalogue.indicators[indicator].derived
    parts = [
        catalogue.organisations[o].short[language] for o in organisation.split("+") if o in catalogue.organisations
    ]
    if parts:
        return " + ".join(parts)
    return f"{derived.numerator} / {derived.denominator}" if isinstance(derived, Derived) else ""


def unit_of(indicator: str, catalogue: Catalogue, language: str) -> str:
    return catalogue.units[catalogue.indicators[indicator].unit].labels[language]


def headline_group(indicator: str, catalogue: Catalogue) -> dict[str, str]:
    """The group that stands for the indicator: what its definition is about, else everybody."""
    return dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[indicator].headline


def of_group(group: dict[str, str]) -> pl.Expr:
    return pl.all_horizontal([pl.col(d) == code for d, code in group.items()])


def national(catalogue: Catalogue) -> pl.Expr:
    return (pl.col("place") == NATION) & (pl.col("calendar") == catalogue.default_calendar)


def alt(title: str, lines: Iterable[str], *further: str) -> str:
    """The text beside a figure: title, what is drawn, how to read it, source."""
    return "\n".join([f"{title}.", *lines, *filter(None, further)]) + "\n"

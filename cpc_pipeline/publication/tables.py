"""The tables for machines: performance, context, findings and the codebook, as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, breaks
from cpc_pipeline.contracts import NATION, Release
from cpc_pipeline.naming import column, reference
from cpc_pipeline.publication.further import write_further
from cpc_pipeline.publication.numbers import decimals_of, note_key, rounded
from cpc_pipeline.publication.restated import restated_series
from cpc_pipeline.publication.waivers import waivers_table
from cpc_pipeline.publication.writing import write_csv, write_parquet

NUMBERS = ("baseline", "target", "actual", "numerator", "denominator", "lower", "upper")
PERCENTAGES = ("achievement_pct", "deviation_pct")


def performance_table(release: Release, catalogue: Catalogue, year: int, further: tuple[str, ...] = ()) -> pl.DataFrame:
    """One row per indicator x year x calendar x place x disaggregation x organisation x unit of one year.

    Where there is no number, actual is empty and status says why. Sorted as the catalogue lists the indicators, the
    system of record before other institutions, totals before their parts. note_<language>: what a reader must know.
    trace: the name of the number, which `cpc trace` takes. break_from: the day from which its definition is another.
    further: columns of the measures that follow.
    """
    order = {name: position for position, name in enumerate(catalogue.indicators)}
    table = release.measures.filter(pl.col("year") == year)
    broken_down = pl.sum_horizontal(
        [pl.lit(0, pl.UInt32), *(pl.col(d) != contracts.TOTAL for d in catalogue.dimension_ids)]
    )
    table = table.sort(
        pl.col("indicator").replace_strict(order, return_dtype=pl.Int64),
        pl.col("series") != "record",
        pl.col("calendar") != catalogue.default_calendar,
        pl.col("place") != NATION,
        broken_down,
        *("place", "organisation", *catalogue.dimension_ids, "unit", "calendar"),
    )
    notes = [
        pl.Series(f"note_{x}", [note(n, x, catalogue) for n in table["notes"]], dtype=pl.String)
        for x in catalogue.languages
    ]
    names = pl.Series("trace", [reference(row, catalogue) for row in table.iter_rows(named=True)], dtype=pl.String)
    table = table.with_columns(*notes, names, break_days(table, catalogue))
    return table.select(*columns(catalogue), *further)


def columns(catalogue: Catalogue) -> list[str]:
    """Of the performance table, in order; what an edition needs besides follows them."""
    return [
        *("indicator", "objective", "year", "calendar", "period_start", "period_end", "place"),
        *catalogue.dimension_ids,
        *("organisation", "series", "unit", "baseline", "baseline_year", "target", "actual"),
        *("numerator", "denominator", "lower", "upper", "status", "achievement_pct", "deviation_pct"),
        *("rating", "completeness", "explanation_required", "break_from"),
        *(f"note_{x}" for x in catalogue.languages),
        "trace",
    ]


def covered(rows: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> dict[str, dict[str, list[str]]]:
    """Of each objective, in order: indicators, with_value (of the system of record), parallel_only, without_target."""
    found = list(rows)
    known = [r for r in found if any(r[c] is not None for c in ("actual", "lower", "upper"))]
    record, any_value = {r["indicator"] for r in known if r["series"] == "record"}, {r["indicator"] for r in known}
    targets = {r["indicator"] for r in found if r["target"] is not None}
    return {
        o.id: {
            "indicators": own,
            "with_value": [i for i in own if i in record],
            "parallel_only": [i for i in own if i in any_value - record],
            "without_target": [i for i in own if i not in targets],
        }
        for o in catalogue.objectives
        for own in [[i.id for i in catalogue.indicators.values() if i.objective == o.id]]
    }


def coverage(rows: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> list[dict[str, int]]:
    """How many `covered` has of each."""
    return [{name: len(own) for name, own in kinds.items()} for kinds in covered(rows, catalogue).values()]


def break_days(table: pl.DataFrame, catalogue: Catalogue) -> pl.Series:
    """The day of the latest break before or in the period of each row: where the mark of a break stands."""
    known = breaks(catalogue)
    rows = table.select("indicator", "period_end").iter_rows()
    days = [next((b.since for b in known if b.indicator == i and b.covers(end)), None) for i, end in rows]
    return pl.Series("break_from", days, dtype=pl.Date)


def note(notes: str | None, language: str, catalogue: Catalogue) -> str:
    """The notes of a measure as sentences; places and organisations by name."""
    words = []
    for entry in json.loads(notes or "[]"):
        params = {
            k: " / ".join(_named(x, language, catalogue) for x in v) if isinstance(v, list) else v
            for k, v in entry["params"].items()
        }
        words.append(catalogue.wording.text(note_key(entry), language, **params))
    return " ".join(words)


def _named(value: object, language: str, catalogue: Catalogue) -> str:
    """An item of a list in a note: the name behind a code, and a period with a dash between its days."""
    text = str(value)
    if text in catalogue.places.codes:
        return catalogue.places.label(text, language)
    if text in catalogue.organisations:
        return catalogue.organisations[text].short[language]
    return text.replace("/", " – ")


def printable(table: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Numbers as text in their printed precision: 46 and not 46.0, percentages with one decimal."""

    def text(value: float | None, decimals: int) -> str | None:
        return None if value is None else f"{rounded(value, decimals):.{decimals}f}"

    units = table["unit"].to_list()
    columns = []
    for name in (n for n in NUMBERS if n in table.columns):
        values = [text(v, decimals_of(u, v, catalogue)) for v, u in zip(table[name], units, strict=True)]
        columns.append(pl.Series(name, values, dtype=pl.String))
    for name in (n for n in PERCENTAGES if n in table.columns):
        columns.append(pl.Series(name, [text(v, 1) for v in table[name]], dtype=pl.String))
    return table.with_columns(columns)


def typed(table: pl.DataFrame) -> pl.DataFrame:
    """A printable table with its numbers as numbers, as rounded as they are printed: an exact ratio tells its parts."""
    return table.with_columns(pl.col(c).cast(pl.Float64) for c in (*NUMBERS, *PERCENTAGES) if c in table.columns)


def write_tables(release: Release, catalogue: Catalogue, year: int, folder: Path) -> list[Path]:
    """performance, context, findings, codebook, what `further` has; restatements where an agreed table has changed, and
    restated_series where codes have changed; narrative, where a text has been reviewed.
    """
    performance = performance_table(release, catalogue, year)
    changed = release.restated
    restated = [] if changed is None or changed.is_empty() else [write_csv(folder / "restatements.csv", changed)]
    series = restated_series(release, catalogue, year)
    numbers = ("actual", "numerator", "denominator", "lower", "upper")
    if not series.is_empty():
        restated.append(write_csv(folder / "restated_series.csv", printable(series, catalogue), numbers))
    narrative = release.narrative
    if narrative is not None and not narrative.is_empty():
        restated.append(write_csv(folder / "narrative.csv", narrative.drop("other_numbers")))
    return [
        *restated,
        *write_further(release, catalogue, year, folder),
        write_csv(folder / "performance.csv", printable(performance, catalogue), (*NUMBERS, *PERCENTAGES)),
        write_parquet(folder / "performance.parquet", typed(printable(performance, catalogue))),
        write_csv(folder / "context.csv", context_table(release, catalogue, year)),
        write_csv(folder / "findings.csv", findings_table(release, catalogue, year)),
        write_csv(folder / "waivers.csv", waivers_table(release, catalogue, year)),
        write_csv(folder / "codebook.csv", codebook(performance, catalogue)),
    ]


def context_table(release: Release, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """Context series of the year, each value with its period and source; never an indicator."""
    own = release.context.filter(pl.col("reporting_year") == year)
    return own.select(
        *("series", "organisation", "period_start", "period_end", "place", *catalogue.dimension_ids, "unit"),
        *("value", "lower", "upper", "status", "source_title", "source_url", "note", "submission_id", "sheet", "cell"),
    )


def findings_table(release: Release, catalogue: Catalogue, year: int) -> pl.DataFrame:
    """Findings of the year's submissions by address and code; their words are in performance_<language>.xlsx."""
    return release.findings.filter(pl.col("reporting_year") == year).select(
        "submission_id", "organisation", "sheet", "cell", "code", "severity"
    )


def codebook(table: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Each column of the performance table and what it holds, in every language: column, meaning_<language>."""
    meanings = {x: [column(name, "meaning", x, catalogue) for name in table.columns] for x in catalogue.languages}
    return pl.DataFrame({"column": table.columns, **{f"meaning_{x}": texts for x, texts in meanings.items()}})

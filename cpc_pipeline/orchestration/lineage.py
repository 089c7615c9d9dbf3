"""From which columns each result is made, for the graph of assets; which cells a number is made of is `cpc trace`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Made = Mapping[str, list[tuple[str, str]]]
"""Column -> assets and columns it is made of."""
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
PERIOD = ("period_start", "period_end")
KEY = {
    "indicator": "series",
    "year": "reporting_year",
    "unit": "unit",
    "organisation": "organisation",
    "place": "place",
}


def of_measures(dimensions: Iterable[str]) -> Made:
    """Columns of measures and the columns of observations they are made of; targets are the compact's data."""

    def out_of(*columns: str) -> list[tuple[str, str]]:
        return [("submissions", column) for column in columns]

    made = {name: out_of(source) for name, source in KEY.items()} | {d: out_of(d) for d in dimensions}
    made |= {name: out_of(name) for name in PERIOD}
    made["year"] = out_of(*PERIOD)
    made |= dict.fromkeys(("actual", "baseline"), out_of("value", "numerator", "denominator", "revision"))
    made |= {name: out_of(name, "value") for name in ("numerator", "denominator", "lower", "upper")}
    made |= dict.fromkeys(("achievement_pct", "deviation_pct", "rating"), out_of("value", "numerator", "denominator"))
    made |= {"status": out_of("status", *NUMBERS), "completeness": out_of(*PERIOD, "status"), "notes": out_of("status")}
    return made


def of_edition(columns: Iterable[str], source: str) -> Made:
    """Columns of an edition, or of what is made from it: each is that of the table before it, less what is withheld."""
    return {name: [(source, name)] for name in columns}


def of_table(columns: Iterable[str], measures: Iterable[str]) -> Made:
    """Columns of the performance table that are columns of the measures; `trace` names the row by its key."""
    known = set(measures)
    made = {name: [("measures", name)] for name in columns if name in known}
    key = [name for name in ("indicator", "year", "place", "organisation", "unit", "calendar") if name in known]
    return made | ({"trace": [("measures", name) for name in key]} if "trace" in set(columns) else {})

"""A note on every value that is unlike the values of the same series in the years before; for the desk, not for print.

A rule about submissions asks the organisation about a cell; this looks at the series that was made in the end, whatever
it was made of and whoever was asked. The limits are those of the compact's own rules (kinds jump and outlier), so that
what is asked and what is marked is one thing. The note quotes another year's value: it belongs in no wider edition,
where that value may be hidden.
"""

from __future__ import annotations

from statistics import median
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Rule
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import plain, written
from cpc_pipeline.measures.placing import key_columns

SCALE = 0.6745
"""Of the modified z-score, as in the rule of that kind (Iglewicz and Hoaglin 1993)."""


def jumped(measures: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The measures, with a note where a whole year is far from the whole years before it, in the first calendar."""
    rules: dict[str, Rule] = {rule.kind: rule for rule in catalogue.rules if rule.kind in ("jump", "outlier")}
    series = [c for c in key_columns(catalogue) if c != "year"]
    whole = (
        (pl.col("calendar") == catalogue.default_calendar)
        & (pl.col("status") == str(Status.REPORTED))
        & pl.col("actual").is_not_null()
    )
    numbered = measures.with_row_index("position")
    groups = numbered.filter(whole).sort("year").group_by(series, maintain_order=True)
    notes: dict[int, list[str]] = {}
    for position, years, values in (
        groups.agg("position", "year", "actual").select("position", "year", "actual").iter_rows()
    ):
        known = list(zip(years, values, strict=True))
        for n in range(1, len(known)):
            said = _said(known[n][1], known[:n], rules)
            if said:
                notes[position[n]] = said
    if not notes:
        return measures
    more = [", ".join(notes.get(n, [])) for n in range(measures.height)]
    texts = []
    for own, extra in zip(measures["notes"], more, strict=True):
        if not extra:
            texts.append(own)
        elif own in (None, "[]"):
            texts.append(f"[{extra}]")
        else:
            texts.append(f"{own[:-1]}, {extra}]")
    return measures.with_columns(pl.Series("notes", texts, dtype=pl.String))


def _said(value: float, before: list[tuple[int, float]], rules: dict[str, Rule]) -> list[str]:
    year, last = before[-1]
    told: list[str] = []
    low, high = sorted((value, last))
    jump: dict[str, Any] | None = rules["jump"].params if "jump" in rules else None
    if jump and high - low >= jump["least"] and high > jump["factor"] * low:
        told.append(written("jumped", {"year": year, "before": plain(last)}))
    outlier: dict[str, Any] | None = rules["outlier"].params if "outlier" in rules else None
    values = [v for _, v in before]
    if outlier and len(values) >= outlier["years"]:
        middle = median(values)
        spread = median(abs(v - middle) for v in values)
        if spread and SCALE * abs(value - middle) / spread > outlier["score"]:
            told.append(written("unusual", {"middle": plain(middle), "years": len(values)}))
    return told

"""Write the published figures as submissions: one workbook per organisation and year under data/raw/<compact>.

    python tools/issue_published_figures.py

published_figures.csv is the list as it was read in the sources and is never edited to make anything add up.
mapping.csv says, line by line, what each figure is: which indicator or context series, where, from when to when, which
group, which unit, and whether the source words it as a bound. Each line repeats slug and value of the figure it speaks
of, so that a changed source fails here instead of being read as what it was. Only workbooks that change are written.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.intake import Cover, write_workbook
from cpc_pipeline.intake.workbook import fields

HERE = Path(__file__).parent / "published_figures"
FIGURES, MAPPING = HERE / "published_figures.csv", HERE / "mapping.csv"
COMPACT = "colombia"
NAME = "published_figures.xlsx"


def rows() -> list[dict[str, object]]:
    """Figures joined to their mapping; raises ValueError where a figure is not the one the mapping speaks of."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file))
    with MAPPING.open(encoding="utf-8", newline="") as file:
        mapping = list(csv.DictReader(file))
    if len(figures) != len(mapping):
        raise ValueError(f"{len(figures)} figures, {len(mapping)} lines of mapping")
    joined: list[dict[str, object]] = []
    for line, (figure, chosen) in enumerate(zip(figures, mapping, strict=True), start=2):
        if (str(line), figure["slug"], figure["value"]) != (chosen["line"], chosen["slug"], chosen["value"]):
            raise ValueError(f"line {line}: the figure changed; look at its mapping again")
        joined.append(
            {
                **chosen,
                "indicator": chosen["series"],
                "year": int(figure["year"]),
                "value": _number(figure["value"]),
                "period_start": date.fromisoformat(chosen["period_start"]),
                "period_end": date.fromisoformat(chosen["period_end"]),
                "revision": int(chosen["revision"]) or None,
                "institution": figure["institution_as_published"],
                "source_title": figure["source_title"],
                "source_url": figure["source_url"],
                "note": figure["note"],
                "source_key": f"published_figures.csv:{line} {figure['slug']}",
            }
        )
    return joined


def _number(text: str) -> int | float | str:
    """The value as published; a range stays the text it is."""
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def issue(catalogue: Catalogue, raw: Path) -> tuple[int, int]:
    """Write the workbooks below `raw`; returns how many there are and how many changed."""
    books: dict[tuple[str, int], list[dict[str, object]]] = defaultdict(list)
    for row in rows():
        books[(str(row["organisation"]), int(str(row["year"])))].append(row)
    changed = 0
    for (organisation, year), figures in sorted(books.items()):
        path = raw / str(year) / organisation / NAME
        parts = [
            _frame(catalogue, [r for r in figures if (r["indicator"] in catalogue.indicators) == wanted])
            for wanted in (True, False)
        ]
        changed += write_workbook(path, catalogue, Cover(organisation, year, "published_figures"), *parts)
    return len(books), changed


def _frame(catalogue: Catalogue, figures: list[dict[str, object]]) -> pl.DataFrame:
    columns = fields(catalogue)
    data = {c: pl.Series(c, [_blank(c, r.get(c)) for r in figures], dtype=pl.Object) for c in columns}
    return pl.DataFrame(data)


def _blank(column: str, value: object) -> object:
    """The total and the plain case are left blank: a sheet full of 'all' and 'exact' hides what matters."""
    return None if value in ("all", "exact", "") and column != "value" else value


if __name__ == "__main__":
    total, written = issue(load(COMPACT), Path(__file__).parent.parent / "data" / "raw" / COMPACT)
    print(f"{total} workbooks, {written} written anew")
    sys.exit(0)

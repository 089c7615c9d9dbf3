"""Say of every published figure whether the year's table shows it, and write the list of those it does not.

    python tools/account_for_published_figures.py     (after a refresh)

The list stands in docs/published-figures.md between two marks; a test holds it to the tables.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
from cpc_pipeline.catalogue import Catalogue, load

from issue_published_figures import COMPACT, FIGURES, rows

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "published-figures.md"
BEGIN, END = "<!-- list: begin -->", "<!-- list: end -->"
KEY = ("slug", "year", "sex", "age_group", "form", "place_code")


def due(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Figures that are national, the only one of their key, and an indicator's."""
    keys: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    with FIGURES.open(encoding="utf-8", newline="") as file:
        for figure, source in zip(rows(), csv.DictReader(file), strict=True):
            keys[tuple(source[c] for c in KEY)].append({**figure, "slug": source["slug"]})
    return [
        found[0]
        for key, found in keys.items()
        if len(found) == 1 and not key[-1] and found[0]["series"] in catalogue.indicators
    ]


def tables(published: Path, catalogue: Catalogue) -> dict[int, pl.DataFrame]:
    """performance.csv of every year, by year."""
    return {
        year: pl.read_csv(published / str(year) / "internal" / "tables" / "performance.csv", infer_schema=False)
        for year in catalogue.years
    }


def is_shown(figure: dict[str, Any], by_year: dict[int, pl.DataFrame], catalogue: Catalogue) -> bool:
    """True if a year's table has the value in the row of its own indicator, organisation, place and group."""
    years = {figure["year"], figure["period_end"].year, figure["period_start"].year}
    wanted = {float(part) for part in str(figure["value"]).split("-")}
    same = ("organisation", "place", *catalogue.dimension_ids)
    for year in years & by_year.keys():
        own = by_year[year].filter(pl.col("indicator") == figure["series"], *[pl.col(c) == figure[c] for c in same])
        for row in own.iter_rows(named=True):
            if wanted <= {float(row[c]) for c in ("actual", "lower", "upper") if row[c]}:
                return True
    return False


def reason(figure: dict[str, Any]) -> str:
    """Why a table of a year does not show it."""
    days = (figure["period_end"] - figure["period_start"]).days
    if days > 366:
        return f"{figure['period_start']} to {figure['period_end']}: longer than a year, so it is the value of no year"
    return ""


def listing(published: Path, catalogue: Catalogue) -> str:
    """The part of the document between the marks."""
    by_year = tables(published, catalogue)
    wanted = due(catalogue)
    left = [figure for figure in wanted if not is_shown(figure, by_year, catalogue)]
    lines = [
        f"{len(wanted) - len(left)} of {len(wanted)} are shown. The other {len(left)}:",
        "",
        "| line of the list | figure | value | indicator | why the table of no year shows it |",
        "|---|---|---|---|---|",
    ]
    for figure in left:
        cells = (figure["line"], figure["slug"], figure["value"], figure["series"], reason(figure))
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    made = listing(ROOT / "data" / "published" / COMPACT, load(COMPACT))
    DOCUMENT.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

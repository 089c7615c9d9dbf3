"""Charts of the notebooks, so that a notebook shows what is asked and not how a line is drawn.

Dark is the system of record, grey stands beside it and is never added; hollow is a part of a year; a triangle is a
bound, "at least" or "at most". A line joins years that follow each other: over a gap it would claim to know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK, SOFT, PALE, MARK = "#1b3a57", "#7b8b9c", "#e6ebf0", "#b4532a"
LONGEST = 46  # letters of a name beside a line

plt.rcParams |= {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": 110,
}


# A frame is read by people here: whole words, and no types.
pl.Config.set_fmt_str_lengths(90)
pl.Config.set_tbl_rows(20)
pl.Config.set_tbl_hide_dataframe_shape(True)
pl.Config.set_tbl_hide_column_data_types(True)


def series(axis: Axes, rows: pl.DataFrame, title: str) -> None:
    """Values over the years, a line per organisation and unit."""
    axis.set_title(title, fontweight="bold", color=INK)
    ends: list[tuple[float, str, str]] = []
    ordered = rows.sort("series", "organisation_name", "year")
    for (name, unit), line in ordered.group_by("organisation_name", "unit_name", maintain_order=True):
        colour = INK if line["series"][0] == "record" else SOFT
        _line(axis, line, colour)
        last = line.row(-1, named=True)
        height = next(v for v in (last["actual"], last["lower"], last["upper"]) if v is not None)
        ends.append((height, _short(f"{name} ({unit})"), colour))
    axis.set_ylim(bottom=0)
    axis.margins(x=0.04)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.yaxis.grid(color=PALE)
    axis.set_axisbelow(True)
    _names(axis, ends)


def _line(axis: Axes, line: pl.DataFrame, colour: str) -> None:
    run: list[tuple[int, float]] = []
    for year, value in line.filter(pl.col("actual").is_not_null()).select("year", "actual").iter_rows():
        if run and year != run[-1][0] + 1:
            axis.plot([y for y, _ in run], [v for _, v in run], color=colour, lw=2)
            run = []
        run.append((year, value))
    axis.plot([y for y, _ in run], [v for _, v in run], color=colour, lw=2)
    for row in line.iter_rows(named=True):
        if row["actual"] is not None:
            axis.plot(row["year"], row["actual"], "o", color=colour, mfc="white" if row["partial"] else colour, ms=5)
            continue
        for end, marker in (("lower", "^"), ("upper", "v")):
            if row[end] is not None:
                axis.plot(row["year"], row[end], marker, color=colour, mfc="white", ms=6)


def _names(axis: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names right of the chart, near the height of the last value and apart from each other."""
    top = axis.get_ylim()[1]
    apart = 13 / (axis.figure.get_size_inches()[1] * 72 / len(axis.figure.axes) * 0.78)
    at = -1.0
    for height, name, colour in sorted(ends):
        at = max(height / top, at + apart)
        axis.text(1.02, at, name, color=colour, fontsize=7.5, va="center", transform=axis.transAxes)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def grid(table: pl.DataFrame, of: Mapping[str, int], title: str, caption: str) -> None:
    """A square per row and year with how many have a number, of how many; empty is empty, not zero.

    table: first column the name of the row, then a column per year.
    """
    names, years = table[table.columns[0]].to_list(), table.columns[1:]
    figure, axis = plt.subplots(figsize=(10, 0.42 * len(names) + 1.3), layout="constrained")
    blues = plt.get_cmap("Blues")
    for y, name in enumerate(names):
        for x, year in enumerate(years):
            count = table[year][y]
            share = (count or 0) / of[name]
            shade = blues(0.15 + 0.75 * share) if count else "white"
            axis.add_patch(Rectangle((x, -y - 0.95), 0.94, 0.9, fc=shade, ec=PALE, lw=0.8))
            ink = "white" if share > 0.55 else INK
            axis.text(x + 0.47, -y - 0.5, str(count) if count else "–", ha="center", va="center", color=ink)
    axis.set(xlim=(0, len(years)), ylim=(-len(names), 0))
    axis.set_yticks([-y - 0.5 for y in range(len(names))], [f"{name} ({of[name]})" for name in names])
    axis.set_xticks([x + 0.47 for x in range(len(years))], years)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    _told(figure, title, caption)


def bars(names: Sequence[str], values: Sequence[float], title: str, caption: str) -> None:
    """Horizontal bars with their numbers."""
    figure, axis = plt.subplots(figsize=(9, 0.36 * len(names) + 1.2), layout="constrained")
    axis.barh(range(len(names)), values, color=INK, height=0.66)
    for y, value in enumerate(values):
        axis.text(value, y, f" {value:,.0f}", va="center", color=INK)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xticks([])
    axis.margins(x=0.08)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    _told(figure, title, caption)


def stacked(table: pl.DataFrame, title: str, caption: str) -> None:
    """A bar per year (first column) of a part per further column, the commonest at the bottom."""
    order = sorted(table.columns[1:], key=lambda c: -int(table[c].sum()))
    shades = ["#d3dae2", INK, "#4f81a8", MARK, "#d9a441", "#5b8c5a", "#7a5c8e", "#444444"]
    figure, axis = plt.subplots(figsize=(10, 4), layout="constrained")
    below = [0] * table.height
    for shade, name in zip(shades, order, strict=False):
        axis.bar(table[table.columns[0]], table[name], bottom=below, color=shade, label=name, width=0.8)
        below = [b + n for b, n in zip(below, table[name], strict=True)]
    axis.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    axis.set_xticks(table[table.columns[0]].to_list())
    _told(figure, title, caption)


def spans(rows: Sequence[tuple[str, float, float]], title: str, caption: str) -> None:
    """From the least to the most that each row can be."""
    figure, axis = plt.subplots(figsize=(9, 0.42 * len(rows) + 1.3), layout="constrained")
    for y, (_, low, high) in enumerate(rows):
        axis.plot([low, high], [y, y], color=INK, lw=9, solid_capstyle="butt", alpha=0.35)
        for end, side, away in ((low, "right", -5), (high, "left", 5)):
            axis.plot(end, y, "|", color=INK, ms=12, mew=2)
            axis.annotate(f"{end:,.0f}", (end, y), (away, 0), textcoords="offset points", ha=side, va="center")
    axis.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axis.invert_yaxis()
    axis.margins(x=0.12, y=0.3)
    axis.set_xlim(left=0)
    axis.tick_params(length=0)
    axis.spines["left"].set_visible(False)
    _told(figure, title, caption)


def _told(figure: Figure, title: str, caption: str) -> None:
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", color=INK)
    figure.supxlabel(caption, x=0.01, ha="left", fontsize=8, color=SOFT)
    plt.show()

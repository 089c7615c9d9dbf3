"""One figure per objective and language: small charts of its indicators over the years, honest about gaps.

Each is written as PNG and SVG from the same data, with the data (CSV) and a text for those who cannot see it beside it.
Dark is the system of record; grey are other institutions, which are never added. Nothing is coloured good or bad.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Derived
from cpc_pipeline.contracts import NATION, TOTAL, Release, Status
from cpc_pipeline.publication.figures.drawn import Drawn
from cpc_pipeline.publication.numbers import written
from cpc_pipeline.publication.tables import printable

MOST = 6  # indicators to a figure: those with most years
DARK, LIGHT = "#16324f", "#8795a3"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#5f6b77",
    "axes.titley": 1.0,  # said, or every drawing measures all tick labels to find a place above them
    "svg.hashsalt": "cpc_pipeline",
    "svg.fonttype": "path",
}


def draw(release: Release, catalogue: Catalogue, year: int) -> Iterator[Drawn]:
    """`trend.<objective>`: one figure per objective and language, of everything known up to the year."""
    for objective in catalogue.objectives:
        data = plotted(release, catalogue, objective.id)
        if data.is_empty():
            continue
        for language in catalogue.languages:
            title = _say(catalogue, "title", language, objective=objective.name[language], year=year)
            foot = _foot(release, catalogue, language)
            png, svg = _draw(data, catalogue, language, title, year, foot)
            alt = f"{_alt(data, catalogue, language, title, year)}{foot}\n"
            yield Drawn(f"trend.{objective.id}", language, title, png, svg, alt, printable(data, catalogue))


def plotted(release: Release, catalogue: Catalogue, objective: str) -> pl.DataFrame:
    """What a figure shows: one row per indicator, organisation, unit and year; national, in the headline group.

    Where an indicator about children has no figure for children, its total of all ages is shown and named so.
    """
    known = pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null())
    own = release.measures.filter(
        (known | (pl.col("status") == Status.HIDDEN))
        & (pl.col("objective") == objective)
        & (pl.col("place") == NATION)
        & (pl.col("calendar") == catalogue.default_calendar)
    )
    shown = []
    for indicator in catalogue.indicators.values():
        # One axis, one kind of unit: cities on an axis of campaigns would be read as campaigns.
        family = catalogue.units[indicator.unit].family
        units = [name for name, unit in catalogue.units.items() if unit.family == family]
        rows = own.filter((pl.col("indicator") == indicator.id) & pl.col("unit").is_in(units))
        total = dict.fromkeys(catalogue.dimension_ids, TOTAL)
        for group in (total | indicator.headline, total):
            chosen = rows.filter(pl.all_horizontal([pl.col(d) == code for d, code in group.items()]))
            if not chosen.is_empty():
                code = "" if group == total and not indicator.headline else _group_code(group)
                shown.append(chosen.with_columns(pl.lit(code).alias("group")))
                break
    columns = [
        "indicator",
        "group",
        "organisation",
        "series",
        "unit",
        "year",
        "target",
        "actual",
        "lower",
        "upper",
        "status",
    ]
    empty = release.measures.clear().with_columns(pl.lit("").alias("group"))
    return pl.concat([empty, *shown]).select(columns).sort("indicator", "series", "organisation", "unit", "year")


def _group_code(group: dict[str, str]) -> str:
    return " ".join(f"{d}={code}" for d, code in group.items() if code != TOTAL) or "all"


def _say(catalogue: Catalogue, key: str, language: str, **params: object) -> str:
    return catalogue.wording.text(f"publication.fig.{key}", language, **params)


def _panels(data: pl.DataFrame, catalogue: Catalogue) -> list[str]:
    """Indicators with most years of the system of record, then with most figures at all; in the catalogue's order."""
    ranked = data.group_by("indicator").agg(
        pl.col("year").filter(pl.col("series") == "record").n_unique().alias("record"), pl.len().alias("all")
    )
    best = ranked.sort(["record", "all", "indicator"], descending=[True, True, False]).head(MOST)
    chosen = set(best["indicator"])
    return [name for name in catalogue.indicators if name in chosen]


def _foot(release: Release, catalogue: Catalogue, language: str) -> str:
    """Source, edition, and how far the numbers are agreed: on the figure itself, because figures are copied alone."""
    edition = catalogue.wording.text(f"publication.edition.{release.edition}", language)
    standing = catalogue.wording.text(f"publication.standing.{release.standing}", language)
    return f"{_say(catalogue, 'source', language)} {edition} {standing}"


def _draw(
    data: pl.DataFrame, catalogue: Catalogue, language: str, title: str, year: int, foot: str
) -> tuple[bytes, bytes]:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = _panels(data, catalogue)
    rows = max(1, -(-len(panels) // 2))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.27, 1.75 + 2.2 * rows))
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, 2, squeeze=False).ravel()
        for axis, indicator in zip(axes, panels, strict=False):
            _panel(axis, data.filter(pl.col("indicator") == indicator), indicator, catalogue, language, year)
        for axis in axes[len(panels) :]:
            axis.set_axis_off()
        height = figure.get_figheight()
        figure.text(0.02, 1 - 0.28 / height, title, fontsize=12, fontweight="bold", color=DARK, va="center")
        small: dict[str, Any] = {"fontsize": 6.8, "color": "#3d4852", "va": "bottom"}
        legend = textwrap.fill(_legend(data, catalogue, language), 150)
        source = textwrap.fill(foot, 150)
        figure.text(0.02, (0.1 + 0.14 * len(source.splitlines())) / height, legend, **small)
        figure.text(0.02, 0.07 / height, source, **small)
        figure.subplots_adjust(
            left=0.09, right=0.88, top=1 - 1.05 / height, bottom=1.0 / height, hspace=0.68, wspace=0.62
        )
        return _saved(figure, "png"), _saved(figure, "svg")


def _legend(data: pl.DataFrame, catalogue: Catalogue, language: str) -> str:
    """How to read the marks, and, where it is so, that nothing shown has a target."""
    words = [_say(catalogue, "legend", language)]
    if data["target"].null_count() == data.height:
        words.append(_say(catalogue, "no_target_any", language))
    return " ".join(words)


def _saved(figure: Any, kind: str) -> bytes:
    stream = io.BytesIO()
    # Lines on white: more effort makes them hardly smaller, and costs several times the processor.
    options: dict[str, Any] = {"metadata": {"Date": None, "Creator": None}}
    if kind == "png":
        options = {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 4}}
    figure.savefig(stream, format=kind, dpi=150, **options)
    return stream.getvalue()


def _panel(axis: Any, rows: pl.DataFrame, indicator: str, catalogue: Catalogue, language: str, year: int) -> None:
    known = catalogue.indicators[indicator]
    name = f"{indicator}  {known.name[language]}"
    group = _group_label(rows["group"][0], indicator, catalogue, language)
    axis.set_title("\n".join(textwrap.wrap(name + group, 52)[:2]), loc="left", fontsize=8, fontweight="bold", pad=17)
    ends: list[tuple[float, float, str, str]] = []
    for (series, organisation, unit), line in rows.group_by("series", "organisation", "unit", maintain_order=True):
        record = series == "record"
        colour = DARK if record else LIGHT
        _line(axis, line, colour, 1.8 if record else 0.9)
        last = line.sort("year").row(-1, named=True)
        height = next((last[c] for c in ("actual", "upper", "lower") if last[c] is not None), 0)
        short = _owner(organisation, indicator, catalogue, language)
        own = unit == known.unit
        words = [short] if own else [short, f"({catalogue.units[unit].labels[language]})"]
        label = "\n".join(textwrap.fill(w, 15) for w in words)
        ends.append((last["year"], height, label, colour))
    first = catalogue.years[0]
    axis.set_xlim(first - 0.4, year + 0.4)
    axis.set_ylim(bottom=0)
    top = axis.get_ylim()[1] * 1.12 or 1
    axis.set_ylim(0, top)
    _label_ends(axis, ends, top)
    axis.set_xticks([y for y in range(first, year + 1) if (year - y) % 3 == 0])
    axis.tick_params(length=2, labelsize=7)
    axis.yaxis.set_major_locator(_locator())
    axis.yaxis.set_major_formatter(lambda value, _: written(value, known.unit, language, catalogue))
    # Above the axis and level: a long number beside it never pushes the unit over the edge of the page.
    unit = catalogue.units[known.unit].labels[language]
    axis.text(0, 1.03, unit, transform=axis.transAxes, fontsize=7, color="#3d4852", va="bottom")


def _owner(organisation: str, indicator: str, catalogue: Catalogue, language: str) -> str:
    """Whose series it is; one that is computed from two indicators is nobody's, and named by its formula."""
    derived = catalogue.indicators[indicator].derived
    if organisation in catalogue.organisations:
        return catalogue.organisations[organisation].short[language]
    return f"{derived.numerator} / {derived.denominator}" if isinstance(derived, Derived) else ""


def _locator() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4, integer=True)


def _group_label(code: str, indicator: str, catalogue: Catalogue, language: str) -> str:
    """Which group the panel is about, where it is wider than the definition: ' (all ages)'."""
    if code != TOTAL:
        return ""
    wider = [catalogue.codelist_of(d).label(TOTAL, language) for d in catalogue.indicators[indicator].headline]
    return f" ({', '.join(wider)})" if wider else ""


def _line(axis: Any, line: pl.DataFrame, colour: str, width: float) -> None:
    """Consecutive years are joined; a missing year is a gap, because a line across it would claim to know it."""
    run: list[tuple[int, float]] = []
    for row in [*line.sort("year").iter_rows(named=True), None]:
        if row is not None and row["actual"] is not None and (not run or row["year"] == run[-1][0] + 1):
            run.append((row["year"], row["actual"]))
            continue
        if len(run) > 1:
            axis.plot(*zip(*run, strict=True), color=colour, lw=width, zorder=2)
        run = [(row["year"], row["actual"])] if row is not None and row["actual"] is not None else []
    for row in line.iter_rows(named=True):
        x = row["year"]
        if row["status"] == Status.HIDDEN:
            _withheld(axis, x, colour)
        elif row["actual"] is not None:
            face = "white" if row["status"] == "partial" else colour
            axis.plot(x, row["actual"], "o", ms=4, color=colour, mfc=face, zorder=3)
        elif row["lower"] is not None and row["upper"] is not None:
            axis.plot([x, x], [row["lower"], row["upper"]], color=colour, lw=3, solid_capstyle="butt", zorder=3)
        elif row["lower"] is not None:
            axis.plot(x, row["lower"], "^", ms=5, color=colour, mfc="white", zorder=3)
        elif row["upper"] is not None:
            axis.plot(x, row["upper"], "v", ms=5, color=colour, mfc="white", zorder=3)


def _withheld(axis: Any, year: int, colour: str) -> None:
    """The same hatched stub for every hidden value, whatever it is, in parts of the panel and not of its scale."""
    from matplotlib.patches import Rectangle

    place = axis.get_xaxis_transform()
    axis.add_patch(Rectangle((year - 0.3, 0), 0.6, 0.1, transform=place, fc="white", ec=colour, hatch="////", lw=0.6))
    axis.text(year, 0.12, "c", transform=place, ha="center", va="bottom", fontsize=6.5, color=colour)


def _label_ends(axis: Any, ends: list[tuple[float, float, str, str]], top: float) -> None:
    """Names at the ends of the lines, in the right margin, moved apart where they would cover each other."""
    from matplotlib.lines import Line2D

    gap, taken = top * 0.15, -1e18
    right = axis.get_xlim()[1]
    for x, y, label, colour in sorted(ends, key=lambda end: end[1]):
        place = max(y, taken + gap)
        taken = place
        # A plain line: an arrow of an annotation is clipped by bisection, ten times as long.
        axis.add_artist(Line2D([x, right], [y, place], lw=0.4, color="#b8c2cc", clip_on=False, zorder=1.5))
        shade = colour if colour == DARK else "#5f6b77"
        axis.text(right + 0.25, place, label, fontsize=6.5, color=shade, va="center")


def _alt(data: pl.DataFrame, catalogue: Catalogue, language: str, title: str, year: int) -> str:
    """What the figure shows, in words and numbers, from the data that were drawn."""
    panels = _panels(data, catalogue)
    lines = [_say(catalogue, "alt_head", language, title=title, first=catalogue.years[0], year=year)]
    for indicator in panels:
        rows = data.filter(pl.col("indicator") == indicator)
        for (organisation, unit), line in rows.group_by("organisation", "unit", maintain_order=True):
            values = "; ".join(
                _value_words(r, unit, catalogue, language) for r in line.sort("year").iter_rows(named=True)
            )
            lines.append(
                _say(
                    catalogue,
                    "alt_line",
                    language,
                    indicator=f"{indicator} {catalogue.indicators[indicator].name[language]}",
                    organisation=_owner(organisation, indicator, catalogue, language),
                    values=f"{values} ({catalogue.units[unit].labels[language]})",
                )
            )
    return "\n".join([*lines, _legend(data, catalogue, language)]) + "\n"


def _value_words(row: dict[str, Any], unit: str, catalogue: Catalogue, language: str) -> str:
    if row["actual"] is not None:
        value = written(row["actual"], unit, language, catalogue)
        extra = f" ({catalogue.wording.text('status.partial', language)})" if row["status"] == "partial" else ""
        return f"{row['year']}: {value}{extra}"
    ends = [written(row[c], unit, language, catalogue) for c in ("lower", "upper")]
    status = catalogue.wording.text(f"status.{row['status']}", language)
    return f"{row['year']}: {'–'.join(e for e in ends if e)} ({status})"

"""The chart of one key indicator: its values against its targets, large enough for a screen and for half a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.style import (
    ACCENT,
    DARK,
    FAINT,
    MARGIN,
    PALE,
    SOFT,
    WIDTH,
    Page,
    scale,
    styled,
    ticks,
    width_of,
    wrapped,
)
from cpc_pipeline.publication.numbers import written

Row = dict[str, Any]
SIZE, NOTE, HEIGHT = 13.0, 9.0, 238.0
AGREED = "agreed"


def draw(
    rows: Sequence[Row],
    indicator: str,
    years: tuple[int, int, int],
    next_target: float | None,
    catalogue: Catalogue,
    language: str,
    standing: str,
) -> tuple[bytes, bytes, str]:
    """PNG, SVG, and words for those who cannot see it. years: the first, the year at hand, and the last on the axis,
    which may be the next one and then has a target only.

    Dots and line are values, bars are targets, a hatched stub is a withheld value; a year without a value is a gap, and
    a double line stands where another definition begins.
    """
    with styled():
        page = Page()
        _Chart(page, catalogue, language, indicator).draw(rows, years, next_target, standing)
        page.y = MARGIN + HEIGHT + 40
        png, svg = page.saved(words.name(indicator, language, catalogue))
    return png, svg, alt(rows, indicator, years[2], next_target, catalogue, language)


def alt(
    rows: Sequence[Row], indicator: str, last: int, next_target: float | None, catalogue: Catalogue, language: str
) -> str:
    """Every number of the chart in a sentence."""
    unit = catalogue.indicators[indicator].unit
    values = words.in_years(rows, language, catalogue)
    goals = [(r["year"], r["target"]) for r in rows if r["target"] is not None]
    goals += [] if next_target is None else [(last, next_target)]
    targets = "; ".join(f"{year}: {written(value, unit, language, catalogue)}" for year, value in goals)
    none = catalogue.wording.text("pack.alt.none", language)
    return catalogue.wording.text(
        "pack.alt.chart",
        language,
        name=words.name(indicator, language, catalogue),
        unit=words.unit_of(indicator, catalogue, language),
        values=values or none,
        targets=targets or none,
    )


def drawable(row: Row) -> bool:
    """Whether a year has anything that a chart can show."""
    there = any(row[c] is not None for c in ("actual", "lower", "upper", "target"))
    return there or row["status"] == Status.HIDDEN


def _middle(row: Row) -> float | None:
    """Where the mark of a value stands."""
    ends = [row[c] for c in ("actual", "lower", "upper") if row[c] is not None]
    return None if not ends else row["actual"] if row["actual"] is not None else sum(ends) / len(ends)


class _Chart:
    def __init__(self, page: Page, catalogue: Catalogue, language: str, indicator: str) -> None:
        self.page, self.catalogue, self.language = page, catalogue, language
        self.unit = catalogue.indicators[indicator].unit
        self.label = words.unit_of(indicator, catalogue, language)

    def draw(self, rows: Sequence[Row], years: tuple[int, int, int], next_target: float | None, standing: str) -> None:
        numbers = [r[c] for r in rows for c in ("actual", "lower", "upper", "target") if r[c] is not None]
        high = max([*numbers, next_target or 0], default=0)
        levels = ticks(high * 1.15)
        labels = [written(level, self.unit, self.language, self.catalogue) for level in levels]
        top, self.bottom = MARGIN + SIZE * 2, MARGIN + HEIGHT
        start = MARGIN + max(width_of(text, SIZE) for text in labels) + 8
        self.across = scale(years[0] - 0.5, years[2] + 0.5, start, WIDTH - MARGIN)
        self.up = scale(0, max(levels[-1], high * 1.15), self.bottom, top)
        self.page.text(MARGIN, MARGIN + SIZE * 0.6, self.label, SIZE, SOFT)
        self._frame(levels, labels, start, years, standing)
        self._breaks([r["year"] for r in rows if r["broken"]], top)
        self._targets(rows, years[2], next_target)
        self._line(rows)
        for row in rows:
            self._point(row)

    def _frame(
        self, levels: Sequence[float], labels: Sequence[str], start: float, years: tuple[int, int, int], standing: str
    ) -> None:
        step = self.across(1) - self.across(0)
        if standing != AGREED:
            x, top = self.across(years[1]) - step / 2, self.up(levels[-1])
            self.page.rect(x, top, step, self.bottom - top, PALE)
        for level, label in zip(levels, labels, strict=True):
            y = self.up(level)
            self.page.line([start, WIDTH - MARGIN], [y, y], SOFT if level == 0 else FAINT, 0.9 if level == 0 else 0.4)
            self.page.text(start - 5, y, label, SIZE, SOFT, ha="right")
        for year in range(years[0], years[2] + 1):
            mark = " p" if year == years[1] and standing != AGREED else ""
            self.page.text(self.across(year), self.bottom + SIZE * 1.2, f"{year}{mark}", SIZE, SOFT, ha="center")

    def _breaks(self, years: Sequence[int], top: float) -> None:
        """A double line before each year that follows another definition than the one before it, and what it says."""
        for year in years:
            x = self.across(year - 0.5)
            for aside in (-1.8, 1.8):
                self.page.line([x + aside] * 2, [top, self.bottom], SOFT, 1.0)
        if years:
            told = words.say(self.catalogue, "trend.break", self.language)
            for number, text in enumerate(wrapped(told, WIDTH - 2 * MARGIN, NOTE, most=2)):
                self.page.text(MARGIN, self.bottom + SIZE * 2.6 + number * NOTE * 1.2, text, NOTE, SOFT)

    def _targets(self, rows: Sequence[Row], last: int, next_target: float | None) -> None:
        """A bar at the target of each year, its number above it where no value stands in the way."""
        half = min(34.0, (self.across(1) - self.across(0)) * 0.36)
        goals = {r["year"]: r["target"] for r in rows if r["target"] is not None}
        if next_target is not None:
            goals[last] = next_target
        values = {r["year"]: _middle(r) for r in rows}
        for year, target in goals.items():
            x, y = self.across(year), self.up(target)
            self.page.line([x - half, x + half], [y, y], ACCENT, 3.0)
            text = written(target, self.unit, self.language, self.catalogue)
            value = values.get(year)
            above = value is None or value <= target
            self.page.text(x, y - SIZE * 0.75 if above else y + SIZE * 0.85, text, SIZE, ACCENT, ha="center")

    def _line(self, rows: Sequence[Row]) -> None:
        run: list[Row] = []
        for row in [*rows, None]:
            follows = row is not None and (not run or (row["year"] == run[-1]["year"] + 1 and not row["broken"]))
            if row is not None and row["actual"] is not None and follows:
                run.append(row)
                continue
            if len(run) > 1:
                xs, ys = [self.across(r["year"]) for r in run], [self.up(r["actual"]) for r in run]
                self.page.line(xs, ys, DARK, 2.4)
            run = [row] if row is not None and row["actual"] is not None else []

    def _point(self, row: Row) -> None:
        x = self.across(row["year"])
        if row["status"] == Status.HIDDEN:
            self.page.withheld(x, self.bottom, 12.0)
            return
        text = words.printed(row, self.language, self.catalogue)
        if row["actual"] is not None:
            y = self.up(row["actual"])
            face = "white" if row["status"] == Status.PARTIAL else DARK
            self.page.mark(x, y, "o", 8, DARK, face)
            above = row["target"] is None or row["actual"] > row["target"]
            self.page.text(x, y - SIZE * 1.0 if above else y + SIZE * 1.1, text, SIZE, DARK, bold=True, ha="center")
            return
        ends = [row[c] for c in ("lower", "upper") if row[c] is not None]
        if len(ends) == 2:
            self.page.line([x, x], [self.up(e) for e in ends], DARK, 6)
        elif ends:
            self.page.mark(x, self.up(ends[0]), "^" if row["lower"] is not None else "v", 10, DARK, "white")
        y = self.up(max(ends)) if ends else self.bottom
        self.page.text(x, y - SIZE, text, SIZE, DARK, ha="center")

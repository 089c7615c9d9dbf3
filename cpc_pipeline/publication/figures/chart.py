"""One small chart: the series of one indicator over the years, its targets, its baseline, and a name at each line.

A missing year is a gap, because a line across it would claim to know it; so is a break of the series, because a line
across it would claim that both sides count the same. A hidden value is a stub of constant size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.publication.figures import words
from cpc_pipeline.publication.figures.style import (
    ACCENT,
    DARK,
    FAINT,
    LIGHT,
    PALE,
    SOFT,
    Page,
    scale,
    ticks,
    width_of,
    wrapped,
)
from cpc_pipeline.publication.figures.words import Row
from cpc_pipeline.publication.numbers import written

SIZE = 6.5
AGREED = "agreed"
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass
class Chart:
    """Where the marks of one chart are; see `draw`."""

    page: Page
    catalogue: Catalogue
    language: str
    standing: str
    taken: list[Box] = field(default_factory=list)

    HEIGHT = 84.0
    NAMES = 52.0  # to the right of the last year

    def draw(
        self, rows: pl.DataFrame, indicator: str, years: tuple[int, int], at: tuple[float, float], width: float
    ) -> None:
        """Draw the rows of an indicator below and to the right of a point, between two years."""
        first, year = years
        left, top = at
        bottom = top + self.HEIGHT
        numbers = [v for c in ("target", "actual", "lower", "upper") for v in rows[c].drop_nulls()]
        unit = self.catalogue.indicators[indicator].unit
        if rows["target"].is_not_null().any():
            numbers += rows["baseline"].drop_nulls().to_list()
        high = max(numbers, default=0)
        levels = ticks(high * 1.04)
        labels = [written(level, unit, self.language, self.catalogue) for level in levels]
        start = left + max(width_of(text, SIZE) for text in labels) + 4
        end = left + width - self.NAMES
        self.across = scale(first - 0.5, year + 0.5, start, end)
        self.up = scale(0, max(levels[-1], high * 1.04), bottom, top)
        self._frame(levels, labels, start, end, bottom, first, year)
        self._breaks(rows, top, bottom)
        names = self._series(rows, unit, indicator, bottom)
        self._goals(rows, first, year)
        for text, x, y, colour in sorted(names, key=lambda n: n[3] != DARK):
            self._name(text, x, y, colour, (start, top, left + width, bottom))

    def _frame(
        self, levels: list[float], labels: list[str], start: float, end: float, bottom: float, first: int, year: int
    ) -> None:
        if self.standing != AGREED:
            step = self.across(1) - self.across(0)
            self.page.rect(
                self.across(year) - step / 2, self.up(levels[-1]), step, bottom - self.up(levels[-1]), PALE, order=0
            )
        for level, label in zip(levels, labels, strict=True):
            y = self.up(level)
            self.page.rule([start, end], [y, y], strong=level == 0)
            self.page.text(start - 3, y, label, SIZE, SOFT, ha="right")
        every = max(1, round(26 / (self.across(1) - self.across(0)) + 0.49))
        for shown in range(year, first - 1, -every):
            mark = " p" if shown == year and self.standing != AGREED else ""
            self.page.line([self.across(shown)] * 2, [bottom, bottom + 2.5], SOFT, 0.6)
            self.page.text(self.across(shown), bottom + 8, f"{shown}{mark}", SIZE, SOFT, ha="center")

    def _breaks(self, rows: pl.DataFrame, top: float, bottom: float) -> None:
        """A double line before each year that follows another definition than the one before it."""
        for year in rows.filter("broken")["year"].unique().sort():
            x = self.across(year - 0.5)
            for aside in (-1.1, 1.1):
                self.page.line([x + aside] * 2, [top, bottom], SOFT, 0.7)
            self.taken.append((x - 3, top, x + 3, bottom))

    def _series(
        self, rows: pl.DataFrame, unit: str, indicator: str, bottom: float
    ) -> list[tuple[str, float, float, str]]:
        """Lines and points of every series, other institutions first so that the record lies on top."""
        names = []
        aside = 0.0
        kinds = iter("sD^vPX" * 4)
        order = rows.with_columns((pl.col("series") == "record").alias("own")).sort("own", maintain_order=True)
        for (series, organisation, counted), line in order.group_by(
            "series", "organisation", "unit", maintain_order=True
        ):
            own = series == "record"
            colour, kind = (DARK, "o") if own else (LIGHT, next(kinds))
            points = line.sort("year").to_dicts()
            self._joined(points, colour, 1.6 if own else 0.8)
            ranged = any(r["actual"] is None and r["lower"] is not None and r["upper"] is not None for r in points)
            aside += 4.5 if ranged and not own else 0  # bars of several organisations stand beside each other
            shift = aside if ranged and not own else 0
            for row in points:
                self._point(row, colour, kind, bottom, shift)
            short = words.owner(str(organisation), indicator, self.catalogue, self.language)
            other = "" if counted == unit else f" ({self.catalogue.units[str(counted)].labels[self.language]})"
            last = points[-1]
            names.append((f"{short}{other}", self.across(last["year"]) + shift, self._height(last, bottom), colour))
        return names

    def _joined(self, points: list[Row], colour: str, width: float) -> None:
        run: list[Row] = []
        for row in [*points, None]:
            follows = row is not None and (not run or (row["year"] == run[-1]["year"] + 1 and not row["broken"]))
            if row is not None and row["actual"] is not None and follows:
                run.append(row)
                continue
            if len(run) > 1:
                xs, ys = [self.across(r["year"]) for r in run], [self.up(r["actual"]) for r in run]
                self.page.line(xs, ys, colour, width)
                self._take_line(xs, ys)
            run = [row] if row is not None and row["actual"] is not None else []

    def _take_line(self, xs: list[float], ys: list[float]) -> None:
        """Places along a line, so that no name is written over it."""
        for x1, y1, x2, y2 in zip(xs, ys, xs[1:], ys[1:], strict=False):
            steps = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) / 4))
            for n in range(steps):
                x, y = x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps
                self.taken.append((x - 1, y - 1, x + 1, y + 1))

    def _point(self, row: Row, colour: str, kind: str, bottom: float, aside: float) -> None:
        x, size = self.across(row["year"]), 3.6 if colour == DARK else 3.0
        if row["status"] == Status.HIDDEN:
            self.page.withheld(x, bottom, colour=colour)
            self.taken.append((x - 4, bottom - 18, x + 4, bottom))
            return
        y = self._height(row, bottom)
        self.taken.append((x - 3, y - 3, x + 3, y + 3))
        if row["actual"] is not None:
            face = "white" if row["status"] == Status.PARTIAL else colour
            self.page.mark(x, y, kind, size, colour, face)
        elif row["lower"] is not None and row["upper"] is not None:
            ends = [max(self.up(row["lower"]), y + 2.5), min(self.up(row["upper"]), y - 2.5)]
            self.page.line([x + aside, x + aside], ends, colour, 3)
            self.taken.append((x + aside - 3, ends[1], x + aside + 3, ends[0]))
        else:
            self.page.mark(x, y, "^" if row["lower"] is not None else "v", size + 1, colour, "white")

    def _height(self, row: Row, bottom: float) -> float:
        value = row["actual"]
        if value is None:
            ends = [row[c] for c in ("lower", "upper") if row[c] is not None]
            value = sum(ends) / len(ends) if ends else None
        return bottom if value is None else self.up(value)

    def _goals(self, rows: pl.DataFrame, first: int, year: int) -> None:
        """A short bar at the target of each year that has one; a dotted line at the baseline they start from."""
        own = rows.filter(pl.col("target").is_not_null()).sort("year").unique("year", keep="first", maintain_order=True)
        if own.is_empty():
            return
        half = min(7.0, (self.across(1) - self.across(0)) * 0.36)
        for at, target in own.select("year", "target").iter_rows():
            x, y = self.across(at), self.up(target)
            self.page.line([x - half, x + half], [y, y], ACCENT, 1.8)
            self.taken.append((x - half, y - 2, x + half, y + 2))
        last = own.row(-1, named=True)
        if last["baseline"] is not None and last["baseline_year"] is not None:
            y = self.up(last["baseline"])
            begin = self.across(min(max(last["baseline_year"], first), year))
            self.page.line([begin, self.across(year)], [y, y], ACCENT, 0.8, (0, (1, 2)))
            self._take_line([begin, self.across(year)], [y, y])

    def _name(self, text: str, x: float, y: float, colour: str, inside: Box) -> None:
        """The name beside the last point of a line, where nothing is; else up or down, with a thin line to it."""
        shade = colour if colour == DARK else SOFT
        left, top, right, bottom = inside
        room = right - x - 5
        lines = wrapped(text, max(room if room < 90 else 90, self.NAMES - 6), SIZE, colour == DARK, most=3)
        width = max(width_of(line, SIZE, colour == DARK) for line in lines)
        height = len(lines) * SIZE * 1.25
        tries = [(x + 5, y - height / 2), (x - width / 2, y - height - 4), (x - width / 2, y + 4)]
        tries += [(x + 5, y - height / 2 + step) for n in range(1, 12) for step in (-4.0 * n, 4.0 * n)]
        tries += [(x - width - 5, y - height / 2 + step) for n in range(6) for step in (-4.0 * n, 4.0 * n)]
        for at, high in tries:
            box = (at, high, at + width, high + height)
            if box[0] >= left and box[2] <= right and box[1] >= top - 12 and box[3] <= bottom + 1 and self._free(box):
                break
        else:
            at, high = min(x + 5, right - width), min(max(y - height / 2, top - 12), bottom - height)
        self.taken.append((at, high, at + width, high + height))
        middle = high + height / 2
        if abs(middle - y) > height / 2 + 6:
            edge = at if at > x else at + width
            self.page.line([x, edge], [y, middle], FAINT, 0.4)
        self.page.lines(at, high + SIZE * 0.62, lines, SIZE, colour=shade, bold=colour == DARK)

    def _free(self, box: Box) -> bool:
        left, top, right, bottom = box
        return all(b[2] <= left or b[0] >= right or b[3] <= top or b[1] >= bottom for b in self.taken)

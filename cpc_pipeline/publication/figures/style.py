"""How every figure looks: one page size, one letter, one set of inks, and marks that need no colour.

Drawn at the width at which it is printed (170 mm), so that 7 points are 7 points on paper. Inks differ in lightness and
not only in hue, so they survive a copier and any kind of colour blindness; good and bad have no colour of their own.
Positions are points from the upper left corner, which costs a third of what axes of matplotlib cost.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

INK, SOFT, FAINT, PALE = "#1d2733", "#57636f", "#aab4be", "#eceff2"
DARK, MIDDLE, LIGHT = "#16324f", "#4a7fb0", "#8795a3"
ACCENT = "#b5530f"  # targets, and nothing else
RAMP = ("#dfe9f3", "#b3cde3", "#7ba7cc", "#3f75a5", "#16324f")
"""Few to many, light to dark; equal steps of lightness."""
FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine draws the same letters
WIDTH = 482.0  # points: 170 mm
MARGIN = 6.0
DPI = 180
STYLE: dict[Any, Any] = {
    "font.family": FONT,
    "svg.hashsalt": "cpc_pipeline",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.6,
    "path.simplify": False,
}


@lru_cache(maxsize=2)
def _letters(bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=FONT, weight="bold" if bold else "normal")


@lru_cache(maxsize=2)
def _font(bold: bool) -> Any:
    from matplotlib.font_manager import findfont, get_font

    return get_font(findfont(_letters(bold)))


@lru_cache(maxsize=4096)
def _advance(letter: str, bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    font.set_size(10, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 10


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points."""
    return size * sum(_advance(letter, bold) for letter in text)


def wrapped(text: str, width: float, size: float, bold: bool = False, most: int | None = None) -> list[str]:
    """Lines that fit a width, broken between words; with `most`, what does not fit ends in an ellipsis."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size, bold) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and width_of(f"{last}…", size, bold) > width:
            last = last[:-1].rstrip()
        lines = [*lines[: most - 1], f"{last}…"]
    return lines


def balanced(text: str, width: float, size: float, bold: bool = False, most: int | None = None) -> list[str]:
    """As `wrapped`, with lines about as long as each other: a name whose last word stands alone reads badly."""
    lines = wrapped(text, width, size, bold, most)
    if len(lines) == 1 or lines[-1].endswith("…"):
        return lines
    for share in (0.6, 0.7, 0.8, 0.9):
        narrower = wrapped(text, width * share, size, bold)
        if len(narrower) == len(lines):
            return narrower
    return lines


class Page:
    """A figure that grows downwards: marks at points from the upper left corner, saved at the height they took."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self._figure = Figure(figsize=(WIDTH / 72, 1))
        FigureCanvasAgg(self._figure)
        self._page = Affine2D()
        self._points = self._page + self._figure.dpi_scale_trans
        self.y = MARGIN

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 7,
        colour: str = INK,
        *,
        bold: bool = False,
        ha: str = "left",
    ) -> None:
        """A line of text; y is the middle of its height."""
        from cpc_pipeline.publication.figures.lettering import Line

        before = {"left": 0.0, "center": 0.5, "right": 1.0}[ha]
        start = x - before * width_of(text, size, bold) if before else x
        self._add(Line(start, y, text, size, colour, _letters(bold)), 5)

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = 7, **options: Any) -> float:
        """Lines of text below each other, the first at y; returns where the next would be."""
        for line in lines:
            self.text(x, y, line, size, **options)
            y += size * 1.3
        return y

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float, dash: Any = "-") -> None:
        """A line of data; one of the frame is a rule, which lies below them."""
        from matplotlib.lines import Line2D

        self._add(Line2D(xs, ys, color=colour, lw=width, ls=dash, solid_capstyle="butt"), 3)

    def rule(self, xs: Sequence[float], ys: Sequence[float], strong: bool = False) -> None:
        """A line of the grid, or a strong one where the grid begins."""
        from matplotlib.lines import Line2D

        self._add(Line2D(xs, ys, color=SOFT if strong else FAINT, lw=0.7 if strong else 0.35), 1)

    def mark(self, x: float, y: float, kind: str, size: float, colour: str, face: str | None = None) -> None:
        """A dot, square, triangle: kinds of matplotlib's markers."""
        from matplotlib.lines import Line2D

        self._add(Line2D([x], [y], ls="", marker=kind, ms=size, color=colour, mfc=face or colour, mew=0.9), 4)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str | None,
        edge: str | None = None,
        hatch: str | None = None,
        line: float = 0.6,
        order: int = 2,
    ) -> None:
        from matplotlib.patches import Rectangle

        face = fill or "none"
        self._add(Rectangle((x, y), width, height, fc=face, ec=edge or "none", hatch=hatch, lw=line if edge else 0), 1)

    def shape(self, outline: Any, fill: str, edge: str, hatch: str | None = None, line: float = 0.5) -> None:
        """A filled outline (a matplotlib path in points)."""
        from matplotlib.patches import PathPatch

        self._add(PathPatch(outline, fc=fill, ec=edge, lw=line, hatch=hatch), 2)

    def withheld(self, x: float, bottom: float, width: float = 6.0, colour: str = DARK) -> None:
        """The same hatched stub for every hidden value: it has no height of its own that could tell anything."""
        self.rect(x - width / 2, bottom - 9, width, 9, "white", colour, "//////", 0.5)
        self.text(x, bottom - 13, "c", 6.5, colour, ha="center")

    def _add(self, artist: Any, order: int) -> None:
        artist.set_transform(self._points)
        artist.set_zorder(order)
        artist.set_clip_on(False)
        self._figure.add_artist(artist)

    def head(self, title: str, subtitle: str = "") -> None:
        """What the figure is about, and the line below it."""
        self.y = self.lines(
            MARGIN, self.y + 6, balanced(title, WIDTH - 2 * MARGIN, 10, True), 10, colour=DARK, bold=True
        )
        if subtitle:
            lines = wrapped(subtitle, WIDTH - 2 * MARGIN, 7.5)
            self.y = self.lines(MARGIN, self.y, lines, 7.5, colour=SOFT)
        self.y += 4

    def foot(self, *paragraphs: str) -> None:
        """How to read it, and where it comes from: on the figure itself, because figures are copied alone."""
        self.y += 6
        self.line([MARGIN, WIDTH - MARGIN], [self.y, self.y], FAINT, 0.5)
        self.y += 7
        for paragraph in filter(None, paragraphs):
            lines = wrapped(paragraph, WIDTH - 2 * MARGIN, 6.5)
            self.y = self.lines(MARGIN, self.y, lines, 6.5, colour=SOFT) + 1.5

    def saved(self, title: str) -> tuple[bytes, bytes]:
        """The picture as PNG and SVG; no clock and no program's name in either."""
        height = self.y + MARGIN / 2
        self._figure.set_size_inches(WIDTH / 72, height / 72)
        self._page.clear().scale(1, -1).translate(0, height).scale(1 / 72)
        png, svg = io.BytesIO(), io.BytesIO()
        # Lines on white: more effort makes them no smaller, and costs more.
        pil = {"compress_level": 3}
        self._figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None}, pil_kwargs=pil)
        self._figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
        return png.getvalue(), svg.getvalue()


def styled() -> AbstractContextManager[None]:
    """The settings under which a Page is made and saved."""
    import matplotlib as mpl

    return mpl.rc_context(STYLE)


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """From values to points."""
    span = (high - low) or 1
    return lambda value: start + (value - low) / span * (end - start)


def ticks(high: float, most: int = 4, whole: bool = True) -> list[float]:
    """Round numbers from zero that cover a value."""
    from matplotlib.ticker import MaxNLocator

    return [float(t) for t in MaxNLocator(nbins=most, integer=whole).tick_values(0, high or 1) if t >= 0]


def shade(values: Sequence[float]) -> Callable[[float], int]:
    """Which step of the ramp a value has: steps of equally many values, equal values alike."""
    steps = sorted(set(values))

    def step(value: float) -> int:
        if len(steps) == 1:
            return len(RAMP) // 2
        return round(steps.index(value) / (len(steps) - 1) * (len(RAMP) - 1))

    return step

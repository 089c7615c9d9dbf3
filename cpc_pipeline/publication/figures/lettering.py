"""Letters of figures: a line of text, drawn from outlines that matplotlib shaped once.

Text of matplotlib is measured and shaped anew for each format, and in a picture each of its letters is rendered alone:
that was half of what a figure cost. Imported only where something is drawn, because matplotlib is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

MIDDLE = 0.38
"""From the baseline to half the ascent, in sizes of the letter: what matplotlib calls `center_baseline`."""


class Line(Artist):
    """A line of text that begins at x, its middle at y: in the units of its transform."""

    def __init__(self, x: float, y: float, text: str, size: float, colour: str, font: FontProperties) -> None:
        super().__init__()
        self._at, self._text, self._size, self._colour, self._font = (x, y), text, size, colour, font

    def draw(self, renderer: Any) -> None:
        x, y = map(float, np.asarray(self.get_transform().transform(self._at)))
        context = renderer.new_gc()
        context.set_foreground(to_rgba(self._colour), isRGBA=True)
        in_pixels = isinstance(renderer, RendererAgg)
        if in_pixels:
            scale = renderer.points_to_pixels(self._size)
            base = round(y - MIDDLE * scale)  # feet of letters on a row of pixels, or they look blurred
            place = Affine2D().scale(scale / TextToPath.FONT_SCALE).translate(x, base)
            context.set_linewidth(0)
            renderer.draw_path(context, _outlines(self._text, findfont(self._font)), place, context.get_rgb())
        else:
            prop = self._font.copy()
            prop.set_size(self._size)
            below = renderer.get_canvas_width_height()[1] - y + MIDDLE * self._size
            renderer._text2path = _shaper()  # without it, all texts would be shaped again, and look the same
            renderer.open_group("text")
            renderer.draw_text(context, x, below, self._text, prop, 0)
            renderer.close_group("text")
        context.restore()


@lru_cache(maxsize=4096)
def _outlines(text: str, file: str) -> Path:
    """All letters of a text as one outline, at the size of FONT_SCALE."""
    placed, glyphs = _shape(text, file)
    drawn = [(glyphs[name], x, y) for name, x, y, _ in placed if len(glyphs[name][1])]
    if not drawn:
        return Path(np.empty((0, 2)))
    return Path(
        np.concatenate([outline[0] + (x, y) for outline, x, y in drawn]),
        np.concatenate([outline[1] for outline, _, _ in drawn]),
    )


class _Shaped(TextToPath):
    """What matplotlib asks for the letters of a text, answered from those that were shaped already."""

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **_: Any
    ) -> tuple[Any, Any, Any]:
        placed, glyphs = _shape(s, font.fname)
        known = {} if glyph_map is None else glyph_map
        new = {name: glyphs[name] for name, *_ in placed if name not in known}
        return placed, new if return_new_glyphs_only else known | new, []


@lru_cache(maxsize=1)
def _shaper() -> _Shaped:
    return _Shaped()


@lru_cache(maxsize=4096)
def _shape(text: str, file: str) -> tuple[Any, dict[str, Any]]:
    """Name and place of each letter of a text, and the outlines of the letters that were met so far."""
    font = get_font(file)
    font.set_size(TextToPath.FONT_SCALE, TextToPath.DPI)
    placed, glyphs, _ = TextToPath().get_glyphs_with_font(font, text, glyph_map=_known(file))
    return placed, glyphs


@lru_cache(maxsize=4)
def _known(file: str) -> dict[str, Any]:
    """The letters that were met so far, by their names."""
    return {}


def forget() -> None:
    """Shape every text anew: for measuring what a figure costs by itself."""
    _outlines.cache_clear()
    _shape.cache_clear()

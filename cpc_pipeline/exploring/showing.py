"""Summaries as a notebook and a terminal show them."""

from __future__ import annotations

import html
from collections.abc import Iterable

Told = Iterable[tuple[str, str]]


def table(told: Told) -> str:
    """Lines of a name and what is said of it, as a table of HTML."""
    rows = "".join(f"<tr>{_cell('th', name)}{_cell('td', said)}</tr>" for name, said in told)
    return f"<table>{rows}</table>"


def _cell(tag: str, text: str) -> str:
    return f"<{tag} style='text-align:left'>{html.escape(text)}</{tag}>"


def lines(told: Told) -> str:
    return "\n".join(f"{name}: {said}" for name, said in told)


def picture(alt: str, png: str) -> str:
    """A picture (PNG, base64) as large as there is room, with its words for who cannot see it."""
    return f'<img style="max-width:100%" alt="{html.escape(alt, quote=True)}" src="data:image/png;base64,{png}">'


def verbatim(text: str) -> str:
    return f'<pre style="white-space:pre-wrap">{html.escape(text)}</pre>'

"""A figure of the report, as a notebook shows it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.exploring import showing


@dataclass(frozen=True)
class Picture:
    """One figure in one language: the bytes that the report prints, its words, and the rows that are drawn.

    alt: what it shows, in words and numbers, with its source. data: one row per mark, as text in printed precision.
    """

    id: str
    language: str
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)
    alt: str = field(repr=False)
    data: pl.DataFrame = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write it as .svg or .png, as the name of the file ends; returns the path."""
        target = Path(path)
        target.write_bytes(self.svg if target.suffix == ".svg" else self.png)
        return target

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        picture = base64.b64encode(self.png).decode()
        return {"text/plain": self.alt, "text/html": showing.picture(self.alt, picture), "image/png": picture}

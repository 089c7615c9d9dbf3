"""The cells of a page that name their number, held against the row of the masked table that bears this name."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polars as pl

from cpc_pipeline import counted
from cpc_pipeline.artefacts.tokens import numbers_in

SHOWN = {"actual": ("actual", "lower", "upper")}
"""Column that a cell says it shows -> columns whose numbers may stand there; only itself where it is not here."""


def astray(path: Path, rows: pl.DataFrame) -> Iterator[str]:
    """The name of every number of a page that its own row does not have, or that no row has."""
    table = {row["trace"]: row for row in rows.iter_rows(named=True)} if "trace" in rows.columns else {}
    for trace, column, text in _cells(path):
        row = table.get(trace)
        if row is None:
            yield trace
        elif column == "completeness":  # 2/4 is no number: it is held against the text of the table
            if text != (row[column] or ""):
                yield trace
        else:
            there = {abs(float(row[c])) for c in SHOWN.get(column, (column,)) if row[c] is not None}
            if any(there.isdisjoint(readings) for readings in numbers_in(text)):
                yield trace


def _cells(path: Path) -> list[tuple[str, str, str]]:
    """Name, column and text of each cell that has a name."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return [(trace, column, "".join(said)) for trace, column, said in reader.found]


class _Reader(HTMLParser):
    """What stands in named cells, without small type: the year of a baseline, the letters of notes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[str]]] = []
        self._named = self._small = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th"):
            said = dict(attrs)
            trace = said.get("data-trace") or ""  # a count, a score: no row of the table has it
            self._named, self._small = bool(trace) and counted.read(trace) is None, False
            if self._named:
                self.found.append((trace, said.get("data-column") or "", []))
        elif tag in ("span", "sup"):
            self._small = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._named = False
        elif tag in ("span", "sup"):
            self._small = False

    def handle_data(self, data: str) -> None:
        if self._named and not self._small:
            self.found[-1][2].append(data)

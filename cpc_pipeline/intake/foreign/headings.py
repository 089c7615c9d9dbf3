"""Where the headings of a table are and what each column holds, held against the layouts of the compact.

Headings match by alias alone, whatever their case, accents, spaces and line breaks. A near match is suggested, never
applied; what a person confirmed for the organisation is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cpc_pipeline.catalogue import Catalogue, Confirmed, Layout, LayoutColumn, Spread, aliases
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.foreign.dates import read_year
from cpc_pipeline.intake.foreign.grid import At, Grid, squash

WITHIN = 30
"""Rows in which headings are looked for."""


@dataclass(frozen=True)
class Levels:
    """What the headings above a column of values say: field -> code (a year as text); levels that are totals."""

    says: dict[str, str]
    totals: tuple[str, ...] = ()


@dataclass
class Match:
    """A layout found in a sheet. rows: the heading rows. columns: column -> what it holds. spread: columns of values of
    a wide table. refused: columns whose headings are outside the list of their level, with field and text.
    unknown: headings that nobody declared. missing: required columns that are not there. used: confirmed mappings."""

    layout: Layout
    rows: tuple[int, ...]
    columns: dict[int, LayoutColumn] = field(default_factory=dict)
    spread: dict[int, Levels] = field(default_factory=dict)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)
    unknown: dict[int, Cell] = field(default_factory=dict)
    missing: list[LayoutColumn] = field(default_factory=list)
    twice: list[tuple[Cell, Cell]] = field(default_factory=list)
    used: list[Confirmed] = field(default_factory=list)
    years_repaired: int = 0
    lasts: dict[int, Cell] = field(default_factory=dict)  # heading next to the values of each such column

    @property
    def score(self) -> int:
        return len(self.columns) + len(self.spread)

    @property
    def complete(self) -> bool:
        return not self.missing and (self.layout.shape != "wide" or bool(self.spread))

    @property
    def values(self) -> list[int]:
        """Columns of values."""
        if self.layout.shape == "wide":
            return [*self.spread, *self.refused]
        return [c for c, column in self.columns.items() if column.field == "value"]

    @property
    def labels(self) -> list[int]:
        """Columns that say what a row is about."""
        return [c for c, column in self.columns.items() if column.field not in ("value", "ignored", "note")]


def matches(
    grid: Grid, layout: Layout, catalogue: Catalogue, known: Sequence[Confirmed], *, below: int = 0, limit: int = WITHIN
) -> Iterator[Match]:
    """Every way in which rows of the sheet could be the headings of this layout."""
    levels = max(1, len(layout.spread))
    names = _names(layout, catalogue, known)
    for top in [row for row in grid.rows if below < row <= below + limit]:
        rows = tuple(range(top, top + levels))
        if any(row in grid.rows for row in rows[-1:]):
            yield _match(grid, layout, catalogue, rows, names)


def lists_events(cells: Iterable[Cell], catalogue: Catalogue) -> bool:
    """Whether a sheet is a list of events with a quantity that the compact declares, and has no column besides."""
    grid = Grid("", {(cell.row, cell.column): cell for cell in cells})
    layouts = [layout for layout in catalogue.layouts.values() if layout.shape == "events"]
    found = (match for layout in layouts for match in matches(grid, layout, catalogue, ()))
    return any(m.complete and m.values and not m.unknown and not m.twice for m in found)


def _names(
    layout: Layout, catalogue: Catalogue, known: Sequence[Confirmed]
) -> dict[str, tuple[LayoutColumn, Confirmed | None]]:
    """Squashed heading -> column; the first column of the layout that has a name keeps it."""
    names: dict[str, tuple[LayoutColumn, Confirmed | None]] = {}
    for column in layout.columns:
        for name in aliases(catalogue, column):
            names.setdefault(squash(name), (column, None))
    for mapping in known:
        own = layout.column(mapping.field)
        if mapping.heading is not None and own is not None:
            names[squash(mapping.heading)] = (own, mapping)
    return names


def _match(
    grid: Grid,
    layout: Layout,
    catalogue: Catalogue,
    rows: tuple[int, ...],
    names: dict[str, tuple[LayoutColumn, Confirmed | None]],
) -> Match:
    match = Match(layout, rows)
    seen: dict[int, Cell] = {}  # id of the layout's column -> heading
    width = max((c for row in rows for c in grid.rows.get(row, {})), default=0)
    carried: list[Cell | None] = [None] * len(rows)
    for column in range(1, width + 1):
        own = [grid.cells.get((row, column)) for row in rows]
        heading = next((c for c in own if c is not None and squash(c.text) in names), None)
        if heading is not None:
            declared, mapping = names[squash(heading.text)]
            carried = [None] * len(rows)
            if id(declared) in seen:
                match.twice.append((seen[id(declared)], heading))
                continue
            seen[id(declared)] = heading
            match.columns[column] = declared
            if mapping is not None:
                match.used.append(mapping)
            continue
        texts = _texts(grid, rows, column, carried)
        bottom = own[-1] or next((c for c in own if c is not None), None)
        if layout.spread and all(text is not None for text in texts):
            _spread(match, column, [t for t in texts if t is not None], catalogue)
        if column not in match.spread and column not in match.refused and bottom is not None:
            match.unknown[column] = bottom
    match.missing = [c for c in layout.columns if c.required and c not in match.columns.values()]
    return match


def _texts(grid: Grid, rows: tuple[int, ...], column: int, carried: list[Cell | None]) -> list[Cell | None]:
    """The heading of each level; an upper level without text goes on from the left, as merged headings do."""
    texts: list[Cell | None] = []
    for level, row in enumerate(rows):
        cell = grid.shown(row, column)
        if level < len(rows) - 1:
            anchored = (row, column) in grid.anchors
            if cell is not None and not anchored:
                carried[level:-1] = [None] * (len(rows) - 1 - level)
                carried[level] = cell
            cell = cell or carried[level]
        texts.append(cell)
    return texts


def _spread(match: Match, column: int, texts: list[Cell], catalogue: Catalogue) -> None:
    says: dict[str, str] = {}
    totals: list[str] = []
    resolved = 0
    outside: tuple[str, str] | None = None
    for level, cell in zip(match.layout.spread, texts, strict=True):
        sets = level_says(level, cell, catalogue)
        if sets is None:
            outside = outside or (level.field, cell.text)
            continue
        resolved += 1
        if sets == {}:
            totals.append(level.field)
            if level.field in catalogue.dimension_ids:
                says[level.field] = TOTAL
        elif level.field == "year" and not cell.text.strip().startswith(sets["year"]):
            match.years_repaired += 1
        says |= sets
    if outside is None:
        levels = Levels(says, tuple(totals))
        if says and levels in match.spread.values():  # two columns of one year: nobody can tell what each is a part of
            first = next(c for c, known in match.spread.items() if known == levels)
            match.twice.append((match.lasts.get(first, texts[-1]), texts[-1]))
        match.lasts[column] = texts[-1]
        match.spread[column] = levels
    elif resolved and len(match.layout.spread) > 1:
        match.refused[column] = outside


def level_says(level: Spread, cell: Cell, catalogue: Catalogue) -> dict[str, str] | None:
    """What a heading of a level says; {} for a total; None where it is no value of the level."""
    key = squash(cell.text)
    for meaning in level.values:
        if key in map(squash, meaning.says):
            return None if meaning.refuse else {**({level.field: meaning.code} if meaning.code else {}), **meaning.sets}
    if key in map(squash, catalogue.reading_words.total):
        return {}
    if cell.kind == "number" and level.field != "year":  # a number below a year is a value, though 1 may code a sex
        return None
    if level.field == "year":
        year, _ = read_year(cell, catalogue.reading_words.year)
        return None if year is None else {"year": str(year)}
    if level.field in catalogue.dimension_ids:
        code = catalogue.codelist_of(level.field).find(cell.text)
        return None if code is None else {} if code == TOTAL else {level.field: code}
    if level.field == "indicator":
        series = catalogue.find_series(cell.text, "indicator") or catalogue.find_series(cell.text, "context")
        return None if series is None else {"indicator": series}
    return None


def suggestions(match: Match, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Unknown heading -> field of a missing column that it resembles; for a person to confirm."""
    from rapidfuzz import fuzz

    near = []
    for cell in match.unknown.values():
        best = max(
            (
                (fuzz.ratio(squash(cell.text), squash(name)), column.field)
                for column in match.missing
                for name in aliases(catalogue, column)
            ),
            default=(0, ""),
        )
        if best[0] >= 60:
            near.append((" ".join(cell.text.split()), best[1]))
    return near


def heading_cells(grid: Grid, match: Match) -> list[At]:
    return [(row, column) for row in match.rows for column in grid.rows.get(row, {})]

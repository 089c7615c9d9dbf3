"""What each row below the headings is: data, a total, a note, a blank, or the beginning of another table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.foreign.grid import Grid, begins, squash
from cpc_pipeline.intake.foreign.headings import Match


@dataclass
class Body:
    """Rows by kind. second: the row in which another table begins, so that this one cannot be told from it."""

    data: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)  # headings that come again, and titles before them
    second: int | None = None


def split(
    grid: Grid,
    match: Match,
    catalogue: Catalogue,
    is_value: Callable[[Cell], bool],
    is_label: Callable[[dict[int, Cell]], bool],
    shows_nation: bool,
) -> Body:
    """Go down the rows. shows_nation: a row about the whole country is data (there are no other places)."""
    body = Body()
    pending: list[int] = []
    values, labels = set(match.values), set(match.labels)
    heading = {c: squash(cell.text) for c, cell in grid.rows.get(match.rows[-1], {}).items()}
    for row, cells in grid.rows.items():
        if row <= match.rows[-1]:
            continue
        if _is_heading(cells, heading):
            if match.layout.several != "same_headings":
                body.second = pending[0] if pending else row
                break
            body.repeated += [*pending, row]
            pending = []
            continue
        own = {c: cell for c, cell in cells.items() if c in labels}
        first = next(iter(cells.values()))
        labelled = bool(own) and is_label(own)
        total = _is_total(own, first, catalogue, labelled) or (not shows_nation and _says_nation(own, catalogue))
        has_values = any(c in values and is_value(cell) for c, cell in cells.items())
        if total and has_values:
            body.totals.append(row)
            body.second = body.second or _between(pending)
        elif has_values or labelled:
            body.second = body.second or _between(pending)
            body.data.append(row)
        else:
            pending.append(row)
        if body.second is not None:
            break
    body.below = pending if body.second is None else []
    return body


def _between(pending: list[int]) -> int | None:
    """Texts between rows of data may be the heading of another table, or give the rows below another meaning."""
    return pending[0] if pending else None


def _is_heading(cells: dict[int, Cell], heading: dict[int, str]) -> bool:
    same = [c for c, cell in cells.items() if heading.get(c) and squash(cell.text) == heading[c]]
    return len(same) >= max(2, (len(heading) + 1) // 2)


def _is_total(own: dict[int, Cell], first: Cell, catalogue: Catalogue, labelled: bool) -> bool:
    """A row that begins with a word of totals; where its label is a place (Todos Santos), only the bare word counts."""
    words = (*catalogue.reading_words.total, *catalogue.reading_words.subtotal)
    bare = {squash(word) for word in words}
    for cell in (next(iter(own.values()), first), first):
        if cell.kind == "text" and (squash(cell.text) in bare or (not labelled and begins(cell.text, words))):
            return True
    return False


def _says_nation(own: dict[int, Cell], catalogue: Catalogue) -> bool:
    first = next(iter(own.values()), None)
    return first is not None and first.kind == "text" and catalogue.places.find(first.text) == NATION

"""Titles and notes that say that the numbers are not what they look like: then the layout must say it too."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.cells import Cell
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.body import Body
from cpc_pipeline.intake.foreign.grid import Grid, contains, where
from cpc_pipeline.intake.foreign.headings import Match
from cpc_pipeline.intake.foreign.tally import Tally

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FOOT = 12
"""Rows of notes below a table that are looked at."""


def say_hazards(grid: Grid, match: Match, body: Body, catalogue: Catalogue, found: Found, tally: Tally) -> bool:
    """Whether a title or note gives the numbers another meaning than the layout; each is a finding that returns."""
    above = [cell for row in grid.rows if row < match.rows[0] for cell in grid.rows[row].values()]
    below = [cell for row in body.below[:_FOOT] for cell in grid.rows[row].values()]
    between = [cell for row in body.repeated for cell in grid.rows[row].values()]
    told = [cell for cell in (*above, *between) if cell.kind == "text"]
    if match.layout.titles and not any(contains(t, match.layout.titles) for t in (grid.name, *(c.text for c in told))):
        params = {"codes": "layouts", "titles": ", ".join(match.layout.titles)}
        at = where((match.rows[0], 1))
        found.add("title_missing", "return", grid.name, at, found=match.layout.id, params=params)
        return True
    named = Cell(1, 1, "text", grid.name)
    hits = [(cell, hazard) for cell in (named, *told) for hazard in _hazards(cell, match, catalogue, found.year)]
    headings = [cell for row in match.rows for cell in grid.rows.get(row, {}).values() if cell.kind == "text"]
    used = [c for c in headings if c.column in match.values]
    words = catalogue.reading_words
    for cell in (*used, *(c for c in below if c.kind == "text")):
        for name, listed in (("cumulative", words.cumulative), ("scale", words.scale)):
            word = contains(cell.text if name == "cumulative" else _without(cell.text, words.no_scale), listed)
            if word and not _allowed(name, match):
                hits.append((cell, (name, word)))
    for cell, (name, word) in hits:
        params = {"word": word, "layout": match.layout.id}
        found.add(f"title_{name}", "return", grid.name, cell.address, found=cell.text[:200], params=params)
    return bool(hits)


def _hazards(cell: Cell, match: Match, catalogue: Catalogue, year: int) -> list[tuple[str, str]]:
    words = catalogue.reading_words
    text = fold(cell.text)
    hits = []
    since = any(re.search(rf"(?<!\w){re.escape(fold(w))}\s+(?:19|20)\d\d(?!\d)", text) for w in words.since)
    if (word := contains(text, words.cumulative) or ("since" if since else None)) and not _allowed("cumulative", match):
        hits.append(("cumulative", word))
    if (word := contains(_without(text, words.no_scale), words.scale)) and not _allowed("scale", match):
        hits.append(("scale", word))
    dated = any(c.field in ("date", "period_start", "period_end") for c in match.layout.columns)
    if (word := contains(text, words.partial)) and not dated and not _allowed("partial", match):
        hits.append(("partial", word))
    if match.layout.period == "reporting" and year:
        others = [y for y in _YEARS.findall(text) if int(y) != year]
        if others:
            hits.append(("year", others[0]))
    return hits


def _without(text: str, phrases: Iterable[str]) -> str:
    """The text without phrases that hold a word of a list and do not mean it."""
    text = fold(text)
    for phrase in phrases:
        text = text.replace(fold(phrase), " ")
    return text


def _allowed(name: str, match: Match) -> bool:
    declared = match.layout.cumulative_since is not None if name == "cumulative" else False
    return declared or name in match.layout.allows or (name == "scale" and "unit" in match.layout.sets)

"""Titles and notes that say that the numbers are not what they look like: then the layout must say it too."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.cells import Cell, column_letters
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign.body import Body
from cpc_pipeline.intake.foreign.grid import Grid, contains, squash, where
from cpc_pipeline.intake.foreign.headings import Match
from cpc_pipeline.intake.foreign.subjects import narrowed
from cpc_pipeline.intake.foreign.tally import Tally
from cpc_pipeline.intake.reading.formats import shown_otherwise

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FOOT = 200
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
    since = match.layout.cumulative_since
    if since is not None and not _says_cumulative((grid.name, *(c.text for c in (*told, *below))), since, catalogue):
        params = {"codes": "layouts", "since": str(since)}
        at = where((match.rows[0], 1))
        found.add("title_not_cumulative", "return", grid.name, at, found=match.layout.id, params=params)
        return True
    if _say_columns(grid, match, body, catalogue, found):
        return True
    named = Cell(1, 1, "text", grid.name)
    hits = [(cell, hazard) for cell in (named, *told) for hazard in _hazards(cell, match, catalogue, found.year)]
    headings = [cell for row in match.rows for cell in grid.rows.get(row, {}).values() if cell.kind == "text"]
    used = [c for c in headings if c.column in match.values]
    words = catalogue.reading_words
    for cell in (c for c in grid.rows[match.rows[-1]].values() if c.column in match.spread and c.number is not None):
        if shown_otherwise(grid.formats.get((cell.row, cell.column), ""), cell.number or 0):
            tally.add("shown_otherwise", "query", (cell.row, cell.column), found=cell.text)
    known = {*match.columns, *match.values, *match.unknown}
    beside = [c for r in body.data[:_FOOT] for k, c in grid.rows[r].items() if k not in known]
    for cell in (*used, *(c for c in (*below, *beside) if c.kind == "text")):
        for name, listed in (("cumulative", words.cumulative), ("scale", words.scale)):
            word = contains(cell.text if name == "cumulative" else _without(cell.text, words.no_scale), listed)
            if word and not _allowed(name, match):
                hits.append((cell, (name, word)))
    _ask_about_notes(below, match, catalogue, tally)
    for cell in (named, *told):
        if (part := narrowed(cell.text, match, catalogue, heading=cell is named)) is not None:
            hits.append((cell, ("subset", part)))
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
    if not dated and not _allowed("partial", match) and (word := partial(text, match, catalogue)):
        hits.append(("partial", word))
    if match.layout.period == "reporting" and year:
        others = [y for y in _YEARS.findall(text) if int(y) != year]
        if others:
            hits.append(("year", others[0]))
    return hits


def _says_cumulative(texts: Iterable[str], since: int, catalogue: Catalogue) -> bool:
    """Whether anything around the table says that its numbers are running totals: by a word, or by their first year."""
    words = catalogue.reading_words.cumulative
    return any(contains(text, words) or re.search(rf"(?<!\d){since}(?!\d)", text) for text in texts)


def _say_columns(grid: Grid, match: Match, body: Body, catalogue: Catalogue, found: Found) -> bool:
    """Whether columns that no layout knows divide the numbers: numbers without heading, or a heading that divides."""
    bare = _bare(grid, match, body)
    if bare:
        at = where((body.data[0], bare[0]))
        shown = ", ".join(column_letters(c) for c in bare)
        found.add("values_without_heading", "return", grid.name, at, found=shown)
    finer = [] if match.layout.shape == "events" else _finer(grid, match, body, catalogue)
    for cell in finer:
        found.add("heading_finer", "return", grid.name, cell.address, found=cell.text[:200])
    return bool(bare or finer)


def _bare(grid: Grid, match: Match, body: Body) -> list[int]:
    """Columns of numbers without a heading, between the columns of values of a wide table or next to them."""
    if match.layout.shape != "wide" or not body.data:
        return []
    known = {*match.columns, *match.values, *match.unknown}
    last = max(match.values)
    bare: list[int] = []
    for column in range(
        min(match.values) + 1, max(grid.rows[r][c].column for r in body.data for c in grid.rows[r]) + 1
    ):
        if column in known or (column > last and column - 1 not in (last, *bare)) or (grid.text and column > last):
            continue
        if any(grid.cells[(r, column)].kind == "number" for r in body.data if (r, column) in grid.cells):
            bare.append(column)
    return bare


def _finer(grid: Grid, match: Match, body: Body, catalogue: Catalogue) -> list[Cell]:
    """Undeclared headings of months, sexes or the like, with more below them than totals."""
    words = catalogue.reading_words
    finer = set(map(squash, words.finer))
    for dimension in catalogue.dimension_ids:
        known = catalogue.headings.get(dimension)
        finer |= set() if known is None else {squash(t) for t in (*known.labels.values(), *known.aliases)}
    totals = set(map(squash, words.total))
    return [
        cell
        for column, cell in match.unknown.items()
        if squash(cell.text) in finer
        and any((r, column) in grid.cells and squash(grid.cells[(r, column)].text) not in totals for r in body.data)
    ]


def _ask_about_notes(below: Iterable[Cell], match: Match, catalogue: Catalogue, tally: Tally) -> None:
    """A note that speaks of a part of a year may mean one column, one row or when it was written: a question."""
    if any(c.field in ("date", "period_start", "period_end") for c in match.layout.columns):
        return
    for cell in below:
        if cell.kind != "text" or _allowed("partial", match):
            continue
        if word := partial(fold(cell.text), match, catalogue):
            tally.add("note_partial", "query", (cell.row, cell.column), found=cell.text[:200], params={"word": word})


def partial(text: str, match: Match, catalogue: Catalogue) -> str | None:
    """The words by which a folded text says a part of a year: its own words, a span of months, or up to a month.

    A span that is the whole year says nothing, nor does a month after the years of the table: then it was written.
    """
    words = catalogue.reading_words
    text = _without(text, words.whole_year)
    if word := contains(text, words.partial):
        return word
    months = {fold(name): number for number, names in enumerate(words.months, start=1) for name in names}
    name = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    until = "|".join(sorted((re.escape(fold(w)) for w in words.until), key=len, reverse=True))
    last = max((int(level.says["year"]) for level in match.spread.values() if "year" in level.says), default=9999)
    begins = rf"(?P<first>{name})\.?(?:\s+\d{{4}})?\s*(?:[-–/]|{until})"
    ends = rf"\s*(?:\d{{1,2}}\s+(?:\w{{1,3}}\s+)?)?(?P<last>{name})(?!\w)"
    year = r"(?:\W+\d{1,2}(?!\d))?\W*(?:\w{1,3}\s+)?(?P<year>\d{4})?"
    for found in re.finditer(rf"(?<!\w)(?:{begins}|{until}){ends}{year}", text):
        whole = months[found["last"]] == 12 and months.get(found["first"] or "", 1) == 1
        if not whole and not (found["year"] and int(found["year"]) > last):
            return found[0].strip()
    return None


def _without(text: str, phrases: Iterable[str]) -> str:
    """The text without phrases that hold a word of a list and do not mean it."""
    text = fold(text)
    for phrase in phrases:
        text = text.replace(fold(phrase), " ")
    return text


def _allowed(name: str, match: Match) -> bool:
    declared = match.layout.cumulative_since is not None if name == "cumulative" else False
    return declared or name in match.layout.allows or (name == "scale" and "unit" in match.layout.sets)

"""What is said of a table once its rows have been read, and the fate of the cells that nothing was said of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cpc_pipeline.catalogue import Text
from cpc_pipeline.intake.foreign.grid import Account, At, Fate, Role, where
from cpc_pipeline.intake.foreign.headings import Match
from cpc_pipeline.intake.foreign.numbers import Form, unclear
from cpc_pipeline.intake.foreign.tally import Tally

Apart = tuple[Text, list[tuple[At, float | None]]]
"""What rows that are not counted are about, and their cells and numbers."""


def say_forms(match: Match, forms: Mapping[int, Form], numbers: Iterable[At], tally: Tally) -> None:
    """How the thousands and decimals of each column were decided, or that nothing decides them."""
    for column, form in forms.items():
        cells = [(r, c) for (r, c) in numbers if c == column]
        first = min(cells, default=(match.rows[-1], column))
        if unclear(form):
            code = "numbers_torn" if form.torn else "numbers_undecided"
            params: dict[str, object] = {
                "ambiguous": form.ambiguous,
                "of": form.of,
                "column": where(first)[: -len(str(first[0]))],
            }
            tally.say(code, "reject", first, found=form.example, params=params)
        elif form.decided and form.of:
            params = {"thousands": form.thousands, "decimal": form.decimal, "texts": form.of}
            tally.say("numbers_decided", "note", first, params=params)


def say_filled(match: Match, filled: Mapping[int, Sequence[int]], tally: Tally) -> None:
    """Labels that stood once for several rows."""
    for column, rows in filled.items():
        declared = match.columns[column]
        params = {"rows": len(rows)}
        tally.say("filled_down", "note", (rows[0], column), field=declared.field, params=params)


def say_apart(apart: Mapping[str, Apart], tally: Tally) -> None:
    """Rows that are known and not counted, with their number and sum."""
    for what, members in apart.values():
        known = [number for _, number in members if number is not None]
        params = {"rows": len(members), "sum": f"{sum(known):g}", "what": what}
        tally.say("rows_apart", "note", min(at for at, _ in members), params=params)


def say_rest(account: Account, match: Match, tally: Tally) -> None:
    """Columns that are known and not needed, columns that nobody declared, and whatever else lies about."""
    grid = account.grid
    for column, declared in match.columns.items():
        if declared.field == "ignored":
            cells = [at for at in account.open if at[1] == column]
            account.enter(cells, Fate.REPORTED, Role.UNUSED)
            heading = grid.shown(match.rows[-1], column)
            at = (match.rows[-1], column)
            tally.say("column_known", "note", at, found=heading.text if heading else "")
    for column, heading in match.unknown.items():
        account.enter([at for at in account.open if at[1] == column], Fate.REPORTED, Role.UNUSED)
        tally.say("unknown_heading", "query", (heading.row, heading.column), found=heading.text)
    for at in account.open:
        tally.add("content_outside_table", "query", at)
        account.enter([at], Fate.REPORTED, Role.NOTE)

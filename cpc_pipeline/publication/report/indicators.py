"""The performance table of an objective as people read it: what stands for each indicator, and the rows below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpc_pipeline.catalogue import Objective, Piece, breaks
from cpc_pipeline.contracts import Status
from cpc_pipeline.publication.numbers import marked
from cpc_pipeline.publication.report.content import Content, Notes, Record, Where
from cpc_pipeline.publication.report.model import Block, Cell, Column, Paragraph, Row
from cpc_pipeline.publication.workbook import BREAK

SAID_ELSEWHERE = ("no_target_set", "parallel_series", "before_compact")
"""Notes that the table says by its form: words in the column of targets, lines of other institutions."""
WIDTHS = {
    "baseline": 16.0,
    "target": 15.5,
    "actual": 19.0,
    "achievement": 15.5,
    "deviation": 20.5,
    "rating": 17.0,
    "completeness": 15.0,
}
NUMBERS = ("baseline", "target", "actual", "achievement", "deviation")


def performance(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """A table of one objective, or of all."""
    objective = where[1]
    rows = [r for r in content.rows if objective is None or r["objective"] == objective.id]
    name = content.say.text(objective.name) if objective else content.say("all_objectives")
    caption = content.say("caption.performance", objective=name, year=content.year)
    yield from _table(content, f"{where[0]}.{objective.id if objective else 'all'}", caption, rows, piece)


def key_indicators(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """The indicators chosen in advance for the annual meeting; that none was chosen is said."""
    chosen = {i.id for i in content.catalogue.indicators.values() if i.key_indicator}
    by_objective = {o.id: [r for r in content.rows if r["objective"] == o.id] for o in content.catalogue.objectives}
    listed = [r for rows in by_objective.values() for r in rows]
    rows = [r for r in listed if r["indicator"] in chosen and content.stands_for(r)]
    if not rows:
        yield Paragraph(content.say("no_key_indicators"))
        return
    yield from _table(content, f"{where[0]}.key", content.say("caption.key", year=content.year), rows, piece)


def _table(content: Content, key: str, caption: str, rows: Sequence[Record], piece: Piece) -> Iterator[Block]:
    shown = [r for r in rows if content.stands_for(r) or content.beside(r)]
    if not shown:
        return
    notes = Notes()
    names = piece.columns or ["baseline", "target", "actual", "achievement", "deviation", "rating"]
    columns = [
        Column(content.say(f"col.{n}", year=content.year), WIDTHS[n], "right" if n in NUMBERS else "left")
        for n in names
    ]
    first = Column(content.say("col.indicator"), 168 - sum(c.width for c in columns))
    made = [Row((_named(content, r, notes), *(_cell(content, r, n) for n in names)), quiet=_quiet(r)) for r in shown]
    yield content.table(key, caption, [first, *columns], made, notes, foot_of(content, shown))


def _quiet(row: Record) -> bool:
    return bool(row["series"] != "record")


def _named(content: Content, row: Record, notes: Notes) -> Cell:
    """The indicator and, below it, in what and whose; a row of another institution is named by that."""
    say = content.say
    mark = notes.mark(say.notes(row["notes"], SAID_ELSEWHERE))
    group = "" if content.stands_for(row) else say.group(row)
    if _quiet(row):
        below = "; ".join(t for t in (say.unit(row["unit"]), group) if t)
        return Cell(content.owner(row), below=below, mark=mark)
    below = "; ".join(t for t in (say.unit(row["unit"]), content.owner(row), group) if t and t != "–")
    return Cell(f"{row['indicator']}\u2002{say.indicator(row['indicator'])}", below=below, mark=mark)


def _cell(content: Content, row: Record, name: str) -> Cell:
    say, trace = content.say, row["trace"]
    if name == "baseline":
        year = "" if row["baseline_year"] is None else f"({row['baseline_year']})"
        return _number(say.number(row["baseline"], row["unit"]), trace, name, year)
    if name == "target":
        if row["target"] is None and not _quiet(row):
            return Cell(say("no_target"), loud=True)
        return _number(say.number(row["target"], row["unit"]), trace, name)
    if name == "actual":
        return value_of(content, row)
    if name == "achievement":
        return _number(say.percentage(row["achievement_pct"]), trace, "achievement_pct")
    if name == "deviation":
        return _number(say.percentage(row["deviation_pct"], sign=True), trace, "deviation_pct")
    if name == "rating":
        rating = row["rating"]
        return Cell("–" if _quiet(row) or rating is None else say(f"rating.{rating}"), loud=rating == "off_target")
    return Cell(row["completeness"] or "", trace=trace, column=name)


def _number(text: str, trace: str, column: str, below: str = "") -> Cell:
    return Cell(text, below=below, trace=trace, column=column) if text else Cell("–")


def value_of(content: Content, row: Record) -> Cell:
    """The value, or the mark that says why there is none: a blank, a zero and a refusal never look alike."""
    say = content.say
    sign = f"{BREAK}\u202f" if row["break_from"] is not None else ""
    told = {"trace": row["trace"], "column": "actual", "status": row["status"], "strong": not _quiet(row)}
    if row["actual"] is not None:
        part = say.word(f"status.{row['status']}") if row["status"] != Status.REPORTED else ""
        return Cell(sign + say.number(row["actual"], row["unit"]), below=part, **told)
    mark = marked(row, say.language, content.catalogue)
    if row["lower"] is not None and row["upper"] is not None:
        kind = Status.CONFLICTING if row["status"] == Status.CONFLICTING else Status.RANGE
        return Cell(sign + mark, below=say.word(f"status.{kind}"), **told)
    return Cell(sign + mark, said=say.word(f"status.{row['status']}"), **told)


def foot_of(content: Content, rows: Sequence[Record]) -> str:
    """The marks that stand in a table, and what they mean."""
    say = content.say
    bare = [s for s in Status if "{" not in _mark(content, s) and s not in (Status.REPORTED, Status.PARTIAL)]
    there = {r["status"] for r in rows if r["actual"] is None}
    told = [f"{_mark(content, s)} {say.word(f'status.{s}')}" for s in bare if s in there and s != Status.CONFLICTING]
    if any(r["break_from"] is not None for r in rows) and breaks(content.catalogue):
        told.append(say.word("publication.break_mark"))
    return "; ".join(told)


def _mark(content: Content, status: Status) -> str:
    texts = content.catalogue.wording.texts[content.say.language]
    return texts.get(f"mark.{status}", "{}")


def breakdowns(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Every other row of the year: places, groups, calendars; with the name of each number."""
    objective: Objective | None = where[1]
    say = content.say
    rows = _further(content, objective)
    if not rows:
        yield Paragraph(say("no_breakdowns"))
        return
    notes, made = Notes(), list[Row]()
    before = ""
    for row in rows[: piece.most]:
        if row["indicator"] != before:
            before = row["indicator"]
            head = Cell(
                f"{before}\u2002{say.indicator(before)}", below=say.unit(content.catalogue.indicators[before].unit)
            )
            made.append(Row((head,), group=True))
        mark = notes.mark(say.notes(row["notes"], SAID_ELSEWHERE))
        unit = row["unit"] if row["unit"] != content.catalogue.indicators[before].unit else ""
        name = "; ".join(t for t in (say.group(row), say.unit(unit) if unit else "") if t) or say("whole")
        cells = [
            Cell(name, mark=mark),
            Cell(content.owner(row)),
            _cell(content, row, "target") if not _bare(row) else Cell("–"),
        ]
        cells += [value_of(content, row), _cell(content, row, "completeness"), Cell(row["trace"], code=True)]
        made.append(Row(tuple(cells), quiet=_quiet(row)))
    named = (("group", 88.0), ("organisation", 36.0), ("target", 20.0, "right"), ("actual", 24.0, "right"))
    columns = content.columns(*named, ("completeness", 19.0), ("trace", 68.0))
    name = say.text(objective.name) if objective else say("all_objectives")
    caption = say("caption.breakdowns", objective=name, year=content.year)
    key = f"{where[0]}.{objective.id if objective else 'all'}"
    yield content.table(key, caption, columns, made, notes, foot_of(content, rows[: piece.most]))
    left = len(rows) - piece.most
    if left > 0:
        yield say.sentence("rows_left", left, content.count("rows_left", objective.id if objective else "all"))


def _further(content: Content, objective: Objective | None) -> list[Record]:
    own = [r for r in content.rows if objective is None or r["objective"] == objective.id]
    return [r for r in own if not content.stands_for(r) and not content.beside(r)]


def rows_left(content: Content, objective: Objective | None) -> list[Record]:
    """Rows for which the outline has no room in the report; the tables have them."""
    pieces = [p for part in content.catalogue.outline.parts for p in part.content if p.show == "breakdowns"]
    return _further(content, objective)[max((p.most for p in pieces), default=0) :]


def _bare(row: Record) -> bool:
    """A group without a target of its own: targets are set for whole indicators, and their lack is said there."""
    return row["target"] is None

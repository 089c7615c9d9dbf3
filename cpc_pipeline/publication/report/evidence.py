"""What stands beside the indicators: contributions, quality of the data, restatements, findings, waivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Piece
from cpc_pipeline.counted import contribution, counted
from cpc_pipeline.publication import quality_words
from cpc_pipeline.publication.further import MISSING
from cpc_pipeline.publication.ordering import listed
from cpc_pipeline.publication.report.content import Content, Where, plain
from cpc_pipeline.publication.report.model import Block, Cell, Paragraph, Row
from cpc_pipeline.publication.restated import restated_name
from cpc_pipeline.publication.waivers import waivers_table

AGREED = ("agreed", "restated")  # standings of a table that all parties have signed
ADDRESSES = 3  # cells of a kind of finding that are named; the workbook has all


def contributors_missing(content: Content) -> list[str]:
    """Organisations that are due to tell what they contribute, and have not."""
    found = content.release.contributed
    if found is None:
        return []
    own = found.filter(pl.col("year") == content.year, pl.col("contribution_kind") == MISSING)
    return [str(name) for name in own["organisation"]]


def contributions(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """What was contributed, by organisation and kind; who told nothing is named."""
    say, found = content.say, content.release.contributed
    if found is None:
        yield Paragraph(say("not_in_edition"))
        return
    own = found.filter(pl.col("year") == content.year, pl.col("contribution_kind") != MISSING)
    rows = []
    for row in own.iter_rows(named=True):
        trace = contribution(row)
        cells = [Cell(say.organisation(row["organisation"])), Cell(say.code(row, "contribution_kind"))]
        cells.append(Cell(say.whole(row["entries"]), trace=trace))
        cells.append(Cell(say.decimal(row["amount"]) or "–", trace=trace))
        cells += [Cell(say.code(row, name)) for name in ("currency", "valuation", "in_force")]
        rows.append(Row(tuple(cells)))
    named = (("organisation", 30.0), ("contributed_kind", 40.0), ("contributed_entries", 16.0, "right"))
    more = (("contributed_amount", 24.0, "right"), ("contributed_currency", 18.0), ("contributed_valuation", 24.0))
    if rows:
        columns = content.columns(*named, *more, ("contributed_in_force", 16.0))
        yield content.table(f"{where[0]}.given", say("caption.contributions", year=content.year), columns, rows)
    else:
        yield Paragraph(say("no_contributions", year=content.year))
    missing = contributors_missing(content)
    if missing:
        names = ", ".join(say.organisation(name) for name in missing)
        yield say.sentence("contributions_missing", len(missing), content.count("contributions"), names=names)


def entries(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Each contribution in the words of who gave it; free text, so only where the release has it."""
    say, found = content.say, content.release.contributions
    if found is None or found.is_empty():
        return
    objectives = {o.id: say.text(o.name) for o in content.catalogue.objectives}
    rows = [
        plain(
            say.organisation(row["organisation"]),
            objectives.get(row["objective"], "–"),
            say.code(row, "contribution_kind"),
            row["description"] or "–",
        )
        for row in found.iter_rows(named=True)
    ]
    columns = content.columns(("organisation", 30.0), ("objective", 26.0), ("contributed_kind", 36.0), ("said", 76.0))
    yield content.table(f"{where[0]}.entries", say("caption.entries", year=content.year), columns, rows)


def quality(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """A row per submission and indicator: its score by each standard; weak rows are loud."""
    say, found = content.say, content.release.quality
    if found is None or found.is_empty():
        yield Paragraph(say("not_in_edition" if found is None else "no_quality"))
        return
    standards = list(dict.fromkeys(found["standard"]))
    limit = content.catalogue.header.quality.weak
    rows = []
    known = pl.Enum(listed(content.catalogue))
    ordered = found.sort(pl.col("indicator").cast(known, strict=False), maintain_order=True)
    for (submission, name), own in ordered.group_by("submission_id", "indicator", maintain_order=True):
        by = {r["standard"]: r["score"] for r in own.iter_rows(named=True)}
        cells = [Cell(f"{name}\u2002{say.indicator(str(name))}"), Cell(say.organisation(own["organisation"][0]))]
        for standard in standards:
            score = by.get(standard)
            trace = counted("quality", submission, name, standard)
            words = quality_words.score(score, say.language, content.catalogue)
            cells.append(Cell(words, trace=trace, loud=score is not None and score < limit))
        rows.append(Row(tuple(cells)))
    scores = [(f"standard_{s}", 20.0, "right") for s in standards]
    columns = content.columns(("indicator", 60.0), ("organisation", 28.0), *scores)
    foot = say("quality_foot", limit=say.decimal(limit))
    yield content.table(f"{where[0]}.scores", say("caption.quality", year=content.year), columns, rows, foot=foot)


def restatements(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """What changed since the table was agreed: old, new, reason, who; that nothing did is said."""
    say, found = content.say, content.release.restated
    if found is None or found.is_empty():
        yield Paragraph(say("no_restatements" if content.release.standing in AGREED else "nothing_agreed"))
        return
    rows = []
    for row in found.iter_rows(named=True):
        trace = restated_name(row, content.release, content.catalogue)
        name = "; ".join(t for t in (say.group(row), say.organisation(row["organisation"])) if t)
        first = Cell(f"{row['indicator']}\u2002{say.indicator(row['indicator'])}", below=name)
        what = Cell(_column(content, row["column"]))
        numbers = [Cell(_restated(content, row, side), trace=trace) for side in ("old", "new")]
        rows.append(Row((first, what, *numbers, Cell(row["reason"] or "–"), Cell(row["by"] or "–"))))
    named = (("indicator", 52.0), ("column", 20.0), ("old", 18.0, "right"), ("new", 18.0, "right"))
    columns = content.columns(*named, ("reason", 40.0), ("by", 20.0))
    yield content.table(f"{where[0]}.changed", say("caption.restatements"), columns, rows)


def _column(content: Content, name: str) -> str:
    """The column of the performance table as the report calls it, where it has it."""
    known = {"achievement_pct": "achievement", "deviation_pct": "deviation"}.get(name, name)
    return content.say(f"col.{known}", year=content.year) if content.say.has(f"col.{known}") else name


def _restated(content: Content, row: dict[str, Any], side: str) -> str:
    """A number in its unit and language; what is no number as it stands."""
    text = row[side]
    try:
        return content.say.number(float(text), row["unit"])
    except (TypeError, ValueError):
        return text or "–"


def findings(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Findings of the year by organisation and kind: how many, and where the first of them are."""
    say = content.say
    own = content.release.findings.filter(pl.col("reporting_year") == content.year)
    if own.is_empty():
        yield Paragraph(say("no_findings"))
        return
    rows = []
    groups = own.sort("organisation", "severity", "code").group_by(
        "organisation", "severity", "code", maintain_order=True
    )
    for (organisation, severity, code), found in groups:
        told = content.catalogue.wording.finding(str(code), say.language, {"expected": "…", "found": "…"})
        places = list(dict.fromkeys(f"{r['sheet']} {r['cell']}" for r in found.iter_rows(named=True)))
        rest = len(places) - ADDRESSES
        text = ", ".join(places[:ADDRESSES])
        text = say("and_more", shown=text, count=say.whole(rest)) if rest > 0 else text
        count = Cell(say.whole(found.height), trace=content.count("findings", organisation, code, severity))
        weight = Cell(say.word(f"cli.severity.{severity}"))
        rows.append(Row((Cell(say.organisation(str(organisation))), Cell(told.title), weight, count, Cell(text))))
    named = (("organisation", 30.0), ("finding", 50.0), ("severity", 22.0), ("number", 14.0, "right"))
    columns = content.columns(*named, ("where", 52.0))
    yield content.table(f"{where[0]}.kinds", say("caption.findings", year=content.year), columns, rows)


def waivers(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Findings that were allowed: what, to whom, why, by whom, until when."""
    say = content.say
    found = waivers_table(content.release, content.catalogue, content.year)
    if found.is_empty():
        yield Paragraph(say.word("publication.waivers_none"))
        return
    rows = []
    for row in found.iter_rows(named=True):
        places = [say.place(p) for p in row["places"].split()]
        scope = ", ".join([say.organisation(row["organisation"]), *row["indicators"].split(), *places])
        title = say.word(f"findings.{row['code']}.title")
        span = f"{say.dated(row['granted'])} – {say.dated(row['until'])}"
        count = Cell(say.whole(row["findings"]), trace=content.count("waived", row["waiver"]))
        reason = Cell(row[f"reason_{say.language}"], below=f"{row['allowed_by']}; {row['decision']}")
        rows.append(Row((Cell(title), Cell(scope), reason, Cell(span), count)))
    named = (("finding", 38.0), ("scope", 36.0), ("reason", 50.0), ("allowed_from_until", 30.0))
    columns = content.columns(*named, ("number", 14.0, "right"))
    yield content.table(f"{where[0]}.allowed", say("caption.waivers", year=content.year), columns, rows)

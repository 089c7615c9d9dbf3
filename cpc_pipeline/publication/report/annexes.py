"""Annexes: definitions, breaks, sources, what the marks and words mean, and the page to sign."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cpc_pipeline.catalogue import Piece, breaks
from cpc_pipeline.contracts import Status
from cpc_pipeline.publication.report.content import Content, Where, plain
from cpc_pipeline.publication.report.model import Block, Bullets, Cell, Paragraph, Row
from cpc_pipeline.publication.workbook import BREAK


def definitions(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """The indicators as they were defined at the end of the year: in what, how often, whose value counts."""
    say, objective = content.say, where[1]
    end = content.catalogue.calendars[content.catalogue.default_calendar].year(content.year)[1]
    rows = []
    for indicator in content.catalogue.indicators.values():
        if objective is not None and indicator.objective != objective.id:
            continue
        known = indicator.on(end)
        limits = say.text(known.limitation) if known.limitation else ""
        what = Cell(say.text(known.definition), below=f"{say('limitation')} {limits}" if limits else "")
        record = say.organisation(known.record) if known.record else say("computed")
        how = Cell(say.unit(known.unit), below=say.word(f"codebook.frequency.{known.frequency}"))
        whose = Cell(record, below=say.word(f"template.over_periods.{known.over_periods}"))
        rows.append(Row((Cell(f"{known.id}\u2002{say.text(known.name)}"), what, how, whose)))
    columns = content.columns(("indicator", 46.0), ("definition", 66.0), ("unit", 26.0), ("record", 32.0))
    name = say.text(objective.name) if objective else say("all_objectives")
    key = f"{where[0]}.{objective.id if objective else 'all'}"
    yield content.table(key, say("caption.definitions", objective=name), columns, rows)


def series_breaks(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """From when on an indicator has another definition; nothing where none has."""
    say = content.say
    end = content.catalogue.calendars[content.catalogue.default_calendar].year(content.year)[1]
    told = [
        Paragraph(say("break", indicator=f"{b.indicator} {say.indicator(b.indicator)}", on=say.day(b.since)))
        for b in breaks(content.catalogue)
        if b.since <= end and b.indicator in content.catalogue.indicators
    ]
    if told:
        yield Paragraph(say("text.breaks"))
        yield Bullets(tuple(told))


def sources(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """The workbooks of the year that count, and the documents that their values were read in."""
    say, release = content.say, content.release
    sent = release.submissions.filter(pl.col("year") == content.year).sort("submission_id")
    rows = []
    for row in sent.iter_rows(named=True):
        count = Cell(say.whole(row["observations"]), trace=content.count("values", row["submission_id"]))
        verdict = say.word(f"cli.verdict.{row['verdict']}")
        rows.append(
            Row((Cell(say.organisation(row["organisation"])), Cell(row["submission_id"]), Cell(verdict), count))
        )
    if rows:
        columns = content.columns(
            ("organisation", 40.0), ("workbook", 70.0), ("verdict", 36.0), ("values", 22.0, "right")
        )
        yield content.table(f"{where[0]}.workbooks", say("caption.workbooks", year=content.year), columns, rows)
    own = release.observations.filter(pl.col("reporting_year") == content.year)
    titles = own.select("source_title", "source_url").unique().drop_nulls("source_title").sort(pl.all())
    documents = [plain(title, address or "–") for title, address in titles.iter_rows()]
    if documents:
        columns = content.columns(("source", 80.0), ("address", 88.0))
        yield content.table(f"{where[0]}.documents", say("caption.documents", year=content.year), columns, documents)
    if not rows and not documents:
        yield Paragraph(say("no_sources"))


def marks(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """What stands where a number would stand, and why."""
    say, rows = content.say, []
    for status in Status:
        if f"mark.{status}" in content.catalogue.wording.texts[say.language] and status != Status.CONFLICTING:
            rows.append(
                plain(say.word(f"mark.{status}", value="…", lower="…", upper="…"), say.word(f"status.{status}"))
            )
    rows.append(plain(BREAK, say.word("publication.break_mark").removeprefix(f"{BREAK} ")))
    rows.append(plain("0", say("mark.zero")))
    rows.append(plain("–", say("mark.none")))
    columns = content.columns(("mark", 30.0), ("meaning", 138.0))
    yield content.table(f"{where[0]}.marks", say("caption.marks"), columns, rows)


def glossary(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """The words of the report, in the order of the wording."""
    say = content.say
    beginning = "report.glossary."
    keys = [k for k in content.catalogue.wording.texts[say.language] if k.startswith(beginning) and k.endswith(".term")]
    pairs = sorted((say.word(k), say.word(k.removesuffix("term") + "meaning")) for k in keys)
    columns = content.columns(("term", 42.0), ("meaning", 126.0))
    yield content.table(f"{where[0]}.terms", say("caption.glossary"), columns, [plain(*pair) for pair in pairs])


def signatures(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """A line for each party that must sign, to be filled in by hand."""
    say = content.say
    parties = content.catalogue.header.parties
    if not parties:
        yield Paragraph(say("no_parties"))
        return
    rows = [Row((Cell(say.text(p.name)), *(Cell("") for _ in range(3))), tall=True) for p in parties]
    columns = content.columns(("party", 50.0), ("signer", 50.0), ("signature", 42.0), ("signed_on", 26.0))
    yield content.table(f"{where[0]}.parties", say("caption.signatures", year=content.year), columns, rows)

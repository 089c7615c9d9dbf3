"""The summary: which edition this is, how far it is agreed, what is known and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpc_pipeline.catalogue import Piece
from cpc_pipeline.publication.report.content import Content, Where
from cpc_pipeline.publication.report.evidence import contributors_missing
from cpc_pipeline.publication.report.model import Block, Bullets, Cell, Notice, Paragraph, Row
from cpc_pipeline.publication.tables import coverage, covered


def agreement(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Which edition this is, and how far its table is agreed."""
    release, say = content.release, content.say
    yield Notice(say.word(f"publication.standing.{release.standing}"), loud=release.standing != "agreed")
    yield Paragraph(say("text.summary", compact=say.text(content.catalogue.header.name), year=content.year))
    yield Paragraph(f"{say.word(f'publication.edition.{release.edition}')} {say.word('publication.proposal')}")


def overview(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Indicators of each objective: how many, with a value, with a target."""
    say, made = content.say, []
    for objective, counts in zip(content.catalogue.objectives, coverage(content.rows, content.catalogue), strict=True):
        cells = [Cell(f"{objective.number}. {say.text(objective.name)}")]
        for name, count in counts.items():
            trace = content.count(name, objective.id)
            cells.append(Cell(say.whole(count), trace=trace, loud=name == "without_target" and count > 0))
        made.append(Row(tuple(cells)))
    named = ("indicators", "with_value", "parallel_only", "without_target")
    columns = content.columns(("objective", 40.0), *((n, 32.0, "right") for n in named))
    yield content.table(f"{where[0]}.overview", say("caption.overview", year=content.year), columns, made)


def attention(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """What keeps the report from being complete, counted; that nothing does is said."""
    told = [
        content.say.sentence(f"open.{name}", len(found), content.count(name))
        for name, found in still_open(content).items()
        if found
    ]
    if not told:
        yield Paragraph(content.say("nothing_open"))
        return
    yield Paragraph(content.say("text.attention"))
    yield Bullets(tuple(told))


def still_open(content: Content) -> dict[str, list[Any]]:
    """What keeps the report from being complete: indicators without value, without target and off target,
    organisations that told of no contributions, and texts (objective, section) that nobody has reviewed."""
    kinds = list(covered(content.rows, content.catalogue).values())
    return {
        "no_value": [i for own in kinds for i in own["indicators"] if i not in own["with_value"]],
        "no_target": [i for own in kinds for i in own["without_target"]],
        "off_target": [r["indicator"] for r in content.rows if content.stands_for(r) and r["explanation_required"]],
        "contributions": contributors_missing(content),
        "narratives": _untold(content),
    }


def _untold(content: Content) -> list[tuple[str | None, str]]:
    """Texts of the narrative that are due and have not been reviewed: a section of an objective in this language."""
    told = {(r["objective"], r["section"]) for r in content.narrative if r["language"] == content.say.language}
    header = content.catalogue.header
    due = [(o.id, s.id) for o in content.catalogue.objectives for s in header.sections]
    return [pair for pair in [*due, *((None, s.id) for s in header.report_sections)] if pair not in told]

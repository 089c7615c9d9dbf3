"""From a release and the outline of the compact to a document: chapters, annexes, their order and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cpc_pipeline.catalogue import Catalogue, Objective, OutlinePart, Piece
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.report import annexes, evidence, indicators, opening, telling
from cpc_pipeline.publication.report.content import Content, Where
from cpc_pipeline.publication.report.drawings import Drawing
from cpc_pipeline.publication.report.model import Block, Document, Heading, Labels, Picture, Placeholder, Section
from cpc_pipeline.publication.report.speech import Speech

Show = Callable[[Content, Piece, Where], Iterator[Block]]


def build(
    release: Release, catalogue: Catalogue, year: int, language: str, drawings: Sequence[Drawing] = ()
) -> Document:
    """The report of one year in one language. drawings: the figures of that language; those that are not there are
    left out of the report, and nothing else changes.
    """
    say = Speech(catalogue, language)
    content = Content(release, catalogue, year, say, drawings)
    edition, standing = (say.word(f"publication.{k}.{getattr(release, k)}") for k in ("edition", "standing"))
    first, last = catalogue.calendars[catalogue.default_calendar].year(year)
    facts = (
        (say("fact.period"), say("span", start=say.day(first), end=say.day(last))),
        (say("fact.edition"), say(f"edition.{release.edition}")),
        (say("fact.standing"), say(f"standing.{release.standing}")),
        (say("fact.version"), catalogue.version),
    )
    title = say("title", year=year)
    return Document(
        language=language,
        title=title,
        subtitle=say.text(catalogue.header.name),
        year=year,
        edition=edition,
        standing=standing,
        settled=release.standing == "agreed",
        running=f"{title} · {say(f'edition.{release.edition}')}",
        short_standing=say(f"standing.{release.standing}"),
        facts=facts,
        labels=Labels(
            **{n: say(f"label.{n}") for n in ("contents", "page", "skip", "sort", "trace", "words")},
            point=catalogue.header.number_format[language][1],
        ),
        sections=tuple(_sections(content)),
    )


def _sections(content: Content) -> Iterator[Section]:
    """The parts of the outline that the edition has: chapters by number, annexes by letter; empty ones are left out."""
    chapters = annexed = 0
    for part in content.catalogue.outline.parts:
        if part.editions and content.release.edition not in part.editions:
            continue
        number = chr(65 + annexed) if part.annex else str(chapters + 1)
        blocks = tuple(_blocks(content, part, number))
        if not blocks:
            continue
        chapters, annexed = chapters + (not part.annex), annexed + part.annex
        title = content.say.text(part.title) if part.title else content.say(f"part.{part.id}")
        printed = content.say("annex_number", letter=number) if part.annex else number
        yield Section((Heading(1, printed, title, part.id), *blocks), part.landscape, part.annex)


def _blocks(content: Content, part: OutlinePart, number: str) -> Iterator[Block]:
    for piece in part.first:
        yield from _shown(content, piece, (part.id, None))
    if part.per is None:
        for piece in part.content:
            yield from _shown(content, piece, (part.id, None))
        return
    made = [
        (objective, [block for piece in part.content for block in _shown(content, piece, (part.id, objective))])
        for objective in content.catalogue.objectives
    ]
    made = [(objective, blocks) for objective, blocks in made if blocks]
    if made and all(isinstance(block, Placeholder) for _, blocks in made for block in blocks):
        yield from _together(content, part, made)
        return
    for below, (objective, blocks) in enumerate(made, start=1):
        yield Heading(2, f"{number}.{below}", content.say.text(objective.name), f"{part.id}-{objective.id}")
        yield from blocks


def _together(
    content: Content, part: OutlinePart, made: Sequence[tuple[Objective, Sequence[Block]]]
) -> Iterator[Placeholder]:
    """A text that no objective has is missed once, with the objectives named."""
    names = ", ".join(content.say.text(objective.name) for objective, _ in made)
    told: dict[str, str] = {}
    for block in (block for _, blocks in made for block in blocks if isinstance(block, Placeholder)):
        told.setdefault(block.text, block.help)
    for text, purpose in told.items():
        yield Placeholder(f"{text} ({names})", purpose, f"{part.id}-missing-{len(told)}")


def _shown(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    yield from SHOWN[piece.show](content, piece, where)


def _figures(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Figures whose id is one of those named, or begins with it and a dot; each stands once in the report."""
    objective: Objective | None = where[1]
    own = [i.id for i in content.catalogue.indicators.values() if objective is None or i.objective == objective.id]
    named = [name.replace("{objective}", objective.id if objective else "") for name in piece.figures]
    wanted = [n.replace("{indicator}", i) for n in named for i in (own if "{indicator}" in n else [""])]
    for name in wanted:
        for drawing in content.drawings:
            if drawing.id in content.shown or not (drawing.id == name or drawing.id.startswith(f"{name}.")):
                continue
            content.shown.add(drawing.id)
            content.pictures += 1
            number = content.say("figure_number", number=content.pictures)
            yield Picture(f"figure-{drawing.id}", number, drawing.title, drawing.alt, drawing.png, drawing.svg)


SHOWN: dict[str, Show] = {
    "agreement": opening.agreement,
    "overview": opening.overview,
    "attention": opening.attention,
    "key_indicators": indicators.key_indicators,
    "objective": telling.objective,
    "narrative": telling.narrative,
    "texts": telling.texts,
    "figures": _figures,
    "performance": indicators.performance,
    "breakdowns": indicators.breakdowns,
    "contributions": evidence.contributions,
    "entries": evidence.entries,
    "quality": evidence.quality,
    "restatements": evidence.restatements,
    "findings": evidence.findings,
    "waivers": evidence.waivers,
    "definitions": annexes.definitions,
    "breaks": annexes.series_breaks,
    "sources": annexes.sources,
    "marks": annexes.marks,
    "glossary": annexes.glossary,
    "signatures": annexes.signatures,
}
"""How each kind of piece is made."""

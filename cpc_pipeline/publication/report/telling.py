"""What people wrote and what the wording says: objectives, reviewed narratives, paragraphs. No sentence is invented."""

from __future__ import annotations

from collections.abc import Iterator

from cpc_pipeline.catalogue import Piece
from cpc_pipeline.publication.report.content import Content, Record, Where
from cpc_pipeline.publication.report.model import Block, Bullets, Heading, Paragraph, Placeholder


def objective(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """The objective in the words of the compact."""
    if where[1] is not None:
        yield Paragraph(content.say.text(where[1].description), style="quote")


def narrative(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Each section that the compact asks for, of the objective or of the whole report: the reviewed text or a gap."""
    own = where[1].id if where[1] else None
    header = content.catalogue.header
    known = {s.id: s for s in (header.sections if own else header.report_sections)}
    asked = [name for name in piece.sections if name in known]
    for name in asked:
        section = known[name]
        found = [r for r in content.narrative if (r["objective"], r["section"]) == (own, name)]
        here = [r for r in found if r["language"] == content.say.language]
        if len(asked) > 1:
            yield Heading(3 if own else 2, "", content.say.text(section.name), f"{where[0]}-{own or 'all'}-{name}")
        for row in here:
            yield from paragraphs(row["text"])
            yield Paragraph(_review(content, row), style="small")
        if not here:
            key = "placeholder.translation" if found else "placeholder.text"
            title = content.say(key, section=content.say.text(section.name))
            yield Placeholder(title, content.say.text(section.help), f"{where[0]}-{own or 'all'}-{name}-missing")


def paragraphs(text: str) -> Iterator[Block]:
    """A text as people type it: blank lines part paragraphs, lines that begin with a dash are a list."""
    for part in text.replace("\r", "").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if lines and all(line[:2] in ("- ", "– ", "• ", "* ") for line in lines):
            yield Bullets(tuple(Paragraph(line[2:].strip()) for line in lines))
        elif lines:
            yield Paragraph(" ".join(lines))


def _review(content: Content, row: Record) -> str:
    """From whose narratives it was written, who reviewed it and when, and that a source has changed since."""
    who = ", ".join(content.say.organisation(name) for name in (row["organisations"] or "").split("+") if name)
    told = [content.say("told_by", who=who)] if who else []
    told.append(content.say("reviewed", by=row["reviewed_by"], on=content.say.day(row["reviewed_on"])))
    if row["standing"] != "reviewed":
        told.append(content.say("sources_changed"))
    return " ".join(told)


def texts(content: Content, piece: Piece, where: Where) -> Iterator[Block]:
    """Paragraphs of the wording; one that differs by edition has the edition's name behind its key."""
    say = content.say
    for name in piece.texts:
        key = f"text.{name}.{content.release.edition}"
        key = key if say.has(key) else f"text.{name}"
        first, last = content.catalogue.calendars[content.catalogue.default_calendar].year(content.year)
        said = say(key, year=content.year, start=say.day(first), end=say.day(last), k=smallest(content))
        yield from paragraphs(said)


def smallest(content: Content) -> str:
    """The smallest count that a wider edition prints, by the compact's rules."""
    found = [rule.params["k"] for rule in content.catalogue.rules if rule.kind == "small_count"]
    return content.say.whole(found[0]) if found else "–"

"""The slides of the annual dialogue, one deck per language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from cpc_pipeline.publication.pack.deck import BOTTOM, LEFT, LOUD_PAPER, PALE, TOP, WIDTH, Deck, Text, shortened
from cpc_pipeline.publication.pack.flowing import flow, parted
from cpc_pipeline.publication.pack.model import Key, Pack, Said
from cpc_pipeline.publication.report.model import Column

ROWS = 6  # of a table on one slide, each in up to three lines
LONGEST = 150  # letters of an explanation beside its chart; what is longer goes on on a slide of its own
HALF = 7.1
Item = TypeVar("Item")


def slides(pack: Pack, template: bytes | None = None) -> bytes:
    """The deck as a presentation. Raises template.NoLayout for a template of another kind."""
    deck = Deck(template, pack.language, f"{pack.title}  ·  {pack.standing}")
    _opening(deck, pack)
    _glance(deck, pack)
    for page in pack.pages:
        for key in page.keys:
            _key(deck, pack, key, f"{pack.say['objective']} {page.number}: {page.name}")
    _questions(deck, pack)
    _contributions(deck, pack)
    _targets(deck, pack)
    _decisions(deck, pack)
    return deck.saved(f"{pack.title}: {pack.subtitle}")


def _opening(deck: Deck, pack: Pack) -> None:
    slide = deck.opening(pack.title, pack.subtitle)
    told = [Text(pack.standing, 20, loud=not pack.settled, head=pack.settled), Text(pack.edition, 16)]
    deck.text(slide, (1.0, 4.1, 11.3, 1.3), told, fill=PALE if pack.settled else LOUD_PAPER)


def _glance(deck: Deck, pack: Pack) -> None:
    """Every key indicator in one line."""
    say = pack.say
    columns = [
        Column(say["indicator"], 5.93),
        Column(say["value"], 1.5, "right"),
        Column(say["target"], 1.5, "right"),
        Column(say["deviation"], 1.8, "right"),
        Column(say["explained"], 1.6),
    ]
    for keys in _parts(pack.keys, ROWS):
        slide = deck.slide(say["glance"])
        rows, loud = [], set()
        for line, key in enumerate(keys):
            now = key.years[-1]
            lacking = key.explanation is not None and key.explanation.lacking
            mark = _explained(key, pack)
            if lacking:
                loud |= {(line, 3), (line, 4)}
            if now.target == "–":
                loud.add((line, 2))
            rows.append([f"{shortened(key.title, 90)} ({key.unit})", now.value, now.target, now.deviation or "–", mark])
        deck.table(slide, (LEFT, TOP), columns, rows, say["glance"], 16, 0.56, frozenset(loud))
        deck.text(slide, (LEFT, 6.6, WIDTH, 0.4), [Text(say["marks"], 13)])


def _key(deck: Deck, pack: Pack, key: Key, objective: str) -> None:
    """Chart on the left; data, how it stands and why on the right."""
    say = pack.say
    slide = deck.slide(shortened(key.title, 95), _under(key, objective, pack))
    if key.drawn:
        height = deck.picture(slide, key.png, (LEFT, 1.65), HALF, key.alt)
        deck.text(slide, (LEFT, 1.75 + height, HALF, 0.8), [Text(say["legend"], 12)])
    else:  # an empty frame would look like something that was lost
        reasons = [Text(say["undrawn"], 20, head=True), *(Text(line, 18) for line in key.undrawn)]
        deck.text(slide, (LEFT, 1.7, HALF, 0.7 + 0.45 * len(key.undrawn)), reasons, fill=PALE)
        deck.text(slide, (LEFT, 6.6, WIDTH, 0.4), [Text(say["marks"], 13)])
    columns = [
        Column(say["year"], 0.8),
        Column(say["target"], 1.15, "right"),
        Column(say["value"], 1.33, "right"),
        Column(say["deviation"], 1.55, "right"),
    ]
    rows = [[y.year, y.target, y.value, y.deviation or "–"] for y in key.years]
    right = LEFT + HALF + 0.4
    strong = frozenset({len(rows) - 1})
    deck.table(slide, (right, 1.7), columns, rows, f"{say['data']}: {key.title}", 14, 0.4, strong=strong)
    below = 1.7 + 0.4 * (len(rows) + 1) + 0.12
    told = [*_told(say["standing"], key.deviation)]
    parts = [] if key.explanation is None else parted(key.explanation.text, LONGEST)
    if key.explanation is not None:
        why = f"{parts[0]} {say['goes_on']}" if len(parts) > 1 else parts[0]
        told += _told(say["explanation"], Said(why, key.explanation.lacking))
    told += _told(say["next_target"], key.next_target)
    told += _told(say["beside"], Said(key.beside)) if key.beside else []
    deck.text(slide, (right, below, 4.83, BOTTOM - below), told)
    rest = " ".join(parts[1:])
    for texts in flow([Text(say["explanation"], 16, head=True), Text(rest, 18)]) if rest else ():
        further = deck.slide(shortened(key.title, 95), _under(key, objective, pack))
        deck.text(further, (LEFT, 1.7, WIDTH, BOTTOM - 1.7), texts)


def _explained(key: Key, pack: Pack) -> str:
    """Whether a deviation that needs it is explained; a wider edition does not hold explanations, and says no more."""
    if key.explanation is None:
        return "–"
    if key.explanation.elsewhere:
        return pack.say["elsewhere"]
    return pack.say["lacking" if key.explanation.lacking else "given"]


def _under(key: Key, objective: str, pack: Pack) -> str:
    """The line below the title: objective, unit, and whose number it is where it is somebody's."""
    owner = [f"{pack.say['keeper']}: {key.keeper}"] if key.keeper else []
    return "  ·  ".join([objective, key.unit, *owner])


def _told(head: str, said: Said) -> Iterator[Text]:
    yield Text(head, 13, head=True)
    yield Text(said.text, 16, loud=said.lacking)


def _questions(deck: Deck, pack: Pack) -> None:
    say = pack.say
    listed = [Text(_whole(q), 18, bullet=True) for q in pack.questions]
    for page in pack.pages:
        if page.questions:
            listed.append(Text(f"{page.number}. {page.name}", 18, head=True))
            listed += [Text(_whole(q), 18, bullet=True) for q in page.questions]
    for texts in flow(listed or [Text(say["no_questions"], 18)]):
        slide = deck.slide(say["all_questions"])
        deck.text(slide, (LEFT, TOP, WIDTH, BOTTOM - TOP), texts)


def _whole(text: str) -> str:
    """The names of indicators do not part at their hyphen at the end of a line."""
    return re.sub(r"(?<=[A-Z]{2})-(?=\d)", "\u2011", text)


def _contributions(deck: Deck, pack: Pack) -> None:
    say = pack.say
    columns = [
        Column(say["organisation"], 2.6),
        Column(say["kind"], 4.0),
        Column(say["entries"], 1.6, "right"),
        Column(say["amount"], 2.5, "right"),
        Column(say["in_force"], 1.6),
    ]
    for rows in _parts(pack.contributions, ROWS):
        slide = deck.slide(say["contributions"])
        cells = [[c.organisation, c.kind, c.entries, c.amount, c.in_force] for c in rows]
        deck.table(slide, (LEFT, TOP), columns, cells, say["contributed"], 16)
    texts: list[Text] = []
    if pack.silent is not None:
        texts.append(Text(say["contributed"], 16, head=True))
        texts.append(Text(pack.silent.text, 16, loud=pack.silent.lacking))
    for page in pack.pages:
        texts.append(Text(f"{say['sustained']}: {page.number}. {page.name}", 16, head=True))
        texts += [Text(line, 16, loud=s.lacking) for s in page.sustained for line in s.text.splitlines() if line]
    for shown in flow(texts):
        deck.text(deck.slide(say["contributions"]), (LEFT, TOP, WIDTH, BOTTOM - TOP), shown)


def _targets(deck: Deck, pack: Pack) -> None:
    say = pack.say
    columns = [
        Column(say["indicator"], 5.6),
        Column(say["target"], 1.4, "right"),
        Column(say["value"], 1.5, "right"),
        Column(say["next_target"], 3.83),
    ]
    for keys in _parts(pack.keys, ROWS):
        slide = deck.slide(say["targets"])
        rows = [
            [f"{shortened(k.title, 80)} ({k.unit})", k.years[-1].target, k.years[-1].value, k.next_target.text]
            for k in keys
        ]
        loud = frozenset((line, 3) for line, key in enumerate(keys) if key.next_target.lacking)
        deck.table(slide, (LEFT, TOP), columns, rows, say["targets"], 15, 0.54, loud)
        deck.text(slide, (LEFT, 6.4, WIDTH, 0.6), [Text(say["targets_note"], 13)])


def _decisions(deck: Deck, pack: Pack) -> None:
    say = pack.say
    slide = deck.slide(say["decisions"], say["decisions_how"])
    columns = [
        Column(say["number"], 0.8),
        Column(say["decision"], 6.6),
        Column(say["who"], 2.7),
        Column(say["until"], 2.2),
    ]
    rows = [[str(number), "", "", ""] for number in range(1, 7)]
    deck.table(slide, (LEFT, 1.65), columns, rows, say["decisions"], 16, 0.64)
    deck.text(slide, (LEFT, 6.3, WIDTH, 0.5), [Text(f"{say['signed']}:", 14)])


def _parts(items: Sequence[Item], most: int) -> Iterator[list[Item]]:
    """Equal parts of at most so many."""
    count = -(-len(items) // most)
    size = -(-len(items) // count) if count else 0
    for start in range(0, len(items), size or 1):
        yield list(items[start : start + size])

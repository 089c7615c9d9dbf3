"""One text: shapes, names, and details that together tell of one child."""

from __future__ import annotations

import re

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.personal.hits import BLOCK, POSSIBLE, REVIEW, Hit, hit
from cpc_pipeline.intake.personal.knowledge import Knowledge, found, knowledge
from cpc_pipeline.intake.personal.names import has_name, is_name
from cpc_pipeline.intake.personal.shapes import matches

_SENTENCE = re.compile(r"[.!?;]\s+|\n+")
_TELLING = re.compile(r"\d|@|[^\W\d_]{3}")
LONG, SHARED = 600, 200
STORY = Hit("story", "personal_story", REVIEW)
FILE_NAME = Hit("file_name", "personal_file_name", BLOCK)


def in_text(text: str, catalogue: Catalogue) -> list[Hit]:
    """What in a text is, or may be, personal data: one hit per rule; empty where nothing is. Never what was found.

    severity return: not to be stored or printed; query: a person decides. The text of a narrative always needs a
    person who reads it: a story can tell of one child without any of these.
    """
    return hits_in(text, knowledge(catalogue))


def in_name(name: str, catalogue: Catalogue) -> list[Hit]:
    """The same for the name of a file or sheet, where words are joined by marks or capitals."""
    return hits_in_name(name, knowledge(catalogue))


def of_file(name: str, catalogue: Catalogue) -> list[Hit]:
    """Whether the name of a file holds a person's name or number: it would stand in every record of the submission."""
    return [FILE_NAME] if any(h.blocks for h in in_name(name, catalogue)) else []


def hits_in(text: str, know: Knowledge) -> list[Hit]:
    if not _TELLING.search(text):
        return []
    return [*_shapes(text, know), *_people(text, know), *_story(text, know)]


def hits_in_name(name: str, know: Knowledge) -> list[Hit]:
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", name)
    apart = re.sub(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])|[_+.\-]+", " ", stem)
    shaped = [h for h in _shapes(apart, know) if h.blocks or not h.rule.startswith("story")]
    words = re.findall(r"[^\W\d_]+", apart)
    pairs = (" ".join(words[at : at + size]) for size in (2, 3) for at in range(len(words) - size + 1))
    named = any(is_name(pair, know) for pair in pairs)
    return [*shaped, *([hit("name", "name", "block")] if named else [])]


def _shapes(text: str, know: Knowledge) -> list[Hit]:
    """What has a shape; of a long text in pieces, because a search for shapes may look at each pair of its signs."""
    found = [hit for piece in _pieces(text) for hit in _shapes_in(piece, know)]
    return list(dict.fromkeys(found))


def _pieces(text: str) -> list[str]:
    """A long text in pieces that share a little, cut at spaces where there are some: no shape lies in none of them."""
    pieces, start = [], 0
    while start + LONG < len(text):
        end = start + LONG
        cut = text.rfind(" ", end - SHARED, end)
        end = cut if cut >= 0 else end
        pieces.append(text[start:end])
        begin = text.find(" ", end - SHARED, end)
        start = begin + 1 if begin >= 0 else end - SHARED
    return [*pieces, text[start:]]


def _shapes_in(text: str, know: Knowledge) -> list[Hit]:
    folded = fold(text)
    digits = sum(c.isdigit() for c in folded)
    hits = []
    for shape in know.in_text if digits >= 2 or "@" in folded else ():
        if next(matches(shape, text if shape.as_written else folded, know), None):
            hits.append(hit(shape.id, shape.kind, shape.alone))
        elif "own_mailbox" in shape.checks and "@" in folded and shape.within.search(folded):
            hits.append(Hit(shape.id, POSSIBLE, REVIEW))
    for shape in know.bare if digits >= 6 else ():
        if shape.alone != "none" and next(matches(shape, text if shape.as_written else folded, know), None):
            hits.append(hit(shape.id, shape.kind, shape.alone))
    return hits


def _people(text: str, know: Knowledge) -> list[Hit]:
    """A named person is asked about; where the sentence tells of a child, it is refused."""
    if not has_name(text, know):
        return []
    told = any(has_name(s, know) and _of_a_child(s, know) for s in _SENTENCE.split(text))
    return [hit("name", "name", "block" if told else "review")]


def _of_a_child(sentence: str, know: Knowledge) -> bool:
    folded = fold(sentence)
    return found(know.child, folded) or found(know.age, folded)


def _story(text: str, know: Knowledge) -> list[Hit]:
    """Exact age, day, place, institution in one sentence about one child: two of them are enough to ask."""
    for sentence in _SENTENCE.split(text) if len(text) > 20 else ():
        folded = fold(sentence)
        aged, child = found(know.age, folded), found(know.child, folded)
        if not (aged or child):
            continue
        told = [aged, found(know.date, folded), _has_place(sentence, know), found(know.institution, folded)]
        if sum(told) >= 2:
            return [STORY]
    return []


def _has_place(sentence: str, know: Knowledge) -> bool:
    words = re.findall(r"[^\W\d_]+", sentence)
    for at, word in enumerate(words):
        if not word[0].isupper():
            continue
        for size in range(min(know.longest_place, len(words) - at), 0, -1):
            if fold(" ".join(words[at : at + size])) in know.places:
                return True
    return False

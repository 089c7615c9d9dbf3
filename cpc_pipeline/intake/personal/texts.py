"""One text: shapes, names, and details that together tell of one child."""

from __future__ import annotations

import re

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.personal.hits import BLOCK, POSSIBLE, REVIEW, Hit, hit
from cpc_pipeline.intake.personal.knowledge import Knowledge, found, knowledge
from cpc_pipeline.intake.personal.names import has_name, has_name_in_small, is_name
from cpc_pipeline.intake.personal.shapes import matches

_SENTENCE = re.compile(r"[.!?;]\s+|\n+")
_TELLING = re.compile(r"\d|@|[^\W\d_]{3}")
# Blanks of no width and marks of direction hide digits from a search; dashes of print stand for hyphens.
_PLAIN = dict.fromkeys((173, *range(8203, 8208), 8288, *range(8234, 8239), 65279))
_PLAIN |= dict.fromkeys((*range(8208, 8214), 8722), "-") | {0xA0: " ", 0x2019: "'", 0xB4: "'", 0x60: "'"}
_INITIALS = re.compile(
    r"\W+(?:de )?(?:iniciales |initials )?(?:[A-ZÑ]\. ?){2,}|\W+(?:de )?(?:iniciales|initials) [A-ZÑ]{2,5}\b"
)
_AFTER = re.compile(r" ([^\W\d_]{3,})")
_LONG_NUMBER = re.compile(r"(?<![\d$.,'])(?<!\$ )\d{1,3}(?:[.' ]?\d{3}){2,3}(?![\d%]|[.,']\d| ?(?:pesos|cop|usd))")
LONG, SHARED = 2_400, 200
_BETWEEN = re.compile(r"[,;:|·/\n\"«»()]+")
LONGEST_NAME = 60  # of a person, alone in a cell
LEAST = 12  # signs of a sentence that names somebody
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


def hides(text: str, catalogue: Catalogue) -> bool:
    """Whether what a submitter wrote must not be said again: it is, or may be, personal data, whole or in a part."""
    know = knowledge(catalogue)
    parts = (part.strip() for part in _BETWEEN.split(text))
    return bool(hits_in(text, know)) or any(is_name(part, know) for part in parts if len(part) <= LONGEST_NAME)


def of_file(name: str, catalogue: Catalogue) -> list[Hit]:
    """Whether the name of a file holds a person's name or number: it would stand in every record of the submission."""
    return [FILE_NAME] if any(h.blocks for h in in_name(name, catalogue)) else []


def hits_in(text: str, know: Knowledge) -> list[Hit]:
    if not _TELLING.search(text):
        return []
    text = text.translate(_PLAIN)
    return [*_shapes(text, know), *_people(text, know), *_story(text, know)]


def hits_in_name(name: str, know: Knowledge) -> list[Hit]:
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", name)
    apart = re.sub(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])|[_+.\-]+", " ", stem)
    # A number alone is a question in a cell, where it may count something; in a name it counts nothing.
    bare = {shape.id: hit(shape.id, shape.kind, "block") for shape in know.bare}
    shaped = [bare.get(h.rule, h) for h in _shapes(apart, know)]
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
    for shape in know.in_text:
        if not (any(cue in folded for cue in shape.cues) if shape.cues else digits >= 2 or "@" in folded):
            continue
        if next(matches(shape, text if shape.as_written else folded, know), None):
            office = shape.kind == "address" and found(know.offices, folded) and not found(know.child, folded)
            hits.append(Hit(shape.id, POSSIBLE, REVIEW) if office else hit(shape.id, shape.kind, shape.alone))
        elif "own_mailbox" in shape.checks and "@" in folded and shape.within.search(folded):
            hits.append(Hit(shape.id, POSSIBLE, REVIEW))
    for shape in know.bare if digits >= 6 else ():
        if shape.alone != "none" and next(matches(shape, text if shape.as_written else folded, know), None):
            hits.append(hit(shape.id, shape.kind, shape.alone))
    return hits


def _people(text: str, know: Knowledge) -> list[Hit]:
    """A named person is asked about; where the sentence tells of a child, it is refused, capitals or none."""
    sentences = [s for s in _SENTENCE.split(text) if _of_a_child(s, know)] if len(text) > LEAST else []
    if any(has_name(s, know) or has_name_in_small(s, know) or _called(s, know) for s in sentences):
        return [hit("name", "name", "block")]
    return [hit("name", "name", "review")] if has_name(text, know) else []


def _called(sentence: str, know: Knowledge) -> bool:
    """Whether a given name follows the word for a child: la niña Camila."""
    for match in know.child.finditer(fold_in_place(sentence)) if know.child else ():
        after = _AFTER.match(sentence, match.end())
        if after and after[1][0].isupper() and fold(after[1]) in know.personal.given - know.places:
            return True
    return False


def fold_in_place(text: str) -> str:
    """Folded, each sign in its place: what is found in it stands at the same place of the text."""
    return "".join(folded if len(folded := fold(sign)) == 1 else " " for sign in text)


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
        if sum(told) >= 2 or _LONG_NUMBER.search(folded) or (child and _has_initials(sentence, know)):
            return [STORY]
    return []


def _has_initials(sentence: str, know: Knowledge) -> bool:
    """La adolescente N.C.M."""
    matches = know.child.finditer(fold_in_place(sentence)) if know.child else ()
    return any(_INITIALS.match(sentence, match.end()) for match in matches)


def _has_place(sentence: str, know: Knowledge) -> bool:
    words = re.findall(r"[^\W\d_]+", sentence)
    for at, word in enumerate(words):
        if not word[0].isupper():
            continue
        for size in range(min(know.longest_place, len(words) - at), 0, -1):
            if fold(" ".join(words[at : at + size])) in know.told_places:
                return True
    return False

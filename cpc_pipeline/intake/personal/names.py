"""Names of people: a given name beside a surname, both of the compact's lists, that is no place and no institution."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from cpc_pipeline.catalogue import fold
from cpc_pipeline.intake.personal.knowledge import Knowledge, found

_PARTICLES = {"de", "del", "la", "las", "los", "y", "da", "do", "dos", "das", "van", "von"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?\.?")
_BEFORE = 40  # letters before a name in which the word for an institution may stand
_MOST = 7  # words of a cell that is a name and nothing else
_SEVERAL = re.compile(r"\s*[^\s,\d]*[\s,]+\D+\Z")
_INITIALS = re.compile(r"(?:\b[a-z]\. ?){2,}")  # I.E., E.S.E.
_APART = re.compile(r"[.;–—]| - ")  # what stands before these says nothing of what stands behind
Run = list[str]


def has_name(text: str, know: Knowledge) -> bool:
    """Whether a person is named in a text: words that follow each other with capitals."""
    return any(_is_person(run, before, know) for run, before in _runs(text))


def has_name_in_small(sentence: str, know: Knowledge) -> bool:
    """Whether a given name and a surname stand side by side, whatever their capitals."""
    words = [fold(word) for word in re.findall(r"[^\W\d_]+", sentence)]
    given, surnames = know.personal.given, know.personal.surnames
    for at, (first, second) in enumerate(itertools.pairwise(words)):
        if first in given and second in surnames and f"{first} {second}" not in know.known:
            before = " ".join(words[max(0, at - 3) : at])
            if not found(know.institution, before):
                return True
    return False


def is_name(text: str, know: Knowledge) -> bool:
    """Whether a whole cell is the name of a person, whatever its capitals, and a surname first or last."""
    if not _SEVERAL.match(text):  # most cells are one word, or hold a digit: no name, and not worth folding
        return False
    words = [fold(word.strip(".")) for word in re.split(r"[\s,]+", text.strip())]
    if not 2 <= len(words) <= _MOST or not all(word.isalpha() for word in words) or fold(text) in know.known:
        return False
    return _is_person(words, "", know)


def is_part(text: str, names: frozenset[str], know: Knowledge) -> bool:
    """Whether a whole cell is one or two names of a list, and no place."""
    words = [word for word in fold(text).replace(".", "").split() if word not in _PARTICLES]
    return 1 <= len(words) <= 2 and all(word in names for word in words) and fold(text) not in know.known


def is_surnames(text: str, know: Knowledge) -> bool:
    """Whether a whole cell is two surnames or more, with initials beside them: RIASCOS MOSQUERA N."""
    words = [fold(word) for word in re.split(r"[\s,.]+", text.strip()) if word]
    long = [word for word in words if len(word) > 1 and word not in _PARTICLES]
    initials = len(words) - len(long)
    surnames = know.personal.surnames
    return len(long) >= 2 and 1 <= initials <= 3 and all(w in surnames for w in long) and fold(text) not in know.known


def _runs(text: str) -> Iterator[tuple[Run, str]]:
    """Words with capitals that follow each other, and what stands before them."""
    run: Run = []
    start, end = 0, -2
    for match in _WORD.finditer(text):
        word = match[0]
        folded = fold(word.strip("."))
        apart = match.start() - end > 1 or (run and text[end - 1 : end] == "." and len(run[-1]) > 1)
        capital = word[0].isupper()
        if run and (apart or not (capital or folded in _PARTICLES)):
            yield run, text[max(0, start - _BEFORE) : start]
            run = []
        if capital and not run:
            start = match.start()
        if capital or run:
            run.append(folded)
        end = match.end()
    if run:
        yield run, text[max(0, start - _BEFORE) : start]


def _is_person(run: Run, before: str, know: Knowledge) -> bool:
    given, surnames = know.personal.given, know.personal.surnames
    if not (given.intersection(run) and surnames.intersection(run)):
        return False
    words = _without_places(run, know)
    names = [(position, word) for position, word in enumerate(words) if word not in _PARTICLES]
    for at, (position, word) in enumerate(names):
        near = [w for _, w in names[at + 1 : at + 3] if w]
        pair = (word in given and surnames.intersection(near)) or (word in surnames and given.intersection(near))
        if pair and not _of_institution(run[:position], before, know):
            return True
    return False


def _without_places(run: Run, know: Knowledge) -> Run:
    """The run with the words of place names of several words blanked."""
    words = list(run)
    for size in range(min(know.longest_place, len(run)), 1, -1):
        for at in range(len(run) - size + 1):
            if " ".join(run[at : at + size]) in know.known:
                words[at : at + size] = [""] * size
    return words


def _of_institution(earlier: Run, before: str, know: Knowledge) -> bool:
    """Whether the word for an institution stands close before: it is named after somebody."""
    near = _APART.split(_INITIALS.sub(lambda m: m[0].replace(".", ""), fold(before)))[-1]
    told = " ".join([*near.split()[-3:], *earlier])
    return found(know.institution, told)

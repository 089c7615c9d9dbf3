"""The words of the list and of the notes, in one language: the same for a sheet in the workbook and a list alone.

What does not belong here: how they are written into a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Severity
from cpc_pipeline.feedback.cells import Place, place
from cpc_pipeline.feedback.comments import Note

GRAVEST = tuple(str(s) for s in (Severity.RETURN, Severity.REJECT, Severity.QUERY, Severity.NOTE))
HEADINGS = ("sheet", "cell", "severity", "what", "expected", "action", "reply")
WIDTHS = (20, 8, 15, 38, 29, 31, 27)
LONGEST = 2_000  # letters of one cell or note: what was typed may be a whole page


@dataclass(frozen=True)
class Reply:
    """What a submitter wrote beside a finding of an earlier list; `what` is that finding in its own words."""

    sheet: str
    cell: str
    question: str
    what: str
    text: str


@dataclass(frozen=True)
class Link:
    """A place in the workbook, the short text by which one goes there, and what it says when pointed at."""

    text: str
    hint: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Line:
    """One row of the list. severity is "" for a reply whose finding is no longer there."""

    sheet: str
    cell: str  # "" where the finding is about the whole file
    severity: str
    texts: tuple[str, ...]  # of HEADINGS, in order
    question: str  # what a reply refers to: the code of the finding, and a hash of what was found and expected
    at: Place | None  # the cell, where there is one to mark
    see: Link | None = None  # the definition, where the workbook has it


@dataclass(frozen=True)
class Listing:
    name: str
    title: str
    intro: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    page: str
    definition: str  # heading above the links to definitions
    file: str  # what the list is about


class Words:
    """Says the compact's sentences about feedback in one language."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._wording, self._language = catalogue.wording, language
        self.sheet = catalogue.header.sheets["feedback"].name
        definitions = catalogue.header.sheets.get("definitions")
        self.definitions = definitions.name if definitions else ""
        self.names = {i.id: i.name[language] for i in catalogue.indicators.values()}
        self.author = self("author")
        self.authors = {catalogue.wording.text("feedback.author", x) for x in catalogue.languages}

    def __call__(self, key: str, **params: object) -> str:
        return self._wording.text(f"feedback.{key}", self._language, **params)

    def about(self, indicator: str) -> list[str]:
        """The indicator by its name, which people know; nothing for a finding about none."""
        return [self("about", name=self.names[indicator])] if indicator in self.names else []

    def severity(self, severity: str) -> str:
        return self._wording.text(f"cli.severity.{severity}", self._language)


def listing(
    found: pl.DataFrame,
    sheets: Iterable[str],
    replies: Iterable[Reply],
    file: str,
    reason: str,
    words: Words,
    definitions: Mapping[str, Link] = MappingProxyType({}),
) -> Listing:
    """found: findings in words; sheets: in the order of the tabs; reason: why the workbook is not marked, or "".

    definitions: indicator -> where the workbook says what it counts.
    """
    order = {name: position for position, name in enumerate(sheets)}
    rows = sorted(
        (_line(row, order, words, definitions) for row in found.iter_rows(named=True)),
        key=lambda line: (order.get(line.sheet, -1), line.at or (0, 0), GRAVEST.index(line.severity)),
    )
    lines = _with_replies(rows, list(replies), words)
    counts = [(words.severity(s), sum(line.severity == s for line in rows)) for s in GRAVEST]
    said = ", ".join(f"{name}: {count}" for name, count in counts if count)
    intro = [words("file", file=file, count=len(rows), counts=said)]
    if reason:
        intro.append(words("only_list", reason=words(f"reason.{reason}", sheet=words.sheet)))
        intro.append(words("reply_alone"))
    else:
        intro += [words("how", author=words.author), words("reply"), words("kept")]
    heads = tuple(words(f"headings.{name}") for name in HEADINGS)
    ends = {"page": words("page"), "definition": words("definitions"), "file": file}
    return Listing(words.sheet, words("title"), tuple(intro), heads, tuple(lines), **ends)


def _line(row: Mapping[str, str], order: Mapping[str, int], words: Words, definitions: Mapping[str, Link]) -> Line:
    here = row["sheet"] in order
    texts = (
        *(row["sheet"] or words("whole_file"), row["cell"] if here else "", words.severity(row["severity"])),
        *(
            "\n".join(filter(None, (row["title"], row["message"], row.get("chart")))),
            "\n".join([row["expected"], *words.about(row.get("indicator", ""))]),
            row["action"],
            "",
        ),
    )
    short = tuple(shortened(text) for text in texts)
    cell = row["cell"] if here else ""
    question = row.get("question") or row["code"]
    see = definitions.get(row.get("indicator", ""))
    return Line(row["sheet"], cell, row["severity"], short, question, place(cell) if here else None, see)


def height(texts: Iterable[str], widths: Iterable[int]) -> float:
    """Points that a row needs to show its texts, wrapped in columns of these widths (letters)."""
    lines = [
        sum(max(1, math.ceil(len(x) / (width * 0.95))) for x in t.split("\n"))
        for t, width in zip(texts, widths, strict=True)
    ]
    return min(13.5 * max(lines) + 4, 400)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _with_replies(lines: list[Line], replies: list[Reply], words: Words) -> list[Line]:
    """Replies go with their finding; one whose finding is gone stands at the end, so that none is lost."""
    result = []
    for line in lines:
        given = next(
            (r for r in replies if (r.sheet, r.cell, r.question) == (line.texts[0], line.cell, line.question)), None
        )
        if given:
            replies.remove(given)
            line = replace(line, texts=(*line.texts[:-1], given.text))  # noqa: PLW2901
        result.append(line)
    for reply in replies:
        texts = (reply.sheet, reply.cell, words("former"), reply.what, "", "", reply.text)
        result.append(Line("", reply.cell, "", texts, reply.question, None))
    return result


def note(lines: Iterable[Line], words: Words) -> Note:
    """All findings of one cell as one note: the gravest first."""
    pieces: Note = []
    for line in lines:
        title, _, message = line.texts[3].partition("\n")
        gap = "\n\n" if pieces else ""
        pieces.append((f"{gap}{title} ({line.texts[2]})\n", True))
        pieces.append((f"{message}\n{words('note_expected')}{line.texts[4]}\n", False))
        pieces.append((words("note_action") + line.texts[5], False))
    return pieces


def gravest(lines: Iterable[Line]) -> str:
    return min((line.severity for line in lines), key=GRAVEST.index)

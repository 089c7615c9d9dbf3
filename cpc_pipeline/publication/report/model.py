"""What a report is before it is a PDF, a Word file or a page: parts of blocks, in one language.

The three renderers know these blocks and nothing of indicators. A number stands in a cell as the text that every
renderer prints, with the reference that `cpc trace` takes beside it: so the formats cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Cell:
    """What is printed, whose number it is, and why there may be none.

    text: as printed. below: a second line in small type. trace: name of the number, empty where it is none; column: the
    column of the performance table that the text shows. status, said: code and words of the status, where it must be
    told. mark: letters of the notes below the table. strong, loud: headline values, and what must be seen. code: the
    text is the name of a number.
    """

    text: str
    below: str = ""
    trace: str = ""
    column: str = ""
    status: str = ""
    said: str = ""
    mark: str = ""
    strong: bool = False
    loud: bool = False
    code: bool = False


@dataclass(frozen=True)
class Column:
    """title; width as a share of the table's (any scale); align."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    """Cells from the left.

    quiet: of another institution. group: a heading over the rows below, in its first cell. tall: with room to write in.
    """

    cells: tuple[Cell, ...]
    quiet: bool = False
    group: bool = False
    tall: bool = False


@dataclass(frozen=True)
class Heading:
    """number: as printed (2.1, A), made here so that all formats have the same; anchor: the same in every language."""

    level: int
    number: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. counts: numbers in it that are no measure: (key, text as printed, name). style: what it is."""

    text: str
    style: Literal["body", "lead", "quote", "small"] = "body"
    counts: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Bullets:
    items: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Notice:
    """A sentence in a frame. loud: provisional, internal, changed since agreement."""

    text: str
    loud: bool = False


@dataclass(frozen=True)
class Placeholder:
    """Where a text is missing: what is missing, and what it should say."""

    text: str
    help: str
    anchor: str


@dataclass(frozen=True)
class Table:
    """key: the same in every language; number: as printed; notes: letter and sentence; foot: below the table."""

    key: str
    number: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...] = ()
    foot: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure of the edition: id, caption, what it shows in words, and the drawing. number: as printed."""

    key: str
    number: str
    caption: str
    alt: str
    png: bytes
    svg: bytes


Block = Heading | Paragraph | Bullets | Notice | Placeholder | Table | Picture


@dataclass(frozen=True)
class Section:
    """A chapter or annex: blocks that begin with its heading."""

    blocks: tuple[Block, ...]
    landscape: bool = False
    annex: bool = False


@dataclass(frozen=True)
class Labels:
    """Words that the renderers need of themselves: contents, page x of y, skip to the text, sort, the name of a number,
    a figure in words; point: what parts decimals in the language."""

    contents: str
    page: str
    skip: str
    sort: str
    trace: str
    words: str
    point: str


@dataclass(frozen=True)
class Document:
    """A whole report in one language. edition, standing: the sentences of what it is and how far it is agreed.

    facts: label and words on the cover. running, short_standing: what stands above every page. settled: agreed by all.
    """

    language: str
    title: str
    subtitle: str
    year: int
    edition: str
    standing: str
    settled: bool
    running: str
    short_standing: str
    facts: tuple[tuple[str, str], ...]
    labels: Labels
    sections: tuple[Section, ...] = field(default=())

    @property
    def blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks


@dataclass(frozen=True)
class Number:
    """A number that the report shows.

    at: the same place in every language. trace: its name (`cpc trace`), that of a measure or, with a colon, of a number
    that is none (counted.py). column: of the performance table, empty for the latter.
    """

    at: str
    trace: str
    column: str
    text: str


def numbers_of(document: Document) -> list[Number]:
    """Every number that is shown, with its reference, in the order of the report: the same in all formats."""
    found: list[Number] = []
    for block in document.blocks:
        if isinstance(block, Table):
            for line, row in enumerate(block.rows):
                found += [
                    Number(f"{block.key}:{line}:{at}", cell.trace, cell.column, cell.text)
                    for at, cell in enumerate(row.cells)
                    if cell.trace and any(c.isdigit() for c in cell.text)
                ]
        elif isinstance(block, Paragraph | Bullets):
            for paragraph in [block] if isinstance(block, Paragraph) else block.items:
                found += [Number(f"text:{key}", name, "", text) for key, text, name in paragraph.counts]
    return found


def labels_of(document: Document) -> list[str]:
    """The texts by which the report numbers its own parts, tables and figures: their numbers are no data."""
    return [b.number for b in document.blocks if isinstance(b, Heading | Table | Picture) and b.number]


def texts_of(document: Document) -> list[str]:
    """Every text that a reader of the report can come upon, headings, notes and alternative texts included."""
    made = [
        document.title,
        document.subtitle,
        document.edition,
        document.standing,
        document.running,
        document.short_standing,
    ]
    made += [text for fact in document.facts for text in fact]
    for block in document.blocks:
        made += _texts(block)
    return [text for text in made if text]


def _texts(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [block.number, block.text]
    if isinstance(block, Bullets):
        return [item.text for item in block.items]
    if isinstance(block, Placeholder):
        return [block.text, block.help]
    if isinstance(block, Picture):
        return [block.number, block.caption, block.alt]
    if isinstance(block, Table):
        cells = [text for row in block.rows for cell in row.cells for text in (cell.text, cell.below, cell.said)]
        heads = [block.number, block.caption, block.foot, *(c.title for c in block.columns)]
        return [*heads, *cells, *(text for note in block.notes for text in note)]
    return [block.text]

"""The report as one page that needs nothing else: no address, no script to be whole, readable aloud and on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from importlib import resources
from itertools import groupby, zip_longest

from cpc_pipeline.publication.report.model import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Placeholder,
    Row,
    Table,
)

SHORT = 8  # rows of a table that is not parted on paper


def page(document: Document) -> bytes:
    """The page; the same document gives the same bytes."""
    style, script = _file("report.css") + _sheets(document), _file("report.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:"
    facts = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(words)}</dd></div>" for label, words in document.facts)
    labels = document.labels
    body = "\n".join(
        _section([_block(b, document, after) for b, after in zip_longest(s.blocks, s.blocks[1:])])
        for s in document.sections
    )
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(document.title)}: {escape(document.subtitle)}</title>\n<style>{style}</style></head>\n"
        f'<body><a class="skip" href="#text">{escape(labels.skip)}</a>\n'
        f"<header><h1>{escape(document.title)}</h1><p>{escape(document.subtitle)}</p><dl>{facts}</dl></header>\n"
        f'<div class="layout">{_contents(document)}\n'
        f'<main id="text" data-point="{escape(labels.point)}" data-sort="{escape(labels.sort)}">\n{body}\n'
        f"</main></div>\n<footer>{escape(document.edition)} {escape(document.standing)}</footer>\n"
        f"<script>{script}</script></body></html>\n"
    ).encode()


def _file(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _sheets(document: Document) -> str:
    """What stands at the foot of every printed sheet: whose report, how far it is agreed, and the number of the sheet.

    A digit in a style sheet would be a number that no audit could hold against the table: such a name is left out.
    """
    named = "" if any(c.isdigit() for c in document.subtitle) else f"{document.subtitle} · "
    said = f"{named}{document.short_standing}".replace("\\", "").replace('"', "'")
    before, _, rest = document.labels.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    number = f'"{before}" counter(page) "{between}" counter(pages) "{after}"'
    look = "font:7pt system-ui,sans-serif;color:#55616d"
    left, right = f'white-space:nowrap;content:"{said}";{look}', f"content:{number};{look}"
    return f"@media print{{@page{{@bottom-left{{{left}}}@bottom-right{{{right}}}}}}}\n"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _contents(document: Document) -> str:
    label = escape(document.labels.contents)
    items = []
    for section in document.sections:
        heads = [b for b in section.blocks if isinstance(b, Heading) and b.number]
        top, below = heads[0], "".join(f"<li>{_link(h)}</li>" for h in heads[1:] if h.level == 2)
        items.append(f"<li>{_link(top)}{f'<ol>{below}</ol>' if below else ''}</li>")
    return f'<nav aria-label="{label}"><strong>{label}</strong><ol>{"".join(items)}</ol></nav>'


def _link(head: Heading) -> str:
    return f'<a href="#{escape(head.anchor)}">{escape(head.number)} {escape(head.text)}</a>'


def _section(blocks: list[str]) -> str:
    return "<section>" + "\n".join(blocks) + "</section>"


def _block(block: Block, document: Document, after: Block | None) -> str:
    match block:
        case Heading():
            number = f'<span class="number">{escape(block.number)}</span>' if block.number else ""
            return f'<h{block.level + 1} id="{escape(block.anchor)}">{number}{escape(block.text)}</h{block.level + 1}>'
        case Paragraph():
            return _paragraph(block, document, opens=isinstance(after, Table | Heading | Bullets))
        case Bullets():
            return f"<ul>{''.join(f'<li>{_text(i, document)}</li>' for i in block.items)}</ul>"
        case Notice():
            return f'<p class="notice{" loud" if block.loud else ""}">{escape(block.text)}</p>'
        case Placeholder():
            help_ = f"<span>{escape(block.help)}</span>" if block.help else ""
            return (
                f'<p class="placeholder" id="{escape(block.anchor)}"><strong>{escape(block.text)}</strong>{help_}</p>'
            )
        case Table():
            return "\n".join(_table(block, document))
        case Picture():
            return _picture(block, document)


def _paragraph(block: Paragraph, document: Document, *, opens: bool) -> str:
    """opens: what follows it stays with it on paper."""
    text = _text(block, document)
    if block.style == "quote":
        return f"<blockquote>{text}</blockquote>"
    kinds = " ".join(name for name, there in (("small", block.style == "small"), ("opens", opens)) if there)
    return f'<p class="{kinds}">{text}</p>' if kinds else f"<p>{text}</p>"


def _text(block: Paragraph, document: Document) -> str:
    """The text, the numbers that were counted for it with their names."""
    text = escape(block.text)
    for _, number, name in block.counts:
        named = f"<span {_named(name, document)}>{number}</span>"
        text = re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", named.replace("\\", r"\\"), text, count=1)
    return text


def _picture(block: Picture, document: Document) -> str:
    """The drawing in the page itself; what it shows is also there in words that anybody can open."""
    drawn = base64.b64encode(block.svg).decode()
    caption = f'<span class="number">{escape(block.number)}</span>{escape(block.caption)}'
    anchor = escape(block.key)
    return (
        f'<figure id="{anchor}"><img src="data:image/svg+xml;base64,{drawn}" alt="{escape(block.caption)}" '
        f'aria-describedby="{anchor}-words"><figcaption>{caption}</figcaption>'
        f'<details><summary>{escape(document.labels.words)}</summary><p id="{anchor}-words">{escape(block.alt)}</p>'
        "</details></figure>"
    )


def _table(block: Table, document: Document) -> Iterator[str]:
    grouped = any(row.group for row in block.rows)
    heads = "".join(f'<th scope="col"{_side(c.align)}>{escape(c.title)}</th>' for c in block.columns)
    caption = f'<span class="number">{escape(block.number)}</span>{escape(block.caption)}'
    anchor = escape(_anchor(block.key))
    kind = "scroll short" if len(block.rows) < SHORT else "scroll"
    yield f'<div class="{kind}" tabindex="0" role="region" aria-labelledby="{anchor}">'
    sortable = "" if grouped or len(block.rows) < 2 else " data-sortable"
    yield f'<table{sortable}><caption id="{anchor}">{caption}</caption><thead><tr>{heads}</tr></thead>'
    runs = groupby(_numbered(block.rows), key=lambda pair: pair[0])
    for _, run in runs:
        yield f"<tbody>{''.join(_row(row, block, document) for _, row in run)}</tbody>"
    yield "</table></div>"
    if block.foot:
        yield f'<p class="foot">{escape(block.foot)}</p>'
    if block.notes:
        said = "".join(f"<li><i>{escape(letter)}</i>{escape(words)}</li>" for letter, words in block.notes)
        yield f'<ul class="notes">{said}</ul>'


def _numbered(rows: tuple[Row, ...]) -> Iterator[tuple[int, Row]]:
    """Each row with the number of the group that it is in: a body of the table for each."""
    group = 0
    for row in rows:
        group += row.group
        yield group, row


def _anchor(key: str) -> str:
    return "table-" + re.sub(r"[^\w-]", "-", key)


def _side(align: str) -> str:
    return ' class="right"' if align == "right" else ""


def _row(row: Row, block: Table, document: Document) -> str:
    kinds = " ".join(k for k in ("quiet", "group", "tall") if getattr(row, k))
    cells = []
    for at, cell in enumerate(row.cells):
        right = block.columns[at].align == "right"
        told = {"right": right, "strong": cell.strong, "loud-cell": cell.loud, "code": cell.code}
        classes = " ".join(name for name, there in told.items() if there)
        attributes = f' class="{classes}"' if classes else ""
        attributes += _data(cell, document)
        if at == 0:
            scope = f'scope="rowgroup" colspan="{len(block.columns)}"' if row.group else 'scope="row"'
            cells.append(f"<th {scope}{attributes}>{_inside(cell)}</th>")
        else:
            cells.append(f"<td{attributes}>{_inside(cell)}</td>")
    return f"<tr{f' class={chr(34)}{kinds}{chr(34)}' if kinds else ''}>{''.join(cells)}</tr>\n"


def _data(cell: Cell, document: Document) -> str:
    """What a program needs to know of a number: its name, its column, its status."""
    if not cell.trace:
        return ""
    if not cell.column:
        return f" {_named(cell.trace, document)}"
    status = f' data-status="{escape(cell.status)}"' if cell.status else ""
    shown = f'data-column="{escape(cell.column)}"{status} data-text="{escape(cell.text)}"'
    return f" {_named(cell.trace, document, shown)}"


def _named(trace: str, document: Document, shown: str = "") -> str:
    """The name of a number for a program, what of it is shown, and the name for whoever points at it."""
    told = f'data-trace="{escape(trace)}" {shown}'.strip()
    return f'{told} title="{escape(document.labels.trace)}: {escape(trace)}"'


def _inside(cell: Cell) -> str:
    text = _breakable(cell.text) if cell.code else escape(cell.text)
    if cell.said:
        text = f'<abbr title="{escape(cell.said)}">{text}</abbr>'
    mark = f"<sup>{escape(cell.mark)}</sup>" if cell.mark else ""
    below = f'<span class="below">{escape(cell.below)}</span>' if cell.below else ""
    return f"{text}{mark}{below}"


def _breakable(name: str) -> str:
    """The name of a number, which goes to the next line behind its marks and not within the indicator; copied, it is
    the same."""
    indicator, slash, rest = name.partition("/")
    behind = re.sub(r"([/_=])", r"\1<wbr>", escape(rest))
    return f'<bdi class="whole">{escape(indicator)}{slash}</bdi><wbr>{behind}'

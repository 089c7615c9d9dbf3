"""The codebook as one self-contained page: no script, no address, readable by a screen reader and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.codebook.content import Examples, sections, title
from cpc_pipeline.codebook.parts import Section, Sheet, Table, Words

STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1.5rem;color:#16324f;background:#fff}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.35rem;margin-top:3rem;border-bottom:2px solid #16324f}
h3{font-size:1.1rem;margin:2rem 0 .5rem}a{color:#0b5394}a:focus-visible{outline:3px solid #7a3e00}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}
nav{background:#f4f6f8;padding:.75rem 1.25rem;border-left:4px solid #16324f}nav ol{margin:.25rem 0;padding-left:1.4rem}
nav ol ol{columns:3 20rem;list-style:none;padding:0;font-size:.9rem}nav ol ol li{break-inside:avoid}
table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border:1px solid #c3ccd5;padding:.3rem .55rem;text-align:left;vertical-align:top;overflow-wrap:break-word}
thead th{background:#16324f;color:#fff}.sheet th{width:17rem;background:#eef2f6;font-weight:600}
td{white-space:pre-line}.scroll{overflow-x:auto}.scroll table{min-width:44rem}
@media (max-width:40rem){.sheet th{width:9rem}nav ol ol{columns:1}}
@media print{body{max-width:none;padding:0;font-size:10pt}.skip{display:none}.scroll{overflow:visible}
.scroll table{min-width:0}.sheet,tr{break-inside:avoid}h2,h3{break-after:avoid}
thead{display:table-header-group}
a{color:inherit;text-decoration:none}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{margin:15mm}}
"""


def page(catalogue: Catalogue, examples: Examples, language: str) -> str:
    """The page in one language; the same catalogue gives the same bytes."""
    words, made = Words(catalogue, language), sections(catalogue, examples, language)
    head, about = title(catalogue, language)
    body = "\n".join(part for section in made for part in _section(section, words))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(head)}</title><style>{STYLE}</style></head>\n"
        f'<body><a class="skip" href="#overview">{escape(words("skip"))}</a>\n'
        f"<header><h1>{escape(head)}</h1><p>{escape(about)}</p></header>\n"
        f"{_contents(made, words)}\n<main>\n{body}\n</main></body></html>\n"
    )


def _contents(made: list[Section], words: Words) -> str:
    label = escape(words("contents"))
    items = []
    for section in made:
        below = "".join(f'<li><a href="#{escape(s.anchor)}">{escape(s.title)}</a></li>' for s in section.sheets)
        inner = f"<ol>{below}</ol>" if below else ""
        items.append(f'<li><a href="#{section.anchor}">{escape(section.title)}</a>{inner}</li>')
    return f'<nav aria-label="{label}"><strong>{label}</strong><ol>{"".join(items)}</ol></nav>'


def _section(section: Section, words: Words) -> Iterator[str]:
    yield f'<section aria-labelledby="{section.anchor}"><h2 id="{section.anchor}">{escape(section.title)}</h2>'
    if section.note:
        yield f"<p>{escape(section.note)}</p>"
    yield from (_sheet(sheet) for sheet in section.sheets)
    yield from (_table(table, section.title, words) for table in section.tables)
    yield "</section>"


def _sheet(sheet: Sheet) -> str:
    rows = "".join(f'<tr><th scope="row">{escape(k)}</th><td>{escape(v)}</td></tr>' for k, v in sheet.lines)
    anchor, name = escape(sheet.anchor), escape(sheet.title)
    return (
        f'<h3 id="{anchor}">{name}</h3>\n<table class="sheet" aria-labelledby="{anchor}"><tbody>{rows}</tbody></table>'
    )


def _table(table: Table, name: str, words: Words) -> str:
    if not table.rows:
        return f"<p>{escape(words('no_rows'))}</p>"
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in table.heads)
    rows = []
    for number, row in enumerate(table.rows):
        first = escape(row[0])
        if table.links:
            first = f'<a href="#{escape(table.links[number])}">{first}</a>'
        own = f' id="{escape(table.anchors[number])}"' if table.anchors else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        rows.append(f'<tr{own}><th scope="row">{first}</th>{cells}</tr>')
    label = escape(table.title or name)
    caption = f"<caption>{label}</caption>" if table.title else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>{caption}'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )

"""A trace as one self-contained page: the same words, and the sheet shown around each cell. No script, no address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.trace.telling import tell
from cpc_pipeline.trace.tracing import Source, Trace, Window

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#16324f;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
pre{white-space:pre-wrap;font:inherit;background:#f4f6f8;border-left:4px solid #16324f;padding:.75rem 1rem}
table{border-collapse:collapse;font-size:.85rem}th,td{border:1px solid #8795a3;padding:.2rem .5rem;text-align:left}
th{background:#eef2f6;font-weight:600}td.here{outline:3px solid #7a3e00;outline-offset:-3px;font-weight:700}
.scroll{overflow-x:auto}@media print{body{margin:0;max-width:none}pre{background:none}}
"""


def page(trace: Trace, catalogue: Catalogue, language: str) -> str:
    """The whole page in one language."""
    title = catalogue.wording.text("trace.page_title", language, reference=trace.reference)
    return framed(title, tell(trace, catalogue, language), language, _windows(trace, catalogue, language))


def framed(title: str, lines: Iterable[str], language: str, further: Iterable[str] = ()) -> str:
    """A page of a title, lines of text and whatever follows them."""
    body = "\n".join(further)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1>\n<pre>{escape(chr(10).join(lines))}</pre>\n{body}</main></body></html>\n"
    )


def _windows(trace: Trace, catalogue: Catalogue, language: str) -> Iterator[str]:
    for source in _sources(trace):
        if source.window is None:
            continue
        path = str(source.submission.get("path", source.observation["submission_id"]))
        here = {"file": path, "sheet": source.window.sheet, "cell": source.window.cell}
        title = catalogue.wording.text("trace.window", language, **here)
        yield f'<h2>{escape(title)}</h2>\n<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        yield f"{_table(source.window, title)}</div>"


def _sources(trace: Trace) -> Iterator[Source]:
    yield from trace.sources
    for part in trace.parts:
        yield from _sources(part)


def _table(window: Window, title: str) -> str:
    """The cells around the one that is meant, under the letters and numbers that the submitter sees."""
    letters = [address.rstrip("0123456789") for address, _ in window.rows[0]] if window.rows else []
    head = "".join(f'<th scope="col">{escape(letter)}</th>' for letter in letters)
    rows = []
    for row in window.rows:
        number = row[0][0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if row else ""
        cells = "".join(
            f"<td{' class=here aria-current=true' if address == window.cell else ''}>{escape(text)}</td>"
            for address, text in row
        )
        rows.append(f'<tr><th scope="row">{escape(number)}</th>{cells}</tr>')
    caption = f"<caption>{escape(title)}</caption>"
    return f"<table>{caption}<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

"""Data Docs that open without a network: the body of each page as Great Expectations renders it, in a style of ours.

As rendered, every page loads about fifteen scripts and styles from public hosts, which is both unreadable offline and
a call home from the machine of whoever opens it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from cpc_pipeline.catalogue import Catalogue

STYLE = Path(__file__).with_name("style.css")
_ELSEWHERE = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<style\b.*?</style>|<img\b[^>]*>|<footer\b.*?</footer>|<nav\b.*?</nav>",
    re.DOTALL | re.IGNORECASE,
)
_LINK = re.compile(r"<a\b[^>]*href=\"(?!#)[^\"]*\"[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_ICON = {
    "fa-check-circle": '<b class="passed">✓</b>',
    "fa-times": '<b class="failed">✗</b>',
    "fa-exclamation-triangle": '<b class="broken">!</b>',
}


def offline(rendered: str, title: str) -> str:
    """One page of Data Docs with nothing in it that is fetched from anywhere."""
    start = rendered.find('<div id="section-1"')
    body = rendered[start:] if start >= 0 else rendered
    body = body.partition("</body>")[0]
    body = _LINK.sub(r"\1", _ELSEWHERE.sub("", body))
    for name, mark in _ICON.items():
        body = re.sub(rf"<i\b[^>]*\b{name}\b[^>]*>\s*</i>", mark, body)
    return page(title, f'<p><a href="index.html">↑</a></p><main class="gx"><div>{body}</main>')


def page(title: str, body: str) -> str:
    """A whole page: style inside, no script, and a rule for the browser that nothing may be loaded."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def index(rows: Sequence[dict[str, object]], catalogue: Catalogue) -> str:
    """Every rule with its outcome in every language, broken and failed first, with the way to its table's page."""

    def both(key: str, **params: object) -> str:
        texts = (catalogue.wording.text(f"quality.{key}", x, **params) for x in catalogue.languages)
        return "<br>".join(dict.fromkeys(escape(t) for t in texts))

    heads = "".join(f"<th>{both(f'col.{c}')}</th>" for c in ("outcome", "rule", "unexpected", "table"))
    order = {"broken": 0, "failed": 1, "passed": 2}
    lines = []
    for row in sorted(rows, key=lambda r: (order[str(r["outcome"])], str(r["rule"]))):
        table = escape(str(row["table"]))
        lines.append(
            f'<tr class="{row["outcome"]}"><td>{both("outcome." + str(row["outcome"]))}</td>'
            f"<td>{both('rule.' + str(row['code']))}</td><td>{_counts(row)}</td>"
            f'<td><a href="{table}.html">{table}</a></td></tr>'
        )
    title = " / ".join(dict.fromkeys(catalogue.wording.text("quality.title", x) for x in catalogue.languages))
    return page(title, f"<p>{both('explained')}</p><table><tr>{heads}</tr>{''.join(lines)}</table>")


def _counts(row: dict[str, object]) -> str:
    """Of how many rows how many are not so; a rule about a whole table counts none."""
    return f"{row['unexpected']} / {row['checked']}" if row["checked"] else "–"

"""The reading of a file as one page: the sheet with what each cell was taken for, and what its numbers were read as.

A page of its own: nothing is fetched, nothing runs. What a cell was taken for is shown by a letter and the line around
it, not by colour alone. It shows what the file holds and is for whoever sent it; it is written only where asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.intake.cells import column_letters
from cpc_pipeline.intake.foreign.grid import At, Role, printable
from cpc_pipeline.intake.foreign.sheets import SheetReading

SHOWN_ROWS = 40
"""Rows below the headings that are drawn; all others with something to say about them are, too."""
EXAMPLES = 6
_MARKS = {
    Role.HEADING: "H",
    Role.VALUE: "V",
    Role.PLACE: "L",
    Role.PERIOD: "P",
    Role.CATEGORY: "C",
    Role.UNIT: "U",
    Role.TOTAL: "T",
    Role.NOTE: "N",
    Role.UNUSED: "–",
    Role.REFUSED: "✗",
}
STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{font:15px/1.45 system-ui,"Segoe UI",Arial,sans-serif;color:#1a1a1a;background:#fff;margin:1.5rem auto;
padding:0 1rem;max-width:1300px}
h1{font-size:1.35rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .4rem}h3{font-size:1rem;margin:1rem 0 .3rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:.2rem 2rem}.two p{margin:.2rem 0}
.verdict{border:2px solid #1a1a1a;padding:.5rem .8rem;margin:.6rem 0}
.verdict.refused{border-style:double;border-width:6px}
.scroll{overflow-x:auto;border:1px solid #767676}
table{border-collapse:separate;border-spacing:2px;font-size:13px}
th{background:#ececec;color:#333;font-weight:400;padding:2px 6px;min-width:2rem}
td{padding:3px 6px;border:2px solid transparent;vertical-align:top;max-width:17rem;overflow-wrap:break-word}
td.blank{background:#fafafa}td.number{text-align:right}td[colspan]{text-align:center}
sup{font-weight:700;font-size:10px;margin-left:3px}
.heading{border:4px double #1b3a57;background:#e4edf5;font-weight:700}
.value{border:2px solid #14532d;background:#ecf7ef}
.place{border:2px dashed #7a3e00;background:#fdf3e7}.period{border:2px dotted #5b1a7a;background:#f6eefa}
.category{border:2px groove #00565e;background:#e8f6f7}.unit{border:2px ridge #555;background:#f2f2f2}
.total{border-bottom:3px double #444;background:#f2f2f2;font-style:italic}
.note{border-left:4px solid #8a8a8a;color:#444}.unused{color:#555;text-decoration:underline dotted #777}
.refused{border:3px solid #9b1c1c;background:#fdecec}
td.refused{text-decoration:line-through}ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem .7rem;padding:0}
ul.legend span{padding:2px 6px}ol,ul{margin:.2rem 0 .2rem 1.2rem;padding:0}td.gap{color:#444;font-style:italic}
@media print{body{margin:0;max-width:none;font-size:11px}.scroll{overflow:visible;border:0}table{font-size:9px}
td{overflow-wrap:anywhere}
tr,.verdict{break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:landscape}}
"""


def page(
    name: str,
    readings: Sequence[SheetReading],
    observations: pl.DataFrame,
    findings: Mapping[str, pl.DataFrame],
    catalogue: Catalogue,
) -> str:
    """The page. findings: language -> findings in words (where, message, expected, action, severity, sheet)."""
    languages = catalogue.languages
    title = " / ".join(_words(catalogue, x, "title", file=printable(name)) for x in languages)
    verdict = _verdict(readings, observations, findings, catalogue)
    sheets = "".join(_sheet(r, observations, catalogue) for r in readings if r.grid.cells and (r.match or r.read))
    unread = [r.grid.name for r in readings if not (r.match or r.read)]
    if not sheets and readings:
        sheets = "".join(_sheet(r, observations, catalogue) for r in readings[:1])
        unread = unread[1:]
    rest = _pairs(catalogue, "not_drawn", sheets=", ".join(map(printable, unread))) if unread else ""
    said = "".join(_findings(findings[x], x, catalogue) for x in languages)
    return (
        f'<!DOCTYPE html><html lang="{languages[0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{verdict}{_legend(catalogue)}{sheets}{rest}"
        f'<section class="two">{said}</section></main></body></html>\n'
    )


def _words(catalogue: Catalogue, language: str, key: str, **params: object) -> str:
    return catalogue.wording.text(f"explain.{key}", language, **params)


def _pairs(catalogue: Catalogue, key: str, **params: object) -> str:
    """The same sentence in each language, beside each other."""
    said = "".join(f'<p lang="{x}">{escape(_words(catalogue, x, key, **params))}</p>' for x in catalogue.languages)
    return f'<div class="two">{said}</div>'


def _verdict(
    readings: Sequence[SheetReading],
    observations: pl.DataFrame,
    findings: Mapping[str, pl.DataFrame],
    catalogue: Catalogue,
) -> str:
    refused = not any(r.read for r in readings)
    cells = sum(1 for r in readings for role in r.account.roles.values() if role == Role.VALUE)
    lost = sum(1 for r in readings if r.read for role in r.account.roles.values() if role == Role.REFUSED)
    key = "refused" if refused else "read_some" if lost else "read_all"
    said = _pairs(catalogue, key, cells=cells, observations=observations.height, refused=lost)
    reasons = ""
    if refused:
        for language, frame in findings.items():
            rows = frame.filter(pl.col("severity") == "return").iter_rows(named=True)
            items = "".join(
                f"<li>{escape(r['where'])}: {escape(r['message'])} {escape(r['action'])}</li>" for r in rows
            )
            reasons += f'<ul lang="{language}">{items}</ul>'
        reasons = f'<div class="two">{reasons}</div>'
    return f'<section class="verdict {"refused" if refused else "read"}" role="status">{said}{reasons}</section>'


def _legend(catalogue: Catalogue) -> str:
    items = []
    for role, mark in _MARKS.items():
        names = " / ".join(_words(catalogue, x, f"role.{role}") for x in catalogue.languages)
        items.append(f'<li><span class="{role}">{escape(names)}<sup>{mark}</sup></span></li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _sheet(reading: SheetReading, observations: pl.DataFrame, catalogue: Catalogue) -> str:
    grid, match = reading.grid, reading.match
    own = observations.filter(pl.col("sheet") == grid.name)
    key = "sheet_read" if reading.read else "sheet_refused"
    captions = []
    for language in catalogue.languages:
        layout = match.layout.name[language] if match else "–"
        rows = "-".join(map(str, dict.fromkeys((match.rows[0], match.rows[-1])))) if match else "–"
        params = {"layout": layout, "rows": rows, "observations": own.height}
        captions.append(_words(catalogue, language, key, sheet=printable(grid.name), **params))
    caption = " / ".join(captions)
    return (
        f"<section><h2>{escape(printable(grid.name))}</h2><p>{escape(caption)}</p>"
        f'<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(printable(grid.name))}"><table aria-label="{escape(caption)}">'
        f"{_grid(reading, catalogue)}</table></div>{_examples(own, catalogue)}</section>"
    )


def _grid(reading: SheetReading, catalogue: Catalogue) -> str:
    grid = reading.grid
    last = max((c for _, c in grid.cells), default=1)
    columns = list(range(1, min(last, 40) + 1))
    head = "".join(f'<th scope="col">{column_letters(c)}</th>' for c in columns)
    rows, before = [], 0
    shown = _shown(reading)
    spans, covered = _spans(reading, shown, columns)
    for row in shown:
        if row > before + 1 and before:
            skipped = [r for r in grid.rows if before < r < row]
            if skipped:
                text = " / ".join(_words(catalogue, x, "gap", count=len(skipped)) for x in catalogue.languages)
                rows.append(f'<tr><th></th><td class="gap" colspan="{len(columns)}">{escape(text)}</td></tr>')
        left = [c for c in columns if (row, c) not in covered]
        cells = "".join(_cell(reading, row, c, catalogue, spans.get((row, c), "")) for c in left)
        hidden = " *" if row in grid.hidden_rows else ""
        rows.append(f'<tr><th scope="row">{row}{hidden}</th>{cells}</tr>')
        before = row
    return f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _spans(reading: SheetReading, shown: list[int], columns: list[int]) -> tuple[dict[At, str], set[At]]:
    """How far merged cells reach, as the sheet shows them, and the cells that they cover; within the rows drawn."""
    spans: dict[At, str] = {}
    covered: set[At] = set()
    for area in reading.grid.merged:
        rows = [row for row in shown if area.top <= row <= area.bottom]
        across = [c for c in columns if area.left <= c <= area.right]
        together = rows == list(range(area.top, area.top + len(rows)))
        if not across or not rows or not together:
            continue
        block = {(row, c) for row in rows for c in across}
        if any(cell in reading.grid.cells for cell in block - {(area.top, area.left)}):
            continue  # something stands below the merge: all of it is drawn
        spans[area.top, area.left] = f' rowspan="{len(rows)}" colspan="{len(across)}"'
        covered |= block - {(area.top, area.left)}
    return spans, covered


def _shown(reading: SheetReading) -> list[int]:
    """The first rows, and up to as many that are refused, totals or notes further down."""
    rows = sorted(reading.grid.rows)
    top = reading.match.rows[-1] if reading.match else rows[0]
    first = [r for r in rows if r <= top][-12:] + [r for r in rows if r > top][:SHOWN_ROWS]
    special = {Role.REFUSED, Role.TOTAL, Role.NOTE}
    later = [
        r
        for r in rows
        if r > first[-1] and any(reading.account.roles.get((r, c)) in special for c in reading.grid.rows[r])
    ]
    return [*first, *later[:SHOWN_ROWS]]


def _cell(reading: SheetReading, row: int, column: int, catalogue: Catalogue, span: str) -> str:
    cell = reading.grid.cells.get((row, column))
    if cell is None:
        return f'<td class="blank"{span}></td>'
    role = reading.account.roles.get((row, column), Role.UNUSED)
    names = " / ".join(_words(catalogue, x, f"role.{role}") for x in catalogue.languages)
    kind = " number" if cell.kind == "number" else ""
    text = printable(cell.text)[:120]
    at = f'title="{escape(cell.address)}: {escape(names)}"'
    return f'<td class="{role}{kind}" {at}{span}>{escape(text)}<sup>{_MARKS[role]}</sup></td>'


def _examples(own: pl.DataFrame, catalogue: Catalogue) -> str:
    """Some numbers as sentences: cell, value, what it is of."""
    said = []
    for language in catalogue.languages:
        items = []
        for row in own.head(EXAMPLES).iter_rows(named=True):
            items.append(f"<li>{escape(_sentence(row, catalogue, language))}</li>")
        title = _words(catalogue, language, "examples", count=own.height)
        if items:
            said.append(f'<div lang="{language}"><h3>{escape(title)}</h3><ol>{"".join(items)}</ol></div>')
    return f'<div class="two">{"".join(said)}</div>'


def _sentence(row: Mapping[str, object], catalogue: Catalogue, language: str) -> str:
    series = str(row["series"])
    known = catalogue.indicators.get(series) or catalogue.context_series.get(series)
    groups = [
        catalogue.codelist_of(d).label(str(row[d]), language)
        for d in catalogue.dimension_ids
        if row[d] not in (None, TOTAL)
    ]
    unit = catalogue.units.get(str(row["unit"]))
    value = row["value"]
    shown = f"{value:g}" if isinstance(value, float) else _not_counted(row, catalogue, language)
    place = catalogue.places.label(str(row["place"]), language)
    about = ", ".join([place, *groups, _period(str(row["period_start"]), str(row["period_end"]))])
    cell = str(row["cell"])
    return _words(
        catalogue,
        language,
        "sentence",
        cell=cell if len(cell) < 60 else f"{cell[:57]}…",
        value=shown,
        unit=unit.labels[language] if unit and isinstance(value, float) else "",
        series=series,
        name=known.name[language] if known else "",
        about=about,
    )


def _not_counted(row: Mapping[str, object], catalogue: Catalogue, language: str) -> str:
    status = catalogue.wording.text(f"status.{row['status']}", language)
    return f"{row['raw']} ({status})"


def _period(start: str, end: str) -> str:
    """A whole year by its number, else both days."""
    return start[:4] if (start[4:], end) == ("-01-01", f"{start[:4]}-12-31") else f"{start} – {end}"


def _findings(frame: pl.DataFrame, language: str, catalogue: Catalogue) -> str:
    title = _words(catalogue, language, "findings")
    items = "".join(
        f"<li><strong>{escape(catalogue.wording.text('cli.severity.' + r['severity'], language))}</strong> "
        f"{escape(r['where'])}: {escape(r['message'])}</li>"
        for r in frame.iter_rows(named=True)
    )
    return f'<div lang="{language}"><h3>{escape(title)}</h3><ul>{items}</ul></div>' if items else ""

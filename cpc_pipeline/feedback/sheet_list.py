"""The list as a sheet of the submitter's workbook, in that workbook's own table of formats.

All text is written as text into the sheet itself: nothing of it can become a formula, and the workbook's table of
strings stays as sent. What does not belong here: the words (listing).
"""

from __future__ import annotations

from cpc_pipeline.contracts import FEEDBACK_MARK
from cpc_pipeline.feedback.cells import address
from cpc_pipeline.feedback.listing import WIDTHS, Listing, height
from cpc_pipeline.feedback.markup import content, quoted
from cpc_pipeline.feedback.styles import COLOURS, NO_FILL, Styles, shaded

MARK = FEEDBACK_MARK
DEFINITION = 10  # column from which one goes to the definition; the two before it are hidden
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FONT = '<font>{bold}<sz val="{size}"/><color rgb="{colour}"/><name val="Calibri"/><family val="2"/></font>'
_EDGE = '<{0} style="thin"><color rgb="FFBFBFBF"/></{0}>'
_BORDER = f"<border>{''.join(_EDGE.format(side) for side in ('left', 'right', 'top', 'bottom'))}<diagonal/></border>"
_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
_WRAPPED = ' applyAlignment="1"><alignment vertical="top" wrapText="1"/>'


def _formats(styles: Styles) -> dict[str, int]:
    ink, navy = "FF1A1A1A", "FF1B3A57"
    text = _FONT.format(bold="", size=10, colour=ink)
    fonts = {
        "title": _FONT.format(bold="<b/>", size=16, colour=navy),
        "head": _FONT.format(bold="<b/>", size=10, colour="FFFFFFFF"),
        "link": _FONT.format(bold="<u/>", size=10, colour="FF0B5CAD"),
        "strong": _FONT.format(bold="<b/>", size=10, colour=ink),
    }
    plain = {"fill": NO_FILL, "border": _NO_BORDER}
    boxed = {"fill": NO_FILL, "border": _BORDER}
    made = {
        "title": styles.own(' applyAlignment="1"><alignment vertical="center"/>', font=fonts["title"], **plain),
        "intro": styles.own(_WRAPPED, font=text, **plain),
        "head": styles.own(
            ' applyAlignment="1"><alignment vertical="center" wrapText="1"/>',
            font=fonts["head"],
            fill=shaded(navy),
            border=_BORDER,
        ),
        "text": styles.own(_WRAPPED, font=text, **boxed),
        "link": styles.own(_WRAPPED, font=fonts["link"], **boxed),
        "reply": styles.own(_WRAPPED, font=text, fill=shaded("FFFFFBE6"), border=_BORDER),
    }
    for severity, colour in COLOURS.items():
        made[severity] = styles.own(_WRAPPED, font=fonts["strong"], fill=shaded(f"FF{colour:06X}"), border=_BORDER)
    return made


def sheet_xml(listing: Listing, styles: Styles) -> tuple[bytes, int]:
    """The sheet and the number of its heading row."""
    formats = _formats(styles)
    rows = [_row(1, [(1, listing.title, formats["title"]), (8, MARK, 0)], 30)]
    for number, text in enumerate(listing.intro, start=2):
        rows.append(_row(number, [(1, text, formats["intro"])], height([text], [sum(WIDTHS)])))
    top = len(rows) + 2
    heads = [(c, t, formats["head"]) for c, t in enumerate(listing.headings, start=1)]
    if any(line.see for line in listing.lines):
        heads.append((DEFINITION, listing.definition, formats["head"]))
    rows.append(_row(top, heads, 22))
    shades = [f"{colour} {fill}" for colour, fill in sorted(styles.used.items())]
    links = []
    for number in range(max(len(listing.lines), len(shades))):
        row, cells, tall = top + 1 + number, [], 0.0
        defined: tuple[int, str, int] | None = None
        if number < len(listing.lines):
            line = listing.lines[number]
            looks = ("text", "link" if line.at else "text", line.severity or "text", "text", "text", "text", "reply")
            cells = [(c, t, formats[x]) for c, (t, x) in enumerate(zip(line.texts, looks, strict=True), start=1)]
            cells.append((8, line.question, 0))
            tall = height(line.texts, WIDTHS)
            if line.at:
                links.append(_link(f"B{row}", line.sheet, line.cell))
            if line.see is not None:
                defined = (DEFINITION, line.see.text, formats["link"])
                links.append(_link(address(row, DEFINITION), line.see.sheet, line.see.cell, line.see.hint))
        if number < len(shades):
            cells.append((9, shades[number], 0))
        rows.append(_row(row, [*cells, defined] if defined else cells, tall))
    return _sheet(rows, links, len(listing.intro), top, listing.page).encode(), top


def _row(number: int, cells: list[tuple[int, str, int]], tall: float = 0) -> str:
    """Without customHeight: the row grows when a long reply is typed."""
    high = f' ht="{tall:g}"' if tall else ""
    made = "".join(_cell(address(number, column), text, style) for column, text, style in cells)
    return f'<row r="{number}"{high}>{made}</row>'


def _cell(at: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{at}" s="{style}"/>'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{content(text)}</t></is></c>'


def _link(at: str, sheet: str, cell: str, hint: str = "") -> str:
    target = f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"
    tooltip = f' tooltip="{quoted(hint[:255])}"' if hint else ""
    return f'<hyperlink ref="{at}" location="{quoted(target)}"{tooltip} display="{quoted(cell)}"/>'


def _sheet(rows: list[str], links: list[str], intro: int, top: int, page: str) -> str:
    widths = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(WIDTHS, start=1))
    merged = "".join(f'<mergeCell ref="A{n}:G{n}"/>' for n in range(1, intro + 2))
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}<col min="8" max="9" width="12" hidden="1"/>'
        f'<col min="{DEFINITION}" max="{DEFINITION}" width="12" customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        f'<mergeCells count="{intro + 1}">{merged}</mergeCells>{linked}'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;R{content(page)} &amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )

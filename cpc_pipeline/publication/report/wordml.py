"""Blocks as elements of WordprocessingML: written whole, because python-docx takes a second for a long table."""

from __future__ import annotations

import copy
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cpc_pipeline.publication.report.model import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Notice,
    Paragraph,
    Placeholder,
    Row,
    Table,
)

MARK = "[[body]]"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS = 56.7  # to a millimetre
SHORT = 8  # rows of a table that is not parted
MANY = 40  # entries of the contents that a page takes as the template has them
TOGETHER = 2  # rows that stay with the last one: none stands alone overleaf
MARGIN = 50  # twips beside the words of a cell, as the template's table style has it
LOUD, GREY, PALE = "7A3E00", "55616D", "EEF2F6"
STYLES = {"body": "Normal", "lead": "Normal", "quote": "ReportQuote", "small": "ReportSmall"}


def _element(text: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(text.replace(">", f" {NAMESPACE}>", 1) if NAMESPACE not in text else text)


def _run(text: str, *, bold: bool = False, colour: str = "", raised: bool = False, small: bool = False) -> str:
    """Text with the marks of its look; nothing where the style says it."""
    marks = "<w:b/>" if bold else ""
    marks += f'<w:color w:val="{colour}"/>' if colour else ""
    marks += '<w:sz w:val="15"/>' if small else ""
    marks += '<w:vertAlign w:val="superscript"/>' if raised else ""
    return f'<w:r>{f"<w:rPr>{marks}</w:rPr>" if marks else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(style: str, inside: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inside}</w:p>'


def section_break(like: Any, *, across: bool) -> Any:
    """The end of a section with the page of the template, upright or lying."""
    from docx.oxml.ns import qn

    properties = copy.deepcopy(like)
    size = properties.find(qn("w:pgSz"))
    wide, high = size.get(qn("w:w")), size.get(qn("w:h"))
    if across:
        size.set(qn("w:w"), high)
        size.set(qn("w:h"), wide)
        size.set(qn("w:orient"), "landscape")
    for first in properties.findall(qn("w:titlePg")):
        if across:
            properties.remove(first)
    # As low as a line can be: where the page is full, it must not open another one.
    low = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    holder = _element(f"<w:p><w:pPr>{low}</w:pPr></w:p>")
    holder.pPr.append(properties)
    return holder


class Writer:
    """Numbers the bookmarks of a document; otherwise without memory."""

    def __init__(self) -> None:
        self._bookmarks = 0

    def page_break(self) -> Any:
        return _element('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')

    def holding(self, inline: Any) -> Any:
        """A paragraph around a picture."""
        made = _element(
            '<w:p><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="60"/></w:pPr><w:r><w:drawing/></w:r></w:p>'
        )
        made.r_lst[0][0].append(inline)
        return made

    def contents(self, document: Document) -> list[Any]:
        """A table of contents that is whole when the file is opened; Word adds the pages when it is told to."""
        heads = [b for s in document.sections for b in s.blocks if isinstance(b, Heading) and b.number and b.level < 3]
        made = [_element(_paragraph("ReportContents", _run(document.labels.contents)))]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        # Contents that are longer than usual stand closer: they have one page.
        close = '<w:spacing w:before="20" w:after="0" w:line="230" w:lineRule="exact"/>' if len(heads) > MANY else ""
        for at, head in enumerate(heads):
            text = _run(f"{head.number}  {head.text}")
            link = f"<w:hyperlink w:anchor={quoteattr(_bookmark(head.anchor))}>{text}</w:hyperlink>"
            inside = (begin if at == 0 else "") + link + (end if at == len(heads) - 1 else "")
            made.append(_element(_paragraph(f"TOC{head.level}", inside, close)))
        return made

    def block(self, block: Block, width: int, *, leads: bool = False) -> list[Any]:
        """leads: a paragraph that stays with what comes next."""
        match block:
            case Heading():
                return [_element(self._heading(block))]
            case Paragraph():
                return [_element(_paragraph(STYLES[block.style], _run(block.text), "<w:keepNext/>" if leads else ""))]
            case Bullets():
                return [_element(_paragraph("ListBullet", _run(item.text))) for item in block.items]
            case Notice():
                return [_element(_paragraph("ReportWarning" if block.loud else "ReportNotice", _run(block.text)))]
            case Placeholder():
                inside = _run(block.text, bold=True)
                inside += f"<w:r><w:br/></w:r>{_run(block.help, colour=GREY)}" if block.help else ""
                return [_element(_paragraph("ReportPlaceholder", inside))]
            case Table():
                return self._table(block, width)
            case _:
                raise TypeError(type(block).__name__)

    def _heading(self, block: Heading) -> str:
        self._bookmarks += 1
        text = f"{block.number}  {block.text}" if block.number else block.text
        mark = f'<w:bookmarkStart w:id="{self._bookmarks}" w:name={quoteattr(_bookmark(block.anchor))}/>'
        return _paragraph(f"Heading{block.level}", f'{mark}{_run(text)}<w:bookmarkEnd w:id="{self._bookmarks}"/>')

    def caption(self, number: str, text: str, *, below: bool = False) -> list[Any]:
        """Above a table, which it stays with; below a figure it is the end, and what follows may be overleaf."""
        free = '<w:keepNext w:val="0"/>' if below else ""
        return [_element(_paragraph("Caption", _run(f"{number}  {text}"), free))]

    def _table(self, block: Table, width: int) -> list[Any]:
        whole = sum(c.width for c in block.columns)
        # Borders stand in line with the text above: the table is as much narrower as its cells have margins.
        widths = [round(c.width / whole * (width * TWIPS - 2 * MARGIN)) for c in block.columns]
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        heads = [Cell(c.title) for c in block.columns]
        rows = [_row(heads, block, widths, Row(tuple(heads)), head=True)]
        # A short table stays on one page, and every table ends on the page of its notes.
        notes = [block.foot] if block.foot else []
        notes += [f"{letter}  {words}" for letter, words in block.notes]
        last, short = len(block.rows) - 1, len(block.rows) < SHORT
        rows += [
            _row(row.cells, block, widths, row, kept=bool(notes) if at == last else short or at >= last - TOGETHER)
            for at, row in enumerate(block.rows)
        ]
        properties = (
            f'<w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblInd w:w="{MARGIN}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(block.caption)}/></w:tblPr>"
        )
        made = [*self.caption(block.number, block.caption)]
        made.append(_element(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"))
        for at, note in enumerate(notes):
            keep = "<w:keepNext/>" if at < len(notes) - 1 else ""
            above = '<w:spacing w:before="60"/>' if at == 0 else ""
            made.append(_element(_paragraph("ReportNotes", _run(note), keep + above)))
        made.append(_element(_paragraph("ReportNotes", "", '<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>')))
        return made


def _bookmark(anchor: str) -> str:
    """Word takes letters, digits and underscores, forty of them."""
    return ("h_" + "".join(c if c.isalnum() else "_" for c in anchor))[:40]


def _row(cells: Any, block: Table, widths: list[int], row: Row, *, head: bool = False, kept: bool = False) -> str:
    properties = "<w:cantSplit/>" + ('<w:trHeight w:val="620" w:hRule="atLeast"/>' if row.tall else "")
    properties += "<w:tblHeader/>" if head else ""
    inside = "".join(_cell(cell, block, widths, row, at, head=head, kept=kept) for at, cell in enumerate(cells))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def _cell(cell: Cell, block: Table, widths: list[int], row: Row, at: int, *, head: bool, kept: bool) -> str:
    size = sum(widths) if row.group else widths[at]
    properties = f'<w:tcW w:w="{size}" w:type="dxa"/>' + (f'<w:gridSpan w:val="{len(widths)}"/>' if row.group else "")
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>' if row.group else ""
    side = "right" if block.columns[at].align == "right" and not row.group else "left"
    # Words behind a column of numbers do not lean on them.
    after = at and not row.group and side == "left" and block.columns[at - 1].align == "right"
    indent = '<w:ind w:left="200"/>' if row.quiet and at == 0 else '<w:ind w:left="120"/>' if after else ""
    colour = LOUD if cell.loud else GREY if row.quiet else ""
    bold = head or row.group or cell.strong or cell.loud
    inside = _run(cell.text, bold=bold, colour=colour, small=head) if cell.text else ""
    inside += _run(cell.mark, colour=GREY, raised=True) if cell.mark else ""
    inside += f"<w:r><w:br/></w:r>{_run(cell.below, colour=GREY, small=True)}" if cell.below else ""
    keep = "<w:keepNext/>" if head or row.group or kept else ""
    paragraph = _paragraph("ReportCell", inside, f'{keep}{indent}<w:jc w:val="{side}"/>')
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph}</w:tc>"

"""How slides are put together: text, tables and pictures at places in inches, in one look, with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cpc_pipeline.publication.pack.template import CONTENT, GREY, NAVY, OPENING, layout, opened, saved
from cpc_pipeline.publication.report.model import Column

INK, LOUD, LOUD_PAPER, PALE, RULE = "1D2630", "7A3E00", "FFF3E0", "EEF2F6", "C3CCD5"
LEFT, TOP, WIDTH, BOTTOM = 0.5, 1.4, 12.33, 6.9
Box = tuple[float, float, float, float]
"""Left, top, width, height in inches."""


@dataclass(frozen=True)
class Text:
    """A paragraph. loud: it stands in the place of something that is not there. head: a small heading."""

    text: str
    size: int = 16
    loud: bool = False
    head: bool = False
    bullet: bool = False


class Deck:
    """Slides of one language, from a template."""

    def __init__(self, template: bytes | None, language: str, foot: str) -> None:
        self.presentation = opened(template)
        self.language, self._foot = language, foot

    def opening(self, title: str, subtitle: str) -> Any:
        slide = self.presentation.slides.add_slide(layout(self.presentation, OPENING))
        slide.shapes.title.text = title
        slide.placeholders[1].text = subtitle
        for holder in slide.placeholders:
            self._spoken(holder.text_frame)
        return slide

    def slide(self, title: str, subtitle: str = "") -> Any:
        """A slide with its title, a line below it, and the foot that every slide has."""
        slide = self.presentation.slides.add_slide(layout(self.presentation, CONTENT))
        slide.shapes.title.text = title
        self._spoken(slide.shapes.title.text_frame)
        if subtitle:
            self.text(slide, (LEFT, 1.2, WIDTH, 0.35), [Text(subtitle, 13)], colour=GREY)
        self.text(slide, (LEFT, 7.05, WIDTH - 1.2, 0.3), [Text(self._foot, 11)], colour=GREY)
        self._number(slide)
        return slide

    def text(self, slide: Any, box: Box, texts: Sequence[Text], colour: str = INK, fill: str | None = None) -> None:
        """Paragraphs in a box that does not grow."""
        from pptx.util import Inches, Pt

        shape = slide.shapes.add_textbox(*(Inches(n) for n in box))
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = Inches(0.08 if fill else 0)
        frame.margin_top = frame.margin_bottom = Inches(0.04)
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = _ink(fill)
        for number, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = f"•  {text.text}" if text.bullet else text.text
            run.font.size, run.font.bold = Pt(text.size), text.head or text.loud
            shade = LOUD if text.loud else NAVY if text.head else colour
            run.font.color.rgb = _ink(shade)
            paragraph.space_after = Pt(2 if text.head else 6)
        self._spoken(frame)

    def table(
        self,
        slide: Any,
        at: tuple[float, float],
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        alt: str,
        size: int = 14,
        height: float = 0.42,
        loud: frozenset[tuple[int, int]] = frozenset(),
        strong: frozenset[int] = frozenset(),
    ) -> None:
        """A native table: the heading row is marked as one. loud: cells, strong: rows that must be seen."""
        from pptx.util import Inches, Pt

        width = sum(c.width for c in columns)
        frame = slide.shapes.add_table(
            len(rows) + 1, len(columns), Inches(at[0]), Inches(at[1]), Inches(width), Inches(height * (len(rows) + 1))
        )
        frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
        made = frame.table
        made.first_row, made.horz_banding = True, False
        for number, column in enumerate(columns):
            made.columns[number].width = Inches(column.width)
        for line, cells in enumerate([[c.title for c in columns], *rows]):
            made.rows[line].height = Inches(height)
            for number, text in enumerate(cells):
                cell = made.cell(line, number)
                head, shouted = line == 0, (line - 1, number) in loud
                cell.fill.solid()
                shade = NAVY if head else LOUD_PAPER if shouted else PALE if line - 1 in strong else "FFFFFF"
                cell.fill.fore_color.rgb = _ink(shade)
                # Words behind a column of numbers do not lean on them.
                after = number and columns[number - 1].align == "right" and columns[number].align != "right"
                cell.margin_left, cell.margin_right = Inches(0.3 if after else 0.08), Inches(0.08)
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                _written(cell, text, Pt(size), head, shouted or line - 1 in strong, columns[number].align == "right")
                ink = "FFFFFF" if head else LOUD if shouted else INK
                cell.text_frame.paragraphs[0].runs[0].font.color.rgb = _ink(ink)
                self._spoken(cell.text_frame)
                _ruled(cell)

    def picture(self, slide: Any, png: bytes, at: tuple[float, float], width: float, alt: str) -> float:
        """A picture with its alternative text; gives the height it took."""
        from pptx.util import Inches

        shape = slide.shapes.add_picture(io.BytesIO(png), Inches(at[0]), Inches(at[1]), width=Inches(width))
        shape._element.nvPicPr.cNvPr.set("descr", alt)
        return float(shape.height / 914400)

    def saved(self, title: str) -> bytes:
        return saved(self.presentation, title, self.language)

    def _number(self, slide: Any) -> None:
        """The number of the slide, counted by the program that shows it."""
        from pptx.enum.text import PP_ALIGN
        from pptx.oxml import parse_xml
        from pptx.oxml.ns import nsdecls
        from pptx.util import Inches

        shape = slide.shapes.add_textbox(Inches(LEFT + WIDTH - 1), Inches(7.05), Inches(1), Inches(0.3))
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        paragraph._p.append(
            parse_xml(
                f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
                f'<a:rPr lang="{self.language}" sz="1100"/><a:t>‹#›</a:t></a:fld>'
            )
        )

    def _spoken(self, frame: Any) -> None:
        """In which language a screen reader reads the text."""
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                run._r.get_or_add_rPr().set("lang", self.language)


def _ink(code: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(code))  # type: ignore[no-untyped-call]


def _written(cell: Any, text: str, size: Any, head: bool, bold: bool, right: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = size, head or bold
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _ruled(cell: Any) -> None:
    """A thin rule below the cell and nothing around it."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    properties = cell._tc.get_or_add_tcPr()
    for side in ("L", "R", "T"):
        properties.insert(0, parse_xml(f'<a:ln{side} {nsdecls("a")} w="0"><a:noFill/></a:ln{side}>'))
    bottom = parse_xml(f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{RULE}"/></a:solidFill></a:lnB>')
    properties.insert(3, bottom)


def shortened(text: str, most: int) -> str:
    """A long name in a title or a line of a table: cut between words, with an ellipsis that says so."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:.") + " …"

"""Write the Word template of the annual report anew: styles, cover, header and footer. Officials restyle the result.

python tools/make_report_template.py [FILE.docx]
What must stay in it: the style names below, and the fields in double braces.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

PLACE = Path("cpc_pipeline") / "publication" / "report" / "templates" / "report.docx"
NAVY, GREY, LOUD = RGBColor(0x16, 0x32, 0x4F), RGBColor(0x55, 0x61, 0x6D), RGBColor(0x7A, 0x3E, 0x00)
BODY_FONT, HEAD_FONT = "Cambria", "Calibri"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PLACE
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin, section.bottom_margin = Mm(27), Mm(24)
    section.different_first_page_header_footer = True
    styles(made)
    cover(made)
    running(section)
    without_other_parts(made)
    made.save(str(target))
    print(target)


def without_other_parts(made: Any) -> None:
    """Leave out what python-docx's own template brings: custom data, a thumbnail, who made it."""
    for key, link in list(made.part.rels.items()):
        if "customXml" in link.reltype or "stylesWithEffects" in link.reltype:
            del made.part.rels[key]
    kept = ("TableNormal", "ReportTable")
    for style in list(made.styles.element.findall(qn("w:style"))):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in kept:
            made.styles.element.remove(style)
    package = made.part.package
    for key, link in list(package.rels.items()):
        if "thumbnail" in link.reltype or "customXml" in link.reltype:
            del package.rels[key]
    core = made.core_properties
    core.author = core.last_modified_by = core.comments = core.keywords = core.title = ""
    core.created = core.modified = datetime(2022, 1, 1)  # noqa: DTZ001


def styles(made: Any) -> None:
    known = made.styles
    normal = known["Normal"]
    _font(normal, BODY_FONT, 10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for level, size, before, after in ((1, 19, 26, 8), (2, 13.5, 18, 6), (3, 11, 12, 4)):
        style = known[f"Heading {level}"]
        _font(style, HEAD_FONT, size, NAVY, bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    _border(known["Heading 1"], "bottom", "16324F", 8)
    _font(known["Title"], HEAD_FONT, 34, NAVY, bold=True)
    _border(known["Title"], "bottom", "16324F", 0)
    known["Title"].paragraph_format.space_before = Pt(150)
    _font(known["Subtitle"], HEAD_FONT, 16, GREY)
    _font(known["Caption"], HEAD_FONT, 10, NAVY, bold=True)
    known["Caption"].paragraph_format.keep_with_next = True
    known["Caption"].paragraph_format.space_before, known["Caption"].paragraph_format.space_after = Pt(12), Pt(4)
    _font(known["Header"], HEAD_FONT, 8, GREY)
    _font(known["Footer"], HEAD_FONT, 8, GREY)
    _font(known["List Bullet"], BODY_FONT, 10.5)
    for name, font, size, colour, more in (
        ("Report Fact", HEAD_FONT, 11, None, {}),
        ("Report Quote", BODY_FONT, 10.5, GREY, {"italic": True}),
        ("Report Small", HEAD_FONT, 8, GREY, {}),
        ("Report Notes", HEAD_FONT, 8, GREY, {}),
        ("Report Notice", HEAD_FONT, 10.5, NAVY, {"bold": True}),
        ("Report Warning", HEAD_FONT, 10.5, LOUD, {"bold": True}),
        ("Report Placeholder", HEAD_FONT, 10, LOUD, {}),
        ("Report Contents", HEAD_FONT, 19, NAVY, {"bold": True}),
        ("Report Cell", HEAD_FONT, 8.5, None, {}),
    ):
        style = known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, font, size, colour, **more)
    for level, indent in ((1, 0), (2, 6)):
        style = known.add_style(f"TOC {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, HEAD_FONT, 11 if level == 1 else 9.5, NAVY if level == 1 else None, bold=level == 1)
        style.paragraph_format.left_indent = Mm(indent)
        style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.space_before = Pt(4 if level == 1 else 0)
        style.paragraph_format.line_spacing = 1.0
    _border(known["Report Quote"], "left", "C3CCD5", 12)
    known["Report Quote"].paragraph_format.left_indent = Mm(4)
    for name, ink, paper in (("Report Notice", "16324F", "EEF2F6"), ("Report Warning", "7A3E00", "FFF3E0")):
        for side in ("top", "bottom"):  # room above and below the words, in the colour of the paper
            _border(known[name], side, paper, 24)
        _border(known[name], "left", ink, 24)
        known[name].paragraph_format.space_before, known[name].paragraph_format.space_after = Pt(6), Pt(10)
        _shade(known[name], paper)
    for side in ("top", "left", "bottom", "right"):
        _border(known["Report Placeholder"], side, "7A3E00", 6, "dashed")
    gap = known["Report Placeholder"].paragraph_format
    gap.space_before, gap.space_after, gap.left_indent, gap.right_indent = Pt(6), Pt(10), Mm(2), Mm(2)
    known["Subtitle"].paragraph_format.space_after = Pt(14)
    cell = known["Report Cell"].paragraph_format
    cell.space_after, cell.line_spacing = Pt(0), 1.0
    notes = known["Report Notes"].paragraph_format
    notes.space_after, notes.line_spacing = Pt(1), 1.0
    _table_style(made)


def _table_style(made: Any) -> None:
    """Rules instead of boxes; the heading row in a pale shade."""
    made.styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">'
            '<w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>'
            '<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="16324F"/>'
            '<w:bottom w:val="single" w:sz="4" w:color="C3CCD5"/>'
            '<w:insideH w:val="single" w:sz="4" w:color="C3CCD5"/></w:tblBorders>'
            '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="50" w:type="dxa"/>'
            '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="16324F"/></w:rPr><w:tcPr><w:tcBorders>'
            '<w:bottom w:val="single" w:sz="6" w:color="16324F"/></w:tcBorders>'
            '<w:shd w:val="clear" w:color="auto" w:fill="EEF2F6"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
            "</w:style>"
        )
    )


def cover(made: Any) -> None:
    made.add_paragraph("{{ title }}", style="Title")
    made.add_paragraph("{{ subtitle }}", style="Subtitle")
    made.add_paragraph("{{ standing }}", style="Report Warning")
    made.add_paragraph("{%p for fact in facts %}", style="Report Fact")
    made.add_paragraph("{{ fact[0] }}", style="Report Small").paragraph_format.space_after = Pt(0)
    made.add_paragraph("{{ fact[1] }}", style="Report Fact")
    made.add_paragraph("{%p endfor %}", style="Report Fact")
    made.add_paragraph("{{ edition }}", style="Report Small")
    made.add_paragraph("{{ body }}", style="Normal")


def running(section: Any) -> None:
    head = section.header.paragraphs[0]
    head.text = "{{ running }} \u00b7 {{ short_standing }}"
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run("{{ page_before }}")
    _field(foot, "PAGE")
    foot.add_run("{{ page_between }}")
    _field(foot, "NUMPAGES")
    foot.add_run("{{ page_after }}")


def _field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", f" {name} "), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()._r
        if kind == "text":
            run.append(parse_xml(f"<w:t {nsdecls('w')}>{text}</w:t>"))
        elif kind:
            run.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
        else:
            run.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve">{text}</w:instrText>'))


def _font(
    style: Any, name: str, size: float, colour: Any = None, *, bold: bool | None = None, italic: bool | None = None
) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = name, Pt(size), bold, italic
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if key.endswith(("Theme", "theme")):
            del fonts.attrib[key]
    for side in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{side}"), name)
    if colour is not None:
        style.font.color.rgb = colour


def _border(style: Any, side: str, colour: str, size: int, kind: str = "single") -> None:
    properties = style.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = parse_xml(f"<w:pBdr {nsdecls('w')}/>")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    old = borders.find(qn(f"w:{side}"))
    if old is not None:
        borders.remove(old)
    if size:
        borders.append(
            parse_xml(f'<w:{side} {nsdecls("w")} w:val="{kind}" w:sz="{size}" w:space="4" w:color="{colour}"/>')
        )


def _shade(style: Any, colour: str) -> None:
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    style.element.get_or_add_pPr().insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


if __name__ == "__main__":
    main()

"""The template of the slides: two layouts, 16:9, that officials may restyle in any program as long as names stay."""

from __future__ import annotations

import io
from typing import Any

from cpc_pipeline.publication.packages import describe, settled

OPENING, CONTENT = "Opening", "Content"
LAYOUTS = (OPENING, CONTENT)
NAVY, GREY = "16324F", "55616D"
WIDE, HIGH = 12192000, 6858000  # 13.33 x 7.5 inches in EMU
EDGE = 457200


class NoLayout(Exception):
    """A template without a layout of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def template() -> bytes:
    """The template as it comes, made of the library's own empty presentation."""
    from pptx import Presentation
    from pptx.enum.shapes import PP_PLACEHOLDER as PP
    from pptx.util import Emu

    made = Presentation()
    for part in (made.part, made.part.package):  # a printer's settings and a picture of another presentation
        for name, relation in list(_relations(part).items()):
            if relation.reltype.endswith(("/printerSettings", "/thumbnail")):
                _relations(part).pop(name)
    made.slide_width, made.slide_height = Emu(WIDE), Emu(HIGH)
    opening, content = made.slide_layouts[0], made.slide_layouts[5]
    for layout in [x for x in made.slide_layouts if x not in (opening, content)]:
        made.slide_layouts.remove(layout)
    opening.name, content.name = OPENING, CONTENT
    for holder in [*made.slide_master.placeholders, *opening.placeholders, *content.placeholders]:
        if holder.placeholder_format.type in (PP.DATE, PP.FOOTER, PP.SLIDE_NUMBER):  # slides bring their own
            holder._element.getparent().remove(holder._element)
    _placed(made.slide_master.placeholders[0], EDGE, 300000, WIDE - 2 * EDGE, 760000, 26, NAVY, bold=True)
    _placed(made.slide_master.placeholders[1], EDGE, 1400000, WIDE - 2 * EDGE, 4700000, 18, GREY)
    _placed(content.placeholders[0], EDGE, 300000, WIDE - 2 * EDGE, 760000, 26, NAVY, bold=True)
    _band(opening, 0, 0, WIDE, 3300000)
    _placed(opening.placeholders[0], EDGE * 2, 1000000, WIDE - 4 * EDGE, 1150000, 44, "FFFFFF", bold=True)
    _placed(opening.placeholders[1], EDGE * 2, 2200000, WIDE - 4 * EDGE, 800000, 20, "DFE7EF")
    _band(content, EDGE, 1085000, WIDE - 2 * EDGE, 19050)
    return saved(made, "", "en")


def _relations(part: Any) -> Any:
    return part._rels


def opened(content: bytes | None) -> Any:
    """A presentation to fill, of the given template or of our own; raises NoLayout where a layout is lacking."""
    from pptx import Presentation

    made = Presentation(io.BytesIO(content or template()))
    there = {layout.name for layout in made.slide_layouts}
    for name in LAYOUTS:
        if name not in there:
            raise NoLayout(name)
    return made


def layout(presentation: Any, name: str) -> Any:
    return next(x for x in presentation.slide_layouts if x.name == name)


def saved(presentation: Any, title: str, language: str) -> bytes:
    """The presentation as bytes that tell nothing of when and by whom."""
    describe(presentation.core_properties, title, language)
    _without_leftovers(presentation)
    stream = io.BytesIO()
    presentation.save(stream)
    return settled(stream.getvalue())


def _without_leftovers(presentation: Any) -> None:
    """Without what a program left in the template: a picture of its first page, settings of somebody's printer."""
    for rels in (presentation.part.package._rels, presentation.part.rels):
        for name in [n for n, rel in rels.items() if rel.reltype.endswith(_LEFTOVERS)]:
            rels.pop(name)


_LEFTOVERS = ("/thumbnail", "/printerSettings")


def _placed(
    holder: Any, left: int, top: int, width: int, height: int, size: int, colour: str, bold: bool = False
) -> None:
    """Where a placeholder lies and how its text looks, left-aligned; slides inherit it."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.oxml.ns import qn
    from pptx.util import Emu

    holder.left, holder.top, holder.width, holder.height = Emu(left), Emu(top), Emu(width), Emu(height)
    frame = holder.text_frame
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.BOTTOM, True
    frame.margin_left = frame.margin_right = Emu(0)
    body = frame._txBody
    styles = body.find(qn("a:lstStyle"))
    for child in list(styles):
        styles.remove(child)
    level = styles.makeelement(qn("a:lvl1pPr"), {"algn": "l", "marL": "0", "indent": "0"})
    level.append(level.makeelement(qn("a:buNone"), {}))
    run = level.makeelement(qn("a:defRPr"), {"sz": str(size * 100), "b": "1" if bold else "0"})
    fill = run.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": colour}))
    run.append(fill)
    level.append(run)
    styles.append(level)


def _band(layout_: Any, left: int, top: int, width: int, height: int) -> None:
    """A filled band behind everything else of a layout."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    tree = layout_.shapes._spTree
    xml = (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{NAVY}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    tree.insert(2, parse_xml(xml))

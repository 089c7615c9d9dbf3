"""The report as a Word file, on a template that officials can restyle: templates/report.docx names the styles.

docxtpl fills cover, header and footer; the blocks are written behind them. Headings, heading rows of tables and
alternative texts are what Word's own accessibility check asks for. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from importlib import resources
from itertools import zip_longest
from typing import Any

from cpc_pipeline.publication.report.model import Block, Bullets, Document, Paragraph, Picture, Section, Table
from cpc_pipeline.publication.report.wordml import MARK, Writer, section_break

FIXED = datetime(2022, 1, 1)  # noqa: DTZ001  (no clock: the same report has the same bytes)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
TEXT_WIDTH, LONG_WIDTH = 168, 255  # mm between the margins of the template, upright and across; figures have the first


def word(document: Document) -> bytes:
    """The whole report as docx."""
    from docxtpl import DocxTemplate

    template = resources.files(__package__).joinpath("templates", "report.docx").read_bytes()
    made = DocxTemplate(io.BytesIO(template))
    before, _, rest = document.labels.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    context = {
        **{n: getattr(document, n) for n in ("title", "subtitle", "standing", "edition", "running", "short_standing")},
        **{"facts": document.facts, "page_before": before, "page_between": between, "page_after": after, "body": MARK},
    }
    made.render(context, autoescape=True)
    inner = made.docx
    _body(inner, document)
    _properties(inner, document)
    stream = io.BytesIO()
    inner.save(stream)
    return _stable(stream.getvalue())


def _body(inner: Any, document: Document) -> None:
    """The blocks in the place of the mark; a part that lies across the page has a section of its own."""
    mark = next(p for p in inner.paragraphs if p.text == MARK)
    place = mark._p
    upright = inner.sections[0]._sectPr
    writer = Writer()
    elements = [writer.page_break(), *writer.contents(document), writer.page_break()]
    lying = False
    for number, section in enumerate(document.sections):
        if section.landscape != lying and number:
            elements.append(section_break(upright, across=lying))
        lying = section.landscape
        elements += _section(writer, inner, section)
    if lying:
        elements.append(section_break(upright, across=True))
    for element in elements:
        place.addprevious(element)
    place.getparent().remove(place)


def _section(writer: Writer, inner: Any, section: Section) -> list[Any]:
    width = LONG_WIDTH if section.landscape else TEXT_WIDTH
    made: list[Any] = []
    for block, after in zip_longest(section.blocks, section.blocks[1:]):
        if isinstance(block, Picture):
            made += _picture(writer, inner, block)
        else:
            made += writer.block(block, width, leads=_leads(block, after))
    return made


def _leads(block: Block, after: Block | None) -> bool:
    """Whether a paragraph stays with what comes next: a table or list that it introduces, who answers for it, or, where
    it is the words of an objective, whatever follows."""
    if isinstance(after, Paragraph):
        return after.style == "small"
    return isinstance(after, Table | Bullets) or (isinstance(block, Paragraph) and block.style == "quote")


def _picture(writer: Writer, inner: Any, block: Picture) -> list[Any]:
    from docx.shared import Mm

    inline = inner.part.new_pic_inline(io.BytesIO(block.png), width=Mm(TEXT_WIDTH))
    named = inline.docPr
    named.set("name", block.key)
    named.set("title", block.caption)
    named.set("descr", block.alt)
    return [writer.holding(inline), *writer.caption(block.number, block.caption, below=True)]


def _properties(inner: Any, document: Document) -> None:
    from docx.oxml.ns import qn

    core = inner.core_properties
    core.title, core.subject, core.language = (
        f"{document.title}: {document.subtitle}",
        document.edition,
        document.language,
    )
    core.author = core.last_modified_by = core.comments = core.keywords = core.category = ""
    core.created = core.modified = core.last_printed = FIXED
    core.revision = 1
    for language in inner.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), document.language)


def _stable(content: bytes) -> bytes:
    """The same parts in the order of their names, without the hour."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        # The list of kinds comes first, as readers of the format expect.
        names = sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
        for name in names:
            new.writestr(zipfile.ZipInfo(name, _ZIP_DATE), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()

"""The page (HTML) as it is shown."""

from __future__ import annotations

import re
from typing import Any

from cpc_pipeline.artefacts.parity.reading import Cell, Reading, flat

_BLOCKS = "p | li | h1 | h2 | h3 | h4 | h5 | h6 | dt | dd | caption | figcaption | blockquote | footer"
_UNSEEN = "nav | script | style | svg | template"


def read_page(content: bytes) -> Reading:
    """Tables, paragraphs and the words of figures; what navigates is left out."""
    import lxml.html

    root = lxml.html.document_fromstring(content.decode())
    for name in _UNSEEN.split(" | "):
        for element in root.xpath(f"//{name}"):
            element.drop_tree()
    described = {i for value in root.xpath("//@aria-describedby") for i in value.split()}
    made = Reading()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "table":
            rows = [[_cell(c) for c in row.xpath("./td | ./th")] for row in element.xpath(".//tr")]
            made.tables.append(rows)
        elif element.tag in _BLOCKS.split(" | ") and not element.xpath("ancestor::tr"):
            if element.xpath("./p | ./ul | ./ol | ./dl"):
                continue
            (made.words if element.get("id") in described else made.texts).append(flat(_shown(element)))
    return made


def _cell(element: Any) -> Cell:
    return Cell(flat(_shown(element)), element.get("data-trace", ""), element.get("data-column", ""))


def _shown(element: Any) -> str:
    """Its text; a raised mark and a line below stand apart from the number beside them."""
    from lxml import etree

    copied = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    apart = re.sub(r"<(/?(?:sup|sub|br|span|div|p|li|i|small)\b)", r" <\1", copied)
    return "".join(etree.fromstring(apart, etree.HTMLParser()).itertext())

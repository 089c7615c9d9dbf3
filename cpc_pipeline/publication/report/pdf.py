"""The report as PDF through typst: tagged (PDF/UA-1), from bundled fonts, without network, the same bytes each time."""

from __future__ import annotations

import dataclasses
from importlib import resources
from typing import Any

from cpc_pipeline.publication.report.model import Block, Document, Picture
from cpc_pipeline.publication.typesetting import typeset

TEMPLATE = "report.typ"


def pdf(document: Document) -> bytes:
    """The whole report as pages."""
    template = resources.files(__package__).joinpath("templates", TEMPLATE).read_bytes()
    drawings = {_file(b): b.svg for s in document.sections for b in s.blocks if isinstance(b, Picture)}
    return typeset(template, _plain(document), drawings)


def _plain(document: Document) -> dict[str, Any]:
    """The document as data for the template; its drawings are files beside it."""
    whole = {
        f.name: getattr(document, f.name) for f in dataclasses.fields(document) if f.name not in ("sections", "labels")
    }
    sections = [
        {"landscape": s.landscape, "annex": s.annex, "blocks": [_block(b) for b in s.blocks]} for s in document.sections
    ]
    return whole | {"labels": dataclasses.asdict(document.labels), "sections": sections}


def _block(block: Block) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Picture):
        return kind | {"number": block.number, "caption": block.caption, "alt": block.alt, "file": _file(block)}
    return kind | dataclasses.asdict(block)


def _file(picture: Picture) -> str:
    return f"{picture.key}.svg"

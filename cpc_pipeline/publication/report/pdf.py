"""The report as PDF through typst: tagged (PDF/UA-1), from bundled fonts, without network, the same bytes each time."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from cpc_pipeline.publication.report.model import Block, Document, Picture

TEMPLATE = "report.typ"


def pdf(document: Document) -> bytes:
    """The whole report as pages."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / TEMPLATE).write_bytes(resources.files(__package__).joinpath("templates", TEMPLATE).read_bytes())
        (root / "report.json").write_text(json.dumps(_plain(document, root), ensure_ascii=False), encoding="utf-8")
        made: bytes = typst.compile(
            root / TEMPLATE,
            root=root,
            ignore_system_fonts=True,
            package_path=root,
            package_cache_path=root,
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    return made


def _plain(document: Document, root: Path) -> dict[str, Any]:
    """The document as data for the template, its drawings as files beside it."""
    whole = {
        f.name: getattr(document, f.name) for f in dataclasses.fields(document) if f.name not in ("sections", "labels")
    }
    sections = [
        {"landscape": s.landscape, "annex": s.annex, "blocks": [_block(b, root) for b in s.blocks]}
        for s in document.sections
    ]
    return whole | {"labels": dataclasses.asdict(document.labels), "sections": sections}


def _block(block: Block, root: Path) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Picture):
        file = f"{block.key}.svg"
        (root / file).write_bytes(block.svg)
        return kind | {"number": block.number, "caption": block.caption, "alt": block.alt, "file": file}
    return kind | dataclasses.asdict(block)

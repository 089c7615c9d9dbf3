"""Pages through typst: tagged PDF (PDF/UA-1) from the bundled fonts, without network, the same bytes each time."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TEMPLATE, DATA = "template.typ", "data.json"


def typeset(template: bytes, data: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The PDF that a template makes of data (it reads data.json) and of files beside it, such as drawings."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / TEMPLATE).write_bytes(template)
        (root / DATA).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for file, content in files.items():
            (root / file).write_bytes(content)
        made: bytes = typst.compile(
            root / TEMPLATE,
            root=root,
            ignore_system_fonts=True,
            package_path=root,
            package_cache_path=root,
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    return _row_headers(made)


def _row_headers(content: bytes) -> bytes:
    """The first cell of each row of a table is the head of its row, for whoever listens to the page.

    Typst marks heads of columns by itself, and those of rows only with a feature that its Python package cannot switch
    on (`a11y-extras`). Taken out again when it can.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as file:
        for row in _rows(file.Root.StructTreeRoot):
            if row.get("/P") is not None and row.P.get("/S") == "/TFoot":
                row.P["/S"] = pikepdf.Name.TBody  # only there to keep the last rows of a table together
            first = next(iter(_children(row)), None)
            if first is not None and first.get("/S") == pikepdf.Name.TD:
                first["/S"] = pikepdf.Name.TH
                first["/A"] = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        stream = io.BytesIO()
        file.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return stream.getvalue()


def _rows(element: Any) -> Iterator[Any]:
    for child in _children(element):
        if child.get("/S") == "/TR":
            yield child
        else:
            yield from _rows(child)


def _children(element: Any) -> list[Any]:
    """Elements below an element, without the marked contents of pages."""
    import pikepdf

    found = element.get("/K")
    listed = list(found) if isinstance(found, pikepdf.Array) else [found]
    return [child for child in listed if isinstance(child, pikepdf.Dictionary) and "/S" in child]

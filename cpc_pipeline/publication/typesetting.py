"""Pages through typst: tagged PDF (PDF/UA-1) from the bundled fonts, without network, the same bytes each time."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
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
    return made

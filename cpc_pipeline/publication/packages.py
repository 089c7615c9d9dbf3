"""Office files without a clock: the same parts in the same order give the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

EPOCH = datetime(2022, 1, 1)  # noqa: DTZ001  (fixed: a file tells what it was made from, not when)


def settled(content: bytes) -> bytes:
    """The package with every part dated alike."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            plain = zipfile.ZipInfo(part.filename, date_time=(1980, 1, 1, 0, 0, 0))
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, old.read(part.filename))
    return made.getvalue()


def describe(properties: Any, title: str, language: str) -> None:
    """Core properties of a presentation or document: what it is called and nothing about who made it, or when."""
    properties.title, properties.language = title, language
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.subject = properties.category = properties.version = ""
    properties.created = properties.modified = properties.last_printed = EPOCH
    properties.revision = 1

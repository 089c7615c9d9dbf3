"""An invented year of a report: what was sent, reviewed texts, and the smallest picture."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from pathlib import Path

import polars as pl
from cpc_pipeline import contracts, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import SENT
from tests.conftest import write_submission

YEAR = 2025


def a_project(root: Path, catalogue: Catalogue) -> Project:
    """Arcadia with what four organisations sent for one year."""
    project = Project(Folders(root, catalogue.id), catalogue)
    for organisation in ("schools", "council", "care", "courts"):
        write_submission(project, organisation, YEAR, SENT[organisation, YEAR])
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.compute_measures(project)
    return project


def reviewed(*rows: tuple[str | None, str, str, str]) -> pl.DataFrame:
    """REVIEWED_TEXTS of (objective, section, language, text)."""
    names = ("objective", "section", "language", "text")
    more = {"organisations": "council+schools", "reviewed_by": "Invented desk", "reviewed_on": date(2026, 1, 2)}
    made = [dict(zip(names, row, strict=True)) | more | {"standing": "reviewed"} for row in rows]
    return pl.DataFrame(made, schema=contracts.polars_schema(contracts.REVIEWED_TEXTS))


def dot() -> bytes:
    """The smallest picture."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

"""Where what goes to the annual meeting lies in an edition: open data, and slides, pages and target sheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.desk import exporting, packing
from cpc_pipeline.project import Project
from cpc_pipeline.publication.pack import NoKeyIndicators


@dataclass(frozen=True)
class ForTheMeeting:
    """exports: the folder of the open data, files: how many; pack: None where the compact has no key indicators."""

    exports: Path
    files: int
    pack: Path | None


def for_the_meeting(project: Project, year: int, edition: str) -> ForTheMeeting:
    """Both of an issued edition, which were made with it. Raises exporting.NotExportable."""
    done = exporting.export_all(project, year, edition)
    try:
        pack: Path | None = packing.pack(project, year, edition)
    except NoKeyIndicators:
        pack = None
    return ForTheMeeting(done[0].folder.parent, sum(len(d.files) for d in done), pack)

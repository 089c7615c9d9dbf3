"""What people confirm or agree, added to the compact's data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cpc_pipeline import intake
from cpc_pipeline.catalogue import Confirmed, folder_of, remember
from cpc_pipeline.project import Project, open_project, today


def agree_targets(
    project: Project, content: bytes, agreed_on: date, by: str, folder: Path | None = None
) -> tuple[intake.AgreedTargets, Path]:
    """Add the targets of a sheet that came back from the meeting to the compact's data: all of them, or none.

    folder: of the compact's data, where it is not the installed one. Raises intake.NotATargetSheet.
    """
    read = intake.read_target_sheet(content, project.catalogue)
    path = (folder or folder_of(project.catalogue.id)) / "targets.csv"
    if read.faults.is_empty() and not read.targets.is_empty():
        intake.add_targets(path, read.targets, project.catalogue, agreed_on, by)
    return read, path


def confirm_mapping(
    project: Project, organisation: str, layout: str, said: Sequence[tuple[str, str, str, str]], who: str
) -> Path:
    """Remember what a heading or value of an organisation means; said: heading or value, field, text, code.

    Raises CatalogueFaults, and writes nothing, where it names what does not exist.
    """
    confirmed = [
        Confirmed(
            id="new",
            organisation=organisation,
            layout=layout,
            field=field,
            heading=text if kind == "heading" else None,
            value=text if kind == "value" else None,
            code=code or None,
            confirmed_by=who,
            confirmed_on=today(),
        )
        for kind, field, text, code in said
    ]
    return remember(folder_of(project.catalogue.id), project.catalogue, confirmed)


def reopened(project: Project) -> Project:
    """The same project with the compact's data as they are now."""
    return open_project(project.catalogue.id, project.folders.root)

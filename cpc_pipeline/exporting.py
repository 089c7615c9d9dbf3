"""An issued edition in a format that other systems read: made of the edition's own files, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline import agreements, editions
from cpc_pipeline.export import FORMATS, Edition, NotAnEdition, read
from cpc_pipeline.project import Project


class NotExportable(Exception):
    """Why nothing was exported: key of the sentence and what it names."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Exported:
    """Where the files are."""

    folder: Path
    files: tuple[str, ...]


def issued(project: Project, year: int, edition: str) -> Edition:
    """The edition as its files say it; raises NotExportable where there is none, or a file of it is not as issued."""
    folder = project.folders.edition(year, edition)
    told: dict[str, object] = {"year": year, "edition": edition}
    if not (folder / editions.MANIFEST).is_file():
        raise NotExportable("none", **told)
    changed = editions.changed(folder)
    if changed:
        raise NotExportable("changed", **told, count=len(changed))
    try:
        return read(folder)
    except NotAnEdition:
        raise NotExportable("older", **told) from None


def export(project: Project, year: int, edition: str, to: str, folder: Path | None = None) -> Exported:
    """Write one format of an edition into a folder: beside the edition where none is named.

    Raises NotExportable, export.NoActivity, KeyError for an unknown format. A folder with other files is left alone.
    """
    made = FORMATS[to](issued(project, year, edition), project.catalogue)
    if folder is not None and folder.exists() and any(p.name not in made for p in folder.iterdir()):
        raise NotExportable("not_empty", path=folder)
    target = write(folder or project.folders.exports(year, edition, to), made)
    agreements.record(project, "exported", f"{edition} {year} {to}")
    return Exported(target, tuple(sorted(made)))


def export_all(project: Project, year: int, edition: str) -> list[Exported]:
    """Every format that the compact's data allow, beside the edition: IATI only where they name an activity."""
    told = project.catalogue.header.exchange
    without = {"iati"} if told is None or told.iati is None else set()
    return [export(project, year, edition, to) for to in FORMATS if to not in without]


def write(folder: Path, made: Mapping[str, bytes]) -> Path:
    """Put the files into a folder of theirs; what an earlier run left there and this one does not make is removed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in {p.name for p in folder.iterdir() if p.is_file()} - made.keys():
        (folder / name).unlink()
    for name, content in made.items():
        path = folder / name
        path.write_bytes(content)
        path.chmod(0o600)  # whoever passes it on hands out a copy
    return folder

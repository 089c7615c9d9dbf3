"""An issued edition in a format that other systems read: made of the edition's own files, and of nothing else."""

from __future__ import annotations

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
    own = folder is None
    target = project.folders.exports(year, edition, to) if folder is None else folder
    if not own and target.exists() and any(p.name not in made for p in target.iterdir()):
        raise NotExportable("not_empty", path=target)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in {p.name for p in target.iterdir()} - made.keys() if own else ():
        (target / name).unlink()  # of an earlier export of this edition
    for name, content in made.items():
        path = target / name
        path.write_bytes(content)
        path.chmod(0o600)  # whoever passes an export on hands out a copy
    agreements.record(project, "exported", f"{edition} {year} {to}")
    return Exported(target, tuple(sorted(made)))

"""An issued edition in a format that other systems read: made of the edition's own files, and of nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, artefacts, contracts, editions
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import clearance
from cpc_pipeline.export import FORMATS, Edition, NotAnEdition, read
from cpc_pipeline.project import Project

INTERNAL = "internal"
DATA = "data"  # folder of the open data within an edition


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
    """One format of an edition, into a folder of one's own, or where it lies in the edition if none is named.

    Raises NotExportable, export.NoActivity, KeyError for an unknown format. A folder with other files is left alone.
    """
    said = issued(project, year, edition)
    home = project.folders.edition(year, edition)
    made = _lying(home / DATA / to) or FORMATS[to](said, project.catalogue)
    if edition != INTERNAL:
        audited(said, project.catalogue, made)
    if folder is not None and folder.exists() and any(p.name not in made for p in folder.iterdir()):
        raise NotExportable("not_empty", path=folder)
    target = write(folder, made) if folder else _within(home, {to: made}, year, edition)[0].parent
    agreements.record(project, "exported", f"{edition} {year} {to}")
    return Exported(target, tuple(sorted(made)))


def _lying(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def _within(home: Path, made: Mapping[str, Mapping[str, bytes]], year: int, edition: str) -> list[Path]:
    """Where the files lie in the edition; written there if they do not, as long as nobody has issued it."""
    if not all((home / DATA / to).is_dir() for to in made):
        if editions.issued(home):
            raise NotExportable("older", year=year, edition=edition)
        editions.add(home, write_data(home, made))
    return [home / DATA / to / name for to, files in made.items() for name in sorted(files)]


def open_data(edition: Edition, catalogue: Catalogue) -> dict[str, dict[str, bytes]]:
    """Format -> its files, for every format that the compact's data allow: IATI only where they name an activity."""
    told = catalogue.header.exchange
    without = {"iati"} if told is None or told.iati is None else set()
    return {to: make(edition, catalogue) for to, make in FORMATS.items() if to not in without}


def write_data(home: Path, made: Mapping[str, Mapping[str, bytes]]) -> list[Path]:
    """Put each format into a folder of its own below the edition's; returns the paths of all files."""
    return [write(home / DATA / to, files) / name for to, files in made.items() for name in sorted(files)]


def audited(edition: Edition, catalogue: Catalogue, made: Mapping[str, bytes]) -> None:
    """Raise NotExportable where a file has a number that the issued edition does not print, or a part it must not have.

    The compact's years, the next one and its targets may stand beside them, and so may what `counted` names.
    """
    rows = edition.rows
    texts = [t for c in edition.context for t in c.drop_nulls()]
    allowed = clearance.allowed_numbers(catalogue, masked(edition, catalogue), rows) | clearance.ahead(
        catalogue, edition.year
    )
    allowed |= {number for text in texts for number in _numbers(text)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in made.items():
            (folder / file).write_bytes(content)
        for leak in artefacts.audit_files(folder, made, allowed, rows, own=clearance.counted(catalogue, made)):
            raise NotExportable("leak", file=leak.file, where=leak.where)


def _numbers(text: str) -> set[float]:
    return {number for readings in artefacts.numbers_in(text) for number in readings}


def masked(edition: Edition, catalogue: Catalogue) -> Release:
    """The release of an issued edition, read back from its files: in printed precision, and without anything hidden."""
    schema = contracts.polars_schema(contracts.measures_frame(catalogue.dimension_ids))
    texts = edition.rows.select(list(schema))
    rows = texts.with_columns(
        _typed(pl.col(name), kind).alias(name) for name, kind in schema.items() if kind != pl.String
    ).with_columns(pl.col("organisation").fill_null(""), pl.lit(value=False).alias("sensitive"))
    observations = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    given = edition.contributions
    if given is not None:
        kinds = {"year": pl.Int32(), "entries": pl.Int64(), "amount": pl.Float64()}
        given = given.with_columns(_typed(pl.col(name), kind).alias(name) for name, kind in kinds.items())
    return Release(
        compact=edition.compact,
        edition=edition.edition,
        measures=rows,
        context=observations,
        observations=observations,
        findings=contracts.empty(contracts.FINDINGS),
        submissions=contracts.empty(contracts.SUBMISSIONS),
        standing=edition.standing,
        contributed=given,
    )


def _typed(text: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.Boolean:
        return text == "true"
    return text.str.to_date() if kind == pl.Date else text.cast(kind)


def export_all(project: Project, year: int, edition: str) -> list[Exported]:
    """Every format that the compact's data allow, where it lies in the edition."""
    formats = open_data(issued(project, year, edition), project.catalogue)
    return [export(project, year, edition, to) for to in formats]


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

"""The two doors for analysts: an issued edition, and the warehouse."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import available
from cpc_pipeline.exploring.edition import Edition
from cpc_pipeline.exploring.memory import Memory
from cpc_pipeline.exploring.speaking import Speaker, near
from cpc_pipeline.folders import default_compact
from cpc_pipeline.project import Project, open_project

EDITIONS = ("public", "partners", "internal")
"""From the one for everybody to the one that hides nothing."""


def open_edition(
    compact: str | None = None,
    year: int | None = None,
    edition: str = "public",
    *,
    language: str | None = None,
    root: Path | str | None = None,
) -> Edition:
    """An issued edition of a year: tidy frames, figures, and where its numbers come from.

        edition = cpc.open_edition("colombia", 2023, "internal")
        edition.measures("PROT-1", by="sex")

    compact: its id; by default CPC_COMPACT, or the first. year: by default the newest that was issued. edition: the
    public one unless another is named; "internal" hides nothing and must not be passed on. language: of labels and
    figures; by default the first of the compact. root: the project's folder; by default CPC_HOME, or this checkout.

    Raises CannotExplore, saying what there is and what to do, where there is no such edition or a file of it has been
    changed since it was issued; CatalogueFaults where the compact's data are not sound.
    """
    from cpc_pipeline.desk import exporting

    project, speaker = _opened(compact, root, language)
    if edition not in EDITIONS:
        raise speaker.cannot("no_such_edition", found=edition, near=", ".join(near(edition, EDITIONS)))
    there = _issued(project)
    chosen = year or max((y for y, name in there if name == edition), default=None)
    if (chosen, edition) not in there:
        years = {name: ", ".join(str(y) for y, other in sorted(there) if other == name) for name in EDITIONS}
        known = "; ".join(f"{name} {told}" for name, told in years.items() if told) or "–"
        wanted = chosen or max(project.catalogue.years)
        raise speaker.cannot("not_issued", year=wanted, edition=edition, known=known)
    try:
        files = exporting.issued(project, int(chosen or 0), edition)
    except exporting.NotExportable as refused:
        raise speaker.cannot(f"edition_{refused.code}", year=chosen, edition=edition) from None
    return Edition(project, files, speaker)


def open_warehouse(
    compact: str | None = None,
    *,
    as_of: datetime | date | str | None = None,
    restricted: bool = False,
    language: str | None = None,
    root: Path | str | None = None,
) -> Memory:
    """The warehouse, read only, from the copy that the last whole run left for readers.

        with cpc.open_warehouse("colombia", as_of="2024-12-31") as memory:
            memory.observations("PROT-1")

    as_of: what was known at the end of a day, or at a minute, by the compact's clock. restricted: True shows small
    counts of people, what was typed and what people wrote; never pass that on. The rest as in `open_edition`.

    Raises CannotExplore where no run has ended yet, or the copy is of another version of this program.
    """
    from cpc_pipeline.desk import rebuilding

    project, speaker = _opened(compact, root, language)
    moment: datetime | None = None
    if as_of is not None:
        try:
            moment = rebuilding.moment(str(as_of), project.catalogue.header.time_zone)
        except ValueError:
            raise speaker.cannot("no_such_day", found=as_of) from None
    return Memory(project, speaker, as_of=moment, restricted=restricted)


def list_editions(compact: str | None = None, *, root: Path | str | None = None) -> pl.DataFrame:
    """A row per issued edition: year and edition, in order."""
    project, _ = _opened(compact, root, None)
    return pl.DataFrame(sorted(_issued(project)), schema={"year": pl.Int32, "edition": pl.String}, orient="row")


def _issued(project: Project) -> set[tuple[int, str]]:
    found = project.folders.published.glob("*/*/manifest.json")
    names = [(path.parent.parent.name, path.parent.name) for path in found]
    return {(int(year), name) for year, name in names if year.isdecimal() and name in EDITIONS}


def _opened(compact: str | None, root: Path | str | None, language: str | None) -> tuple[Project, Speaker]:
    known = available()
    if compact is not None and compact not in known:
        speaker = Speaker(open_project(default_compact()).catalogue)
        raise speaker.cannot("no_such_compact", found=compact, near=", ".join(near(compact, known)))
    project = open_project(compact, None if root is None else Path(root))
    return project, Speaker(project.catalogue).in_language(language)

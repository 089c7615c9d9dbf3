"""Issuing an edition: a person's act. No certificate, no edition; there is no way around.

1. the numbers are protected together with everything that was ever printed
2. the edition is rendered into a folder of its own that nobody looks into
3. the rendered files are read again: an auditor that knows no solver of ours proves that no hidden count can be found
   from what is really printed, and every file is looked through for numbers and parts that must not be in it
4. it is entered in the register of what is printed, and only then put in its place
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, artefacts, editions, pipeline, questions
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.disclosure import NotProtectedError, register
from cpc_pipeline.disclosure.assembling import Assembled
from cpc_pipeline.disclosure.auditing import Audit, audit
from cpc_pipeline.disclosure.policy import EDITIONS, INTERNAL, policy_of
from cpc_pipeline.disclosure.printed import on_paper, read_printed
from cpc_pipeline.disclosure.problem import publication
from cpc_pipeline.disclosure.widening import Protected, protected
from cpc_pipeline.ledger import Standing
from cpc_pipeline.project import Project
from cpc_pipeline.publication import performance_table, publish
from cpc_pipeline.publication.report import documents, labels_of, numbers_of
from cpc_pipeline.publication.tables import printable

SECONDS = 120.0
Reason = tuple[str, dict[str, object]]


class NotReleasable(Exception):
    """An edition that may not go out. reasons: (wording key, params), one per reason; never a value of a cell."""

    def __init__(self, reasons: list[tuple[str, dict[str, object]]]) -> None:
        super().__init__(", ".join(key for key, _ in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Issued:
    """An edition in its place: folder, whether it was there already, how many counts are hidden.

    review: keys of small counts that are known already, whatever is hidden here: for a person to look at.
    """

    folder: Path
    unchanged: bool
    hidden: int
    review: tuple[str, ...] = ()


def issue(
    project: Project,
    year: int,
    edition: str,
    progress: Callable[[str], None] = lambda _: None,
    seconds: float = SECONDS,
    final: bool = False,
) -> Issued:
    """Issue one edition of a year. Raises NotReleasable with every reason, NotProtectedError for an unknown edition.

    final: refuse it unless the table is agreed and nothing is open. Otherwise its standing is printed as it is.
    """
    if edition not in EDITIONS:
        raise NotProtectedError(edition)
    if final:
        reasons = list(_not_final(project, year))
        if reasons:
            raise NotReleasable(reasons)
    if edition == INTERNAL:
        pipeline.publish_year(project, year, report=True)
        _close(project.folders.edition(year, INTERNAL))
        return Issued(project.folders.edition(year, INTERNAL), unchanged=False, hidden=0)
    inside = pipeline.release_for(project, year)
    folder = project.folders.edition(year, edition)
    content = editions.content_hash(inside, f"{project.version} {edition}")
    if editions.is_current(folder, content):
        return Issued(folder, unchanged=True, hidden=0)
    memory = project.folders.printed
    earlier = register.editions(memory)
    progress("protect")
    made = protected(
        inside, project.catalogue, edition, year, earlier, register.release_key(memory), _approve, seconds, progress
    )
    staging = folder.with_name(f".{edition}.making")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        progress("render")
        paths = publish(made.release, project.catalogue, year, staging, report=True)
        progress("audit")
        reasons = list(_reasons(project, made, year, staging, paths))
        if reasons:
            raise NotReleasable(reasons)
        editions.write_manifest(staging, paths, content=content)
        policy = policy_of(project.catalogue)
        name = f"{len(earlier) + 1}: {edition} {year}"
        register.enter(memory, name, content, made.assembled, made.hidden, policy.k if policy else 0)
        _put(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    agreements.record(project, "published", f"{edition} {year}")
    return Issued(folder, False, len(made.hidden), made.assembled.problem.review())


def _not_final(project: Project, year: int) -> Iterator[Reason]:
    """Why an edition of a year cannot be called final: its open points, and the signatures that it lacks."""
    named = ("indicator", "organisation", "objective", "section", "language")
    for point in questions.open_points(project, year).iter_rows(named=True):
        yield f"open_{point['code']}", {name: point[name] for name in named if point[name] is not None}
    standing = agreements.agreed(project, year).table.standing
    if standing != Standing.AGREED:
        yield "unsigned", {"year": year, "standing": str(standing)}


def _approve(assembled: Assembled, hidden: frozenset[str]) -> bool:
    return audit(publication(assembled.problem, hidden), assembled.problem.demands()).passed


def _reasons(project: Project, made: Protected, year: int, staging: Path, paths: list[Path]) -> Iterator[Reason]:
    """Everything that speaks against the rendered edition."""
    problem = made.assembled.problem
    found = read_printed(staging / "tables" / "performance.csv", project.catalogue, {c.key for c in problem.cells})
    yield from _audit_says(audit(on_paper(problem, found), problem.demands()))
    for key in made.pattern.unattainable:
        yield "nothing_protects", {"number": key}
    names = [path.relative_to(staging).as_posix() for path in paths]
    rows = _rows(made.release, project.catalogue)
    allowed = allowed_numbers(project.catalogue, made.release, rows)
    shown = _shown(made.release, project.catalogue, year)
    own = dict(_own_numbers(made.release, project.catalogue, year, staging, names))
    for leak in artefacts.audit_files(staging, names, allowed, rows, shown, own):
        yield f"leak_{leak.what}", {"file": leak.file, "where": leak.where}


def _rows(release: Release, catalogue: Catalogue) -> pl.DataFrame:
    """Every masked row as it may be printed: of the year and, in the figures, of the years before it."""
    years = release.measures["year"].unique().sort()
    return pl.concat([printable(performance_table(release, catalogue, year), catalogue) for year in years])


def _shown(release: Release, catalogue: Catalogue, year: int) -> dict[str, artefacts.Shown]:
    """What the sheets per objective of each language's workbook show, and in which order."""
    table = printable(performance_table(release, catalogue, year), catalogue)
    order = [row for o in catalogue.objectives for row in table.filter(objective=o.id).iter_rows(named=True)]
    shown = {"baseline": ("baseline", "baseline_year"), "target": ("target",), "actual": ("actual", "lower", "upper")}
    found = {}
    for x in catalogue.languages:
        heads = {catalogue.wording.text(f"publication.col.{n}", x, year=year): c for n, c in shown.items()}
        found[f"performance_{x}.xlsx"] = artefacts.Shown(heads, order)
    return found


def _own_numbers(
    release: Release, catalogue: Catalogue, year: int, staging: Path, names: list[str]
) -> Iterator[tuple[str, frozenset[float]]]:
    """File of the report -> numbers that it may have besides the table's: of its parts, its pages, things counted."""
    for language, document in documents(release, catalogue, year, staging / "figures").items():
        said = [*labels_of(document), *(n.text for n in numbers_of(document) if n.trace.startswith("count/"))]
        numbers = {number for text in said for readings in artefacts.numbers_in(text) for number in readings}
        for name in (n for n in names if n.startswith("report/") and f"_{language}." in n):
            pages = artefacts.pages_of(staging / name) if name.endswith(".pdf") else 0
            yield name, frozenset(numbers | {float(page) for page in range(1, pages + 1)})


def _audit_says(said: Audit) -> Iterator[Reason]:
    """Why there is no certificate. Which cells it is about is for the raw side, and not in the message."""
    if said.passed:
        return
    for what in ("exact", "narrow", "unproved"):
        if getattr(said, what):
            yield f"audit_{what}", {"count": len(getattr(said, what))}
    if said.contradiction:
        yield "audit_contradiction", {"count": 1}
    if not (said.exact or said.narrow or said.unproved or said.contradiction):
        yield "audit_unconfirmed", {"count": 1}


def allowed_numbers(catalogue: Catalogue, release: Release, rows: pl.DataFrame) -> frozenset[float]:
    """Numbers that may stand in a text of the edition: of its masked rows, of the compact's words and codes, of dates.

    rows: the printed table as text.
    """
    texts = [*_words(catalogue), *_values(release, rows)]
    found = {number for text in texts for readings in artefacts.numbers_in(text) for number in readings}
    return frozenset(found)


def _words(catalogue: Catalogue) -> Iterator[str]:
    """Everything that the compact says of itself, without any submission."""
    yield catalogue.model_dump_json(include={"header", "indicators", "organisations", "objectives", "decisions"})
    for texts in catalogue.wording.texts.values():
        yield from texts.values()
    for codes in (catalogue.places, *catalogue.codelists.values()):
        for code in codes.codes.values():
            yield " ".join([code.code, *code.labels.values()])


def _values(release: Release, rows: pl.DataFrame) -> Iterator[str]:
    """Cell by cell, as an edition may print them."""
    sources = release.observations.select("reporting_year", "source_title", "source_url")
    further = [] if release.contributed is None else [release.contributed]
    for frame in (rows, release.measures, release.context, sources, *further):
        for column in frame.columns:
            yield from frame[column].cast(pl.String).drop_nulls()


def _put(staging: Path, folder: Path) -> None:
    """The edition takes its place in one move; the one that was there stays beside it, as it was."""
    _close(staging)
    if folder.exists():
        number = 1 + len(list(folder.parent.glob(f"{folder.name}.*")))
        os.replace(folder, folder.with_name(f"{folder.name}.{number}"))  # noqa: PTH105
    os.replace(staging, folder)  # noqa: PTH105


def _close(folder: Path) -> None:
    """For the owner only: whoever publishes an edition hands out copies."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)

"""Issuing an edition: a person's act. No certificate, no edition; there is no way around.

1. the numbers are protected together with everything that was ever printed
2. the edition is rendered into a folder of its own that nobody looks into
3. the rendered files are read again: an auditor that knows no solver of ours proves that no hidden count can be found
   from what is really printed, every file is looked through for numbers and parts that must not be in it, the texts of
   people are held against the table, and the languages and formats against each other
4. it is entered in the register of what is printed, with its proof, and only then put in its place
"""

from __future__ import annotations

import hashlib
import hmac
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, editions, export, pipeline
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import changes, clearance, exporting, open_points, packing
from cpc_pipeline.desk.clearance import Reason
from cpc_pipeline.disclosure import NotProtectedError, register, witness
from cpc_pipeline.disclosure.assembling import Assembled
from cpc_pipeline.disclosure.auditing import Audit, audit
from cpc_pipeline.disclosure.policy import EDITIONS, INTERNAL, policy_of
from cpc_pipeline.disclosure.printed import on_paper, read_printed
from cpc_pipeline.disclosure.problem import Publication, publication
from cpc_pipeline.disclosure.widening import Protected, protected
from cpc_pipeline.project import Project, code_version
from cpc_pipeline.publication import publish
from cpc_pipeline.publication.pack import NoKeyIndicators
from cpc_pipeline.publication.writing import write_bytes

SECONDS = 120.0
TABLE = Path("tables") / "performance.csv"


class NotReleasable(Exception):
    """An edition that may not go out. reasons: (wording key, params), one per reason; never a value of a cell."""

    def __init__(self, reasons: list[tuple[str, dict[str, object]]]) -> None:
        super().__init__(", ".join(key for key, _ in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Issued:
    """An edition in its place: folder, whether it was there already, how many counts are hidden.

    review: keys of small counts that are known already, whatever is hidden here: for a person to look at. doubts: what
    would keep the edition from being final.
    """

    folder: Path
    unchanged: bool
    hidden: int
    review: tuple[str, ...] = ()
    doubts: tuple[Reason, ...] = field(default=())


def issue(
    project: Project,
    year: int,
    edition: str,
    progress: Callable[[str], None] = lambda _: None,
    seconds: float = SECONDS,
    final: bool = False,
) -> Issued:
    """Issue one edition of a year. Raises NotReleasable with every reason, NotProtectedError for an unknown edition.

    final: refuse it unless the table is agreed and nothing is open or in doubt. Otherwise its standing is printed as
    it is, and doubts are told.
    """
    if edition not in EDITIONS:
        raise NotProtectedError(edition)
    if final:
        _refuse(clearance.not_final(project, year))
    return (
        _inside(project, year, progress, final)
        if edition == INTERNAL
        else _outside(project, year, edition, progress, seconds, final)
    )


def _refuse(reasons: Iterator[Reason] | Sequence[Reason]) -> None:
    found = list(reasons)
    if found:
        raise NotReleasable(found)


def _inside(project: Project, year: int, progress: Callable[[str], None], final: bool) -> Issued:
    """The internal edition: everything, for those who may see it."""
    release, points = pipeline.release_for(project, year), open_points.now(project, year)
    folder, memory = project.folders.edition(year, INTERNAL), project.folders.printed
    content = editions.content_hash(release, project.version)
    asked = hashlib.sha256(points.write_csv().encode()).hexdigest()
    there = editions.is_current(folder, content) and editions.made_from(folder).get("open_points") == asked
    if there and editions.issued(folder):
        doubts = [] if not final else _doubts(project, release, release.measures, year, folder)
        _refuse(doubts)
        return Issued(folder, unchanged=True, hidden=0)
    with _making(folder) as staging:
        progress("render")
        before = changes.last(memory, year, INTERNAL, content)
        paths = [*_rendered(release, project, year, staging, points), *_told(project, before, year, INTERNAL, staging)]
        progress("audit")
        found = list(clearance.leaks(release, project.catalogue, year, staging, paths, before, points))
        doubts = [*found, *_doubts(project, release, release.measures, year, staging)]
        _refuse(doubts if final else [reason for reason in found if reason[0] != "leak_number"])
        sources = {"inputs": editions.input_hash(release.submissions), "open_points": asked}
        made_from = _made_from(project, {"looked_through": not found}) | sources
        _issue(project, staging, folder, paths, content, made_from, before)
    return Issued(folder, unchanged=False, hidden=0, doubts=tuple(doubts))


def _outside(
    project: Project, year: int, edition: str, progress: Callable[[str], None], seconds: float, final: bool
) -> Issued:
    """An edition that leaves the house."""
    inside = pipeline.release_for(project, year)
    folder, memory = project.folders.edition(year, edition), project.folders.printed
    secret = register.release_key(memory)
    # Keyed: a plain hash of the true numbers, printed beside the masked ones, would let anybody try out guesses.
    content = _keyed(secret, editions.content_hash(inside, f"{project.version} {edition}"))
    if editions.is_current(folder, content):
        return Issued(folder, unchanged=True, hidden=0)
    earlier = register.editions(memory)
    progress("protect")
    made = protected(inside, project.catalogue, edition, year, earlier, secret, _approve, seconds, progress)
    with _making(folder) as staging:
        progress("render")
        before = changes.last(memory, year, edition, content)
        paths = [*_rendered(made.release, project, year, staging), *_told(project, before, year, edition, staging)]
        progress("audit")
        seen, proof = _proved(project, made, staging)
        doubts = _doubts(project, made.release, inside.measures, year, staging)
        _refuse([*_reasons(project, made, before, year, staging, paths, proof), *_stopping(doubts, final)])
        verdict: dict[str, object] = {"proved": True, "optimal": made.pattern.optimal, "hidden": len(made.hidden)}
        made_from = _made_from(project, verdict) | {"inputs": _keyed(secret, editions.input_hash(inside.submissions))}
        _enter(project, made, f"{len(earlier) + 1}: {edition} {year}", content, proof, seen)
        _issue(project, staging, folder, paths, content, made_from, before)
    review = made.assembled.problem.review()
    return Issued(folder, False, len(made.hidden), review, tuple(doubts))


@contextmanager
def _making(folder: Path) -> Iterator[Path]:
    """A folder beside the edition's, in which it is made; gone when it is in its place, or refused."""
    staging = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _rendered(
    release: Release, project: Project, year: int, folder: Path, points: pl.DataFrame | None = None
) -> list[Path]:
    """Everything that goes to the meeting: tables, figures, report, open data, and the pack of the dialogue.

    points: what is open; None for an edition that leaves, whose pack says what its own rows show. Where no key
    indicator was chosen there is no pack.
    """
    paths = publish(release, project.catalogue, year, folder, report=True)
    said = export.read(folder)
    paths += exporting.write_data(folder, exporting.open_data(said, project.catalogue))
    if points is None:
        release, points = packing.told(said, project, year)
    try:
        return paths + packing.write_pack(folder, packing.slides_and_pages(release, project, year, points))
    except NoKeyIndicators:
        return paths


def _issue(
    project: Project,
    staging: Path,
    folder: Path,
    paths: Sequence[Path],
    content: str,
    made_from: Mapping[str, object],
    before: pl.DataFrame | None,
) -> None:
    """The edition gets its manifest, is remembered as printed, and takes its place in one move.

    The one that was there stays beside it if it was issued. Folders are for their owner only: whoever publishes an
    edition hands out copies.
    """
    edition, year = folder.name, int(folder.parent.name)
    editions.write_manifest(staging, paths, content=content, made_from=made_from)
    now = pl.read_csv(staging / TABLE, infer_schema=False)
    if changes.keep(project.folders.printed, year, edition, content, staging / TABLE):
        log = changes.LOG if edition != INTERNAL else f"{INTERNAL}.{changes.LOG}"
        _log(project, project.folders.published / log, before, now, year, edition)
    for path in (staging, *staging.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    editions.take_place(staging, folder)
    agreements.record(project, "published", f"{edition} {year}")


def _approve(assembled: Assembled, hidden: frozenset[str]) -> bool:
    return audit(publication(assembled.problem, hidden), assembled.problem.demands()).passed


def _proved(project: Project, made: Protected, staging: Path) -> tuple[Publication, Audit]:
    """What a reader of the rendered table has in hand, and what the auditor says of it."""
    problem = made.assembled.problem
    found = read_printed(staging / TABLE.parent, project.catalogue, {c.key for c in problem.cells})
    seen = on_paper(problem, found)
    return seen, audit(seen, problem.demands())


def _reasons(
    project: Project,
    made: Protected,
    before: pl.DataFrame | None,
    year: int,
    staging: Path,
    paths: Sequence[Path],
    proof: Audit,
) -> Iterator[Reason]:
    """Everything that speaks against the rendered edition, final or not."""
    yield from clearance.audit_says(proof)
    for key in made.pattern.unattainable:
        yield "nothing_protects", {"number": key}
    yield from clearance.leaks(made.release, project.catalogue, year, staging, paths, before)


def _doubts(project: Project, release: Release, inside: pl.DataFrame, year: int, folder: Path) -> list[Reason]:
    """What is wrong in the texts of people, and where languages, formats and data differ."""
    policy = None if release.edition == INTERNAL else policy_of(project.catalogue)
    typed = clearance.doubtful_numbers(release, inside, project.catalogue, year, policy)
    differing = clearance.differing(project, folder)
    return [*(clearance.said(doubt) for doubt in typed), *(clearance.told(difference) for difference in differing)]


def _stopping(doubts: Sequence[Reason], final: bool) -> list[Reason]:
    """A disclosing number stops every edition that leaves the house, any doubt a final one."""
    return [doubt for doubt in doubts if final or doubt[0] == "number_discloses"]


def _told(project: Project, before: pl.DataFrame | None, year: int, edition: str, staging: Path) -> list[Path]:
    """What this edition changes against the one before it, in a text per language that travels with its files."""
    now = pl.read_csv(staging / TABLE, infer_schema=False)
    found = [] if before is None else changes.changes(before, now)
    return [
        write_bytes(
            staging / f"changes_{x}.txt",
            changes.report(before, found, year, edition, x, project.catalogue).encode(),
        )
        for x in project.catalogue.languages
    ]


def _log(project: Project, path: Path, before: pl.DataFrame | None, now: pl.DataFrame, year: int, edition: str) -> None:
    """*Published numbers changed*: one entry per edition that follows another of its year and kind."""
    if before is not None:
        found = changes.changes(before, now)
        changes.log(path, found, year, edition, project.clock().date(), project.catalogue)


def _enter(project: Project, made: Protected, name: str, content: str, proof: Audit, seen: Publication) -> None:
    """Into the register, with the tables that prove it beside the record."""
    policy = policy_of(project.catalogue)
    k = policy.k if policy else 0
    record = register.enter(project.folders.printed, name, content, made.assembled, made.hidden, k)
    if proof.certificate is not None:
        witness.write(witness.path_of(record), proof.certificate, seen, made.assembled.problem.demands())


def _made_from(project: Project, verdict: dict[str, object]) -> dict[str, object]:
    return {
        "catalogue": project.catalogue.version,
        "code": code_version(),
        "lock": editions.lock_hash(),
        "verdict": verdict,
    }


def _keyed(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

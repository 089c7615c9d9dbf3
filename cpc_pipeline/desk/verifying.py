"""Do the editions that left still hold: are their files as made, does all that was printed still hide enough?"""

from __future__ import annotations

from pathlib import Path

from cpc_pipeline import agreements, editions
from cpc_pipeline.agreements import Problem
from cpc_pipeline.desk import clearance
from cpc_pipeline.disclosure import register, witness
from cpc_pipeline.disclosure.auditing import audit
from cpc_pipeline.disclosure.earlier import Edition, joint
from cpc_pipeline.disclosure.printed import read_printed
from cpc_pipeline.disclosure.problem import publication
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import changed, faults

INTERNAL = "internal"
TABLE = Path("tables") / "performance.csv"


def verify(project: Project, path: Path | None = None) -> list[Problem]:
    """Everything on record that does not hold, of every edition; with a path, of the edition in that folder alone."""
    if path is not None:
        return verify_edition(project, path)
    problems = [*agreements.verify(project), *_remembered(project)]
    for manifest in sorted(project.folders.published.glob(f"**/{editions.MANIFEST}")):
        problems += [*_differing(project, manifest.parent), *_as_recorded(project, manifest.parent)]
    return [*problems, *_audited(project)]


def _remembered(project: Project) -> list[Problem]:
    """The warehouse against its own laws, and each file as received against its hash."""
    problems = [Problem(name, "original_changed") for name in changed(project.folders.originals)]
    if project.folders.warehouse.exists() or project.folders.copy.exists():
        with project.read_warehouse() as warehouse:
            problems += [Problem(law, "warehouse_fault") for law in faults(warehouse)]
    return problems


def verify_edition(project: Project, folder: Path) -> list[Problem]:
    """Files changed or gone, numbers printed that the register says are hidden, and the audit of all editions."""
    if not (folder / editions.MANIFEST).is_file():
        return [Problem(str(folder), "no_manifest")]
    changed = [Problem(name, "file_changed") for name in editions.changed(folder)]
    return [*changed, *_differing(project, folder), *_as_recorded(project, folder), *_audited(project)]


def _differing(project: Project, folder: Path) -> list[Problem]:
    """Numbers that the languages and formats of the report, and the data, do not share."""
    found = [(folder / d.file, *clearance.told(d)) for d in clearance.differing(project, folder)]
    return [Problem(str(path), what, params) for path, what, params in found]


def _as_recorded(project: Project, folder: Path) -> list[Problem]:
    """The table of a wider edition against the record of what it printed. The internal edition has no record."""
    content = editions.content_of(folder)
    entries = register.entries(project.folders.printed)
    at = next((n for n, (_, made_from) in enumerate(entries) if made_from == content), None)
    if at is None:
        inside = folder.name.partition(".")[0] == INTERNAL or "as-of" in folder.as_posix()
        return [] if inside else [Problem(str(folder), "not_in_register")]
    if not (folder / TABLE).is_file():
        return []  # named among the changed files
    record = entries[at][0]
    found = read_printed((folder / TABLE).parent, project.catalogue, {*record.printed, *record.hidden})
    differs = [Problem(str(folder / TABLE), "printed_differs")] if _differs(record, found.numbers) else []
    return [*differs, *_proved(register.paths(project.folders.printed)[at], found.numbers)]


def _proved(record: Path, printed: dict[str, int]) -> list[Problem]:
    """The tables that proved the edition when it left, against what it prints: arithmetic alone."""
    path = witness.path_of(record)
    try:
        return [] if witness.holds(path, printed) else [Problem(path.name, "witness_fails")]
    except witness.WitnessBroken:
        return [Problem(path.name, "witness_gone")]


def _differs(record: Edition, printed: dict[str, int]) -> bool:
    """True where the table prints something hidden, or another number than was recorded."""
    return any(record.printed.get(key) != number for key, number in printed.items())


def _audited(project: Project) -> list[Problem]:
    """The audit over everything that ever left, once more."""
    earlier = register.editions(project.folders.printed)
    problem = joint((), (), earlier)
    if not problem.cells:
        return []
    said = audit(publication(problem, ()), problem.demands())
    return [] if said.passed else [Problem(project.folders.printed.name, "discloses")]

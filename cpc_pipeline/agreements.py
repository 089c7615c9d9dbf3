"""Signing the annual table, how far it is agreed, and whether the records still hold: the ledger of one project.

What does not belong here: the form of records (ledger/), and who may sign (compact.yaml).
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl
import yaml

from cpc_pipeline import editions, ledger
from cpc_pipeline.ledger import AuditLog, Signature, Table
from cpc_pipeline.project import Project

REASONS = "reasons.yaml"


class Unsignable(Exception):
    """What cannot be signed or said. `code` is the key of the sentence, `params` what it needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Agreed:
    """The table of one year: its standing and what changed since it was agreed (columns of ledger.restatements)."""

    year: int
    table: Table
    restated: pl.DataFrame


@dataclass(frozen=True)
class Problem:
    """Something that no longer is what it was: where, and what (a wording key, with what its sentence names)."""

    where: str
    what: str
    params: Mapping[str, object] = field(default_factory=dict)


def actor() -> str:
    """Who is at work, for the audit log: CPC_ACTOR, else the name of the account."""
    return os.environ.get("CPC_ACTOR") or getpass.getuser()


@contextmanager
def acting(who: str) -> Iterator[None]:
    """Somebody else than the account is at work while the block runs, as with a form that asks who presses."""
    before = os.environ.get("CPC_ACTOR")
    os.environ["CPC_ACTOR"] = who
    try:
        yield
    finally:
        if before is None:
            del os.environ["CPC_ACTOR"]
        else:
            os.environ["CPC_ACTOR"] = before


def record(project: Project, action: str, *subjects: str) -> None:
    """Add to the audit log that somebody did something to each subject."""
    if subjects:
        who = actor()
        AuditLog(project.folders.audit).extend((who, action, subject) for subject in subjects)


def agreed(project: Project, year: int) -> Agreed:
    """The standing of a year's table as the warehouse has it now."""
    with project.read_warehouse() as warehouse:
        measures = warehouse.measures()
    return agreed_of(project, measures, year)


def agreed_of(project: Project, measures: pl.DataFrame, year: int, until: date | None = None) -> Agreed:
    """The standing of the table that these measures make. until: the last day whose signatures count."""
    content = ledger.content(measures, project.catalogue, year)
    signatures = ledger.read_signatures(project.folders.agreements / str(year))
    signatures = [s for s in signatures if until is None or s.on <= until]
    parties = [party.id for party in project.catalogue.header.parties]
    table = ledger.standing_of_table(ledger.content_hash(content), signatures, parties)
    before = ledger.kept(project.folders.agreed, table.agreed) if table.agreed else None
    old = content if before is None or table.agreed == table.content else before
    return Agreed(year, table, ledger.restatements(old, content, project.catalogue, reasons(project, year)))


def sign(project: Project, year: int, party: str, by: str, on: date, key: Path | None = None) -> Agreed:
    """One party signs the table of a year as it is now; gives the new standing. Raises Unsignable."""
    parties = {p.id for p in project.catalogue.header.parties}
    if party not in parties:
        raise Unsignable("no_such_party", party=party, known=", ".join(sorted(parties)) or "–")
    with project.read_warehouse() as warehouse:
        measures, submissions = warehouse.measures(), warehouse.submissions()
    content = ledger.content(measures, project.catalogue, year)
    if content.is_empty():
        raise Unsignable("nothing_to_sign", year=year)
    ledger.keep(project.folders.agreed, content)
    log = AuditLog(project.folders.audit)
    signature = Signature(
        project.catalogue.id,
        year,
        party,
        ledger.content_hash(content),
        by,
        on,
        submissions=_counted(submissions, year),
        audit=log.append(actor(), "signed", f"table {year} as {party}"),
    )
    if key is not None:
        value, public = ledger.sign_with(key, signature.message())
        signature = replace(signature, signature=value, public_key=public)
    ledger.write_signature(project.folders.agreements / str(year), signature)
    return agreed_of(project, measures, year)


def _counted(submissions: pl.DataFrame, year: int) -> dict[str, int]:
    """Submission id -> revision of everything that the table of a year may rest on."""
    own = submissions.filter((pl.col("year") <= year) & ~pl.col("verdict").is_in(["returned", "withdrawn"]))
    return dict(own.select("submission_id", "revision").iter_rows())


def standings(project: Project) -> pl.DataFrame:
    """Submission id and standing (provisional, under_review, agreed, restated), one row each."""
    with project.read_warehouse() as warehouse:
        measures, submissions = warehouse.measures(), warehouse.submissions()
    tables = {year: agreed_of(project, measures, year).table for year in submissions["year"].unique().sort()}
    revisions = {name: count for year in tables for name, count in _counted(submissions, year).items()}
    return ledger.standing_of_submissions(submissions, tables, revisions)


def reasons(project: Project, year: int) -> list[Mapping[str, str]]:
    """Why numbers changed after they were agreed: entries with indicator, reason, by and other columns of the key."""
    path = project.folders.agreements / str(year) / REASONS
    return list(yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.exists() else []


def give_reason(project: Project, year: int, entry: Mapping[str, str]) -> None:
    """Put a reason on record; `entry` as in `reasons`. Raises Unsignable where nothing it names has changed."""
    changed = agreed(project, year).restated
    names = {k: v for k, v in entry.items() if k in changed.columns and k not in ("reason", "by")}
    if changed.filter(*(pl.col(k) == v for k, v in names.items())).is_empty():
        raise Unsignable("nothing_restated", year=year)
    path = project.folders.agreements / str(year) / REASONS
    everything = [*reasons(project, year), dict(entry)]
    path.write_text(yaml.safe_dump(everything, allow_unicode=True, sort_keys=False), encoding="utf-8")
    record(project, "gave reason", f"table {year} {entry.get('indicator', '')}")


def verify(project: Project) -> list[Problem]:
    """Everything on record that does not hold: the audit log, signatures, kept contents, and files of editions."""
    problems, known = [], []
    for folder in sorted(project.folders.agreements.glob("*")):
        for signature in ledger.read_signatures(folder):
            where = f"{folder.name}/{signature.number:03d}_{signature.party}"
            known.append(signature.audit)
            if not signature.holds:
                problems.append(Problem(where, "signature_broken"))
            if ledger.kept(project.folders.agreed, signature.content) is None:
                problems.append(Problem(where, "content_gone"))
    log = AuditLog(project.folders.audit)
    problems += [Problem(f"{log.path.name}:{broken.line}", broken.what) for broken in log.check(known)]
    for manifest in sorted(project.folders.published.glob(f"**/{editions.MANIFEST}")):
        problems += [Problem(path, "file_changed") for path in editions.changed(manifest.parent)]
    return problems

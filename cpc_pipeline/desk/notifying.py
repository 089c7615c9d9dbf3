"""Who must be told what now: the messages, as files ready to be sent, and their way to the mail server.

What does not belong here: words (notices/), the line to the server (desk/posting.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from cpc_pipeline import agreements, measures, notices
from cpc_pipeline.contracts import REPLIES_KIND, Verdict
from cpc_pipeline.desk import contacts, posting, sent
from cpc_pipeline.notices import Notice
from cpc_pipeline.project import Project

BOOK = "sent"
DAYS = 30
"""A result older than this is not sent by itself: a mail server set up later must not send what is long past."""
WAITS = ("missing", str(Verdict.RETURNED), str(Verdict.WITHDRAWN))
SAYS_NOTHING = ("published_figures", REPLIES_KIND)
"""Kinds of workbook that no organisation waits for an answer to: nobody sent it, or it is an answer itself."""


@dataclass(frozen=True)
class Told:
    """A message and what became of it: written, no_address, old, or what posting.send says. path: of its .eml."""

    notice: Notice
    state: str
    path: Path


def today(project: Project) -> date:
    """The day where the compact is: reminders go by it."""
    return _now(project).astimezone(ZoneInfo(project.catalogue.header.time_zone)).date()


def _now(project: Project) -> datetime:
    return project.clock().replace(tzinfo=UTC)


def reminders(project: Project, year: int | None = None) -> list[Notice]:
    """Reminders that are due by the calendar; of a year that somebody asks for, whatever the calendar says."""
    return list(_reminders(project, _record(project), year))


def due(project: Project) -> list[Notice]:
    """Every reminder that the calendar asks for and the result of the last version of each workbook."""
    record = _record(project)
    return [*_reminders(project, record, None), *_results(project, record)]


def write(project: Project, told: Sequence[Notice], *, all_of_them: bool = False) -> list[Told]:
    """Each message as .eml, to be opened in a mail program and sent, and as text; those sent before stay as they were.

    all_of_them: what lies there of reminders and results and is not among these is taken away, so that nobody is
    reminded of what has come in the meantime. Raises contacts.Unusable.
    """
    known = contacts.addresses(project.folders.contacts, project.catalogue)
    server = contacts.mail_server(project.folders.mail_settings)
    folder, made = project.folders.notices, []
    for notice in told:
        path = folder / f"{notice.name}.eml"
        made.append(path)
        if sent.state(folder / BOOK, notice.identity) != "free" and path.exists():
            continue
        to = _to(notice, known, server)
        letter = notices.letter(notice, to, server.sender if server else None)
        _put(path, letter.as_bytes())
        _put(path.with_suffix(".txt"), f"{notice.subject}\n\n{notice.body}".encode())
    if all_of_them:
        _clear(folder, {path.stem for path in made})
    states = [_unsent(n, known, server) for n in told]
    return [Told(notice, state, path) for notice, state, path in zip(told, states, made, strict=True)]


def send(project: Project, told: Sequence[Told]) -> list[Told]:
    """Hand over what was written, each message once, where a mail server is set up. Raises contacts.Unusable."""
    server = contacts.mail_server(project.folders.mail_settings)
    if server is None:
        return list(told)
    known = contacts.addresses(project.folders.contacts, project.catalogue)
    old = _old(project, told)
    waiting = [
        (t.notice, to)
        for t in told
        if t.notice.identity not in old and (to := _to(t.notice, known, server)) and t.state == "written"
    ]
    became: dict[str, str] = dict.fromkeys(old, "old")
    became |= dict(posting.send(waiting, server, project.folders.notices / BOOK, lambda: _now(project)))
    result = [Told(t.notice, became.get(t.notice.identity, t.state), t.path) for t in told]
    handed = [t.notice for t in result if t.state == "sent"]
    subjects = [f"{n.kind} {n.organisation or ''} {n.year or ''} {n.identity}" for n in handed]
    agreements.record(project, "told", *subjects)
    return result


def again(project: Project, identity: str) -> bool:
    """A message of which nobody knows whether it arrived may be sent again; False where there is no such message."""
    return sent.strike(project.folders.notices / BOOK, identity)


@dataclass(frozen=True)
class _Record:
    """What is on record: contracts.SUBMISSIONS, RECEIPTS, FINDINGS, and the matrix of who has sent what."""

    submissions: pl.DataFrame
    receipts: pl.DataFrame
    findings: pl.DataFrame
    status: pl.DataFrame


def _record(project: Project) -> _Record:
    with project.read_warehouse() as warehouse:
        submissions, receipts, found = warehouse.submissions(), warehouse.receipts(), warehouse.findings()
    status = measures.submission_status(submissions, project.catalogue, project.catalogue.years, receipts)
    return _Record(submissions, receipts, found, status)


def _reminders(project: Project, record: _Record, year: int | None) -> Iterator[Notice]:
    catalogue, on = project.catalogue, today(project)
    steps = {y: notices.step(catalogue.header, y, on) for y in catalogue.years}
    for row in record.status.filter(pl.col("verdict").is_in(WAITS)).iter_rows(named=True):
        organisation, of = row["organisation"], row["year"]
        step = steps[of]
        asked = of == year if year is not None else step is not None
        if not asked or not catalogue.organisations[organisation].reports:
            continue
        about = f"step {step}" if step is not None else f"by hand {on.isoformat()}"
        own = pl.col("organisation") == organisation
        found = record.findings.filter(own & pl.col("reporting_year").is_in([of, of - 1]))
        returned = row["verdict"] == str(Verdict.RETURNED)
        yield notices.reminder(organisation, of, catalogue, found, on, about, returned=returned)


def _results(project: Project, record: _Record) -> Iterator[Notice]:
    """Of each workbook that an organisation sent, what became of its last version."""
    catalogue = project.catalogue
    silent = record.submissions.filter(pl.col("kind").is_in(SAYS_NOTHING) | (pl.col("verdict") == "withdrawn"))
    last = record.receipts.filter(~pl.col("submission_id").is_in(silent["submission_id"].to_list()))
    last = last.sort("received_at", "receipt_id").unique("submission_id", keep="last", maintain_order=True)
    for receipt in last.iter_rows(named=True):
        organisation = catalogue.organisations.get(receipt["organisation"])
        if organisation is None or not organisation.reports or receipt["year"] not in catalogue.years:
            continue
        found = record.findings.filter(pl.col("submission_id") == receipt["submission_id"])
        yield notices.result(receipt, catalogue, found, _marked(project, receipt))


def _marked(project: Project, receipt: dict[str, Any]) -> str | None:
    """The folder of the annotated copy, as the secretariat knows it; its name may be somebody's, and is not said."""
    folder = project.folders.feedback / str(receipt["year"]) / str(receipt["organisation"])
    there = folder.is_dir() and any(folder.iterdir())
    return folder.relative_to(project.folders.root).as_posix() if there else None


def _old(project: Project, told: Sequence[Told]) -> set[str]:
    """Which of them are results of files that arrived long ago."""
    results = {t.notice.about: t.notice.identity for t in told if t.notice.kind == "result"}
    if not results:
        return set()
    since = (_now(project) - timedelta(days=DAYS)).replace(tzinfo=None)
    with project.read_warehouse() as warehouse:
        receipts = warehouse.receipts().filter(pl.col("received_at") < since)["receipt_id"]
    return {results[receipt] for receipt in receipts if receipt in results}


def _to(notice: Notice, known: dict[str, tuple[str, ...]], server: contacts.MailServer | None) -> tuple[str, ...]:
    if notice.organisation is None:
        return (server.staff,) if server and server.staff else ()
    return known.get(notice.organisation, ())


def _unsent(notice: Notice, known: dict[str, tuple[str, ...]], server: contacts.MailServer | None) -> str:
    return "written" if _to(notice, known, server) else "no_address"


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all, for the owner only; nothing is touched where it says the same already."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)


def _clear(folder: Path, current: set[str]) -> None:
    """Take away drafts that are no longer right; what was sent stays, as a record of what was said."""
    for path in folder.glob("*.eml"):
        kind, identity = path.stem.partition("_")[0], path.stem.rpartition("_")[2]
        over = kind in ("reminder", "result") and path.stem not in current
        if over and sent.state(folder / BOOK, identity) == "free":
            path.unlink()
            path.with_suffix(".txt").unlink(missing_ok=True)

"""Read what is not on record as it is, and notice what takes the place of an earlier workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import polars as pl

from cpc_pipeline import intake, receiving, refusals
from cpc_pipeline.contracts import REPLIES_KIND, Severity, Verdict
from cpc_pipeline.project import Project
from cpc_pipeline.receiving import Known, Row

UNREADABLE = "unknown"
"""Kind of a workbook that could not be read."""

Taken = list[tuple[intake.Arrival, intake.Intake]]


def read_new(
    project: Project, known: Known, arrivals: list[intake.Arrival], progress: Callable[[], None]
) -> tuple[Taken, list[intake.Arrival]]:
    """Read what is not on record as it is; the older first. Second: what must wait until one of these is on record.

    progress is called once for each file, without its name, which may be a child's.

    A workbook under a new name that says everything again that another one said takes its place (receiving.continued).
    """
    taken: Taken = []
    later: list[intake.Arrival] = []
    said = partial(_said, project)
    for arrival in _ordered(known, arrivals):
        progress()
        if _is_known(known, arrival):
            continue
        read = refusals.read(project, arrival)
        if read is None:
            continue
        beside = [(a, r) for a, r in taken if (a.organisation, a.year) == (arrival.organisation, arrival.year)]
        if arrival.relative in known.loaded or read.kind in ("published_figures", REPLIES_KIND):
            taken.append((arrival, read))
        elif _continues(project, arrival, read, _rows_of(beside, known), partial(_told, beside)):
            later.append(arrival)
        else:
            continued = _continues(project, arrival, read, known.of_key.get(_key(arrival), ()), said)
            if continued is not None:
                arrival = replace(arrival, continues=continued)  # noqa: PLW2901
                read = refusals.read(project, arrival) or read
                taken = [(a, r) for a, r in taken if a.submission_id != continued]
            taken.append((arrival, read))
    return _answered_by_lists(taken), later


def to_read(known: Known, arrivals: Iterable[intake.Arrival]) -> list[intake.Arrival]:
    """Those that will be read, in the order in which they will be."""
    return [arrival for arrival in _ordered(known, arrivals) if not _is_known(known, arrival)]


def _ordered(known: Known, arrivals: Iterable[intake.Arrival]) -> list[intake.Arrival]:
    return sorted(map(known.named, arrivals), key=lambda a: (a.relative not in known.loaded, a.mtime_ns))


def _is_known(known: Known, arrival: intake.Arrival) -> bool:
    return known.repeats(arrival) is not None or known.superseded(arrival)


def _answered_by_lists(taken: Taken) -> Taken:
    """Replies of a list of findings that came back alone belong to the workbook that it is about, if that is here.

    Every workbook of an organisation and year is read again with the list, so that none has to be looked for.
    """
    lists = [(arrival, read) for arrival, read in taken if read.kind == REPLIES_KIND]
    if not lists:
        return taken
    result: Taken = []
    for arrival, read in taken:
        theirs = [r.replies for a, r in lists if _is_about(a, r, arrival) and read.kind != REPLIES_KIND]
        own = [frame.with_columns(pl.lit(arrival.submission_id).alias("submission_id")) for frame in theirs]
        replies = read.replies.clear() if read.kind == REPLIES_KIND else pl.concat([read.replies, *own])
        result.append((arrival, replace(read, replies=replies)))
    return result


def _is_about(sent: intake.Arrival, read: intake.Intake, other: intake.Arrival) -> bool:
    same_sender = (sent.organisation, sent.year) == (other.organisation, other.year)
    return same_sender and bool(read.about) and read.about == other.path.name


def _key(arrival: intake.Arrival) -> tuple[str, int]:
    return arrival.organisation, arrival.year


def _said(project: Project, submissions: list[str]) -> pl.DataFrame:
    with project.open_warehouse() as warehouse:
        return warehouse.said(submissions)


def _continues(
    project: Project,
    arrival: intake.Arrival,
    read: intake.Intake,
    rows: Iterable[Row],
    said: Callable[[list[str]], pl.DataFrame],
) -> str | None:
    """rows: submissions of the same organisation and year. said: what some said, asked only where there are some."""
    own = [r for r in rows if r["kind"] in (read.kind, UNREADABLE) and r["submission_id"] != arrival.submission_id]
    if not own:
        return None
    before = said([r["submission_id"] for r in own])
    return receiving.continued(read.observations, before, own, project.catalogue.dimension_ids)


def _rows_of(taken: Taken, known: Known) -> list[Row]:
    """What `_continues` must know of workbooks that are read and not yet on record."""
    returned = str(Severity.RETURN)
    return [
        {
            "submission_id": a.submission_id,
            "organisation": a.organisation,
            "year": a.year,
            "kind": r.kind,
            "verdict": Verdict.RETURNED if returned in r.findings["severity"].to_list() else Verdict.ACCEPTED,
        }
        for a, r in taken
        if a.relative not in known.loaded
    ]


def _told(taken: Taken, submissions: list[str]) -> pl.DataFrame:
    return pl.concat([r.observations for a, r in taken if a.submission_id in submissions])

"""Step 1: every new or changed workbook is read, checked and loaded, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from cpc_pipeline import agreements, contracts, intake, receiving, refusals, validation
from cpc_pipeline.catalogue import CatalogueFaults
from cpc_pipeline.contracts import Severity
from cpc_pipeline.discreet import without_values
from cpc_pipeline.pipeline.computing import record_definitions
from cpc_pipeline.pipeline.loading import (
    load,
    receipt_writer,
    refuse_identical,
    remember_files,
    send_back,
    withdraw_gone,
)
from cpc_pipeline.pipeline.reading_new import read_new
from cpc_pipeline.pipeline.results import TakenIn
from cpc_pipeline.project import Project, today
from cpc_pipeline.receiving import Key, Known
from cpc_pipeline.warehouse import Warehouse, WarehouseBusy

TRANSCRIBED = "published_figures"
"""Kind of a workbook that nobody sent: there is nobody to whom it could go back."""


def take_in(
    project: Project,
    keys: Iterable[Key],
    progress: Callable[[str], None] = lambda _: None,
    as_of: date | None = None,
) -> list[TakenIn]:
    """Read, check and load every workbook of the given organisation-years.

    Each workbook replaces its predecessor whole, in one transaction with some others; one that cannot be read is loaded
    as a returned submission with its findings, and stops no other. A file that is gone is withdrawn: its rows
    stay, and no longer count. as_of: the day on which waivers must be in force; today where nothing else is asked.
    A workbook with personal data is moved away before anything of it is stored (refusals.py). Errors leave without
    their text, which could hold what a submitter typed.
    """
    wanted, on = set(keys), as_of or today()
    done = without_values(lambda: _take_in(project, wanted, progress, on), CatalogueFaults, WarehouseBusy)
    given = [row for one in done for row in one.receipts.iter_rows(named=True)]
    agreements.record(
        project, "received", *(f"{r['receipt_id']} {r['organisation']} {r['year']} {r['status']}" for r in given)
    )
    return done


def _take_in(project: Project, wanted: set[Key], progress: Callable[[str], None], on: date) -> list[TakenIn]:
    with project.open_warehouse() as warehouse:
        there = intake.arrivals(project.folders.raw, receiving.seen(warehouse))
        known = receiving.known(warehouse, {a.relative for a in there})
        record_definitions(project, warehouse)
    lying = [a for a in there if (a.organisation, a.year) in wanted]
    before = refusals.owed(project)
    taken, later = read_new(project, known, lying, progress)
    arrivals = [a for a in lying if a.path.exists()]  # a refused one has been moved away
    batch = _stack([t.observations for _, t in taken], contracts.observations_frame(project.catalogue.dimension_ids))
    kinds = {arrival.submission_id: read.kind for arrival, read in taken}
    earlier = _earlier(project, taken, on)
    validation.hold_to_contract(batch, project.catalogue)
    ruled = validation.validate(batch, project.catalogue, earlier, kinds)
    again = [intake.repeats(t, a.submission_id, earlier, project.catalogue) for a, t in taken]
    found = pl.concat([ruled, *again, *(t.findings for _, t in taken)])
    replies = _stack([t.replies for _, t in taken], contracts.REPLIES)
    settled = validation.settle(found, batch, project.catalogue, replies, _replies_on_record(project, kinds), on)
    with project.open_warehouse() as warehouse:
        refusals.answered(project, before, known, taken)
        away = refusals.owed(project)
        withdraw_gone(warehouse, wanted, {a.relative for a in arrivals} | {h.path for h in away})
        refusals.told(project, warehouse, wanted, receipt_writer(project))
        load(project, warehouse, taken, settled, on)
        refuse_identical(project, warehouse, arrivals, known)
        remember_files(warehouse, arrivals)
    send_back(project, [(a, read) for a, read in taken if read.kind != TRANSCRIBED], settled.findings)
    if later:
        _take_in(project, {(a.organisation, a.year) for a in later}, progress, on)
    with project.open_warehouse() as warehouse:
        return _taken_in(warehouse, wanted, known)


def _replies_on_record(project: Project, besides: Iterable[str] = ()) -> pl.DataFrame:
    """Replies of earlier submissions, but those named, with what they are about; empty where nothing is on record."""
    with project.open_warehouse() as warehouse:
        replies = warehouse.replies().filter(~pl.col("submission_id").is_in(list(besides)))
        return validation.about(replies, warehouse.answered(), project.catalogue)


def _earlier(project: Project, taken: list[tuple[intake.Arrival, intake.Intake]], on: date) -> pl.DataFrame:
    """What counts besides and within the batch: rules about history choose the earlier years from it.

    An organisation is held against its own years. Only a table that is not our template is compared with all others.
    """
    batch = [arrival.submission_id for arrival, _ in taken]
    foreign = any(reading.match for _, read in taken for reading in read.readings)
    own = None if foreign else {arrival.organisation for arrival, _ in taken}
    with project.open_warehouse() as warehouse:
        others = warehouse.counting(organisations=own).filter(~pl.col("submission_id").is_in(batch))
    returned = str(Severity.RETURN)
    found = {a.submission_id: validation.waive(r.findings, r.observations, project.catalogue, on) for a, r in taken}
    sound = [r.observations for a, r in taken if returned not in found[a.submission_id]["severity"]]
    return pl.concat([others, *sound])


def _taken_in(warehouse: Warehouse, keys: set[Key], known: Known) -> list[TakenIn]:
    submissions, found = warehouse.submissions(), warehouse.findings()
    before = [row["receipt_id"] for row in known.receipts]
    new = warehouse.receipts().filter(~pl.col("receipt_id").is_in(before))
    result = []
    for organisation, year in sorted(keys, key=lambda key: (key[1], key[0])):
        own = submissions.filter((pl.col("organisation") == organisation) & (pl.col("year") == year))
        theirs = found.filter(pl.col("submission_id").is_in(own["submission_id"].to_list()))
        given = new.filter((pl.col("organisation") == organisation) & (pl.col("year") == year))
        result.append(TakenIn(organisation, year, own, theirs, int(own["observations"].sum()), given))
    return result


def _stack(frames: list[pl.DataFrame], schema: contracts.Frame) -> pl.DataFrame:
    return pl.concat([contracts.empty(schema), *frames])

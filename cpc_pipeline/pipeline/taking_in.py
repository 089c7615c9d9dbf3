"""Step 1: every new or changed workbook is read, checked and loaded, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count

import polars as pl

from cpc_pipeline import agreements, contracts, intake, receiving, refusals, validation
from cpc_pipeline.catalogue import CatalogueFaults
from cpc_pipeline.contracts import Severity
from cpc_pipeline.discreet import without_values
from cpc_pipeline.pipeline.collecting import without_what_stays
from cpc_pipeline.pipeline.computing import record_definitions
from cpc_pipeline.pipeline.loading import (
    TOGETHER,
    load,
    receipt_writer,
    refuse_identical,
    remember_files,
    reply_texts,
    send_back,
    withdraw_gone,
)
from cpc_pipeline.pipeline.reading_along import reading_along
from cpc_pipeline.pipeline.reading_new import Taken, read_new, to_read
from cpc_pipeline.pipeline.results import OnRecord, TakenIn
from cpc_pipeline.project import Project, today
from cpc_pipeline.receiving import Key, Known
from cpc_pipeline.warehouse import Warehouse, WarehouseBusy

TRANSCRIBED = "published_figures"
"""Kind of a workbook that nobody sent: there is nobody to whom it could go back."""
Lying = dict[Key, list[intake.Arrival]]


def take_in(
    project: Project,
    keys: Iterable[Key],
    progress: Callable[[str], None] = lambda _: None,
    as_of: date | None = None,
) -> list[TakenIn]:
    """Read, check and load every workbook of the given organisation-years.

    Some workbooks at a time are read, judged, loaded and forgotten, so that thousands take no more memory than a
    hundred. Each replaces its predecessor whole, in one transaction with some others; one that cannot be read is loaded
    as a returned submission with its findings, and stops no other. A file that is gone is withdrawn: its rows
    stay, and no longer count. as_of: the day on which waivers must be in force; today where nothing else is asked.
    A workbook with personal data is moved away before anything of it is stored (refusals.py). Errors leave without
    their text, which could hold what a submitter typed.
    """
    wanted, on = set(keys), as_of or today()
    with without_what_stays():
        done = without_values(lambda: _take_in(project, wanted, progress, on), CatalogueFaults, WarehouseBusy)
    given = [row for one in done[:1] for row in one.record.receipts.iter_rows(named=True)]
    agreements.record(
        project, "received", *(f"{r['receipt_id']} {r['organisation']} {r['year']} {r['status']}" for r in given)
    )
    return done


def _take_in(project: Project, wanted: set[Key], progress: Callable[[str], None], on: date) -> list[TakenIn]:
    with project.open_warehouse() as warehouse:
        lying: Lying = {key: [] for key in wanted}
        files = receiving.seen(warehouse)
        for arrival in intake.arrivals(project.folders.raw, files, wanted):
            lying[arrival.organisation, arrival.year].append(arrival)
        known = receiving.known(warehouse, {a.relative for own in lying.values() for a in own}, files)
        record_definitions(project, warehouse)
    total, begun = sum(map(len, lying.values())), count(1)
    portions = [(portion, [a for own in portion.values() for a in own]) for portion in _portions(lying)]
    coming = (arrival for _, arrivals in portions for arrival in to_read(known, arrivals))
    with reading_along(project, coming) as along:
        for portion, _ in portions:
            later = _take_in_portion(along, portion, known, lambda: progress(f"{next(begun)}/{total}"), on)
            if later:  # with readings of its own: those made along are asked for in their order, and by nobody else
                _take_in(project, later, lambda _: progress(f"{next(begun)}/{total}"), on)
    with project.open_warehouse() as warehouse:
        return _taken_in(warehouse, wanted, known)


def _portions(lying: Lying) -> Iterator[Lying]:
    """Parts that are taken in one after the other, each of about as many files as go into one transaction.

    What is held against each other comes in order: an organisation's years from the oldest on, those of a year
    together. So a year finds on record, or in its own portion, all that was sent for earlier ones.
    """
    portion: Lying = {}
    for key in sorted(lying):
        if portion and sum(map(len, portion.values())) + len(lying[key]) > TOGETHER:
            yield portion
            portion = {}
        portion[key] = lying[key]
    if portion:
        yield portion


def _take_in_portion(project: Project, lying: Lying, known: Known, progress: Callable[[], None], on: date) -> set[Key]:
    """Returns of whom a file must wait until what was loaded now is on record."""
    wanted = set(lying)
    before = refusals.owed(project)
    taken, later = read_new(project, known, [a for own in lying.values() for a in own], progress)
    arrivals = [a for own in lying.values() for a in own if a.path.exists()]  # a refused one has been moved away
    batch = _stack([t.observations for _, t in taken], contracts.observations_frame(project.catalogue.dimension_ids))
    kinds = {arrival.submission_id: read.kind for arrival, read in taken}
    with project.open_warehouse() as warehouse:
        earlier, alike = _beside(warehouse, project, taken, on)
        replied = _replies_on_record(warehouse, project, kinds)
    validation.hold_to_contract(batch, project.catalogue)
    ruled = validation.validate(batch, project.catalogue, earlier, kinds)
    again = [intake.repeats(t, a.submission_id, alike, project.catalogue) for a, t in taken if t.by_layout]
    found = pl.concat([ruled, *again, *(t.findings for _, t in taken)])
    replies = _stack([t.replies for _, t in taken], contracts.REPLIES)
    settled = validation.settle(found, batch, project.catalogue, replies, replied, on)
    with project.open_warehouse() as warehouse:
        refusals.answered(project, before, known, taken)
        away = refusals.owed(project)
        withdraw_gone(warehouse, wanted, {a.relative for a in arrivals} | {h.path for h in away})
        refusals.told(project, warehouse, wanted, receipt_writer(project))
        load(project, warehouse, taken, settled, on)
        refuse_identical(project, warehouse, arrivals, known)
        remember_files(warehouse, arrivals)
        texts = reply_texts(warehouse) if settled.findings.height else {}
    send_back(project, [(a, read) for a, read in taken if read.kind != TRANSCRIBED], settled.findings, texts)
    return {(a.organisation, a.year) for a in later}


def _replies_on_record(warehouse: Warehouse, project: Project, besides: Iterable[str]) -> pl.DataFrame:
    """Replies of earlier submissions, but those named, with what they are about; empty where nothing is on record."""
    replies = warehouse.replies().filter(~pl.col("submission_id").is_in(list(besides)))
    return validation.about(replies, warehouse.answered(), project.catalogue)


def _beside(warehouse: Warehouse, project: Project, taken: Taken, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What counts besides and within the portion: of these organisations, and of any that says as many numbers.

    Rules about history choose an organisation's own earlier years from the first. With the second a table that is
    not our template is compared: whose numbers agree in all has as many, the least and the largest among them.
    """
    laid_out = [read for _, read in taken if read.by_layout]
    sizes = [size for read in laid_out if (size := intake.extent(read)) is not None]
    own = warehouse.counting(organisations={arrival.organisation for arrival, _ in taken})
    alike = warehouse.counting(extents=sizes) if sizes else own.clear()
    returned = str(Severity.RETURN)
    found = {a.submission_id: validation.waive(r.findings, r.observations, project.catalogue, on) for a, r in taken}
    sound = [r.observations for a, r in taken if returned not in found[a.submission_id]["severity"].to_list()]
    others = ~pl.col("submission_id").is_in([arrival.submission_id for arrival, _ in taken])
    of_own = pl.concat([own.filter(others), *sound], rechunk=True)
    of_any = pl.concat([alike.filter(others), *sound], rechunk=True) if laid_out else alike  # nobody asks without
    return of_own, of_any


def _taken_in(warehouse: Warehouse, keys: set[Key], known: Known) -> list[TakenIn]:
    before = {row["receipt_id"] for row in known.receipts}
    submissions, receipts = _of(warehouse.submissions(), keys), _of(warehouse.receipts(), keys)
    new = receipts.filter(~pl.col("receipt_id").is_in(list(before)))
    record = OnRecord(submissions, warehouse.findings(submissions=submissions["submission_id"].to_list()), new)
    ordered = sorted(keys, key=lambda key: (key[1], key[0]))
    return [TakenIn(organisation, year, record) for organisation, year in ordered]


def _of(frame: pl.DataFrame, keys: set[Key]) -> pl.DataFrame:
    return frame.filter([key in keys for key in frame.select("organisation", "year").iter_rows()])


def _stack(frames: list[pl.DataFrame], schema: contracts.Frame) -> pl.DataFrame:
    return pl.concat([contracts.empty(schema), *frames], rechunk=True)

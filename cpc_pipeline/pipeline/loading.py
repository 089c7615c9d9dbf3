"""Put workbooks on record: judged, kept as they came, receipted, sent back with their findings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from cpc_pipeline import contracts, feedback, intake, receipts, receiving, validation
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.project import Project
from cpc_pipeline.receiving import Key, Known
from cpc_pipeline.warehouse import IDENTICAL, Load, Row, Warehouse, keep

TOGETHER = 100
"""Workbooks in one transaction: each still comes whole or not at all, and a killed run loses no more than these."""


def held_against(project: Project, organisation: str, as_of: date) -> str:
    """What a workbook is checked against: data, code, and the waivers in force, so that an expired one is noticed."""
    waivers = [waiver.id for waiver in validation.waivers_in_force(project.catalogue, organisation, as_of)]
    return "+".join([project.version, *waivers])


def load(
    project: Project,
    warehouse: Warehouse,
    taken: Iterable[tuple[intake.Arrival, intake.Intake]],
    settled: validation.Settled,
    on: date,
) -> None:
    """Judge each workbook from all its findings and replace what the warehouse holds of it, some at a time."""
    found, replies = by_submission(settled.findings), by_submission(settled.replies)
    masked = by_submission(validation.mask(settled.findings, project.catalogue))
    write = receipt_writer(project)
    loads: list[Load] = []
    for arrival, read in taken:
        key = arrival.submission_id
        own = found.get(key, contracts.empty(contracts.FINDINGS))
        made = _judged(project, arrival, read, own, on)
        if made is not None:
            loads.append(replace(made, findings=masked.get(key), replies=replies.get(key)))
        if len(loads) == TOGETHER:
            warehouse.replace_submissions(loads, write)
            loads = []
    if loads:
        warehouse.replace_submissions(loads, write)


def _judged(
    project: Project, arrival: intake.Arrival, read: intake.Intake, found: pl.DataFrame, on: date
) -> Load | None:
    """What is to be put on record of one workbook; None where its file changed while it was being read."""
    observations, verdict = validation.judge(read.observations, found)
    content = arrival.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != arrival.sha256:
        return None  # the next run takes it in
    keep(project.folders.originals, content, arrival.sha256, arrival.path.name)
    submission = {
        "submission_id": arrival.submission_id,
        "organisation": arrival.organisation,
        "year": arrival.year,
        "path": arrival.relative,
        "sha256": arrival.sha256,
        "catalogue_version": held_against(project, arrival.organisation, on),
        "kind": read.kind,
        "verdict": str(verdict),
        "observations": observations.height,
        "findings": found.height,
        "size": len(content),
        "signed": _signed(read.narratives),
        "texts": read.narratives["objective"].count(),
    }
    return Load(submission, observations, narratives=read.narratives, contributions=read.contributions)


def by_submission(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Rows of each submission that has any."""
    parts = frame.partition_by("submission_id", as_dict=True, maintain_order=True)
    return {str(key): own for (key,), own in parts.items()}


def _signed(narratives: pl.DataFrame) -> str | None:
    """Office, role and date, as the sign-off sheet says."""
    if narratives.is_empty():
        return None
    lines = narratives.filter(pl.col("section").str.starts_with("sign_off."))["text"].to_list()
    return ", ".join(lines) or None


def receipt_writer(project: Project) -> Callable[[Row], object]:
    return lambda receipt: receipts.write(project.folders.receipts, receipt, project.catalogue)


def send_back(
    project: Project,
    taken: Iterable[tuple[intake.Arrival, intake.Intake]],
    found: pl.DataFrame,
    texts: Mapping[str, str],
) -> None:
    """Each organisation's own workbook with its findings, in its language, ready to be sent back to it.

    texts: of reply_texts, for the findings that quote an answer.
    """
    of = by_submission(found)
    for arrival, _ in taken:
        folder = project.folders.feedback / str(arrival.year) / arrival.organisation
        if arrival.submission_id not in of:
            feedback.take_away(folder, arrival.path.name)
            continue
        organisation = project.catalogue.organisations.get(arrival.organisation)
        language = (organisation and organisation.language) or project.catalogue.languages[0]
        words = validation.render(of[arrival.submission_id], project.catalogue, language, texts)
        content = feedback.annotate(arrival.path.read_bytes(), words, project.catalogue, language, arrival.path.name)
        feedback.write_feedback(folder, arrival.path.name, content)


def reply_texts(warehouse: Warehouse) -> dict[str, str]:
    """What was answered, by the key under which a finding names an answer."""
    return {validation.reply_key(row): row["text"] for row in warehouse.replies().iter_rows(named=True)}


def refuse_identical(project: Project, warehouse: Warehouse, arrivals: list[intake.Arrival], known: Known) -> None:
    """Files that say again what is on record: each has a receipt of its own, once, and changes nothing."""
    for arrival in arrivals:
        repeated = known.loaded[arrival.relative] if known.again(arrival) else known.repeats(arrival)
        last = known.last.get(arrival.relative)
        told = last is not None and last["sha256"] == arrival.sha256 and last["status"] == IDENTICAL
        if repeated is None or (told and not known.again(arrival)):
            continue
        row = {
            "organisation": arrival.organisation,
            "year": arrival.year,
            "path": arrival.relative,
            "sha256": arrival.sha256,
            "size": arrival.size,
        }
        warehouse.refuse_identical(row, repeated, _lying([arrival]), keep=receipt_writer(project))


def remember_files(warehouse: Warehouse, arrivals: list[intake.Arrival]) -> None:
    if arrivals:
        warehouse.remember_files(_lying(arrivals))


def _lying(arrivals: list[intake.Arrival]) -> pl.DataFrame:
    """How files lie there now, as the warehouse remembers them."""
    columns = ("relative", "size", "mtime_ns", "inode", "hashed_ns", "sha256")
    return pl.DataFrame([{"path" if c == "relative" else c: getattr(a, c) for c in columns} for a in arrivals])


def withdraw_gone(warehouse: Warehouse, keys: set[Key], present: set[str]) -> None:
    loaded = warehouse.submissions().filter(pl.col("verdict") != Verdict.WITHDRAWN)
    own = [row for row in loaded.iter_rows(named=True) if (row["organisation"], row["year"]) in keys]
    gone = [row["submission_id"] for row in receiving.gone(own, present)]
    if gone:
        warehouse.withdraw(gone)

"""The story, in order: what happens to a workbook between a ministry's desk and the annual table.

1. `take_in`           every new or changed workbook is read, checked and loaded, whole or not at all
2. `compute_measures`  what was reported becomes one value per indicator, year, place and group
3. `check_quality`     what lies in the warehouse is held to the compact's rules, for analysts and auditors
4. `publish_year`      the year's tables and figures are drawn from what disclosure control lets leave

`todo` says which of these have work to do. Everything may be run again at any time: a step whose inputs have
not changed does nothing, and a step that was killed leaves what was there before. Dagster and the `cpc`
command are two doors on these functions; nothing is computed in either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline import (
    agreements,
    contracts,
    editions,
    feedback,
    intake,
    measures,
    quality,
    receipts,
    receiving,
    refusals,
    validation,
)
from cpc_pipeline.catalogue import CatalogueFaults, Confirmed, definitions, folder_of, pack, remember
from cpc_pipeline.contracts import Release, Severity, Verdict
from cpc_pipeline.disclosure import release
from cpc_pipeline.discreet import without_values
from cpc_pipeline.project import Project, code_version, open_project, today
from cpc_pipeline.publication import publish
from cpc_pipeline.receiving import Key, Known
from cpc_pipeline.warehouse import IDENTICAL, Row, Warehouse, WarehouseBusy, keep

__all__ = [
    "MeasuresDone",
    "Project",
    "TakenIn",
    "Todo",
    "check_quality",
    "compute_measures",
    "confirm_mapping",
    "open_project",
    "publish_year",
    "release_for",
    "reopened",
    "settle",
    "take_in",
    "todo",
]

INTERNAL = "internal"
TRANSCRIBED = "published_figures"
"""Kind of a workbook that nobody sent: there is nobody to whom it could go back."""
UNREADABLE = "unknown"
"""Kind of a workbook that could not be read."""


@dataclass(frozen=True)
class TakenIn:
    """What became of the workbooks of one organisation and year."""

    organisation: str
    year: int
    submissions: pl.DataFrame
    findings: pl.DataFrame
    observations: int
    receipts: pl.DataFrame

    @property
    def verdict(self) -> str:
        """The worst verdict among the workbooks, so that no returned one hides behind an accepted one."""
        order = [Verdict.RETURNED, Verdict.PARTLY_ACCEPTED, Verdict.ACCEPTED_WITH_QUERIES, Verdict.ACCEPTED]
        present = set(self.submissions["verdict"])
        return next((str(v) for v in order if v in present), str(Verdict.WITHDRAWN))


@dataclass(frozen=True)
class MeasuresDone:
    """How many measures there are and for which years; `unchanged` when the inputs were those of last time."""

    rows: int
    years: tuple[int, ...]
    unchanged: bool


@dataclass(frozen=True)
class Todo:
    """What a refresh would do now."""

    submissions: tuple[Key, ...]
    measures: bool
    quality: bool
    years: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        return not (self.submissions or self.measures or self.quality or self.years)


# --- 0. what is there to do ------------------------------------------------------------------------------


def todo(project: Project, years: Sequence[int] | None = None, as_of: date | None = None) -> Todo:
    """Compare the files, the warehouse and the published editions with what they should be.

    as_of: the day on which waivers must be in force; today where nothing else is asked.
    """
    with project.open_warehouse() as warehouse:
        keys = _pending(project, warehouse, as_of or today())
        state = _measures_input(project, warehouse)
        stale_measures = bool(keys) or warehouse.recall("measures_input") != state
        wanted = tuple(project.catalogue.years if years is None else years)
        if stale_measures:
            stale = wanted
        else:
            frames = _frames(warehouse)
            stale = tuple(y for y in wanted if not _is_current(project, frames, y, INTERNAL))
    checked = quality.recall(project.folders.quality)
    return Todo(tuple(keys), stale_measures, stale_measures or checked is None or checked.content != state, stale)


def _held_against(project: Project, organisation: str, as_of: date) -> str:
    """What a workbook is checked against: data, code, and the waivers in force, so that an expired one is noticed."""
    waivers = [waiver.id for waiver in validation.waivers_in_force(project.catalogue, organisation, as_of)]
    return "+".join([project.version, *waivers])


def _pending(project: Project, warehouse: Warehouse, as_of: date) -> list[Key]:
    """Organisation-years with a file that is new, changed, put there again or gone, or whose waivers changed."""
    known = receiving.known(warehouse)
    there = intake.arrivals(project.folders.raw, known.files)
    versions = {o: _held_against(project, o, as_of) for o in {a.organisation for a in there}}
    keys = {(a.organisation, a.year) for a in there if not known.handled(a, versions[a.organisation])}
    owed = refusals.owed(project)  # refused for personal data: the file lies elsewhere, and is told of
    keys.update((h.organisation, h.year) for h in owed if h.path not in known.loaded)
    gone = receiving.gone(known.loaded.values(), {a.relative for a in there} | {h.path for h in owed})
    keys.update((row["organisation"], row["year"]) for row in gone)
    # Later years of the same organisation are held against earlier ones: they are looked at again with them.
    oldest: dict[str, int] = {}
    for organisation, year in keys:
        oldest[organisation] = min(year, oldest.get(organisation, year))
    loaded = [(r["organisation"], r["year"]) for r in known.loaded.values()]
    keys.update((o, y) for o, y in loaded if o in oldest and y > oldest[o])
    return sorted(keys, key=lambda key: (key[1], key[0]))


# --- 1. take in ------------------------------------------------------------------------------------------


def take_in(
    project: Project,
    keys: Iterable[Key],
    progress: Callable[[str], None] = lambda _: None,
    as_of: date | None = None,
) -> list[TakenIn]:
    """Read, check and load every workbook of the given organisation-years.

    Each workbook replaces its predecessor whole, in one transaction; a workbook that cannot be read is loaded
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
        _record_definitions(project, warehouse)
    lying = [a for a in there if (a.organisation, a.year) in wanted]
    before = refusals.owed(project)
    taken, later = _read(project, known, lying, progress)
    arrivals = [a for a in lying if a.path.exists()]  # a refused one has been moved away
    batch = _stack([t.observations for _, t in taken], _observations_schema(project))
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
        _withdraw_gone(warehouse, wanted, {a.relative for a in arrivals} | {h.path for h in away})
        refusals.told(project, warehouse, wanted, _receipt_writer(project))
        for arrival, read in taken:
            _load(project, warehouse, arrival, read, settled, on)
        _refuse_identical(project, warehouse, arrivals, known)
        _remember_files(warehouse, arrivals)
    for arrival, read in taken:
        if read.kind != TRANSCRIBED:
            _send_back(project, arrival, settled.findings.filter(pl.col("submission_id") == arrival.submission_id))
    if later:
        _take_in(project, {(a.organisation, a.year) for a in later}, progress, on)
    with project.open_warehouse() as warehouse:
        return _taken_in(warehouse, wanted, known)


def _send_back(project: Project, arrival: intake.Arrival, found: pl.DataFrame) -> None:
    """The organisation's own workbook with its findings, in its language, ready to be sent back to it."""
    folder = project.folders.feedback / str(arrival.year) / arrival.organisation
    if found.is_empty():
        feedback.take_away(folder, arrival.path.name)
        return
    organisation = project.catalogue.organisations.get(arrival.organisation)
    language = (organisation and organisation.language) or project.catalogue.languages[0]
    words = validation.render(found, project.catalogue, language, _texts(project))
    content = feedback.annotate(arrival.path.read_bytes(), words, project.catalogue, language, arrival.path.name)
    feedback.write_feedback(folder, arrival.path.name, content)


def _texts(project: Project) -> dict[str, str]:
    with project.open_warehouse() as warehouse:
        return {validation.reply_key(row): row["text"] for row in warehouse.replies().iter_rows(named=True)}


Taken = list[tuple[intake.Arrival, intake.Intake]]


def _read(
    project: Project, known: Known, arrivals: list[intake.Arrival], progress: Callable[[str], None]
) -> tuple[Taken, list[intake.Arrival]]:
    """Read what is not on record as it is; the older first. Second: what must wait until one of these is on record.

    A workbook under a new name that says everything again that another one said takes its place (receiving.continued).
    """
    taken: Taken = []
    later: list[intake.Arrival] = []
    ordered = sorted(map(known.named, arrivals), key=lambda a: (a.relative not in known.loaded, a.mtime_ns))
    for number, arrival in enumerate(ordered, start=1):
        if known.repeats(arrival) is not None or known.superseded(arrival):
            continue
        progress(f"{number}/{len(ordered)}")  # not its name, which may be a child's
        read = refusals.read(project, arrival)
        if read is None:
            continue
        if arrival.relative in known.loaded or read.kind == "published_figures":
            taken.append((arrival, read))
        elif _continues(project, arrival, read, _rows_of(taken, known), pl.concat([read.observations, *_said(taken)])):
            later.append(arrival)
        else:
            with project.open_warehouse() as warehouse:
                rows, said = warehouse.submissions().to_dicts(), warehouse.observations()
            continued = _continues(project, arrival, read, rows, said)
            if continued is not None:
                arrival = replace(arrival, continues=continued)  # noqa: PLW2901
                read = refusals.read(project, arrival) or read
                taken = [(a, r) for a, r in taken if a.submission_id != continued]
            taken.append((arrival, read))
    return taken, later


def _continues(
    project: Project, arrival: intake.Arrival, read: intake.Intake, rows: Iterable[Row], said: pl.DataFrame
) -> str | None:
    own = [
        r
        for r in rows
        if (r["organisation"], r["year"]) == (arrival.organisation, arrival.year)
        and r["kind"] in (read.kind, UNREADABLE)
        and r["submission_id"] != arrival.submission_id
    ]
    return receiving.continued(read.observations, said, own, project.catalogue.dimension_ids)


def _rows_of(taken: Taken, known: Known) -> list[Row]:
    """What `_continues` must know of workbooks that are read and not yet on record."""
    returned = str(Severity.RETURN)
    return [
        {
            "submission_id": a.submission_id,
            "organisation": a.organisation,
            "year": a.year,
            "kind": r.kind,
            "verdict": Verdict.RETURNED if returned in r.findings["severity"] else Verdict.ACCEPTED,
        }
        for a, r in taken
        if a.relative not in known.loaded
    ]


def _said(taken: Taken) -> list[pl.DataFrame]:
    return [read.observations for _, read in taken]


def _replies_on_record(project: Project, besides: Iterable[str] = ()) -> pl.DataFrame:
    """Replies of earlier submissions, but those named, with what they are about; empty where nothing is on record."""
    with project.open_warehouse() as warehouse:
        replies = warehouse.replies().filter(~pl.col("submission_id").is_in(list(besides)))
        return validation.about(replies, warehouse.observations(), project.catalogue)


def _earlier(project: Project, taken: list[tuple[intake.Arrival, intake.Intake]], on: date) -> pl.DataFrame:
    """What counts besides and within the batch: rules about history choose the earlier years from it."""
    batch = [arrival.submission_id for arrival, _ in taken]
    with project.open_warehouse() as warehouse:
        others = warehouse.counting().filter(~pl.col("submission_id").is_in(batch))
    returned = str(Severity.RETURN)
    found = {a.submission_id: validation.waive(r.findings, r.observations, project.catalogue, on) for a, r in taken}
    sound = [r.observations for a, r in taken if returned not in found[a.submission_id]["severity"]]
    return pl.concat([others, *sound])


def _load(
    project: Project,
    warehouse: Warehouse,
    arrival: intake.Arrival,
    read: intake.Intake,
    settled: validation.Settled,
    on: date,
) -> None:
    """Judge one workbook from all its findings and replace what the warehouse holds of it."""
    own = pl.col("submission_id") == arrival.submission_id
    found, replies = settled.findings.filter(own), settled.replies.filter(own)
    observations, verdict = validation.judge(read.observations, found)
    content = arrival.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != arrival.sha256:
        return  # it changed while it was being read: the next run takes it in
    keep(project.folders.originals, content, arrival.sha256, arrival.path.name)
    warehouse.replace_submission(
        {
            "submission_id": arrival.submission_id,
            "organisation": arrival.organisation,
            "year": arrival.year,
            "path": arrival.relative,
            "sha256": arrival.sha256,
            "catalogue_version": _held_against(project, arrival.organisation, on),
            "kind": read.kind,
            "verdict": str(verdict),
            "observations": observations.height,
            "findings": found.height,
            "size": len(content),
            "signed": _signed(read.narratives),
            "texts": read.narratives.filter(pl.col("objective").is_not_null()).height,
        },
        observations,
        validation.mask(found, project.catalogue),
        read.narratives,
        read.contributions,
        replies,
        keep=_receipt_writer(project),
    )


def _signed(narratives: pl.DataFrame) -> str | None:
    """Office, role and date, as the sign-off sheet says."""
    lines = narratives.filter(pl.col("section").str.starts_with("sign_off."))["text"].to_list()
    return ", ".join(lines) or None


def _receipt_writer(project: Project) -> Callable[[Row], object]:
    return lambda receipt: receipts.write(project.folders.receipts, receipt, project.catalogue)


def _refuse_identical(project: Project, warehouse: Warehouse, arrivals: list[intake.Arrival], known: Known) -> None:
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
        warehouse.refuse_identical(row, repeated, keep=_receipt_writer(project))


def _remember_files(warehouse: Warehouse, arrivals: list[intake.Arrival]) -> None:
    columns = ("relative", "size", "mtime_ns", "inode", "hashed_ns", "sha256")
    rows = [{"path" if c == "relative" else c: getattr(a, c) for c in columns} for a in arrivals]
    if rows:
        warehouse.remember_files(pl.DataFrame(rows))


def _record_definitions(project: Project, warehouse: Warehouse) -> None:
    """Keep what was agreed, if it is not what was in force until now."""
    own = project.catalogue
    warehouse.record_definitions(own.version, code_version(), lambda: pack(own), lambda: definitions(own))


def _withdraw_gone(warehouse: Warehouse, keys: set[Key], present: set[str]) -> None:
    loaded = warehouse.submissions().filter(pl.col("verdict") != Verdict.WITHDRAWN)
    own = [row for row in loaded.iter_rows(named=True) if (row["organisation"], row["year"]) in keys]
    gone = [row["submission_id"] for row in receiving.gone(own, present)]
    if gone:
        warehouse.withdraw(gone)


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


# --- 2. measures -----------------------------------------------------------------------------------------


def compute_measures(project: Project) -> MeasuresDone:
    """From what was reported and counts, one value per indicator, year, place, group and organisation."""
    with project.open_warehouse() as warehouse:
        _record_definitions(project, warehouse)
        state = _measures_input(project, warehouse)
        if warehouse.recall("measures_input") == state:
            warehouse.publish(project.folders.copy)
            return MeasuresDone(warehouse.measures().height, project.catalogue.years, unchanged=True)
        computed = measures.compute(warehouse.counting(), project.catalogue)
        warehouse.replace_measures(computed.measures, computed.lineage)
        warehouse.remember("measures_input", state)
        warehouse.publish(project.folders.copy)
        return MeasuresDone(computed.measures.height, project.catalogue.years, unchanged=False)


def _measures_input(project: Project, warehouse: Warehouse) -> str:
    """Hash of what the measures depend on: which workbooks, in which state, and the rules and code."""
    loaded = warehouse.submissions().select("submission_id", "sha256", "catalogue_version", "verdict")
    rows = sorted(loaded.iter_rows())
    return hashlib.sha256(json.dumps([project.version, rows]).encode()).hexdigest()


def settle(project: Project) -> None:
    """Let readers see the state of now; called when a run has ended."""
    with project.open_warehouse() as warehouse:
        warehouse.publish(project.folders.copy)


def agree_targets(
    project: Project, content: bytes, agreed_on: date, by: str, folder: Path | None = None
) -> tuple[intake.AgreedTargets, Path]:
    """Add the targets of a sheet that came back from the meeting to the compact's data: all of them, or none.

    folder: of the compact's data, where it is not the installed one. Raises intake.NotATargetSheet.
    """
    read = intake.read_target_sheet(content, project.catalogue)
    path = (folder or folder_of(project.catalogue.id)) / "targets.csv"
    if read.faults.is_empty() and not read.targets.is_empty():
        intake.add_targets(path, read.targets, project.catalogue, agreed_on, by)
    return read, path


# --- 3. quality ------------------------------------------------------------------------------------------


def check_quality(project: Project) -> quality.Quality:
    """Hold the loaded tables to the rules with scope warehouse; the Data Docs lie beside the warehouse.

    Raises quality.InspectionBroken where the inspection itself failed, which says nothing about the data.
    """
    with project.open_warehouse() as warehouse:
        state = _measures_input(project, warehouse)
        known = quality.recall(project.folders.quality)
        if known is not None and known.content == state:
            return known
        frames = _frames(warehouse)
        lineage = warehouse.lineage()
    tables = {
        "submissions": frames.submissions,
        "observations": frames.observations,
        "findings": frames.findings,
        "measures": frames.measures,
        "headlines": measures.headlines(frames.measures, project.catalogue),
        "lineage": lineage,
    }
    return quality.check(tables, project.catalogue, project.folders.quality, state)


# --- 4. publication --------------------------------------------------------------------------------------


def release_for(project: Project, year: int, edition: str = INTERNAL) -> Release:
    """What may leave for one edition of one year; raises NotProtectedError where protection is not built."""
    with project.open_warehouse() as warehouse:
        return _release(project, _frames(warehouse), year, edition)


def publish_year(project: Project, year: int, edition: str = INTERNAL) -> list[Path]:
    """Write the year's tables and figures and the manifest that lets anyone check them; returns their paths."""
    with project.open_warehouse() as warehouse:
        frames = _frames(warehouse)
    return publish_frames(project, frames, year, edition, project.folders.edition(year, edition))


def publish_frames(project: Project, frames: Frames, year: int, edition: str, folder: Path) -> list[Path]:
    """Write the edition that these frames make into a folder, unless it is there already; returns its paths."""
    cleared = _release(project, frames, year, edition)
    content = editions.content_hash(cleared, project.version)
    if editions.is_current(folder, content):
        return editions.listed(folder)
    paths = publish(cleared, project.catalogue, year, folder)
    editions.write_manifest(folder, paths, content=content)
    return paths


@dataclass(frozen=True)
class Frames:
    """What an edition is made from."""

    measures: pl.DataFrame
    observations: pl.DataFrame
    findings: pl.DataFrame
    submissions: pl.DataFrame
    lineage: pl.DataFrame
    replies: pl.DataFrame
    receipts: pl.DataFrame
    contributions: pl.DataFrame


def _frames(warehouse: Warehouse) -> Frames:
    return frames_of(warehouse, warehouse.measures(), warehouse.lineage())


def frames_of(warehouse: Warehouse, rows: pl.DataFrame, lineage: pl.DataFrame) -> Frames:
    """What an edition is made from, as the warehouse has it, with these measures and their lineage."""
    return Frames(
        *(rows, warehouse.observations(), warehouse.findings(), warehouse.submissions()),
        *(lineage, warehouse.replies(), warehouse.receipts(), warehouse.contributions()),
    )


def _release(project: Project, frames: Frames, year: int, edition: str) -> Release:
    """Everything known about the years up to this one; later years do not belong in its edition."""
    upto = pl.col("reporting_year") <= year
    observations = frames.observations.filter(upto)
    findings = frames.findings.filter(upto)
    submissions = frames.submissions.filter(pl.col("year") <= year)
    rows = frames.measures.filter(pl.col("year") <= year)
    quality_ = measures.assess(observations, findings, submissions, frames.receipts, rows, project.catalogue)
    noted = measures.marked(rows, quality_, project.catalogue)
    if edition == INTERNAL:  # what organisations write in reply goes into no wider edition
        noted = measures.explain(
            *(noted, frames.lineage, frames.replies.filter(upto), project.catalogue),
            lambda text: not intake.personal.in_text(text, project.catalogue),
        )
    agreed = agreements.agreed_of(project, frames.measures, year)
    made = release(
        edition=edition,
        measures=noted,
        context=observations.filter(pl.col("series_kind") == "context"),
        observations=observations,
        findings=findings,
        # When a file arrived is information for the desk, not part of what is issued.
        submissions=submissions.drop("received_at", "receipt_id"),
        catalogue=project.catalogue,
        standing=str(agreed.table.standing),
        restated=agreed.restated,
    )
    issued = pl.col("standard").is_in(measures.ISSUED) & (pl.col("year") == year)
    given = frames.contributions.filter(pl.col("reporting_year") <= year)
    told = measures.explanations(_counting(observations, submissions), submissions, project.catalogue)
    return replace(
        made,
        quality=quality_.filter(issued),
        explanations=told.filter(pl.col("year") == year),
        contributions=given.filter(pl.col("reporting_year") == year),
        contributed=_contributed(given, project, year),
        progress=measures.progress(rows, project.catalogue, year),
    )


def _counting(observations: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    out = pl.col("verdict").is_in([str(Verdict.RETURNED), str(Verdict.WITHDRAWN)])
    return observations.join(submissions.filter(~out), on="submission_id", how="semi", maintain_order="left")


def _contributed(given: pl.DataFrame, project: Project, year: int) -> pl.DataFrame | None:
    """What was contributed up to a year; None where the compact asks for no contributions."""
    if not project.catalogue.header.contributions:
        return None
    return measures.contributions_by_year(given, project.catalogue, [year])


def _is_current(project: Project, frames: Frames, year: int, edition: str) -> bool:
    content = editions.content_hash(_release(project, frames, year, edition), project.version)
    return editions.is_current(project.folders.edition(year, edition), content)


def _observations_schema(project: Project) -> contracts.Frame:
    return contracts.observations_frame(project.catalogue.dimension_ids)


def _stack(frames: list[pl.DataFrame], schema: contracts.Frame) -> pl.DataFrame:
    return pl.concat([contracts.empty(schema), *frames])


# --- what people confirm ---------------------------------------------------------------------------------


def confirm_mapping(
    project: Project, organisation: str, layout: str, said: Sequence[tuple[str, str, str, str]], who: str
) -> Path:
    """Remember what a heading or value of an organisation means; said: heading or value, field, text, code.

    Raises CatalogueFaults, and writes nothing, where it names what does not exist.
    """
    confirmed = [
        Confirmed(
            id="new",
            organisation=organisation,
            layout=layout,
            field=field,
            heading=text if kind == "heading" else None,
            value=text if kind == "value" else None,
            code=code or None,
            confirmed_by=who,
            confirmed_on=today(),
        )
        for kind, field, text, code in said
    ]
    return remember(folder_of(project.catalogue.id), project.catalogue, confirmed)


def reopened(project: Project) -> Project:
    """The same project with the compact's data as they are now."""
    return open_project(project.catalogue.id, project.folders.root)

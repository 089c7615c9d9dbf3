"""The story, in order: what happens to a workbook between a ministry's desk and the annual table.

1. `take_in`           every new or changed workbook is read, checked and loaded, whole or not at all
2. `compute_measures`  what was reported becomes one value per indicator, year, place and group
3. `publish_year`      the year's tables and figures are drawn from what disclosure control lets leave

`todo` says which of these have work to do. Everything may be run again at any time: a step whose inputs have
not changed does nothing, and a step that was killed leaves what was there before. Dagster and the `cpc`
command are two doors on these functions; nothing is computed in either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from cpc_pipeline import contracts, editions, intake, measures, validation
from cpc_pipeline.contracts import Release, Severity, Verdict
from cpc_pipeline.disclosure import release
from cpc_pipeline.project import Project, open_project
from cpc_pipeline.publication import publish
from cpc_pipeline.warehouse import Warehouse

__all__ = [
    "MeasuresDone",
    "Project",
    "TakenIn",
    "Todo",
    "check_file",
    "compute_measures",
    "findings",
    "open_project",
    "publish_year",
    "release_for",
    "reporting",
    "status",
    "take_in",
    "template",
    "todo",
]

Key = tuple[str, int]
"""An organisation and a reporting year: the unit in which submissions are due."""

INTERNAL = "internal"


@dataclass(frozen=True)
class TakenIn:
    """What became of the workbooks of one organisation and year."""

    organisation: str
    year: int
    submissions: pl.DataFrame
    findings: pl.DataFrame
    observations: int

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
    years: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        return not (self.submissions or self.measures or self.years)


# --- 0. what is there to do ------------------------------------------------------------------------------


def todo(project: Project, years: Sequence[int] | None = None) -> Todo:
    """Compare the files, the warehouse and the published editions with what they should be."""
    with _warehouse(project) as warehouse:
        keys = _pending(project, warehouse)
        state = _measures_input(project, warehouse)
        stale_measures = bool(keys) or warehouse.recall("measures_input") != state
        wanted = tuple(project.catalogue.years if years is None else years)
        if stale_measures:
            stale = wanted
        else:
            frames = _frames(warehouse)
            stale = tuple(y for y in wanted if not _is_current(project, frames, y, INTERNAL))
    return Todo(tuple(keys), stale_measures, stale)


def _pending(project: Project, warehouse: Warehouse) -> list[Key]:
    """Organisation-years with a file that is new, changed, or gone since it was loaded."""
    loaded = warehouse.submissions().filter(pl.col("verdict") != Verdict.WITHDRAWN)
    known = {
        row["submission_id"]: (row["sha256"], row["catalogue_version"], row["organisation"], row["year"])
        for row in loaded.iter_rows(named=True)
    }
    keys: set[Key] = set()
    present = set()
    for arrival in intake.arrivals(project.folders.raw):
        present.add(arrival.submission_id)
        if known.get(arrival.submission_id, ("", ""))[:2] != (arrival.sha256, project.version):
            keys.add((arrival.organisation, arrival.year))
    keys.update((known[gone][2], known[gone][3]) for gone in known.keys() - present)
    return sorted(keys, key=lambda key: (key[1], key[0]))


# --- 1. take in ------------------------------------------------------------------------------------------


def take_in(project: Project, keys: Iterable[Key], progress: Callable[[str], None] = lambda _: None) -> list[TakenIn]:
    """Read, check and load every workbook of the given organisation-years.

    Each workbook replaces its predecessor whole, in one transaction; a workbook that cannot be read is loaded
    as a returned submission with its findings, and stops no other. A file that is gone is withdrawn: its rows
    stay, and no longer count.
    """
    wanted = set(keys)
    arrivals = [a for a in intake.arrivals(project.folders.raw) if (a.organisation, a.year) in wanted]
    taken = []
    for arrival in arrivals:
        progress(arrival.relative)
        taken.append((arrival, intake.take_in_arrival(arrival, project.catalogue)))
    ruled = validation.validate(
        _stack([t.observations for _, t in taken], _observations_schema(project)), project.catalogue
    )
    with _warehouse(project) as warehouse:
        _withdraw_gone(warehouse, wanted, {a.submission_id for a in arrivals})
        for arrival, read in taken:
            _load(project, warehouse, arrival, read, ruled)
        return _taken_in(warehouse, wanted)


def _load(
    project: Project, warehouse: Warehouse, arrival: intake.Arrival, read: intake.Intake, ruled: pl.DataFrame
) -> None:
    """Judge one workbook from all its findings and replace what the warehouse holds of it."""
    found = pl.concat([read.findings, ruled.filter(pl.col("submission_id") == arrival.submission_id)])
    observations, verdict = validation.judge(read.observations, found)
    warehouse.replace_submission(
        {
            "submission_id": arrival.submission_id,
            "organisation": arrival.organisation,
            "year": arrival.year,
            "path": arrival.relative,
            "sha256": arrival.sha256,
            "catalogue_version": project.version,
            "kind": read.kind,
            "verdict": str(verdict),
            "observations": observations.height,
            "findings": found.height,
            "received_at": datetime.now(UTC).replace(tzinfo=None),
        },
        observations,
        validation.mask(found, project.catalogue),
        read.narratives,
        read.contributions,
    )


def _withdraw_gone(warehouse: Warehouse, keys: set[Key], present: set[str]) -> None:
    loaded = warehouse.submissions().filter(pl.col("verdict") != Verdict.WITHDRAWN)
    gone = [
        row["submission_id"]
        for row in loaded.iter_rows(named=True)
        if (row["organisation"], row["year"]) in keys and row["submission_id"] not in present
    ]
    if gone:
        warehouse.withdraw(gone)


def _taken_in(warehouse: Warehouse, keys: set[Key]) -> list[TakenIn]:
    submissions, found = warehouse.submissions(), warehouse.findings()
    result = []
    for organisation, year in sorted(keys, key=lambda key: (key[1], key[0])):
        own = submissions.filter((pl.col("organisation") == organisation) & (pl.col("year") == year))
        theirs = found.filter(pl.col("submission_id").is_in(own["submission_id"].to_list()))
        result.append(TakenIn(organisation, year, own, theirs, int(own["observations"].sum())))
    return result


# --- 2. measures -----------------------------------------------------------------------------------------


def compute_measures(project: Project) -> MeasuresDone:
    """From what was reported and counts, one value per indicator, year, place, group and organisation."""
    with _warehouse(project) as warehouse:
        state = _measures_input(project, warehouse)
        if warehouse.recall("measures_input") == state:
            return MeasuresDone(warehouse.measures().height, project.catalogue.years, unchanged=True)
        computed = measures.compute(_counting(warehouse), project.catalogue)
        warehouse.replace_measures(computed.measures, computed.lineage)
        warehouse.remember("measures_input", state)
        return MeasuresDone(computed.measures.height, project.catalogue.years, unchanged=False)


def _counting(warehouse: Warehouse) -> pl.DataFrame:
    """Observations of submissions that count: neither returned nor withdrawn."""
    out = [str(Verdict.RETURNED), str(Verdict.WITHDRAWN)]
    kept = warehouse.submissions().filter(~pl.col("verdict").is_in(out))["submission_id"]
    return warehouse.observations().filter(pl.col("submission_id").is_in(kept.to_list()))


def _measures_input(project: Project, warehouse: Warehouse) -> str:
    """Hash of what the measures depend on: which workbooks, in which state, and the rules and code."""
    loaded = warehouse.submissions().select("submission_id", "sha256", "catalogue_version", "verdict")
    rows = sorted(loaded.iter_rows())
    return hashlib.sha256(json.dumps([project.version, rows]).encode()).hexdigest()


# --- 3. publication --------------------------------------------------------------------------------------


def release_for(project: Project, year: int, edition: str = INTERNAL) -> Release:
    """What may leave for one edition of one year; raises NotProtectedError where protection is not built."""
    with _warehouse(project) as warehouse:
        return _release(project, _frames(warehouse), year, edition)


def publish_year(project: Project, year: int, edition: str = INTERNAL) -> list[Path]:
    """Write the year's tables and figures and the manifest that lets anyone check them; returns their paths."""
    with _warehouse(project) as warehouse:
        frames = _frames(warehouse)
    folder = project.folders.edition(year, edition)
    if _is_current(project, frames, year, edition):
        return editions.listed(folder)
    cleared = _release(project, frames, year, edition)
    paths = publish(cleared, project.catalogue, year, folder)
    editions.write_manifest(folder, paths, content=editions.content_hash(cleared, project.version))
    return paths


@dataclass(frozen=True)
class _Frames:
    measures: pl.DataFrame
    observations: pl.DataFrame
    findings: pl.DataFrame
    submissions: pl.DataFrame


def _frames(warehouse: Warehouse) -> _Frames:
    return _Frames(warehouse.measures(), warehouse.observations(), warehouse.findings(), warehouse.submissions())


def _release(project: Project, frames: _Frames, year: int, edition: str) -> Release:
    """Everything known about the years up to this one; later years do not belong in its edition."""
    upto = pl.col("reporting_year") <= year
    observations = frames.observations.filter(upto)
    return release(
        edition=edition,
        measures=frames.measures.filter(pl.col("year") <= year),
        context=observations.filter(pl.col("series_kind") == "context"),
        observations=observations,
        findings=frames.findings.filter(upto),
        # When a file arrived is information for the desk, not part of what is issued.
        submissions=frames.submissions.filter(pl.col("year") <= year).drop("received_at"),
        catalogue=project.catalogue,
    )


def _is_current(project: Project, frames: _Frames, year: int, edition: str) -> bool:
    content = editions.content_hash(_release(project, frames, year, edition), project.version)
    return editions.is_current(project.folders.edition(year, edition), content)


# --- what people are sent, and ask -----------------------------------------------------------------------


def template(project: Project, organisation: str, year: int, language: str) -> bytes:
    """The workbook that an organisation fills in for a year, with what it said a year before beside each cell.

    Raises KeyError for an organisation or language of no catalogue, CatalogueFaults where the compact declares too
    little for a template.
    """
    previous = contracts.empty(_observations_schema(project))
    if project.folders.warehouse.exists():  # a question must not create a warehouse
        with _warehouse(project) as warehouse:
            previous = _counting(warehouse)
    return intake.template_bytes(project.catalogue, organisation, year, language, previous)


def reporting(project: Project, year: int) -> list[str]:
    """Organisations that report some indicator in a year, in the order of the catalogue."""
    return [o for o in project.catalogue.organisations if intake.indicators_of(project.catalogue, o, year)]


def check_file(project: Project, path: Path) -> tuple[pl.DataFrame, str, int]:
    """Check one workbook where it lies, loading nothing: its findings, its verdict, how many values were read."""
    read = intake.take_in(
        path.read_bytes(),
        name=path.name,
        submission_id=path.name,
        organisation=None,
        year=None,
        catalogue=project.catalogue,
    )
    found = pl.concat([read.findings, validation.validate(read.observations, project.catalogue)])
    observations, verdict = validation.judge(read.observations, found)
    return found, str(verdict), observations.height


def status(project: Project) -> pl.DataFrame:
    """Organisation x year: verdict, missing or not due; one row each."""
    with _warehouse(project) as warehouse:
        return measures.submission_status(warehouse.submissions(), project.catalogue, project.catalogue.years)


def findings(project: Project, language: str, organisation: str | None = None, year: int | None = None) -> pl.DataFrame:
    """The findings on record, in words of one language, of one organisation or year if asked."""
    with _warehouse(project) as warehouse:
        found = warehouse.findings()
    if organisation is not None:
        found = found.filter(pl.col("organisation") == organisation)
    if year is not None:
        found = found.filter(pl.col("reporting_year") == year)
    return in_words(found, project, language)


def in_words(found: pl.DataFrame, project: Project, language: str) -> pl.DataFrame:
    """Findings as sentences: where, message, expected, action, beside their code and severity."""
    return validation.render(found, project.catalogue, language)


def worst(found: pl.DataFrame) -> str | None:
    """The gravest severity among findings, None when there are none."""
    order = [Severity.RETURN, Severity.REJECT, Severity.QUERY, Severity.NOTE]
    present = set(found["severity"])
    return next((str(s) for s in order if s in present), None)


def _warehouse(project: Project) -> Warehouse:
    return Warehouse(project.folders.warehouse, project.catalogue.dimension_ids)


def _observations_schema(project: Project) -> contracts.Frame:
    return contracts.observations_frame(project.catalogue.dimension_ids)


def _stack(frames: list[pl.DataFrame], schema: contracts.Frame) -> pl.DataFrame:
    return pl.concat([contracts.empty(schema), *frames])

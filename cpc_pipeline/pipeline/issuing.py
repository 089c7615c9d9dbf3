"""Step 4: the year's tables, figures and report, from what disclosure control lets leave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, editions, intake, measures, narrating
from cpc_pipeline.contracts import Release, Verdict
from cpc_pipeline.disclosure import release
from cpc_pipeline.project import Project, code_version
from cpc_pipeline.publication import publish, write_report
from cpc_pipeline.warehouse import Warehouse

INTERNAL = "internal"
CONTENT = "content."  # under which, with the year, the warehouse remembers what its edition is made of
REPORT = "report"  # folder of the report within an edition


def release_for(project: Project, year: int, edition: str = INTERNAL) -> Release:
    """What may leave for one edition of one year; raises NotProtectedError where protection is not built."""
    with project.open_warehouse() as warehouse:
        return released(project, frames_now(warehouse), year, edition)


def publish_year(project: Project, year: int, edition: str = INTERNAL, *, report: bool = False) -> list[Path]:
    """Write the year's tables and figures, its report where it is asked for, and the manifest; returns their paths."""
    with project.open_warehouse() as warehouse:
        frames = frames_now(warehouse)
    return publish_frames(project, frames, year, edition, project.folders.edition(year, edition), report=report)


def write_reports(project: Project, years: Sequence[int]) -> dict[int, list[Path]]:
    """The report of each year, beside the tables and figures of its internal edition; its paths by year."""
    made = {year: publish_year(project, year, report=True) for year in years}
    return {year: [path for path in paths if path.parent.name == REPORT] for year, paths in made.items()}


def reports_due(project: Project, years: Sequence[int] | None = None, as_of: date | None = None) -> list[int]:
    """The newest year of those asked for that anything was sent for, where its edition has no report.

    Where no years are asked for, a year that has not ended by `as_of` (today) waits: the report of a year of which one
    figure has come tells of nothing. It is written all the same where no year has ended. The reports of other years are
    written when somebody asks for them. Asked of the copy for readers, which holds what the tables were made of: a
    sensor that asks must not keep the memory from whoever writes it.
    """
    catalogue = project.catalogue
    with project.read_warehouse() as warehouse:
        sent = warehouse.submissions().filter(pl.col("verdict") != str(Verdict.WITHDRAWN))
    known = {y for y in sent["year"] if y in catalogue.years and (years is None or y in years)}
    calendar = catalogue.calendars[catalogue.default_calendar]
    ended = {y for y in known if calendar.year(y)[1] < (as_of or project.clock().date())} if years is None else known
    newest = max(ended or known, default=None)
    if newest is None:
        return []
    there = {path.parent.name for path in editions.listed(project.folders.edition(newest, INTERNAL))}
    return [] if REPORT in there else [newest]


def publish_frames(
    project: Project, frames: Frames, year: int, edition: str, folder: Path, *, report: bool = False
) -> list[Path]:
    """Write the edition that these frames make into a folder, unless it is there already; returns its paths.

    A report that is there stays as long as tables and figures are as they were, and goes with them otherwise. An
    edition that a person issued is set aside instead, and stays as it was.
    """
    cleared = released(project, frames, year, edition)
    content = editions.content_hash(cleared, project.version)
    paths = editions.listed(folder) if editions.is_current(folder, content) else []
    told = [path for path in paths if path.parent.name == REPORT]
    if paths and (told or not report):
        return paths
    if paths:
        paths = [*paths, *write_report(cleared, project.catalogue, year, folder)]
    else:
        if editions.issued(folder):
            editions.set_aside(folder)
        paths = publish(cleared, project.catalogue, year, folder, report=report)
    made_from = {
        "catalogue": project.catalogue.version,
        "code": code_version(),
        "lock": editions.lock_hash(),
        "inputs": editions.input_hash(cleared.submissions),
    }
    editions.write_manifest(folder, paths, content=content, made_from=made_from)
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
    narratives: pl.DataFrame
    until: date | None = None  # the last day whose reviews and signatures count; None: all

    @property
    def counting(self) -> pl.DataFrame:
        """Observations of submissions that count: neither returned nor withdrawn."""
        return _counting(self.observations, self.submissions)


def frames_now(warehouse: Warehouse) -> Frames:
    return frames_of(warehouse, warehouse.measures(), warehouse.lineage())


def frames_of(warehouse: Warehouse, rows: pl.DataFrame, lineage: pl.DataFrame) -> Frames:
    """What an edition is made from, as the warehouse has it, with these measures and their lineage."""
    return Frames(
        *(rows, warehouse.observations(), warehouse.findings(), warehouse.submissions()),
        *(lineage, warehouse.replies(), warehouse.receipts(), warehouse.contributions(), warehouse.narratives()),
    )


def released(project: Project, frames: Frames, year: int, edition: str) -> Release:
    """Everything known about the years up to this one; later years do not belong in its edition."""
    upto = pl.col("reporting_year") <= year
    observations = frames.observations.filter(upto)
    findings = frames.findings.filter(upto)
    submissions = frames.submissions.filter(pl.col("year") <= year)
    rows = frames.measures.filter(pl.col("year") <= year)
    quality_ = measures.assess(observations, findings, submissions, frames.receipts, rows, project.catalogue)
    noted = measures.marked(rows, quality_, project.catalogue)
    if edition == INTERNAL:  # other years' numbers and what organisations write in reply go into no wider edition
        noted = measures.jumped(noted, project.catalogue)
        noted = measures.explain(
            *(noted, frames.lineage, frames.replies.filter(upto), project.catalogue),
            lambda text: not intake.personal.in_text(text, project.catalogue),
        )
    agreed = agreements.agreed_of(project, frames.measures, year, frames.until)
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
        narrative=narrating.reviewed(project, year, frames.narratives, frames.submissions, frames.until),
    )


def _counting(observations: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    out = pl.col("verdict").is_in([str(Verdict.RETURNED), str(Verdict.WITHDRAWN)])
    return observations.join(submissions.filter(~out), on="submission_id", how="semi", maintain_order="left")


def _contributed(given: pl.DataFrame, project: Project, year: int) -> pl.DataFrame | None:
    """What was contributed up to a year; None where the compact asks for no contributions."""
    if not project.catalogue.header.contributions:
        return None
    return measures.contributions_by_year(given, project.catalogue, [year])


def stale_years(project: Project, warehouse: Warehouse, years: Sequence[int]) -> tuple[int, ...]:
    """Years whose internal edition is not what it would be if it were made now.

    What an edition is made of is computed once for each state of everything it depends on, and remembered.
    """
    state = _state(project, warehouse)
    known = {year: (warehouse.recall(f"{CONTENT}{year}") or "").partition(" ") for year in years}
    contents = {year: content for year, (of, _, content) in known.items() if of == state}
    frames = frames_now(warehouse) if len(contents) < len(years) else None
    for year in years:
        if year not in contents and frames is not None:
            contents[year] = editions.content_hash(released(project, frames, year, INTERNAL), project.version)
            warehouse.remember(f"{CONTENT}{year}", f"{state} {contents[year]}")
    return tuple(y for y in years if not editions.is_current(project.folders.edition(y, INTERNAL), contents[y]))


def _state(project: Project, warehouse: Warehouse) -> str:
    """Names everything that an edition depends on: every change of the warehouse has a moment of its own, the compact's
    data and the code have versions, and people's signatures, reasons and texts are small files."""
    digest = hashlib.sha256(f"{project.version} {warehouse.recorded().isoformat()}".encode())
    folders = project.folders
    for folder in (folders.agreements, folders.agreed, folders.narratives, folders.printed):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(f"{path.relative_to(folders.root)} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()

"""Is this workbook right? Asked where the file lies: nothing is loaded, nothing is changed.

Who asks waits for neither arithmetic nor tables. What does not belong here: what is asked of the record (questions.py).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline import intake, validation
from cpc_pipeline.catalogue import Layout, fold
from cpc_pipeline.desk import remembering
from cpc_pipeline.desk.questions import in_words
from cpc_pipeline.project import Project, today


def check_file(
    project: Project, path: Path, as_of: date | None = None, organisation: str | None = None, year: int | None = None
) -> tuple[pl.DataFrame, str, int]:
    """Check one workbook where it lies, loading nothing: its findings, its verdict, how many values were read.

    as_of: the day on which waivers must be in force; today where nothing else is asked. organisation, year: whose it is
    and of when, as its folder would say; None where the workbook says it itself.
    """
    found, verdict, read = _checked(project, path, as_of, organisation, year)
    return found, verdict, read.observations.height


def explain(
    project: Project, path: Path, as_of: date | None = None, organisation: str | None = None, year: int | None = None
) -> str:
    """How a file was read, as one page of HTML: what each cell was taken for, and the reasons for what was refused."""
    found, _, read = _checked(project, path, as_of, organisation, year)
    words = {language: in_words(found, project, language) for language in project.catalogue.languages}
    return intake.reading_page(path.name, read, words, project.catalogue)


def annotate(project: Project, path: Path, found: pl.DataFrame, language: str) -> bytes:
    """The submitter's own workbook with these findings (of `check_file`, unmasked: it goes back to them) marked."""
    words = in_words(found, project, language)
    from cpc_pipeline import feedback

    return feedback.annotate(path.read_bytes(), words, project.catalogue, language, path.name)


def nearest_layout(
    project: Project, path: Path, organisation: str, layout: str | None
) -> tuple[Layout, set[str]] | None:
    """The layout that a file resembles most (or the one named), and every text of the sheet, for comparison."""
    read = _read(project, path, organisation, None)
    texts = {fold(cell.text) for reading in read.readings for cell in reading.grid.cells.values()}
    if layout is not None:
        known = project.catalogue.layouts.get(layout)
        return (known, texts) if known else None
    match = next((reading.match for reading in read.readings if reading.match), None)
    return (match.layout, texts) if match else None


def stands_in(texts: set[str], text: str) -> bool:
    """Whether a text is that of a cell, whatever its case, accents and spaces."""
    return fold(text) in texts


def _checked(
    project: Project, path: Path, as_of: date | None, organisation: str | None, year: int | None
) -> tuple[pl.DataFrame, str, intake.Intake]:
    read = _read(project, path, organisation, year)
    ruled = validation.validate(
        read.observations, project.catalogue, remembering.counting(project), {path.name: read.kind}
    )
    found = pl.concat([read.findings, ruled])
    settled = validation.settle(
        *(found, read.observations, project.catalogue, read.replies),
        remembering.replies(project),
        as_of or today(),
    )
    _, verdict = validation.judge(read.observations, settled.findings)
    return settled.findings, str(verdict), read


def _read(project: Project, path: Path, organisation: str | None, year: int | None) -> intake.Intake:
    return intake.take_in(
        intake.received(path),
        name=path.name,
        submission_id=path.name,
        organisation=organisation,
        year=year,
        catalogue=project.catalogue,
    )

"""What people ask of the record without changing anything: who has sent what, what was found, a template to fill in.

Arithmetic and tables are imported by the questions that need them: who asks whether a workbook is right waits for
neither. What does not belong here: anything that writes (pipeline/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline import intake, validation
from cpc_pipeline.catalogue import Rule
from cpc_pipeline.contracts import Severity
from cpc_pipeline.desk import remembering
from cpc_pipeline.project import Project


def template(project: Project, organisation: str, year: int, language: str) -> bytes:
    """The workbook that an organisation fills in for a year, with what it said a year before beside each cell.

    Raises KeyError for an organisation or language of no catalogue, CatalogueFaults where the compact declares too
    little for a template.
    """
    asked = remembering.asked_before(project, organisation, year)
    return intake.template_bytes(project.catalogue, organisation, year, language, remembering.counting(project), asked)


def template_from(
    project: Project, organisation: str, year: int, language: str, older: Path
) -> tuple[bytes, list[tuple[str, str, str]]]:
    """The template of today with what was typed into an older one; and what could not be carried: sheet, cell, reason.

    Raises intake.Refused where the older file is no workbook of this organisation and year.
    """
    content, lost = intake.template_with(
        *(project.catalogue, organisation, year, language, remembering.counting(project), older.read_bytes()),
        remembering.asked_before(project, organisation, year),
    )
    return content, list(intake.lost_lines(lost, project.catalogue, language))


def reporting(project: Project, year: int) -> list[str]:
    """Organisations that report some indicator in a year, in the order of the catalogue."""
    return [o for o in project.catalogue.organisations if intake.indicators_of(project.catalogue, o, year)]


def try_rules(project: Project, rules: Sequence[Rule]) -> pl.DataFrame:
    """The rule laboratory: what other rules would have found in everything that is on record; nothing is kept."""
    with project.read_warehouse() as warehouse:
        kinds = dict(warehouse.submissions().select("submission_id", "kind").iter_rows())
        observations = warehouse.counting()
    return validation.validate(observations, project.catalogue, observations, kinds, rules)


def on_record(project: Project) -> int:
    """How many submissions count: what `try_rules` looks at."""
    with project.read_warehouse() as warehouse:
        return int(warehouse.counting()["submission_id"].n_unique())


def status(project: Project) -> pl.DataFrame:
    """Organisation x year: verdict, missing or not due, and how late; one row each."""
    from cpc_pipeline import measures

    with project.read_warehouse() as warehouse:
        submissions, receipts = warehouse.submissions(), warehouse.receipts()
    return measures.submission_status(submissions, project.catalogue, project.catalogue.years, receipts)


def receipts(project: Project, organisation: str | None = None, year: int | None = None) -> pl.DataFrame:
    """What arrived, in order: rows of contracts.RECEIPTS, of one organisation or year if asked."""
    with project.read_warehouse() as warehouse:
        given = warehouse.receipts()
    if organisation is not None:
        given = given.filter(pl.col("organisation") == organisation)
    return given if year is None else given.filter(pl.col("year") == year)


@dataclass(frozen=True)
class Difference:
    """What one revision of a submission says otherwise than another: rows of revisions.changes."""

    submission_id: str
    old: int
    new: int
    changes: pl.DataFrame


def revised(project: Project, organisation: str, year: int, pair: tuple[int, int] | None = None) -> list[Difference]:
    """For each workbook of an organisation and year what its last two revisions, or two that are named, say otherwise.

    A workbook without two such revisions is left out.
    """
    from cpc_pipeline.desk import revisions

    found = []
    with project.read_warehouse() as warehouse:
        own = warehouse.submissions().filter((pl.col("organisation") == organisation) & (pl.col("year") == year))
        for submission_id, last in own.select("submission_id", "revision").iter_rows():
            old, new = pair or (last - 1, last)
            moments = [warehouse.last_of_revision(submission_id, n) for n in (old, new)]
            if None in moments:
                continue
            before, after = (
                warehouse.observations(moment).filter(pl.col("submission_id") == submission_id) for moment in moments
            )
            changes = revisions.changes(before, after, project.catalogue.dimension_ids)
            found.append(Difference(submission_id, old, new, changes))
    return found


def original(project: Project, organisation: str, year: int, revision: int) -> dict[str, Path | None]:
    """Where each workbook of an organisation and year is kept as received in a revision; None where it is not kept."""
    from cpc_pipeline.warehouse import IDENTICAL, find

    given = receipts(project, organisation, year).filter(
        (pl.col("revision") == revision) & (pl.col("status") != IDENTICAL) & pl.col("sha256").is_not_null()
    )
    return {
        Path(path).name: find(project.folders.originals, sha256)
        for path, sha256 in given.select("path", "sha256").iter_rows()
    }


def findings(project: Project, language: str, organisation: str | None = None, year: int | None = None) -> pl.DataFrame:
    """The findings on record, in words of one language, of one organisation or year if asked."""
    with project.read_warehouse() as warehouse:
        found = warehouse.findings()
    if organisation is not None:
        found = found.filter(pl.col("organisation") == organisation)
    if year is not None:
        found = found.filter(pl.col("reporting_year") == year)
    return in_words(found, project, language)


def differences(project: Project, language: str, year: int | None = None) -> pl.DataFrame:
    """What organisations say differently of one thing, in words: one row for each side of each pair.

    Made anew from what is on record; no submission is changed by it.
    """
    with project.open_warehouse() as warehouse:
        observations = warehouse.counting()
    if year is not None:
        observations = observations.filter(pl.col("reporting_year") == year)
    return in_words(validation.reconcile(observations, project.catalogue), project, language)


def in_words(found: pl.DataFrame, project: Project, language: str) -> pl.DataFrame:
    """Findings as sentences: where, message, expected, action, beside their code and severity.

    Where the same was asked and answered in an earlier year, the answer is quoted: this is for the organisation itself.
    """
    quoted = {}
    if found["params"].str.contains("answered_by").any():
        quoted = {validation.reply_key(row): row["text"] for row in remembering.replies(project).iter_rows(named=True)}
    return validation.render(found, project.catalogue, language, quoted)


def target_sheet(project: Project, year: int) -> bytes:
    """The workbook in which the targets of a year are agreed, with each indicator's history and last deviation."""
    from cpc_pipeline import measures, publication

    with project.open_warehouse() as warehouse:
        rows = measures.headlines(warehouse.measures(), project.catalogue)
    return publication.target_sheet(rows, project.catalogue, year)


def data_quality(project: Project) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Scores by submission, indicator and standard (contracts.QUALITY), and the trend of each organisation."""
    from cpc_pipeline import measures

    with project.open_warehouse() as warehouse:
        scores = measures.assess(
            warehouse.observations(),
            warehouse.findings(),
            warehouse.submissions(),
            warehouse.receipts(),
            warehouse.measures(),
            project.catalogue,
        )
    return scores, measures.trend(scores)


def dqa_sheets(project: Project, year: int, on: date, indicators: Sequence[str] | None = None) -> dict[str, bytes]:
    """The assessment sheet of each indicator in force in a year, or of those named, by file name."""
    from cpc_pipeline import publication

    scores, _ = data_quality(project)
    in_force = [
        i.id
        for i in project.catalogue.indicators.values()
        if i.valid_from.year <= year and (i.valid_to is None or i.valid_to.year >= year)
    ]
    return {
        f"dqa_{name}_{year}.xlsx": publication.dqa_sheet(scores, project.catalogue, name, year, on)
        for name in indicators or in_force
    }


def worst(found: pl.DataFrame) -> str | None:
    """The gravest severity among findings, None when there are none."""
    order = [Severity.RETURN, Severity.REJECT, Severity.QUERY, Severity.NOTE]
    present = set(found["severity"])
    return next((str(s) for s in order if s in present), None)


def unplaced(project: Project) -> pl.DataFrame:
    """Files of which nobody is known to be the sender: path below data/raw/<compact>, and why (a wording key).

    misplaced: not in <year>/<organisation>/. not_a_file: a link or a pipe, followed nowhere. unknown_organisation,
    unknown_year: not in the compact's data. Such a file is never guessed to be somebody's; it is named until moved.
    """
    catalogue = project.catalogue
    rows = [(_discreet(path, project), "misplaced") for path in intake.misplaced(project.folders.raw)]
    rows += [(path, "not_a_file") for path in intake.irregular(project.folders.raw)]
    for arrival in intake.arrivals(project.folders.raw):
        if arrival.organisation not in catalogue.organisations:
            rows.append((_discreet(arrival.relative, project), "unknown_organisation"))
        elif arrival.year not in catalogue.years:
            rows.append((_discreet(arrival.relative, project), "unknown_year"))
    return pl.DataFrame(rows, schema={"path": pl.String, "reason": pl.String}, orient="row")


def _discreet(path: str, project: Project) -> str:
    """A path of which a part holds the name or number of a person is told of without that part."""
    withheld = project.catalogue.wording.text("personal.withheld", project.catalogue.languages[0])
    parts = path.split("/")
    return "/".join(withheld if intake.personal.of_file(part, project.catalogue) else part for part in parts)

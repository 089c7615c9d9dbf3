"""What people see at the terminal: findings, the matrix of who has sent what, files astray, faults."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import UNUSABLE, Speaker

if TYPE_CHECKING:
    import polars as pl

    from cpc_pipeline.project import Project


LATE = "+"
"""Beside the mark of a submission that came after the last day."""


def print_where(project: Project, say: Speaker) -> None:
    if any(project.folders.feedback.rglob("*.xlsx")):
        say("where_feedback", path=project.folders.feedback)
    say("where_tables", path=project.folders.published)
    reports = sorted(project.folders.published.glob("*/internal/report/report_*"))
    if reports:
        say("where_report", path=reports[-1].parent)
    say("where_warehouse", path=project.folders.warehouse)
    say("where_quality", path=project.folders.quality / "index.html")
    say("how_ui")


def print_receipts(project: Project, given: pl.DataFrame, say: Speaker) -> None:
    """One line for each file that arrived."""
    from cpc_pipeline.receipts import local

    for row in given.iter_rows(named=True):
        status = project.catalogue.wording.text(f"receipts.status.{row['status']}", say.language)
        version = say.text("receipt_version", revision=row["revision"])
        received = local(row["received_at"], project.catalogue)
        print(f"{row['receipt_id']}  {received}  {row['path']}  {version}  {status}")


def in_order(words: pl.DataFrame, project: Project) -> pl.DataFrame:
    """Findings as a person goes through the workbook: by sheet as the tabs stand, by row, by column."""
    import polars as pl

    tabs = [sheet.name for sheet in project.catalogue.header.sheets.values()]
    place = {name: number for number, name in enumerate(tabs)}
    row, column = (pl.col("cell").str.extract(part).fill_null("") for part in (r"(\d+)", r"([A-Z]+)"))
    return words.sort(
        pl.col("sheet").replace_strict(place, default=len(place), return_dtype=pl.Int64),
        row.cast(pl.Int64, strict=False),
        column.str.len_chars(),
        column,
        maintain_order=True,
    )


def print_findings(path: Path, words: pl.DataFrame, verdict: str, observations: int, say: Speaker) -> None:
    if words.is_empty():
        say("check_none", file=path.name, observations=observations)
        return
    say(
        "check_some",
        file=path.name,
        count=words.height,
        observations=observations,
        verdict=say.text(f"verdict.{verdict}"),
    )
    for row in words.iter_rows(named=True):
        print(f"\n  {row['where']}  [{say.text('severity.' + row['severity'])}]")
        if row["indicator_name"]:
            print(f"    {row['indicator_name']}")
        print(f"    {row['message']}")
        for bar in row["chart"].splitlines():
            print(f"      {bar}")
        print(f"    {say.text('expected')}{row['expected']}")
        print(f"    {say.text('action')}{row['action']}")


def print_matrix(project: Project, rows: pl.DataFrame, say: Speaker) -> None:
    years = sorted(set(rows["year"]))
    organisations = [o for o in project.catalogue.organisations if o in set(rows["organisation"])]
    width = max(len(o) for o in organisations)
    cells = {(r["organisation"], r["year"]): r for r in rows.iter_rows(named=True)}
    print(" " * width, *(str(y) for y in years))
    for organisation in organisations:
        marks = [_mark(cells.get((organisation, year)), say) for year in years]
        if any(m.strip(" .") for m in marks):
            print(organisation.ljust(width), *(m.center(4) for m in marks))
    print(f"\n{say.text('legend')}:")
    for verdict in (
        "accepted",
        "accepted_with_queries",
        "partly_accepted",
        "returned",
        "withdrawn",
        "missing",
        "not_due",
    ):
        print(f"  {say.text('mark.' + verdict)}  {say.text('verdict.' + verdict)}")
    print(f"  *  {say.text('verdict.published')}")
    print(f"  {LATE}  {say.text('verdict.late')}")


def print_unplaced(project: Project, say: Speaker) -> None:
    from cpc_pipeline.desk.questions import unplaced

    found = unplaced(project)
    if not found.is_empty():
        print()
        say("unplaced", count=found.height)
    for path, reason in found.iter_rows():
        print(f"  {path}  {project.catalogue.wording.text('intake.unplaced.' + reason, say.language)}")


def _mark(row: dict[str, object] | None, say: Speaker) -> str:
    if row is None:
        return say.text("mark.not_due")
    star = "*" if row.get("kind") == "published_figures" else ""
    return say.text(f"mark.{row['verdict']}") + star + (LATE if row.get("late") else "")


def print_faults(faults: Exception, arguments: argparse.Namespace) -> int:
    # The catalogue could not be loaded, so its wording is not to be had: the loader's own words must do.
    print(faults, file=sys.stderr)
    return UNUSABLE

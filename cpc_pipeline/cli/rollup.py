"""`cpc rollup`: indicators that several compacts share, side by side, from what each has published."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the command."""
    words = "shared indicators of all compacts, side by side / indicadores compartidos de todas las alianzas"
    made = command("rollup", rollup, words)
    made.add_argument("year", type=int, metavar="YEAR")
    made.add_argument("--edition", default="public", choices=["public", "partners", "internal"])
    made.add_argument("-o", "--output", type=Path, metavar="FILE.csv")


def rollup(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    """Exit code 1 where an edition is no longer as it was published, or a compact cannot be loaded."""
    from cpc_pipeline.desk.side_by_side import NUMBERS, side_by_side
    from cpc_pipeline.publication.writing import write_csv

    found = side_by_side(project.folders.root, arguments.year, arguments.edition, say.language)
    wrong = FINDINGS if found.unreadable or "changed" in set(found.rows["state"]) else FINE
    if arguments.output is not None:
        try:
            write_csv(arguments.output, found.rows, NUMBERS)
        except OSError:
            say("not_a_folder", path=arguments.output.parent)
            return UNUSABLE
    if arguments.json:
        print(found.rows.write_json())
        return wrong
    for name in found.unreadable:
        say("rollup.unreadable", compact=name)
    if found.rows.is_empty():
        say("rollup.none", known=", ".join(found.compacts))
        return wrong
    say("rollup.head", year=arguments.year, edition=arguments.edition)
    width = max(len(name) for name in found.compacts)
    for (shared,), rows in found.rows.group_by("shared", maintain_order=True):
        print(f"\n{shared}")
        for row in rows.iter_rows(named=True):
            print(f"  {row['compact']:<{width}}  {row['indicator']} {row['name']}: {_value(row, project, say)}")
    if arguments.output is not None:
        say("rollup.written", path=arguments.output)
    return wrong


def _value(row: dict[str, Any], project: Project, say: Speaker) -> str:
    """The number as printed, or in words why there is none."""
    words = project.catalogue.wording.text
    if row["state"] != "published":
        return words(f"rollup.state.{row['state']}", say.language)
    status = words(f"status.{row['status']}", say.language)
    period = say.text("rollup.period", start=row["period_start"], end=row["period_end"])
    bounds = "–".join(row[c] or "" for c in ("lower", "upper")) if row["lower"] or row["upper"] else ""
    number = row["actual"] or bounds
    mark = "‖ " if row["break_from"] else ""
    return f"{mark}{number} {row['unit']} ({status}; {period})" if number else f"{mark}{status} ({period})"

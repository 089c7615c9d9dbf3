"""`cpc report`: the annual report of a year, beside its tables and figures."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the command."""
    made = command("report", report, "the annual report of a year: PDF, Word, page / el informe anual")
    made.add_argument("year", type=int, metavar="YEAR")
    made.add_argument("--edition", default="internal", choices=["internal", "partners", "public"])


def report(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import pipeline

    if arguments.year not in project.catalogue.years:
        say("report.no_year", year=arguments.year)
        return UNUSABLE
    if arguments.edition != pipeline.INTERNAL:
        # What leaves is protected, audited and registered as a whole: a report alone would be none of it.
        say("report.issued_whole", year=arguments.year, edition=arguments.edition)
        return UNUSABLE
    done = pipeline.write_reports(project, [arguments.year])[arguments.year]
    folder = project.folders.edition(arguments.year, arguments.edition) / pipeline.REPORT
    if arguments.json:
        print(json.dumps({"folder": str(folder), "files": sorted(p.name for p in done)}))
    else:
        say("report.done", year=arguments.year, path=folder)
    return FINE

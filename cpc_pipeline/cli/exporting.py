"""`cpc export`: an issued edition in a format that other systems read."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project

FORMATS = ("csv", "datapackage", "duckdb", "iati", "parquet", "sdmx-csv", "xlsx")
INTERNAL = "internal"


def register(command: Command) -> None:
    """Add the command."""
    words = "an issued edition for other systems / una edición publicada para otros sistemas"
    made = command("export", export, words)
    made.add_argument("year", type=int, metavar="YEAR")
    # A second place for the folder: argparse takes an optional DIR only where it follows YEAR at once.
    made.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="new or empty / nueva o vacía")
    made.add_argument("-o", "--output", type=Path, metavar="DIR", help="the same / lo mismo")
    made.add_argument("--edition", default="public", choices=["public", "partners", INTERNAL])
    made.add_argument("--to", required=True, choices=FORMATS)


def export(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import exporting
    from cpc_pipeline.export import NoActivity

    folder = arguments.output or arguments.folder
    try:
        done = exporting.export(project, arguments.year, arguments.edition, arguments.to, folder)
    except exporting.NotExportable as why:
        say(f"export.{why.code}", **why.params)
        return FINDINGS if why.code in ("none", "older", "changed", "leak") else UNUSABLE
    except NoActivity:
        say("export.no_iati")
        return UNUSABLE
    if arguments.json:
        print(json.dumps({"folder": str(done.folder), "files": list(done.files)}))
        return FINE
    if arguments.edition == INTERNAL:
        say("export.restricted")
    say("export.done", count=len(done.files), path=done.folder)
    return FINE

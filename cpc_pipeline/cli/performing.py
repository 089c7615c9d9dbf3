"""`cpc open-points` and `cpc targets`: what keeps an edition from being final, and next year's targets."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.narrating import named
from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the commands."""
    points = command("open-points", open_points, "what keeps a year from being final / qué falta para cerrar un año")
    points.add_argument("year", type=int, metavar="YEAR")
    sheet = command("targets", targets, "the sheet of next year's targets: out, and in / hoja de metas")
    sheet.add_argument("what", metavar="YEAR|read", help="the year to write a sheet for, or `read` / año, o `read`")
    sheet.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the sheet that came back / hoja llenada")
    sheet.add_argument("-o", "--output", type=Path, metavar="FILE.xlsx")
    sheet.add_argument("--agreed-on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    sheet.add_argument("--by", help="who agreed / quiénes acordaron")


def open_points(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import open_points as points

    found = points.now(project, arguments.year).to_dicts()
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return FINDINGS if found else FINE
    if not found:
        say("open_points.none", year=arguments.year)
        return FINE
    say("open_points.some", year=arguments.year, count=len(found))
    for point in found:
        deviation = None if point["deviation_pct"] is None else f"{point['deviation_pct']:+.1f}"
        told = {"indicator": point["indicator"], "organisation": point["organisation"], "deviation": deviation}
        if point["section"]:
            told["text"] = named(project, say, point["objective"], point["section"], point["language"])
        print("  " + say.text(f"open_points.{point['code']}", **told))
    return FINDINGS


def targets(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.what == "read":
        return _read(project, say, arguments)
    from cpc_pipeline.desk import questions

    if not arguments.what.isdigit() or arguments.output is None:
        say("targets.not_a_sheet")
        return UNUSABLE
    if arguments.output.exists():
        say("targets.exists", path=arguments.output)
        return UNUSABLE
    arguments.output.write_bytes(questions.target_sheet(project, int(arguments.what)))
    say("targets.written", path=arguments.output)
    return FINE


def _read(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import pipeline
    from cpc_pipeline.intake import NotATargetSheet

    if arguments.file is None or arguments.agreed_on is None or not arguments.by:
        say("targets.needs")
        return UNUSABLE
    try:
        read, path = pipeline.agree_targets(project, arguments.file.read_bytes(), arguments.agreed_on, arguments.by)
    except (NotATargetSheet, OSError):
        say("targets.not_a_sheet")
        return UNUSABLE
    if not read.faults.is_empty():
        say("targets.refused", count=read.faults.height)
        for fault in read.faults.iter_rows(named=True):
            key = f"target_sheet.fault.{fault['code']}"
            words = project.catalogue.wording.text(key, say.language, cell=fault["cell"], indicator=fault["indicator"])
            print(f"  {words}")
        return FINDINGS
    if read.targets.is_empty():
        say("targets.nothing")
        return FINE
    year = read.targets["year"][0]
    say("targets.taken", count=read.targets.height, year=year, on=arguments.agreed_on, by=arguments.by, path=path.name)
    return FINE

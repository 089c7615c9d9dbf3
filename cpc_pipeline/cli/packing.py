"""`cpc pack`: slides, pages and target sheet for the annual dialogue."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project

TEMPLATE = "template"


def register(command: Command) -> None:
    """Add the command."""
    words = "slides, pages and target sheet of the annual dialogue / paquete del diálogo anual"
    made = command("pack", pack, words)
    made.add_argument(
        "what", metavar="YEAR|template", help="the year, or `template` for the look of the slides / año, o `template`"
    )
    made.add_argument("--edition", default="internal", choices=["public", "partners", "internal"])
    made.add_argument("--template", type=Path, metavar="FILE.pptx", help="slides in this look / con este diseño")
    made.add_argument("-o", "--output", type=Path, metavar="FILE.pptx", help="where the template goes / a dónde")


def pack(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.what == TEMPLATE:
        return _template(say, arguments.output or Path("slides.pptx"))
    if not arguments.what.isdigit():
        say("pack.not_a_year", what=arguments.what)
        return UNUSABLE
    from cpc_pipeline.desk import exporting, packing
    from cpc_pipeline.publication.pack import NoKeyIndicators, NoLayout

    try:
        template = arguments.template.read_bytes() if arguments.template else None
    except OSError:
        say("pack.no_template", path=arguments.template)
        return UNUSABLE
    try:
        folder = packing.pack(project, int(arguments.what), arguments.edition, template)
    except exporting.NotExportable as why:
        say(f"export.{why.code}", **why.params)
        return FINDINGS
    except NoKeyIndicators:
        say("pack.none")
        return UNUSABLE
    except NoLayout as lacking:
        say("pack.no_layout", name=lacking.name)
        return UNUSABLE
    if arguments.json:
        print(json.dumps({"folder": str(folder), "files": sorted(p.name for p in folder.iterdir())}))
        return FINE
    say("pack.done", path=folder)
    return FINE


def _template(say: Speaker, path: Path) -> int:
    """The look of the slides, to be restyled."""
    from cpc_pipeline.publication.pack import template

    if path.exists():
        say("pack.exists", path=path)
        return UNUSABLE
    path.write_bytes(template())
    say("pack.template", path=path)
    return FINE

"""`cpc sample`: an invented country as data, to learn and to try things with."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINE, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.cli.topic import Command
    from cpc_pipeline.project import Project

MOST = 999


def register(command: Command) -> None:
    """Add `cpc sample`."""
    made = command("sample", sample, "write an invented country to practise with / escribir un país inventado")
    made.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder / una carpeta nueva o vacía")
    made.add_argument("--organisations", type=int, default=6, metavar="N", help="how many report / cuántas reportan")
    made.add_argument("--years", default="2021-2025", metavar="A-B", help="first and last year / primer y último año")
    made.add_argument("--rows", type=int, default=100, metavar="R", help="rows of each workbook / filas de cada libro")
    words = "faults to plant: 0 none, 1 and 2 in cells, 3 whole files too / errores: 0 ninguno, 1-2 celdas, 3 archivos"
    made.add_argument("--mess", type=int, default=0, choices=range(4), metavar="LEVEL", help=words)
    words = "only one workbook in N has faults (default: all) / solo uno de cada N libros tiene errores"
    made.add_argument("--every", type=int, default=1, metavar="N", help=words)
    made.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other numbers / otra semilla")


def sample(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.sample import Request, TooFewRows, write_sample

    span = re.fullmatch(r"(2\d{3})(?:-(2\d{3}))?", arguments.years)
    years = tuple(range(int(span[1]), int(span[2] or span[1]) + 1)) if span else ()
    if not years or not 1 <= arguments.organisations <= MOST or arguments.every < 1:
        say("sample.bad_request", most=MOST)
        return UNUSABLE
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        say("sample.not_empty", folder=folder)
        return UNUSABLE
    request = Request(
        arguments.organisations, years, arguments.rows, arguments.mess, arguments.seed, every=arguments.every
    )
    try:
        made = write_sample(folder, request, lambda year: say("sample.year", year=year))
    except TooFewRows as few:
        say("sample.too_few_rows", minimum=few.minimum)
        return UNUSABLE
    say("sample.made", workbooks=made.workbooks, planted=made.planted, folder=folder)
    say("sample.next", folder=folder.resolve(), compact=made.compact)
    return FINE

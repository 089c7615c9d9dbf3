"""`cpc disclosure protect|audit`: the protector and the auditor on anybody's tables."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.cli.topic import Command
    from cpc_pipeline.disclosure.general.running import Terms
    from cpc_pipeline.disclosure.protecting import Progress
    from cpc_pipeline.project import Project

RULES = ("minimum", "interval")


def register(command: Command) -> None:
    words = "hide small cells so that none can be recovered / ocultar celdas pequeñas sin que se puedan recuperar"
    parser = command("disclosure", run, words)
    parser.add_argument("action", choices=["protect", "audit"])
    parser.add_argument("cells", type=Path, metavar="CELLS.csv")
    parser.add_argument("relations", type=Path, metavar="RELATIONS.json")
    parser.add_argument("-k", type=int, default=5, help="counts of 1 to k-1 are sensitive / umbral (default: 5)")
    parser.add_argument("--rule", choices=RULES, default="interval", help="interval: [0, x+k]; minimum: [0, k]")
    parser.add_argument("--min-width", type=int, metavar="W", help="ask only for intervals so wide / ancho mínimo")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.csv", help="where to write the cells / archivo")
    parser.add_argument("--masked", action="store_true", help="write what may be handed on / escribir sin lo oculto")
    parser.add_argument("--hide-zeros", action="store_true", help="zeros may be hidden too / ocultar también ceros")
    parser.add_argument(
        "--cost", choices=["mixed", "count", "value"], default="mixed", help="what hiding costs / costo"
    )
    parser.add_argument("--seconds", type=float, default=120.0, help="time for the exact search / tiempo")
    words = "file with the secret of the release / archivo con el secreto de la edición"
    parser.add_argument("--key-file", type=Path, metavar="FILE", help=words)


def run(_project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.disclosure.general import Unusable, audit_tables, protect_tables, read_tables, write_cells

    protecting = arguments.action == "protect"
    try:
        terms = _terms(arguments)
        tables = read_tables(arguments.cells, arguments.relations, hidden_may_be_empty=not protecting)
        if tables.incomplete:
            _aside(say, "incomplete", count=tables.incomplete)
        answer = protect_tables(tables, terms, _Watch(say)) if protecting else audit_tables(tables, terms)
        output = arguments.output or (arguments.cells.with_suffix(".protected.csv") if protecting else None)
        if output is not None:
            write_cells(output, tables, answer, masked=arguments.masked)
            answer.verdict["output"] = str(output)
    except Unusable as fault:
        _aside(say, f"unusable.{fault.fault}", **fault.params)
        return UNUSABLE
    except OSError:
        _aside(say, "unusable.cannot_write")
        return UNUSABLE
    print(json.dumps(answer.verdict, ensure_ascii=False))
    return FINE if answer.verdict["verdict"] == "protected" else FINDINGS


def _terms(arguments: argparse.Namespace) -> Terms:
    from cpc_pipeline.disclosure.general import Unusable
    from cpc_pipeline.disclosure.general.running import Terms
    from cpc_pipeline.disclosure.problem import Requirement, Rule
    from cpc_pipeline.disclosure.protecting import Measure

    if arguments.k < 1 or (arguments.min_width is not None and arguments.min_width < 1):
        raise Unusable("not_positive")
    width = arguments.min_width
    requirement = Requirement(Rule(arguments.rule)) if width is None else Requirement(Rule.WIDTH, width)
    key = b""
    if arguments.key_file is not None:
        try:
            key = arguments.key_file.read_bytes()
        except OSError:
            raise Unusable("no_file", file=arguments.key_file.name) from None
    return Terms(arguments.k, requirement, arguments.hide_zeros, Measure(arguments.cost), arguments.seconds, key)


class _Watch:
    """Tells on stderr every few seconds how the search gets on."""

    EVERY = 2.0

    def __init__(self, say: Speaker) -> None:
        self.say, self.told = say, 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.seconds - self.told >= self.EVERY:
            self.told = progress.seconds
            gap = 100 * (progress.price - progress.bound) / progress.price if progress.price else 0.0
            _aside(self.say, "progress", seconds=round(progress.seconds), count=progress.secondary, gap=round(gap, 1))


def _aside(say: Speaker, key: str, **params: object) -> None:
    """On stderr: stdout holds the verdict and nothing else."""
    print(say.text(f"disclosure.{key}", **params), file=sys.stderr, flush=True)

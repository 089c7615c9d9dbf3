"""From what was typed to one command, and from what went wrong to a sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli import (
    agreeing,
    assessing,
    backing_up,
    catalogue,
    commands,
    disclosing,
    exporting,
    mapping,
    narrating,
    notifying,
    packing,
    performing,
    publishing,
    quarantine,
    receiving,
    reporting,
    rollup,
    sampling,
    serving,
    tracing,
)
from cpc_pipeline.cli.printing import print_faults
from cpc_pipeline.cli.speaker import FINDINGS, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.cli.topic import Topic
    from cpc_pipeline.project import Project

TOPICS: tuple[Topic, ...] = (
    agreeing,
    assessing,
    backing_up,
    catalogue,
    disclosing,
    exporting,
    mapping,
    narrating,
    notifying,
    packing,
    performing,
    publishing,
    quarantine,
    receiving,
    reporting,
    rollup,
    sampling,
    serving,
    tracing,
)
"""Modules of cli/ that bring commands of their own; see topic.py."""


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, run one command, and turn what can go wrong into a sentence and an exit code."""
    try:
        code = _main(argv)
        sys.stdout.flush()
    except BrokenPipeError:  # `cpc … | head`: the reader has what it wanted, and nobody is there to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes at the end
        return UNUSABLE
    return code


def _main(argv: Sequence[str] | None) -> int:
    # Frames, logs and the warehouse hold data about children: nobody but the owner reads what we write.
    os.umask(0o077)
    arguments = _parser().parse_args(argv)
    if arguments.command is None:
        _parser().print_help()
        return UNUSABLE
    from cpc_pipeline.catalogue import CatalogueFaults

    try:
        from cpc_pipeline.project import open_project

        project = open_project(arguments.compact)
    except CatalogueFaults as faults:
        return print_faults(faults, arguments)
    say = Speaker(project, arguments.lang)
    try:
        run: Callable[[Project, Speaker, argparse.Namespace], int] = arguments.run
        return run(project, say, arguments)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return UNUSABLE
    except Exception as error:  # the last resort: a sentence instead of a traceback that could print data
        return _explain(error, say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cpc",
        description="Child Protection Compact pipeline / Alianza CPC: de los libros al informe anual",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", help="language of what is printed / idioma (en, es)")
    common.add_argument("--compact", help="which compact (default: colombia) / cuál alianza")
    common.add_argument("--json", action="store_true", help="for machines / para programas")
    choices = parser.add_subparsers(dest="command")

    def command(name: str, run: Callable[..., int], words: str) -> argparse.ArgumentParser:
        made = choices.add_parser(name, help=words, parents=[common])
        made.set_defaults(run=run)
        return made

    refresh = command(
        "refresh", commands.refresh, "everything new under data/raw, to tables and figures / procesar todo lo nuevo"
    )
    refresh.add_argument("--year", type=int, action="append", help="publish only this year / solo este año")
    words = "results as they were known then, from data alone / resultados como se conocían entonces"
    refresh.add_argument("--as-of", metavar="YYYY-MM-DD", help=words)
    check = command("check", commands.check, "check workbooks before sending them / revisar libros antes de enviarlos")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    words = "write the annotated workbook there / escribir allí el libro anotado"
    check.add_argument("--feedback", type=Path, metavar="DIR", help=words)
    words = "show what each cell was taken for, as a page / mostrar cómo se leyó cada celda"
    check.add_argument("--explain", action="store_true", help=words)
    check.add_argument(
        "-o", "--output", type=Path, metavar="FILE.html", help="where that page goes / dónde va la página"
    )
    check.add_argument("--organisation", metavar="ID", help="whose table it is / de qué organización es la tabla")
    check.add_argument("--year", type=int, help="the year it was sent for / el año para el que se envía")
    words = "the workbook that an organisation fills in / el libro por llenar"
    template = command("template", commands.template, words)
    template.add_argument("organisation", nargs="?", help="its id / su identificador")
    template.add_argument("year", type=int, help="reporting year / año")
    template.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to write to / carpeta")
    words = "keep what was typed into an older one / conservar lo escrito en uno anterior"
    template.add_argument("--from", dest="older", type=Path, metavar="OLD.xlsx", help=words)
    template.add_argument("--all", action="store_true", help="every organisation that reports / todas")
    status = command("status", commands.status, "who has sent what / quién ha enviado qué")
    status.add_argument("year", nargs="?", type=int)
    words = "try a rule on everything on record / probar una regla con todo lo registrado"
    rules = command("rules", commands.rules_try, words)
    rules.add_argument("action", choices=["try"])
    rules.add_argument("file", type=Path, metavar="RULES.yaml")
    for topic in TOPICS:
        topic.register(command)
    ui = command("ui", commands.ui, "open Dagster on this machine / abrir Dagster en este equipo")
    ui.add_argument("--port", type=int, default=3000)
    return parser


def _explain(error: Exception, say: Speaker) -> int:
    if os.environ.get("CPC_DEBUG"):
        raise error
    from cpc_pipeline.disclosure import NotProtectedError
    from cpc_pipeline.orchestration.settings import SettingsRefused
    from cpc_pipeline.warehouse import WarehouseBusy

    if isinstance(error, NotProtectedError):
        say("not_protected", edition=error.edition)
        return FINDINGS
    if isinstance(error, WarehouseBusy):
        say("busy")
        return UNUSABLE
    if isinstance(error, SettingsRefused):
        say(f"service.{error.code}", **error.params)
        return UNUSABLE
    if refused := _refused(error):
        key, name = refused
        say(key, name=name)
        return UNUSABLE
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    # Never the text of the error: libraries print the values they choke on.
    say("our_fault", kind=type(error).__name__, where=where)
    return UNUSABLE


def _refused(error: BaseException) -> tuple[str, str] | None:
    """The sentence for what the machine or the disk refused, wherever in the chain of causes it is, and a file's name.

    A library that wraps an error, and the pipeline's own steps, keep the first one as cause or context.
    """
    from cpc_pipeline.discreet import Undisclosed
    from cpc_pipeline.warehouse import TooNew
    from cpc_pipeline.warehouse.opening import FORBIDDEN, FULL

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TooNew):
            return "too_new", ""
        if isinstance(cause, (OSError, Undisclosed)):
            if cause.errno in FULL:
                return "disk_full", ""
            if cause.errno in FORBIDDEN:
                return "not_writable", Path(str(cause.filename or "")).name
        cause = cause.__cause__ or cause.__context__
    return None

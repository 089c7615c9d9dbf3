"""`cpc catalogue check`, `cpc catalogue docs` and `cpc differences`: what was agreed, and who contradicts whom."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.catalogue import Remark
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the commands."""
    words = "audit the compact's data, write the codebook / revisar los datos, escribir el libro de códigos"
    made = command("catalogue", catalogue, words)
    made.add_argument("action", choices=["check", "docs"])
    made.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder of the codebook / carpeta")
    words = "what organisations say differently of one thing / lo que dos organizaciones dicen distinto"
    made = command("differences", differences, words)
    made.add_argument("year", nargs="?", type=int)


def catalogue(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    return (_docs if arguments.action == "docs" else _check)(project, say, arguments)


def _docs(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk.codebooks import write_codebook

    try:
        paths = write_codebook(project, arguments.output or project.folders.codebook)
    except OSError:
        say("not_a_folder", path=arguments.output)
        return UNUSABLE
    if arguments.json:
        print(json.dumps([str(path) for path in paths]))
        return FINE
    for path in paths:
        say("catalogue.docs", path=path)
    return FINE


def _check(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    """Errors and acknowledged ones apart; faults that keep the compact from loading are told before this is reached."""
    from cpc_pipeline.catalogue import audit

    today = date.today()  # noqa: DTZ011  (the reader's own day, at the rim)
    remarks = audit(project.catalogue, today)
    open_ = [r for r in remarks if r.acknowledged is None]
    if arguments.json:
        print(json.dumps([_machine(r, project, say.language) for r in remarks], ensure_ascii=False))
        return FINDINGS if open_ else FINE
    counts = {"indicators": len(project.catalogue.indicators), "organisations": len(project.catalogue.organisations)}
    say("catalogue_sound", compact=project.catalogue.id, places=len(project.catalogue.places.codes), **counts)
    if not remarks:
        say("catalogue.none")
    if open_:
        say("catalogue.errors", count=len(open_))
        for remark in open_:
            print(f"  {_line(remark, project, say)}")
    _print_acknowledged([r for r in remarks if r.acknowledged is not None], project, say)
    return FINDINGS if open_ else FINE


def _print_acknowledged(remarks: list[Remark], project: Project, say: Speaker) -> None:
    if remarks:
        print()
        say("catalogue.acknowledged", count=len(remarks))
    for known in project.catalogue.acknowledgements:
        own = [r for r in remarks if r.acknowledged == known]
        if own:
            told = {
                "who": known.said_by(say.language),
                "on": known.granted,
                "until": known.until,
                "decision": known.decision,
            }
            print("  " + say.text("catalogue.because", why=known.why[say.language], **told))
        for remark in own:
            print(f"    {_line(remark, project, say)}")


def _line(remark: Remark, project: Project, say: Speaker) -> str:
    words = f"{remark.place}: {remark.words(project.catalogue, say.language)}"
    return f"{words} ({remark.defined})" if remark.defined else words


def _machine(remark: Remark, project: Project, language: str) -> dict[str, object]:
    known = remark.acknowledged
    return {
        "code": remark.code,
        "file": remark.file,
        "line": remark.line or None,
        "defined": remark.defined,
        "indicator": remark.indicator,
        "years": remark.years,
        "message": remark.words(project.catalogue, language),
        "acknowledged": known.model_dump(mode="json") | {"who": known.said_by(language)} if known else None,
    }


def differences(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import questions

    found = questions.differences(project, say.language, arguments.year)
    if arguments.json:
        print(found.write_json())
        return FINE
    say("catalogue.differ" if found.height else "catalogue.differ_none", count=found.height)
    for row in found.iter_rows(named=True):
        print(f"  {row['submission_id']}  {row['where']}: {row['message']}")
    return FINE

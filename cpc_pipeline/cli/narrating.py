"""`cpc narrative`: the texts of the report, drafted from the submissions, edited and reviewed by people."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the command."""
    made = command("narrative", narrative, "the texts of the report / los textos del informe")
    made.add_argument("what", choices=["draft", "review", "status", "lint"])
    made.add_argument("year", type=int, metavar="YEAR")
    words = "texts to put a name under / textos que se firman"
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help=words)
    words = "office and role of who has read them / dependencia y cargo de quien los leyó"
    made.add_argument("--edition", default="public", choices=["public", "partners", "internal"])
    made.add_argument("--by", help=words)
    made.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    words = "what the guard asks about was looked at: no child can be known / se revisó: no se reconoce a nadie"
    made.add_argument("--looked", action="store_true", help=words)


def narrative(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.narratives import FileBroken

    try:
        run = {"draft": _draft, "review": _review, "status": _status, "lint": _lint}[arguments.what]
        return run(project, say, arguments)
    except FileBroken as broken:
        say("narrative.unreadable", name=broken.name)
        return UNUSABLE


def _draft(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import narrating

    done = narrating.draft(project, arguments.year)
    say("narrative.drafted", count=len(done.written), of=done.texts, path=done.folder)
    return FINE


def _review(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import narrating

    if not arguments.files or not arguments.by:
        say("narrative.needs")
        return UNUSABLE
    on = arguments.on or date.today()  # noqa: DTZ011  (the reviewer's own day, at the rim)
    names = [path.name for path in arguments.files]
    try:
        done = narrating.review(project, arguments.year, names, arguments.by, on, arguments.looked)
    except narrating.Unreviewable as why:
        say(f"narrative.{why.code}", name=why.name, rules=", ".join(why.rules))
        return FINDINGS
    say("narrative.reviewed", count=len(done), by=arguments.by, on=on)
    return FINE


def _status(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import narrating

    found = narrating.standings(project, arguments.year)
    left = [(slot, standing) for slot, standing in found if standing != "reviewed"]
    if arguments.json:
        print(json.dumps([{**vars(slot), "standing": standing} for slot, standing in found], ensure_ascii=False))
        return FINDINGS if left else FINE
    say("narrative.status", count=len(found) - len(left), of=len(found), year=arguments.year)
    for slot, standing in left:
        text = named(project, say, slot.objective, slot.section, slot.language)
        print("  " + say.text(f"open_points.narrative_{standing}", text=text))
    return FINDINGS if left else FINE


def _lint(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import narrating
    from cpc_pipeline.desk import clearance, linting

    found = [clearance.said(doubt) for doubt in linting.lint(project, arguments.year, arguments.edition)]
    if arguments.json:
        print(json.dumps([{"what": what, **params} for what, params in found], ensure_ascii=False))
    elif not found:
        count = sum(1 for text in narrating.texts(project, arguments.year) if text.text)
        say("narrative.lint_none", count=count, year=arguments.year)
    else:
        say("narrative.lint_some", count=len(found), year=arguments.year, edition=arguments.edition)
        for what, params in found:
            told = dict(params)
            where = (told.get("objective"), told["section"], told.pop("language"))
            told["text"] = named(project, say, *(None if x is None else str(x) for x in where))
            print("  " + say.text(f"publish.{what}", **told))
    return FINDINGS if found else FINE


def named(project: Project, say: Speaker, objective: str | None, section: str | None, language: str | None) -> str:
    """A text of the report as people call it."""
    from cpc_pipeline.desk.reasons import text_named

    return text_named(project, say.language, objective, section, language)

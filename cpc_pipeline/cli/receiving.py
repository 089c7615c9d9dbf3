"""`cpc receipts`, `cpc diff`, `cpc original`, `cpc refresh --as-of`: what arrived, what changed, what was known."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the commands."""
    given = command("receipts", receipts, "what has arrived, and what became of it / lo que ha llegado")
    given.add_argument("organisation", nargs="?")
    given.add_argument("year", nargs="?", type=int)
    words = "what the last version says otherwise, in words / qué cambió en la última versión, en palabras"
    changed = command("diff", diff, words)
    changed.add_argument("organisation")
    changed.add_argument("year", type=int)
    changed.add_argument("--revisions", nargs=2, type=int, metavar=("OLD", "NEW"), help="(default: the last two)")
    changed.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there, in every language")
    first = command("original", original, "a workbook as it was received / un libro tal como llegó")
    first.add_argument("organisation")
    first.add_argument("year", type=int)
    first.add_argument("--revision", type=int, required=True, metavar="N")
    first.add_argument("-o", "--output", type=Path, metavar="DIR", default=Path())


def receipts(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.cli.printing import print_receipts
    from cpc_pipeline.desk import questions

    given = questions.receipts(project, arguments.organisation, arguments.year)
    if arguments.json:
        print(given.write_json())
        return FINE
    if given.is_empty():
        say("receipts_none")
        return FINE
    print_receipts(project, given, say)
    say("receipts_where", path=project.folders.receipts)
    return FINE


def diff(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import questions, revisions

    pair = tuple(arguments.revisions) if arguments.revisions else None
    if pair and not 1 <= pair[0] < pair[1]:
        say("revisions_bad")
        return UNUSABLE
    found = questions.revised(project, arguments.organisation, arguments.year, pair)
    if arguments.json:
        print(json.dumps([_as_dict(d, project, say.language) for d in found], ensure_ascii=False))
        return FINE
    if not found:
        say("diff_none")
        return UNUSABLE if pair else FINE
    for language in [say.language] if arguments.output is None else project.catalogue.languages:
        speaker = Speaker(project, language)
        for one in found:
            heading = {"submission": one.submission_id, "old": one.old, "new": one.new, "count": one.changes.height}
            lines = revisions.in_words(one.changes, project.catalogue, language)
            text = "\n".join([speaker.text("diff_title", **heading), *(f"  {line}" for line in lines)])
            if arguments.output is None:
                print(text)
            else:
                # What changed are data about children: for the owner only.
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                with os.fdopen(os.open(arguments.output, flags, 0o600), "a", encoding="utf-8") as file:
                    file.write(text + "\n")
    return FINE


def _as_dict(found: object, project: Project, language: str) -> dict[str, object]:
    from cpc_pipeline.desk import questions, revisions

    assert isinstance(found, questions.Difference)
    words = revisions.in_words(found.changes, project.catalogue, language)
    return {"submission_id": found.submission_id, "revisions": [found.old, found.new], "changes": words}


def original(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import questions

    kept = questions.original(project, arguments.organisation, arguments.year, arguments.revision)
    there = {name: path for name, path in kept.items() if path is not None}
    if not there:
        say("original_none", **{k: getattr(arguments, k) for k in ("organisation", "year", "revision")})
        return UNUSABLE
    arguments.output.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, path in there.items():
        target = arguments.output / f"{Path(name).stem}.version-{arguments.revision}{Path(name).suffix}"
        target.write_bytes(path.read_bytes())
        say("original_written", revision=arguments.revision, path=target)
    return FINE


def as_known(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    """`cpc refresh --as-of`."""
    from cpc_pipeline.desk.rebuilding import NotYetRecorded, moment, rebuild
    from cpc_pipeline.receipts import local

    try:
        moment(arguments.as_of, project.catalogue.header.time_zone)
    except ValueError:
        say("as_of_bad", as_of=arguments.as_of)
        return UNUSABLE
    try:
        made = rebuild(project, arguments.as_of, arguments.year)
    except NotYetRecorded as why:
        since = why.since and local(why.since, project.catalogue)
        say("as_of_unknown" if since else "as_of_nothing", as_of=arguments.as_of, since=since)
        return UNUSABLE
    for year, paths in made.items():
        say("as_of_written", year=year, as_of=arguments.as_of, path=paths[0].parent.parent)
    return FINE

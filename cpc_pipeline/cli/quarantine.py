"""`cpc quarantine`: what is held for personal data, who was told, and the two ways out: released or deleted."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.cli.topic import Command
    from cpc_pipeline.project import Project
    from cpc_pipeline.quarantine import Held, Quarantine


def register(command: Command) -> None:
    parser = command("quarantine", run, "files refused for personal data / archivos rechazados por datos personales")
    parser.add_argument("action", choices=["list", "show", "told", "release", "purge"])
    parser.add_argument("id", nargs="?", help="number of the file, or its beginning / su número")
    parser.add_argument("--by", action="append", default=[], metavar="NAME", help="who; twice to release / quién")
    parser.add_argument("--reason", default="", help="why it is no personal data / por qué no es dato personal")
    parser.add_argument("--file", type=Path, help="what the data officer decrypted / lo que descifró el oficial")
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="day; today if not given / día")


def run(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.project import today
    from cpc_pipeline.refusals import quarantine

    away = quarantine(project)
    try:
        on = date.fromisoformat(arguments.on) if arguments.on else today()
    except ValueError:
        say("quarantine.bad_date")
        return UNUSABLE
    if arguments.action == "list":
        return _list(away, say, arguments)
    held = away.find(arguments.id) if arguments.id else None
    if held is None and (arguments.id or arguments.action != "purge"):
        say("quarantine.unknown", id=arguments.id or "-")
        return UNUSABLE
    if arguments.action == "purge":
        return _purge(away, held, on, say)
    if held is None:
        return UNUSABLE
    if arguments.action == "show":
        return _show(away, held, say, arguments)
    if arguments.action == "told":
        away.tell(held, ", ".join(arguments.by), on)
        say("quarantine.told", id=held.id[:8], on=on)
        return FINE
    return _release(project, held, on, say, arguments)


def _list(away: Quarantine, say: Speaker, arguments: argparse.Namespace) -> int:
    records = away.records()
    if arguments.json:
        print(json.dumps([_facts(away, held) for held in records], ensure_ascii=False))
        return FINE
    if away.recipient() is not None and not away.can_seal():
        say("quarantine.bad_key")
    say("quarantine.title" if records else "quarantine.none")
    for held in records:
        _line(away, held, say)
    return FINE


def _facts(away: Quarantine, held: Held) -> dict[str, object]:
    facts = {"id": held.id, "organisation": held.organisation, "year": held.year, "received": held.on.isoformat()}
    told = {"told": held.told.isoformat() if held.told else None, "due": held.due.isoformat() if held.due else None}
    return {**facts, **told, "state": held.state, "encrypted": away.sealed(held), "found": held.hits}


def _line(away: Quarantine, held: Held, say: Speaker) -> None:
    sealed = {True: "sealed", False: "open", None: "gone"}[away.sealed(held)]
    words = {"state": say.text(f"quarantine.state.{held.state}"), "sealed": say.text(f"quarantine.{sealed}")}
    say("quarantine.line", id=held.id[:8], organisation=held.organisation, year=held.year, held=held.on, **words)
    if held.told is not None:
        print("  " + say.text("quarantine.due", told=held.told, due=held.due))
    elif sealed != "gone":
        print("  " + say.text("quarantine.tell", id=held.id[:8]))


def _show(away: Quarantine, held: Held, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps({**_facts(away, held), "events": held.events}, ensure_ascii=False))
        return FINE
    _line(away, held, say)
    for hit in held.hits:
        where = say.text("quarantine.where", **hit) if hit["sheet"] else say.text("quarantine.whole_file")
        if hit.get("place"):  # no cell: a corner of the file
            where = say.of("validation", f"aside.{hit['place']}")
        say("quarantine.hit", rule=hit["rule"], where=where, count=hit["count"])
    for event in held.events:
        by = event.get("by", "")
        who = by if isinstance(by, str) else ", ".join(by)
        say("quarantine.event", on=event["on"], event=event["event"], who=who, reason=event.get("reason", ""))
    return FINE


def _release(project: Project, held: Held, on: date, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.quarantine import CannotRelease
    from cpc_pipeline.refusals import release

    by = (*arguments.by, "", "")[:2]
    try:
        release(project, held, (by[0], by[1]), arguments.reason, on, arguments.file)
    except CannotRelease as why:
        state = say.text(f"quarantine.state.{held.state}")
        say(f"quarantine.{why.reason}", id=held.id[:8], state=state)
        return UNUSABLE
    say("quarantine.released", organisation=held.organisation, year=held.year)
    return FINE


def _purge(away: Quarantine, held: Held | None, on: date, say: Speaker) -> int:
    if held is not None and held.told is None:
        say("quarantine.not_told", id=held.id[:8])
        return FINDINGS
    gone = away.purge(on, held)
    say("quarantine.purged" if gone else "quarantine.nothing_due", count=len(gone), on=on)
    return FINE


def print_held(project: Project, say: Speaker) -> None:
    """Below who has sent what: files that were refused for personal data and wait for a corrected one."""
    from cpc_pipeline.refusals import owed

    waiting = owed(project)
    if waiting:
        print()
        say("quarantine.held_now", count=len(waiting))
    for held in waiting:
        print(f"  {held.organisation} {held.year}  {held.id[:8]}  {say.text('quarantine.refused')}")

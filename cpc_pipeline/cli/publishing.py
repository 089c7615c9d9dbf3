"""`cpc publish`: a person issues an edition, or is told every reason why it may not go out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the command."""
    made = command("publish", publish, "issue an edition of a year / publicar una edición")
    made.add_argument("year", type=int, metavar="YEAR")
    made.add_argument("--edition", default="internal", choices=["public", "partners", "internal"])
    words = "how long to look for the best pattern / tiempo para buscar el mejor patrón"
    made.add_argument(
        "--final", action="store_true", help="refuse it unless it can be final / exigir que sea definitiva"
    )
    made.add_argument("--seconds", type=float, default=120.0, help=words)


def publish(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import packing, publishing
    from cpc_pipeline.disclosure.register import RegisterBroken

    told: list[str] = []

    def progress(what: str) -> None:
        """Each step once, however often the search says that it is still at it."""
        if not arguments.json and told[-1:] != [what]:
            told.append(what)
            print(f"  {say.text(f'publish.step.{what}')}", flush=True)

    try:
        done = publishing.issue(
            project, arguments.year, arguments.edition, progress, arguments.seconds, arguments.final
        )
    except publishing.NotReleasable as refused:
        if arguments.json:
            print(json.dumps({"published": False, "reasons": [{"what": w, **p} for w, p in refused.reasons]}))
            return FINDINGS
        say("publish.refused", edition=arguments.edition, year=arguments.year, count=len(refused.reasons))
        for what, params in refused.reasons:
            print(f"  {sentence(what, params, project, say)}")
        return FINDINGS
    except RegisterBroken as broken:
        say("publish.register_broken", name=broken.name)
        return FINDINGS
    if arguments.json:
        print(json.dumps({"published": True, "unchanged": done.unchanged, "folder": str(done.folder)}))
        return FINE
    for key in done.review:
        say("publish.known_already", number=key)
    for what, params in done.doubts:
        print(f"  {sentence(what, params, project, say)}")
    say("publish.unchanged" if done.unchanged else "publish.done", path=done.folder)
    if not (done.folder / packing.PACK).is_dir():
        say("pack.none")
    return FINE


def sentence(what: str, params: Mapping[str, object], project: Project, say: Speaker) -> str:
    """A reason in words of the speaker's language."""
    from cpc_pipeline.desk import reasons

    return reasons.sentence(what, params, project, say.language)

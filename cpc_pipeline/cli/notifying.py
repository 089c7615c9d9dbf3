"""`cpc remind`, `cpc notices`: messages ready to be sent, and sent where a mail server is set up."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cpc_pipeline.desk.contacts import Unusable
    from cpc_pipeline.desk.notifying import Told
    from cpc_pipeline.project import Project

FAILED = ("unclear", "refused")


def register(command: Command) -> None:
    """Add the commands."""
    sending = "hand them to the mail server, each once / entregarlos al servidor de correo"
    made = command("remind", remind, "reminders to whoever has not sent / recordatorios a quien no ha enviado")
    made.add_argument("year", type=int, metavar="YEAR")
    made.add_argument("--send", action="store_true", help=sending)
    told = command("notices", notices, "reminders that are due and results / recordatorios y resultados")
    told.add_argument("--send", action="store_true", help=sending)
    words = "a message of which nobody knows whether it arrived may be sent again / puede enviarse otra vez"
    told.add_argument("--again", metavar="ID", help=words)


def remind(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    """Reminders of one year, whatever the calendar says: somebody asks for them."""
    from cpc_pipeline.desk import notifying

    years = project.catalogue.years
    if arguments.year not in years:
        _say(say, "year_unknown", year=arguments.year, first=years[0], last=years[-1])
        return UNUSABLE
    return _tell(project, say, arguments, notifying.reminders(project, arguments.year), whole=False)


def notices(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    """Everything that is due by the calendar and by what has arrived."""
    from cpc_pipeline.desk import notifying

    if arguments.again:
        known = notifying.again(project, arguments.again)
        _say(say, "again" if known else "unknown_again", identity=arguments.again)
        return FINE if known else UNUSABLE
    return _tell(project, say, arguments, notifying.due(project), whole=True)


def _tell(project: Project, say: Speaker, arguments: argparse.Namespace, due: Sequence[object], *, whole: bool) -> int:
    from cpc_pipeline.desk import contacts, notifying

    try:
        told = notifying.write(project, due, all_of_them=whole)  # type: ignore[arg-type]
        told = notifying.send(project, told) if arguments.send else told
        server = contacts.mail_server(project.folders.mail_settings)
    except contacts.Unusable as why:
        _unusable(why, say)
        return UNUSABLE
    if arguments.json:
        print(json.dumps([_as_dict(one) for one in told], ensure_ascii=False))
    else:
        _print(project, say, told)
        if arguments.send and server is None:
            _say(say, "no_server")
    failed = any(one.state in FAILED for one in told)
    return FINDINGS if failed or (arguments.send and server is None and told) else FINE


def _print(project: Project, say: Speaker, told: Sequence[Told]) -> None:
    if not told:
        _say(say, "none")
        return
    _say(say, "written", count=len(told), path=project.folders.notices)
    for one in told:
        state = _text(say, f"state.{one.state}", identity=one.notice.identity)
        kind, whom = _text(say, f"kind.{one.notice.kind}"), one.notice.organisation or ""
        _say(say, "line", kind=kind, organisation=whom, year=one.notice.year or "", state=state)


def _as_dict(one: Told) -> dict[str, object]:
    notice = one.notice
    return {
        "identity": notice.identity,
        "kind": notice.kind,
        "organisation": notice.organisation,
        "year": notice.year,
        "language": notice.language,
        "state": one.state,
        "path": str(one.path),
    }


def _unusable(why: Unusable, say: Speaker) -> None:
    params = dict(why.params)
    if "fault" in params:
        params["what"] = _text(say, f"fault.{params.pop('fault')}")
    _say(say, why.key, **params)


def _say(say: Speaker, key: str, **params: object) -> None:
    print(_text(say, key, **params), flush=True)


def _text(say: Speaker, key: str, **params: object) -> str:
    return say.of("notices.cli", key, **params)

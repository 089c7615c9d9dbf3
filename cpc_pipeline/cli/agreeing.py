"""`cpc sign`, `cpc agreed`, `cpc restate` and `cpc verify`: what both sides agreed, and whether the records hold."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.agreements import Agreed, Unsignable
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the commands."""
    signed = command("sign", sign, "sign the annual table of a year / firmar el cuadro anual")
    signed.add_argument("year", type=int, metavar="YEAR")
    signed.add_argument("--as", dest="party", required=True, metavar="PARTY", help="who signs / quién firma")
    words = "office and role, no identity numbers / dependencia y cargo, sin documentos de identidad"
    signed.add_argument("--by", required=True, help=words)
    signed.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    signed.add_argument("--key", type=Path, metavar="FILE", help="an Ed25519 private key / una clave privada Ed25519")
    found = command("agreed", agreed, "how far a table is agreed, what changed since / acuerdo y cambios posteriores")
    found.add_argument("year", type=int, metavar="YEAR")
    reason = command("restate", restate, "why an agreed number changed / por qué cambió un número acordado")
    reason.add_argument("year", type=int, metavar="YEAR")
    reason.add_argument("indicator", metavar="INDICATOR")
    reason.add_argument("--place")
    reason.add_argument("--organisation")
    reason.add_argument("--reason", required=True)
    reason.add_argument("--by", required=True)
    held = command("verify", verify, "do all records and editions still hold? / ¿siguen íntegros los registros?")
    held.add_argument("path", nargs="?", type=Path, metavar="EDITION", help="only this edition / solo esta edición")
    made = command("key", key, "make a key to sign with / crear una clave para firmar")
    made.add_argument("file", type=Path, metavar="FILE")


def sign(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import agreements
    from cpc_pipeline.ledger import BadSignature

    on = arguments.on or date.today()  # noqa: DTZ011  (the signer's own day, at the rim)
    try:
        found = agreements.sign(project, arguments.year, arguments.party, arguments.by, on, arguments.key)
    except agreements.Unsignable as why:
        return _no(why, say)
    except (BadSignature, OSError):
        say("agreed.bad_key", path=arguments.key)
        return UNUSABLE
    return _show(found, project, say, arguments)


def agreed(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import agreements

    return _show(agreements.agreed(project, arguments.year), project, say, arguments)


def restate(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import agreements

    given = {name: getattr(arguments, name) for name in ("indicator", "place", "organisation", "reason", "by")}
    try:
        agreements.give_reason(project, arguments.year, {k: v for k, v in given.items() if v is not None})
    except agreements.Unsignable as why:
        return _no(why, say)
    return _show(agreements.agreed(project, arguments.year), project, say, arguments)


def verify(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import verifying

    problems = verifying.verify(project, arguments.path)
    if arguments.json:
        print(json.dumps([{"where": p.where, "what": p.what, **p.params} for p in problems], ensure_ascii=False))
    else:
        for problem in problems:
            print(f"  {problem.where}: {say.text(f'verify.{problem.what}', **problem.params)}")
        say("verify.broken" if problems else "verify.sound", count=len(problems))
    return FINDINGS if problems else FINE


def key(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.ledger import new_key

    try:
        public = new_key(arguments.file)
    except FileExistsError:
        say("agreed.key_there", path=arguments.file)
        return UNUSABLE
    say("agreed.key_made", path=arguments.file, public=public)
    return FINE


def _show(found: Agreed, project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.json:
        table = found.table
        signed = [{"party": s.party, "by": s.by, "on": str(s.on)} for s in table.signed]
        said = {"year": found.year, "standing": table.standing, "content": table.content, "signed": signed}
        print(json.dumps(said | {"missing": table.missing, "restated": found.restated.to_dicts()}, ensure_ascii=False))
        return FINE
    names = {p.id: p.name[say.language] for p in project.catalogue.header.parties}
    standing = project.catalogue.wording.text(f"trace.standing_{found.table.standing}", say.language)
    say("agreed.standing", year=found.year, standing=standing, content=found.table.content[:16])
    for signature in found.table.signed:
        say("agreed.signed", party=names[signature.party], by=signature.by, on=signature.on)
    for party in found.table.missing:
        say("agreed.missing", party=names[party], id=party)
    for row in found.restated.iter_rows(named=True):
        what = " ".join(str(row[c]) for c in ("indicator", "place", "organisation", "column"))
        reason = row["reason"] or project.catalogue.wording.text("trace.no_reason", say.language)
        say("agreed.restated", what=what, old=row["old"] or "–", new=row["new"] or "–", reason=reason)
    return FINE


def _no(why: Unsignable, say: Speaker) -> int:
    say(f"agreed.{why.code}", **why.params)
    return UNUSABLE

"""`cpc trace` and `cpc evidence`: where a printed number comes from."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.counted import Counted
    from cpc_pipeline.project import Project
    from cpc_pipeline.trace import BadReference, Reference


def register(command: Command) -> None:
    """Add the two commands."""
    found = command("trace", trace, "where a number comes from / de dónde viene un número")
    found.add_argument(
        "indicator", metavar="INDICATOR", help="its id, or a whole reference / su código o una referencia"
    )
    found.add_argument("year", nargs="?", type=int, metavar="YEAR")
    found.add_argument("--place", help="code or name / código o nombre")
    words = "a group / un grupo: sex=female age=child"
    found.add_argument("--where", action="append", default=[], metavar="DIMENSION=CATEGORY", nargs="+", help=words)
    found.add_argument("--organisation", help="another than the system of record / otra que la fuente oficial")
    found.add_argument("--calendar", help="another than the first / otro que el primero")
    found.add_argument("--unit", help="another than the indicator's / otra que la del indicador")
    found.add_argument("--working", action="store_true", help="only the formula with its numbers / solo la fórmula")
    words = "as known on that day / como se sabía ese día"
    found.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help=words)
    found.add_argument("--html", type=Path, metavar="FILE", help="write a page with the sheets / escribir una página")
    pack = command("evidence", evidence, "files, checks and sign-off of an indicator / evidencias de un indicador")
    pack.add_argument("indicator", metavar="INDICATOR")
    pack.add_argument("year", type=int, metavar="YEAR")
    pack.add_argument("-o", "--output", type=Path, metavar="FILE.zip")
    words = "receipts instead of the workbooks / constancias en lugar de los libros"
    pack.add_argument("--restricted", action="store_true", help=words)


def trace(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import counted
    from cpc_pipeline.desk import provenance
    from cpc_pipeline.trace import BadReference, as_dict, page, tell

    other = counted.read(arguments.indicator) if arguments.year is None else None
    if other is not None:
        return _account(project, other, say, arguments)
    try:
        found = provenance.find(project, _wanted(arguments), _moment(arguments.as_of))
    except BadReference as bad:
        return _no(bad, project, say)
    if arguments.html:
        content = page(found, project.catalogue, say.language).encode()
        say("written", path=provenance.write_private(arguments.html, content))
    elif arguments.json:
        print(json.dumps(as_dict(found), ensure_ascii=False, indent=1, default=str))
    elif arguments.working:
        print(found.working)
    else:
        print("\n".join(tell(found, project.catalogue, say.language)))
    return FINE


def _account(project: Project, wanted: Counted, say: Speaker, arguments: argparse.Namespace) -> int:
    """What a number that is no measure was made of."""
    from cpc_pipeline.desk import counting, provenance
    from cpc_pipeline.trace import BadReference, account_dict, account_page, tell_account

    try:
        found = counting.account(wanted, counting.Counting(project, _moment(arguments.as_of)))
    except BadReference as bad:
        return _no(bad, project, say)
    if arguments.html:
        content = account_page(found, project.catalogue, say.language).encode()
        say("written", path=provenance.write_private(arguments.html, content))
    elif arguments.json:
        print(json.dumps(account_dict(found), ensure_ascii=False, indent=1, default=str))
    else:
        print("\n".join(tell_account(found, project.catalogue, say.language)))
    return FINE


def _wanted(arguments: argparse.Namespace) -> Reference:
    """The reference, from its parts or written whole."""
    from cpc_pipeline.trace import BadReference, Reference, parse

    if arguments.year is None:
        return parse(arguments.indicator)
    where = {}
    for pair in (pair for group in arguments.where for pair in group):
        dimension, equals, category = pair.partition("=")
        if not equals:
            raise BadReference("not_a_reference", found=pair)
        where[dimension] = category
    others = {name: getattr(arguments, name) for name in ("organisation", "calendar", "unit")}
    return Reference(arguments.indicator, arguments.year, arguments.place, where, **others)


def _moment(day: date | None) -> datetime | None:
    """The end of a day, UTC: what was recorded on it was known on it."""
    return None if day is None else datetime.combine(day, time.max)


def evidence(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import agreements
    from cpc_pipeline.desk import provenance
    from cpc_pipeline.trace import BadReference

    output = arguments.output or Path(f"{arguments.indicator}_{arguments.year}_evidence.zip")
    try:
        content = provenance.evidence(
            project, arguments.indicator, arguments.year, say.language, restricted=arguments.restricted
        )
    except BadReference as bad:
        return _no(bad, project, say)
    say("written", path=provenance.write_private(output, content))
    agreements.record(project, "took evidence", f"{arguments.indicator} {arguments.year}")
    return FINE


def _no(bad: BadReference, project: Project, say: Speaker) -> int:
    print(project.catalogue.wording.text(f"trace.error.{bad.code}", say.language, **bad.params))
    return UNUSABLE

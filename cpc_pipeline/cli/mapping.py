"""`cpc mapping confirm`: a person says what a heading or a value of an organisation's files means, once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.printing import print_faults
from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.cli.topic import Command
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add `cpc mapping`."""
    words = (
        "confirm what a heading of an organisation means / confirmar qué significa un encabezado de una organización"
    )
    mapping = command("mapping", confirm, words)
    mapping.add_argument("action", choices=["confirm"])
    mapping.add_argument("file", type=Path, metavar="FILE")
    mapping.add_argument(
        "--organisation", required=True, metavar="ID", help="whose file it is / de qué organización es"
    )
    mapping.add_argument("--by", required=True, metavar="NAME", help="who confirms it / quién lo confirma")
    mapping.add_argument("--layout", metavar="ID", help="which layout; the nearest if not said / qué formato")
    words = "a heading and the field it is / un encabezado y el campo que es"
    mapping.add_argument("--heading", action="append", default=[], metavar="HEADING=FIELD", help=words)
    words = "a value and the code it is / un valor y el código que es"
    mapping.add_argument("--value", action="append", default=[], metavar="FIELD:VALUE=CODE", help=words)


def confirm(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import pipeline
    from cpc_pipeline.catalogue import CatalogueFaults
    from cpc_pipeline.contracts import Severity
    from cpc_pipeline.desk import checking, questions

    if not arguments.file.is_file():
        say("no_such_file", file=arguments.file)
        return UNUSABLE
    if arguments.organisation not in project.catalogue.organisations:
        say("mapping.unknown_organisation", organisation=arguments.organisation)
        return UNUSABLE
    said = [*(("heading", text) for text in arguments.heading), *(("value", text) for text in arguments.value)]
    if not said:
        say("mapping.nothing")
        return UNUSABLE
    near = checking.nearest_layout(project, arguments.file, arguments.organisation, arguments.layout)
    if near is None:
        say("mapping.no_layout")
        return UNUSABLE
    layout, texts = near
    parts = [_parts(kind, text) for kind, text in said]
    fields = ", ".join(dict.fromkeys(column.field for column in layout.columns))
    for (_, text), part in zip(said, parts, strict=True):
        if part is None:
            say("mapping.bad", what=text, fields=fields)
            return UNUSABLE
        if not checking.stands_in(texts, part[1]):
            say("mapping.not_there", what=part[1])
            return UNUSABLE
    whole = [(kind, *part) for (kind, _), part in zip(said, parts, strict=True) if part is not None]
    try:
        path = pipeline.confirm_mapping(project, arguments.organisation, layout.id, whole, arguments.by)
    except CatalogueFaults as faults:
        return print_faults(faults, arguments)
    what = ", ".join(text for _, text in said)
    say("mapping.confirmed", organisation=arguments.organisation, who=arguments.by, what=what, path=path)
    found, _, _ = checking.check_file(pipeline.reopened(project), arguments.file, organisation=arguments.organisation)
    if questions.worst(found) == Severity.RETURN:
        say("mapping.still")
        return FINDINGS
    return FINE


def _parts(kind: str, text: str) -> tuple[str, str, str] | None:
    """(field, what stands in the file, code) of what was typed; None where it is not understood."""
    left, sign, right = text.rpartition("=")
    if not sign or not left.strip() or not right.strip():
        return None
    if kind == "heading":
        return right.strip(), left.strip(), ""
    field, colon, value = left.partition(":")
    return (field.strip(), value.strip(), right.strip()) if colon and value.strip() else None

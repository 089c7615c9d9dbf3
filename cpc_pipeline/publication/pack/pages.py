"""The pages of the annual dialogue as PDF: one per objective, then contributions, targets and decisions."""

from __future__ import annotations

import dataclasses
from importlib import resources
from typing import Any

from cpc_pipeline.publication.pack.model import Key, Pack, Said
from cpc_pipeline.publication.typesetting import typeset

LONGEST = 260  # letters of an explanation beside its chart; a longer one stands below it, whole


def pages(pack: Pack) -> bytes:
    """The PDF of one language."""
    template = resources.files(__package__).joinpath("templates", "pages.typ").read_bytes()
    drawings = {f"{key.id}.svg": key.svg for key in pack.keys if key.drawn}
    return typeset(template, _plain(pack), drawings)


def _plain(pack: Pack) -> dict[str, Any]:
    names = ("language", "title", "subtitle", "edition", "standing", "settled", "questions", "parties", "say")
    told = {name: getattr(pack, name) for name in names}
    made = []
    for page in pack.pages:
        plain = {"number": page.number, "name": page.name, "description": page.description}
        keys = [_key(key) for key in page.keys]
        made.append(plain | {"keys": keys, "questions": page.questions, "sustained": _each(page.sustained)})
    silent = None if pack.silent is None else dataclasses.asdict(pack.silent)
    given = [dataclasses.asdict(c) for c in pack.contributions]
    return told | {"pages": made, "contributions": given, "silent": silent, "say": dict(pack.say)}


def _key(key: Key) -> dict[str, Any]:
    plain = {name: getattr(key, name) for name in ("title", "unit", "keeper", "alt", "beside", "drawn", "undrawn")}
    explanation = None
    if key.explanation is not None:
        text = key.explanation.text
        explanation = {"text": text, "lacking": key.explanation.lacking, "long": len(text) > LONGEST}
    return plain | {
        "file": f"{key.id}.svg",
        "years": [dataclasses.asdict(year) for year in key.years],
        "deviation": dataclasses.asdict(key.deviation),
        "explanation": explanation,
        "next_target": dataclasses.asdict(key.next_target),
    }


def _each(said: tuple[Said, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(one) for one in said]

"""One text per YAML file, which people edit: data/narratives/<compact>/<year>/<objective>.<section>.<language>.yaml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cpc_pipeline.narratives.slots import Review, Slot, Source, Text, tidy

WHOLE = "report"


class FileBroken(Exception):
    """A file that no longer is one of ours: not YAML, or without its fields. `name` is the file's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def path_of(folder: Path, slot: Slot) -> Path:
    return folder / f"{slot.objective or WHOLE}.{slot.section}.{slot.language}.yaml"


def slot_of(path: Path) -> Slot:
    """The text that a file holds, by its name; raises FileBroken."""
    parts = path.name.split(".")
    if len(parts) != 4 or parts[3] != "yaml":
        raise FileBroken(path.name)
    return Slot("" if parts[0] == WHOLE else parts[0], parts[1], parts[2])


def read(folder: Path, slot: Slot) -> Text | None:
    """The text of a slot as its file has it; None where there is no file. Raises FileBroken, without its content."""
    path = path_of(folder, slot)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        others = tuple(str(phrase) for phrase in content.get("other_numbers") or ())
        words = tidy(str(content["text"] or ""))
        return Text(slot, words, others, _sources(content), _review(content.get("review")))
    except FileNotFoundError:
        return None
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError, AttributeError):
        raise FileBroken(path.name) from None


def write(folder: Path, text: Text, head: str) -> Path:
    """Write the file in one move, for the owner only. head: what the editor must know, in the language of the text."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    content: dict[str, Any] = {"text": _lines(text.text), "other_numbers": list(text.other_numbers)}
    if text.review is not None:
        content["review"] = asdict(text.review) | {"looked": list(text.review.looked)}
    content["sources"] = [asdict(s) | {"text": _lines(s.text)} for s in text.sources]
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    body = yaml.dump(content, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=110)
    if not text.text:
        body = body.replace("text: ''\n", "text: |\n  \n", 1)  # so that whoever writes here need know nothing of YAML
    path = path_of(folder, text.slot)
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(comment + body)
    os.replace(part, path)  # noqa: PTH105  (one atomic move)
    return path


def _sources(content: Mapping[str, Any]) -> tuple[Source, ...]:
    return tuple(Source(**(given | {"text": tidy(given["text"])})) for given in content.get("sources") or ())


def _review(given: Mapping[str, Any] | None) -> Review | None:
    if not given:
        return None
    on = given["on"]
    if not isinstance(on, date):
        raise TypeError
    return Review(**{**given, "looked": tuple(given.get("looked") or ())})


def _lines(text: str) -> str:
    return f"{tidy(text)}\n" if tidy(text) else ""


class _Readable(yaml.SafeDumper):
    """Texts of several lines as they are read, not in quotes."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _block)

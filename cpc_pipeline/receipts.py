"""The receipt of an arrival as a text that can be handed over, in every language of the compact. Never a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cpc_pipeline.catalogue import Catalogue

LINES = (
    "number", "compact", "organisation", "year", "file", "received_at", "version", "hash", "size", "signed", "status",
    "observations", "texts", "findings",
)  # fmt: skip


def write(folder: Path, receipt: Mapping[str, Any], catalogue: Catalogue) -> Path:
    """Write the receipt into <folder>/<year>/<receipt>.txt, whole or not at all."""
    target = folder / str(receipt["year"]) / f"{receipt['receipt_id']}.txt"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text(receipt, catalogue))
    part.replace(target)
    return target


def text(receipt: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The receipt in every language, one after the other."""
    return "\n".join(_in(language, receipt, catalogue) for language in catalogue.languages)


def local(moment: datetime, catalogue: Catalogue) -> str:
    """A recorded time (UTC) as people of the compact read it, with its distance from UTC."""
    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(catalogue.header.time_zone))
    return there.isoformat(sep=" ", timespec="seconds")


def _in(language: str, receipt: Mapping[str, Any], catalogue: Catalogue) -> str:
    def say(key: str, **params: Any) -> str:
        return catalogue.wording.text(f"receipts.{key}", language, **params)

    organisation = catalogue.organisations.get(receipt["organisation"])
    values = {
        "number": receipt["receipt_id"],
        "compact": catalogue.header.name[language],
        "organisation": organisation.name[language] if organisation else receipt["organisation"],
        "year": receipt["year"],
        "file": Path(receipt["path"]).name,
        "received_at": local(receipt["received_at"], catalogue),
        "version": receipt["revision"],
        "hash": receipt["sha256"] or say("no_hash"),
        "size": say("bytes", size=receipt["size"]) if receipt["size"] is not None else None,
        "signed": receipt["signed"],
        "status": say(f"status.{receipt['status']}"),
        "observations": receipt["observations"],
        "texts": say("read_first", count=receipt["texts"]) if receipt.get("texts") else None,
        "findings": receipt["findings"],
    }
    heads = {line: say(f"line.{line}") for line in LINES}
    width = max(len(head) for head in heads.values())
    lines = [say("title"), ""]
    lines += [f"{heads[n].ljust(width)}  {values[n]}" for n in LINES if values[n] is not None]
    lines += ["", *_remarks(receipt, say)]
    return "\n".join(lines).rstrip() + "\n"


def _remarks(receipt: Mapping[str, Any], say: Any) -> list[str]:
    remarks = []
    if receipt["status"] == "identical":
        remarks.append(say("repeats", predecessor=receipt["predecessor"]))
    elif receipt["predecessor"]:
        remarks.append(say("replaces", predecessor=receipt["predecessor"]))
    if receipt["clock_at"] < receipt["received_at"]:
        remarks.append(say("clock_behind", clock=receipt["clock_at"].isoformat(sep=" ", timespec="seconds")))
    return remarks

"""What a number that is no measure was made of, for a person at a terminal, as a page, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.trace.page import framed


@dataclass(frozen=True)
class Item:
    """One thing that was counted or put in: a sentence, and where it leads.

    says: key of its sentence below trace.item. params: what the sentence needs; a mapping is a text per language.
    reference: name of a number that `cpc trace` takes; file, sheet, cell: where it was written.
    """

    says: str
    params: Mapping[str, Any]
    reference: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Account:
    """A number and what it was made of.

    says: key of its sentence below trace.account. value: the number; None where there is none. parts: accounts of the
    numbers that stand together under one name.
    """

    reference: str
    says: str
    params: Mapping[str, Any]
    value: float | None = None
    items: tuple[Item, ...] = ()
    parts: tuple[Account, ...] = ()


def tell_account(account: Account, catalogue: Catalogue, language: str, indent: str = "") -> list[str]:
    """The account as lines of text."""
    return list(_lines(account, catalogue, language, indent))


def _lines(account: Account, catalogue: Catalogue, language: str, indent: str) -> Iterator[str]:
    def say(key: str, params: Mapping[str, Any]) -> str:
        return catalogue.wording.text(f"trace.{key}", language, **_spoken(params, language))

    yield indent + say(f"account.{account.says}", {**account.params, "value": plain(account.value)})
    yield f"{indent}  {say('reference', {'reference': account.reference})}"
    for item in account.items:
        line = f"{indent}  - {say(f'item.{item.says}', item.params)}"
        if item.cell:
            line += ": " + say("item.at", {"file": item.file, "sheet": item.sheet, "cell": item.cell})
        elif item.file:
            line += f": {item.file}"
        yield line + (f"  [{item.reference}]" if item.reference else "")
    if not (account.items or account.parts):
        yield f"{indent}  {say('item.none', {})}"
    for part in account.parts:
        yield from _lines(part, catalogue, language, indent + "  ")


def plain(value: float | None) -> str:
    """A number as people type it, four decimals at the most; a dash for none."""
    return "–" if value is None else f"{round(value, 4):.15g}"


def _spoken(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {name: value[language] if isinstance(value, Mapping) else value for name, value in params.items()}


def account_page(account: Account, catalogue: Catalogue, language: str) -> str:
    """The account as a page in one language."""
    title = catalogue.wording.text("trace.page_title", language, reference=account.reference)
    return framed(title, tell_account(account, catalogue, language), language)


def account_dict(account: Account) -> dict[str, Any]:
    """The account as plain data."""
    items = [
        {"what": i.says, **i.params, "reference": i.reference, "file": i.file, "sheet": i.sheet, "cell": i.cell}
        for i in account.items
    ]
    about = {"reference": account.reference, "what": account.says, **account.params, "value": account.value}
    return about | {"made_of": items, "parts": [account_dict(part) for part in account.parts]}

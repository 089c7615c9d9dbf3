"""Sentences that people read, in each language of the compact, by key."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FindingText:
    """A finding in words."""

    title: str
    message: str
    expected: str
    action: str


class _Lenient(dict[str, object]):
    """A parameter that is not given prints as its name: a gap in a sentence must not stop the feedback."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class _Counting(string.Formatter):
    """Words that agree with a number: `{count:# workbook was|# workbooks were}`, where # is the number itself."""

    def __init__(self, singular: str) -> None:
        self.singular = singular.split()

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, other = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return (one if str(value) in self.singular else other).replace("#", str(value))


@dataclass(frozen=True)
class Wording:
    """Texts by language and dotted key; a key that does not exist is our fault and raises KeyError.

    `report.singular` of a language has the numbers that it speaks of in the singular (French: 0 and 1).
    """

    texts: Mapping[str, Mapping[str, str]]

    def text(self, key: str, language: str, /, **params: object) -> str:
        text, given = self.texts[language][key], _Lenient(params)
        if "|" not in text:
            return text.format_map(given)
        return _Counting(self.texts[language].get("report.singular", "1")).vformat(text, (), given)

    def finding(self, code: str, language: str, params: Mapping[str, object]) -> FindingText:
        parts = ("title", "message", "expected", "action")
        return FindingText(*(self.text(f"findings.{code}.{part}", language, **params) for part in parts))

    def has(self, key: str, language: str) -> bool:
        return key in self.texts[language]

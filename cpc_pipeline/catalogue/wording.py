"""Sentences that people read, in each language of the compact, by key."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Wording:
    """Texts by language and dotted key; a key that does not exist is our fault and raises KeyError."""

    texts: Mapping[str, Mapping[str, str]]

    def text(self, key: str, language: str, /, **params: object) -> str:
        return self.texts[language][key].format_map(_Lenient(params))

    def finding(self, code: str, language: str, params: Mapping[str, object]) -> FindingText:
        parts = ("title", "message", "expected", "action")
        return FindingText(*(self.text(f"findings.{code}.{part}", language, **params) for part in parts))

    def has(self, key: str, language: str) -> bool:
        return key in self.texts[language]

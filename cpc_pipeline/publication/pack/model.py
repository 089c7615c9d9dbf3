"""The dialogue pack of one language, before it is slides and pages: texts, rows of text, and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """A text. lacking: it stands in the place of something that is not there; elsewhere: that is in another edition."""

    text: str
    lacking: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Year:
    """One line of the table of a key indicator, as text."""

    year: str
    target: str
    value: str
    deviation: str


@dataclass(frozen=True)
class Key:
    """A key indicator on its slide and page. deviation: how the year stands; explanation: why, where that is due.

    beside: what other institutions say, which is never added; empty where they say nothing.
    undrawn: why there is no picture: what of the years is missing; empty where there is one.
    """

    id: str
    objective: str
    name: str
    unit: str
    keeper: str
    years: tuple[Year, ...]
    deviation: Said
    explanation: Said | None
    next_target: Said
    beside: str
    undrawn: tuple[str, ...]
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)
    alt: str = field(repr=False)

    @property
    def drawn(self) -> bool:
        """Whether there is a picture: an empty frame would look like zero, or like something lost."""
        return not self.undrawn

    @property
    def title(self) -> str:
        return f"{self.id}  {self.name}"


@dataclass(frozen=True)
class Contribution:
    """What one organisation contributed of one kind, as text."""

    organisation: str
    kind: str
    entries: str
    amount: str
    in_force: str


@dataclass(frozen=True)
class Page:
    """One objective. questions: what is open about it. sustained: reviewed texts on what goes on afterwards."""

    number: int
    name: str
    description: str
    keys: tuple[Key, ...]
    questions: tuple[str, ...]
    sustained: tuple[Said, ...]


@dataclass(frozen=True)
class Pack:
    """The whole pack in one language. say: fixed texts of the wording by their key below `pack.fixed`."""

    language: str
    title: str
    subtitle: str
    edition: str
    standing: str
    settled: bool
    pages: tuple[Page, ...]
    questions: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    silent: Said | None
    parties: tuple[str, ...]
    say: Mapping[str, str]

    @property
    def keys(self) -> list[Key]:
        return [key for page in self.pages for key in page.keys]

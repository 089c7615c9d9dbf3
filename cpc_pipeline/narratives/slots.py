"""Which texts a report has, and what is known of each: its sources, its wording, its review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cpc_pipeline.catalogue import Catalogue


@dataclass(frozen=True, order=True)
class Slot:
    """The place of one text: an objective (empty for the whole report), a section, a language."""

    objective: str
    section: str
    language: str


@dataclass(frozen=True)
class Source:
    """One text as an organisation sent it. address: submission!sheet!cell."""

    organisation: str
    address: str
    language: str
    text: str


@dataclass(frozen=True)
class Review:
    """A person's word for one text as it was. by: office and role. sources: hash of what it was written from.

    seal: hash of the slot, the text and all of this, so that no word of it changes unseen. looked: rules of the guard
    that asked, and that the reviewer answered for.
    """

    by: str
    on: date
    sources: str
    looked: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True)
class Text:
    """One text of the report as its file has it.

    other_numbers: phrases of it with numbers that no table has ("12 regions"), for which the reviewer answers.
    """

    slot: Slot
    text: str = ""
    other_numbers: tuple[str, ...] = ()
    sources: Sequence[Source] = field(default=())
    review: Review | None = None

    def signed(self, by: str, on: date, looked: Sequence[str] = ()) -> Text:
        """The same text with the word of somebody who has read it and its sources."""
        review = Review(by, on, source_hash(self.sources), tuple(sorted(looked)))
        return replace(self, review=replace(review, seal=self._seal(review)))

    @property
    def holds(self) -> bool:
        """Whether the text is what its reviewer read."""
        return self.review is not None and self.review.seal == self._seal(self.review)

    def _seal(self, review: Review) -> str:
        slot = self.slot
        said = [slot.objective, slot.section, slot.language, self.text, review.by, str(review.on), review.sources]
        return _hash([*said, *review.looked, *self.other_numbers])


def tidy(text: str) -> str:
    """Without blanks at the ends of lines: they are no change of what was said, and YAML cannot show them plainly."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def source_hash(sources: Sequence[Source]) -> str:
    """Hash of narratives in an order of their own."""
    return _hash(sorted([s.organisation, s.address, s.language, s.text] for s in sources))


def slots(catalogue: Catalogue) -> Iterator[Slot]:
    """Every text of a report: the sections of the whole, then those of each objective, each in every language."""
    header = catalogue.header
    for section in header.report_sections:
        yield from (Slot("", section.id, x) for x in catalogue.languages)
    for objective in catalogue.objectives if header.sections else ():
        for section in header.sections:
            yield from (Slot(objective.id, section.id, x) for x in catalogue.languages)


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:24]

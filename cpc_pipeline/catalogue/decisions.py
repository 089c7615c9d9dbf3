"""What the Participants decided in writing, and what they know to be missing.

A decision stands behind each version of a definition, each target, and each change of the compact itself. An
acknowledgement names an error of the audit that is known: it keeps it on the record and never hides it.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812  (a field is called date)
from typing import Literal

from cpc_pipeline.catalogue.base import Model, Text


class Decision(Model):
    """kind modification, extension: of the compact itself, by mutual decision in writing. contact: another point of
    contact. catalogue: of indicators, lists, targets.

    agreed_by: the participants. effective: from when. document: where the writing can be found. new_end: last day of
    the extended term. notice: day on which the others were told of a change of contact; office: the new one.
    """

    id: str
    date: Day
    title: Text
    description: Text
    basis: str
    kind: Literal["catalogue", "modification", "extension", "contact"] = "catalogue"
    agreed_by: list[str] = []
    effective: Day | None = None
    document: str | None = None
    new_end: Day | None = None
    notice: Day | None = None
    office: Text | None = None


class Acknowledgement(Model):
    """An error of the audit that is known: which, why, who says so, on what ground, until when.

    code: of the audit (no_target, no_baseline, ...). indicators, years: empty means all of them.
    """

    id: str
    code: str
    indicators: list[str] = []
    years: list[int] = []
    why: Text
    who: Text | str  # text: of a catalogue as it was before it said so in each language
    granted: Day
    until: Day
    decision: str

    def said_by(self, language: str) -> str:
        """Who acknowledged it, in a language."""
        return self.who if isinstance(self.who, str) else self.who[language]

    def covers(self, code: str, indicator: str | None, year: int | None, day: Day) -> bool:
        """Whether it is about this, and not yet over on that day."""
        about = (not self.indicators or indicator in self.indicators) and (not self.years or year in self.years)
        return code == self.code and about and day <= self.until

"""One message that somebody must get, and what makes it this one and no other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Notice:
    """A message.

    kind: reminder (not sent, or returned), result (what became of a file), failure (a run failed; to the secretariat).
    organisation, year: to whom and about when; None for the secretariat. about: what makes it this one: the step of
    the calendar, the receipt, the run. Two texts about the same thing are the same notice, and are sent once.
    """

    kind: Literal["reminder", "result", "failure"]
    compact: str
    organisation: str | None
    year: int | None
    about: str
    language: str
    subject: str
    body: str

    @property
    def identity(self) -> str:
        """The same for the same thing, whatever the text says by now."""
        key = json.dumps([self.compact, self.kind, self.organisation, self.year, self.about])
        return hashlib.sha256(key.encode()).hexdigest()[:20]

    @property
    def name(self) -> str:
        """A name for its files: no part of it was typed by anybody."""
        parts = (self.kind, self.organisation, None if self.year is None else str(self.year), self.identity)
        return "_".join(part for part in parts if part)

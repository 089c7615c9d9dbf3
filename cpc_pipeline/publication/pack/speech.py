"""How the pack speaks: as the report does, in the words of pack.yaml, of one year and the next."""

from __future__ import annotations

from dataclasses import dataclass

from cpc_pipeline.publication.report.speech import Speech


@dataclass(frozen=True)
class PackSpeech(Speech):
    """`say("title")` is the text pack.title; every text may name the year and the next one."""

    year: int

    def __call__(self, key: str, **params: object) -> str:
        return self.word(f"pack.{key}", **{"year": self.year, "next": self.year + 1, **params})

    def deviation(self, value: float | None) -> str:
        """In percent, with its sign; nothing for nothing."""
        return "" if value is None else f"{self.percentage(value, sign=True)}\u00a0%"

"""Sentences of this room in the language of whoever asks; in every language where nobody has chosen one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cpc_pipeline.catalogue import Catalogue


class CannotExplore(Exception):
    """What was asked for is not there or not shown. `code` is the key of the sentence, the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Speaker:
    """Words of one compact. language: as chosen; None where nobody has, and then labels are in its first language."""

    catalogue: Catalogue
    chosen: str | None = None

    @property
    def language(self) -> str:
        return self.chosen or self.catalogue.languages[0]

    def say(self, key: str, **params: object) -> str:
        return self.catalogue.wording.text(f"exploring.{key}", self.language, **params)

    def cannot(self, code: str, *, topic: str = "exploring", **params: object) -> CannotExplore:
        """The exception that says why, and what to do. topic: whose sentences of errors it is among."""
        languages = [self.chosen] if self.chosen else self.catalogue.languages
        told = [self.catalogue.wording.text(f"{topic}.error.{code}", x, **params) for x in languages]
        return CannotExplore(code, "\n".join(told))

    def in_language(self, language: str | None) -> Speaker:
        """The same in another language; raises CannotExplore for one that the compact does not speak."""
        if language is None or language == self.chosen:
            return self
        if language not in self.catalogue.languages:
            raise self.cannot("no_such_language", found=language, known=", ".join(self.catalogue.languages))
        return Speaker(self.catalogue, language)


def near(text: str, names: Iterable[str], limit: int = 5) -> Sequence[str]:
    """Names like what was typed, the likest first; some names where none is like it."""
    from rapidfuzz import fuzz, process, utils

    known = list(dict.fromkeys(names))
    found = process.extract(text, known, scorer=fuzz.WRatio, processor=utils.default_process, limit=limit)
    like = [name for name, score, _ in found if score >= 60]
    return like or known[: 2 * limit]

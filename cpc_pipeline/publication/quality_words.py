"""Scores and facts of the quality of data, in words of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.publication.numbers import rounded


def score(value: float | None, language: str, catalogue: Catalogue) -> str:
    """Two decimals as the language writes them; not known where nothing is known, which is never a full score."""
    if value is None:
        return catalogue.wording.text("dqa.not_known", language)
    return f"{rounded(value, 2):.2f}".replace(".", catalogue.header.number_format[language][1])


def fact(told: Mapping[str, Any], language: str, catalogue: Catalogue) -> str:
    """The sentence of one fact."""
    numbers = {k: "–" if told[k] is None else f"{rounded(told[k], 1):g}" for k in ("count", "of")}
    return catalogue.wording.text(f"dqa.fact.{told['code']}", language, **numbers)


def sentences(facts: Sequence[Mapping[str, Any]] | None, language: str, catalogue: Catalogue, below: float = 2) -> str:
    """The facts of one score whose own score is below a limit; all of them where no limit is given."""
    return " ".join(fact(f, language, catalogue) for f in facts or () if f["score"] < below)


def each(catalogue: Catalogue, say: Any) -> str:
    """What `say` gives for each language, once where they agree."""
    return " / ".join(dict.fromkeys(text for x in catalogue.languages if (text := say(x))))

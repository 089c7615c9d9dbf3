"""How people write numbers in running text: common/typed_numbers.yaml."""

from __future__ import annotations

import re

from pydantic import field_validator

from cpc_pipeline.catalogue.header import Model


class TypedNumbers(Model):
    """Words by language; see the file for what each is. skip: patterns of text whose numbers are no counts."""

    words: dict[str, dict[str, int]]
    one: dict[str, list[str]]
    times: dict[str, dict[str, int]]
    percent: dict[str, list[str]]
    about: dict[str, list[str]]
    people: dict[str, list[str]]
    skip: list[str]

    @field_validator("skip")
    @classmethod
    def _patterns(cls, given: list[str]) -> list[str]:
        for pattern in given:
            try:
                re.compile(pattern)
            except re.error as wrong:
                raise ValueError(f"'{pattern}' is no pattern: {wrong}") from None
        return given

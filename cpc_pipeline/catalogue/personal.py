"""What personal data look like in a country's submissions: headings, shapes of numbers, words and names, as data.

What every compact shares stands in compacts/common/personal_data.yaml; a compact adds its own formats and words in its
personal_data.yaml, and names of people in names.csv (kind: given or surname). Patterns are matched against folded
text (lower case, no accents), unless a shape says `as_written`.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError, field_validator

from cpc_pipeline.catalogue.base import Model
from cpc_pipeline.catalogue.reading import Lines, line_of, read_csv, read_yaml
from cpc_pipeline.catalogue.text import fold

FILE, NAMES = "personal_data.yaml", "names.csv"
Kind = Literal["contact", "address", "document", "case", "name"]
Weight = Literal["block", "review", "none"]
Check = Literal["phone", "birth_date_first", "birth_date_last", "place_first", "not_round", "not_place", "own_mailbox"]


def _sound(pattern: str) -> str:
    re.compile(pattern)
    return pattern


class ColumnLimits(Model):
    """When numbers of a shape, too plain to mean anything alone, are personal data: as a column of them.

    share: of the numbers in the column; distinct: different ones among those; least: how many at the least.
    """

    share: float
    distinct: float = 0.8
    least: int = 3
    weight: Weight = "block"


class Shape(Model):
    """One way in which an identity is written. whole: a bare number, found where it stands alone in a cell too.

    cues: it is only sought in a text that holds one of these; without them, in one that holds two digits or an @.
    """

    id: str
    kind: Kind
    pattern: str
    cues: list[str] = []
    whole: bool = False
    as_written: bool = False
    checks: list[Check] = []
    alone: Weight = "block"
    column: ColumnLimits | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        return _sound(pattern)

    @cached_property
    def within(self) -> re.Pattern[str]:
        """Finds it inside a text."""
        return re.compile(rf"(?<![\d.,/\-])(?:{self.pattern})(?![\d/\-]|[.,]\d)" if self.whole else self.pattern)

    @cached_property
    def entire(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


class HeadingRule(Model):
    """Headings above (or beside) personal data. unless_known: not where the cells are places, codes or institutions.

    cells: only what is wholly of this pattern, as written, is content of a person.
    """

    id: str
    kind: Kind
    patterns: list[str]
    cells: str = ""
    unless_known: bool = False
    weight: Weight = "block"


class RowWords(Model):
    """How the columns of a list are known, for telling a list of people from a table: patterns of headings."""

    sex: list[str] = []
    sex_words: list[str] = []  # what stands below it
    age: list[str] = []
    birth: list[str] = []
    place: list[str] = []
    date: list[str] = []
    other: list[str] = []
    quantity: list[str] = []


class TextWords(Model):
    """What makes a sentence tell of one child, and what makes a name that of an institution."""

    child: list[str] = []
    age: list[str] = []
    date: list[str] = []
    institution: list[str] = []


class PersonalData(Model):
    """Everything the guard at the door knows of one compact."""

    region: str = ""
    shapes: list[Shape] = []
    headings: list[HeadingRule] = []
    exempt_headings: list[str] = []
    money_headings: list[str] = []
    rows: RowWords = RowWords()
    text: TextWords = TextWords()
    mailboxes: list[str] = []
    offices: list[str] = []  # words beside which an address is an office's
    public_phones: str = "(?!)"  # of help lines, on the digits
    ceiling: int = 100_000
    given: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()


def read_personal(common: Path, compact: Path) -> tuple[PersonalData, list[tuple[Path, int, str]]]:
    """The common data with the compact's added: lists joined, single values replaced; and faults with file and line."""
    merged: dict[str, Any] = {}
    faults: list[tuple[Path, int, str]] = []
    names: dict[str, set[str]] = {"given": set(), "surnames": set()}
    for folder in (common, compact):
        merged = _joined(merged, _read(folder / FILE, faults))
        _names(folder / NAMES, names, faults)
    if faults:
        return PersonalData(), faults
    return PersonalData(**{**merged, "given": frozenset(names["given"]), "surnames": frozenset(names["surnames"])}), []


def _read(path: Path, faults: list[tuple[Path, int, str]]) -> dict[str, Any]:
    if not path.exists():
        return {}
    lines: Lines = {}
    try:
        data, lines = read_yaml(path)
        PersonalData.model_validate(data or {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.append((path, line, f"not valid YAML: {error.problem}"))
        return {}
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            key = ".".join(str(part) for part in problem["loc"])
            faults.append((path, line_of(lines, problem["loc"]), f"{key}: {problem['msg']}"))
        return {}
    except re.error as error:
        faults.append((path, 0, f"not a regular expression: {error}"))
        return {}
    return dict(data or {})


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    joined = dict(first)
    for key, value in second.items():
        before = joined.get(key)
        if isinstance(before, list) and isinstance(value, list):
            joined[key] = [*before, *value]
        elif isinstance(before, dict) and isinstance(value, dict):
            joined[key] = _joined(before, value)
        else:
            joined[key] = value
    return joined


def _names(path: Path, names: dict[str, set[str]], faults: list[tuple[Path, int, str]]) -> None:
    if not path.exists():
        return
    kinds = {"given": names["given"], "surname": names["surnames"]}
    for line, row in enumerate(read_csv(path), start=2):
        if row.get("kind") not in kinds or not row.get("name"):
            faults.append((path, line, "a name needs a kind (given or surname)"))
        else:
            kinds[row["kind"]].add(fold(row["name"]))

"""The invented country: who reports what, and the files of its compact, multiplied from the skeleton."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]
Row = dict[str, Any]
HERE = Path(__file__).parent
SKELETON = HERE / "skeleton"
COMPACT: str = yaml.safe_load((SKELETON / "compact.yaml").read_text(encoding="utf-8"))["id"]
"""Id of the invented compact, as its skeleton says."""
GROUPS = 12
"""Indicators are made for so many organisations; further ones report the same indicators about regions of their own."""
REGIONS = 6
LARGEST_BLOCK = 24
"""Rows of a total with every part of it."""


class TooFewRows(ValueError):
    """A workbook needs at least `minimum` rows to name each indicator of its organisation."""

    def __init__(self, minimum: int) -> None:
        super().__init__(f"at least {minimum} rows")
        self.minimum = minimum


@dataclass(frozen=True)
class Request:
    """What to write: organisations, years, rows of each workbook, how messy (0 clean to 3), and the seed.

    every: one workbook in so many has faults; the others are clean.
    """

    organisations: int
    years: tuple[int, ...]
    rows: int
    mess: int = 0
    seed: int = 1
    every: int = 1

    def mess_of(self, number: int, year: int) -> int:
        """How messy the workbook of one organisation and year is."""
        place = number * len(self.years) + self.years.index(year)
        return self.mess if place % self.every == 0 else 0


@dataclass(frozen=True)
class Asked:
    """An indicator of one group of organisations; the first of them is its system of record."""

    id: str
    group: int
    shape: str
    template: Template = field(hash=False, compare=False)


@dataclass(frozen=True)
class Country:
    """Who and where, from a request; `place` codes are text: region 001, town 001001."""

    request: Request
    sample: dict[str, Any]

    @cached_property
    def groups(self) -> int:
        return min(self.request.organisations, GROUPS)

    @cached_property
    def regions(self) -> int:
        return max(REGIONS, -(-self.request.organisations // self.groups))

    @cached_property
    def towns(self) -> int:
        """Towns of a region: enough that a workbook never runs out of things to count."""
        seen = 1 if self.request.organisations > GROUPS else self.regions
        return max(3, self.request.rows // (LARGEST_BLOCK * seen) + 1)

    def organisation(self, number: int) -> str:
        return f"invented_{number + 1:03d}"

    def members(self, group: int) -> list[int]:
        return list(range(group, self.request.organisations, self.groups))

    def is_record(self, number: int) -> bool:
        return number < self.groups

    def regions_of(self, number: int) -> list[int]:
        """A region of its own where several organisations share an indicator; else the one that counts sees all."""
        return [number // self.groups] if self.request.organisations > GROUPS else list(range(self.regions))

    @cached_property
    def asked(self) -> dict[int, list[Asked]]:
        """Indicators by group: the months, a split one and another for each; every template is used at least once."""
        by_shape: dict[str, list[Template]] = {"months": [], "split": [], "other": []}
        for template in self.sample["indicators"]:
            by_shape[template["shape"] if template["shape"] in by_shape else "other"].append(template)
        made: dict[int, list[Asked]] = {group: [] for group in range(self.groups)}
        for templates in by_shape.values():
            for turn in range(max(self.groups, len(templates))):
                template, group = templates[turn % len(templates)], turn % self.groups
                name = f"{template['prefix']}-{group + 1}"
                made[group].append(Asked(name, group, template["shape"], template))
        return made


def country(request: Request) -> Country:
    return Country(request, yaml.safe_load((HERE / "sample.yaml").read_text(encoding="utf-8")))


# --- the files of the compact ---------------------------------------------------------------------------------


def write_compact(folder: Path, country: Country, agreed: tuple[list[Row], list[Row]]) -> None:
    """Write the compact into folder; agreed: rows of its targets and its baselines."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SKELETON, folder, dirs_exist_ok=True)
    years = country.request.years
    header = yaml.safe_load((SKELETON / "compact.yaml").read_text(encoding="utf-8"))
    header |= {"start": date(years[0], 1, 1), "end": date(years[-1], 12, 31)}
    header["years"] = {"first": years[0], "last": years[-1]}
    _yaml(folder / "compact.yaml", header)
    _yaml(folder / "organisations.yaml", list(_organisations(country)))
    _yaml(folder / "indicators" / "all.yaml", list(_indicators(country)))
    _csv(folder / "places.csv", list(_places(country, header["nation"])))
    for name, rows in zip(("targets.csv", "baselines.csv"), agreed, strict=True):
        _csv(folder / name, rows)


def _organisations(country: Country) -> Iterator[Row]:
    kinds, topics = (country.sample["organisations"][k] for k in ("kinds", "topics"))
    for number in range(country.request.organisations):
        kind, topic = kinds[number % len(kinds)], topics[number % len(topics)]
        turn = number // (len(kinds) * len(topics))  # the two lists have no common factor: each pair comes once a turn
        name = {x: f"{kind[x]} {topic[x]}" + (f" {turn + 1}" if turn else "") for x in kind}
        made = {"id": country.organisation(number), "name": name, "short": dict(name)}
        yield made | {"kind": "government", "reports": True, "language": next(iter(name))}


def _indicators(country: Country) -> Iterator[Row]:
    names = {row["id"]: row["name"] for row in _organisations(country)}
    since = date(country.request.years[0], 1, 1)
    for asked in (a for own in country.asked.values() for a in own):
        template = {k: v for k, v in asked.template.items() if k not in ("shape", "prefix")}
        reporters = [country.organisation(n) for n in country.members(asked.group)]
        name = {x: f"{text} ({names[reporters[0]][x]})" for x, text in template["name"].items()}
        said = {"id": asked.id, "slug": asked.id.lower().replace("-", "_"), **template, "name": name}
        said |= {"definition": dict(name), "record": reporters[0], "reporters": reporters, "valid_from": since}
        yield said | country.sample["every"]


def _places(country: Country, nation: Row) -> Iterator[Row]:
    words = country.sample["places"]
    languages = list(nation["name"])
    width = max(3, round(country.regions**0.5))
    yield {
        "code": nation["code"],
        **{f"label_{x}": nation["name"][x] for x in languages},
        "level": "national",
        **dict.fromkeys(("parent", "aliases", "tile_row", "tile_col"), ""),
    }
    for region in range(country.regions):
        code = f"{region + 1:03d}"
        labels = {f"label_{x}": f"{words['region'][x]} {region + 1}" for x in languages}
        at = {"tile_row": region // width, "tile_col": region % width}
        yield {"code": code, **labels, "level": "region", "parent": nation["code"], "aliases": "", **at}
        for town in range(country.towns):
            labels = {f"label_{x}": f"{words['municipality'][x]} {region + 1}.{town + 1}" for x in languages}
            said = {"code": f"{code}{town + 1:03d}", **labels, "level": "municipality", "parent": code}
            yield said | dict.fromkeys(("aliases", "tile_row", "tile_col"), "")


def _yaml(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_dumped(data), encoding="utf-8")


def _dumped(data: object) -> str:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    return yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False, width=1000)


def _csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

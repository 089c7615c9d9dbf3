"""Invented child victims and the linked tables of a release, for benchmarks and tests: synthetic data, no country.

Departments are skewed as real ones are (few large, many small), forms and ages too. Nothing is taken from any source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
from cpc_pipeline.disclosure.problem import Cell, Problem, Relation, Requirement, total

DEPARTMENTS = [f"d{n:02}" for n in range(33)]
MUNICIPALITIES = [f"m{n:04}" for n in range(1122)]
DIMENSIONS: dict[str, list[str]] = {
    "sex": ["f", "m"],
    "age": ["0-5", "6-11", "12-14", "15-17"],
    "form": [f"form{n}" for n in range(8)],
    "department": DEPARTMENTS,
    "ethnicity": ["indigenous", "afro", "roma", "none"],
    "disability": ["yes", "no", "unknown"],
    "migration": ["national", "foreign", "unknown"],
}
PAIRS = [
    ("sex", "age"), ("sex", "form"), ("age", "form"), ("department", "sex"), ("department", "form"),
    ("department", "age"), ("ethnicity", "sex"), ("disability", "sex"), ("migration", "sex"),
]  # fmt: skip
ALL = "all"


def children(count: int, seed: int) -> dict[str, np.ndarray]:
    """One row per invented child: a category index per dimension, and a municipality within its department."""
    random = np.random.default_rng(seed)
    weights = {
        "sex": [0.78, 0.22],
        "age": [0.08, 0.17, 0.35, 0.40],
        "form": [0.42, 0.2, 0.13, 0.1, 0.06, 0.05, 0.03, 0.01],
        "department": 1.0 / np.arange(1, 34) ** 1.1,
        "ethnicity": [0.12, 0.15, 0.01, 0.72],
        "disability": [0.05, 0.75, 0.2],
        "migration": [0.8, 0.12, 0.08],
    }
    rows = {}
    for dimension, weight in weights.items():
        share = np.array(weight, dtype=float)
        rows[dimension] = random.choice(len(share), size=count, p=share / share.sum())
    within = np.minimum(random.geometric(0.25, size=count) - 1, 33)
    rows["municipality"] = rows["department"] * 34 + within
    return rows


def linked(
    count: int,
    seed: int,
    k: int = 5,
    pairs: Sequence[tuple[str, str]] = PAIRS,
    municipalities: bool = False,
    k_below: int | None = None,
) -> Problem:
    """The linked two-way tables as one problem; with municipalities x sex below the departments if asked for.

    k_below: threshold of the municipalities, whose zeros are then not told from small counts either (the policy of an
    edition); without it they are treated as the departments are.
    """
    rows = children(count, seed)
    values: dict[tuple[str, str], int] = {}
    relations: list[Relation] = []
    for first, second in pairs:
        _add_table(values, relations, rows, first, second)
    if municipalities:
        _add_municipalities(values, relations, rows)
    cells = [_cell(at, value, k, k_below) for at, value in values.items()]
    return Problem(tuple(cells), tuple(dict.fromkeys(relations)), Requirement())


def _cell(at: tuple[str, str], value: int, k: int, k_below: int | None) -> Cell:
    if k_below is not None and any(part.startswith("municipality=") for part in at):
        return Cell(_key(at), value, value < k_below, k=k_below, zeros_hidden=True)
    return Cell(_key(at), value, 0 < value < k, k=k)


def _add_table(
    values: dict[tuple[str, str], int], relations: list[Relation], rows: dict[str, np.ndarray], first: str, second: str
) -> None:
    at = {ALL: np.ones(len(rows[first]), dtype=bool)}
    one = at | {f"{first}={code}": rows[first] == i for i, code in enumerate(DIMENSIONS[first])}
    two = at | {f"{second}={code}": rows[second] == i for i, code in enumerate(DIMENSIONS[second])}
    for a, b in product(one, two):
        values[_pair(a, b)] = int((one[a] & two[b]).sum())
    relations += [_sum(a, ALL, [(a, b) for b in two if b != ALL]) for a in one]
    relations += [_sum(b, ALL, [(a, b) for a in one if a != ALL]) for b in two]


def _add_municipalities(
    values: dict[tuple[str, str], int], relations: list[Relation], rows: dict[str, np.ndarray]
) -> None:
    sexes = [ALL, *(f"sex={code}" for code in DIMENSIONS["sex"])]
    chosen = {ALL: np.ones(len(rows["sex"]), dtype=bool)}
    chosen |= {f"sex={code}": rows["sex"] == i for i, code in enumerate(DIMENSIONS["sex"])}
    for d, department in enumerate(DEPARTMENTS):
        below = [f"municipality={d * 34 + i:04}" for i in range(34)]
        for i, place in enumerate(below):
            here = rows["municipality"] == d * 34 + i
            for sex in sexes:
                values[_pair(place, sex)] = int((here & chosen[sex]).sum())
            relations.append(_sum(place, ALL, [(place, sex) for sex in sexes[1:]]))
        for sex in sexes:
            relations.append(_sum(f"department={department}", sex, [(place, sex) for place in below]))


def _sum(first: str, second: str, children_at: Iterable[tuple[str, str]]) -> Relation:
    parent = _key(_pair(first, second))
    return total(f"{parent} = its parts", parent, [_key(_pair(*at)) for at in children_at])


def _pair(first: str, second: str) -> tuple[str, str]:
    """The same number has the same name, whichever table it stands in."""
    parts = [*sorted(part for part in (first, second) if part != ALL), ALL, ALL]
    return parts[0], parts[1]


def _key(at: tuple[str, str]) -> str:
    return " | ".join(at)

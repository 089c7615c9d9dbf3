"""Synthetic victims of Arcadia, an invented country: drawn at random from a seed, to be counted in tables."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

PLACES, SEXES, FORMS = ("01", "02", "03", "04", "05", "06"), ("female", "male"), ("labour", "sexual", "begging")
WEIGHTS = {"place": (30, 12, 6, 3, 2, 1), "sex": (3, 2), "form": (4, 5, 1)}
Child = dict[str, str]
Rows = list[dict[str, Any]]


def children(count: int, seed: int) -> list[Child]:
    """One dictionary per invented child: place, sex, form."""
    draw = random.Random(seed)
    lists = {"place": PLACES, "sex": SEXES, "form": FORMS}
    return [{name: draw.choices(codes, WEIGHTS[name])[0] for name, codes in lists.items()} for _ in range(count)]


def tables(found: list[Child], indicator: str = "PRO-1") -> Rows:
    """Every count by place, sex, form and each pair of them, zeros included, as rows of a workbook."""
    rows: Rows = []
    for by in ((), ("place",), ("sex",), ("form",), ("place", "sex"), ("place", "form"), ("sex", "form")):
        counts = Counter(tuple(child[name] for name in by) for child in found)
        axes = [{"place": PLACES, "sex": SEXES, "form": FORMS}[name] for name in by]
        for codes in _product(axes):
            row = dict(zip(by, codes, strict=True))
            rows.append({"indicator": indicator, "age": "child", **row, "value": counts[codes]})
    return rows


def _product(axes: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for axis in axes:
        found = [(*codes, code) for codes in found for code in axis]
    return found

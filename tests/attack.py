"""The attack of a textbook, on a printed table and nothing else: what can be computed of each hidden cell.

It shares nothing with the project's protector or auditor: its own reading of the table, its own equations (scipy).
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import polars as pl
from cpc_pipeline.catalogue import Catalogue
from scipy.optimize import linprog


def recovered(shown: pl.DataFrame, catalogue: Catalogue) -> dict[str, tuple[float, float]]:
    """Hidden cell -> smallest and largest value that fits everything printed (places, sexes and forms add up)."""
    axes = {"place": "00", "sex": "all", "form": "all"}
    rows = [r for r in shown.iter_rows(named=True) if r["age"] == "child" and r["series"] == "record"]
    at = {tuple(row[a] for a in axes): row for row in rows}
    unknown = [key for key, row in at.items() if row["actual"] is None]
    place = {key: i for i, key in enumerate(unknown)}
    matrix, right = [], []
    codes = [sorted({key[i] for key in at}) for i in range(len(axes))]
    for i, total in enumerate(axes.values()):
        for others in product(*(c for j, c in enumerate(codes) if j != i)):
            line = [(*others[:i], code, *others[i:]) for code in codes[i] if code != total]
            parent = (*others[:i], total, *others[i:])
            if parent not in at or any(key not in at for key in line):
                continue
            row, known = np.zeros(len(unknown)), 0.0
            for key, factor in [(parent, 1), *((k, -1) for k in line)]:
                if key in place:
                    row[place[key]] += factor
                else:
                    known += factor * float(at[key]["actual"])
            matrix.append(row)
            right.append(-known)
    return {_name(at[key], catalogue): _range(i, np.array(matrix), right) for key, i in place.items()}


def _range(cell: int, matrix: Any, right: list[float]) -> tuple[float, float]:
    ends = []
    for sign in (1, -1):
        weights = np.zeros(matrix.shape[1])
        weights[cell] = sign
        found = linprog(weights, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
    return round(ends[0], 6), round(ends[1], 6)


def _name(row: dict[str, Any], catalogue: Catalogue) -> str:
    names = ("indicator", "calendar", "year", "place", *catalogue.dimension_ids, "organisation", "unit")
    return "|".join(row[name] for name in names)

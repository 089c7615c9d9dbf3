"""What joint protection costs, and what simpler methods leave exposed: synthetic tables, processor seconds.

    python benchmarks/disclosure.py [seconds of the exact search]

Nine linked two-way tables with 33 departments; then seven of them with 1,122 municipalities x sex. Each release is
protected by hiding the small cells alone, by a GaussSuppression-like heuristic (no cell is a combination of the
others), and by the protector; each result is judged by the same auditor. Prints a Markdown table.
"""

from __future__ import annotations

import platform
import sys
import time

import numpy as np
from cpc_pipeline.disclosure.auditing import Audit, audit
from cpc_pipeline.disclosure.problem import Problem, publication
from cpc_pipeline.disclosure.protecting import protect
from disclosure_tables import PAIRS, linked

PRIME = 2_147_483_629
SEED = 1
COUNTS = (150, 600, 3000)
# Children, k, with municipalities, k of the municipalities where it differs (their zeros are hidden as well then).
RELEASES: list[tuple[int, int, bool, int | None]] = [
    *((n, k, False, None) for n in COUNTS for k in (5, 11)),
    *((n, k, True, None) for n in COUNTS for k in (5, 11)),
    *((n, 5, True, 11) for n in COUNTS),
]


def gauss_like(problem: Problem) -> frozenset[str]:
    """Hide cells until no sensitive one is a linear combination of what is printed; no interval is looked at.

    After GaussSuppression (Langsrud): every cell is a row of the innermost cells it sums; printed cells are eliminated
    in the order of their size, and a cell whose elimination would determine a sensitive one is hidden instead.
    """
    place = {cell.key: i for i, cell in enumerate(problem.cells)}
    rows = _innermost(problem, place)
    rows[:, [place[c.key] for c in problem.cells if c.value == 0 and not c.sensitive]] = 0
    sensitive = [cell.key for cell in problem.cells if cell.sensitive]
    wanted = np.array([place[key] for key in sensitive], dtype=np.int64)
    hidden = set(sensitive)
    for cell in sorted((c for c in problem.cells if not c.sensitive and c.value > 0), key=lambda c: -c.value):
        row = rows[place[cell.key]].copy()
        pivots = np.flatnonzero(row)
        if not len(pivots):
            continue
        touched = np.flatnonzero(rows[:, pivots[0]])
        trial = _eliminated(rows[touched], row, int(pivots[0]))
        if not trial[np.isin(touched, wanted)].any(axis=1).all():
            hidden.add(cell.key)
        else:
            rows[touched] = trial
    return frozenset(hidden)


def _eliminated(matrix: np.ndarray, row: np.ndarray, pivot: int) -> np.ndarray:
    factor = matrix[:, pivot] * pow(int(row[pivot]), -1, PRIME) % PRIME
    return (matrix - factor[:, np.newaxis] * row % PRIME) % PRIME


def _innermost(problem: Problem, place: dict[str, int]) -> np.ndarray:
    """Each cell (row) as a sum of unknowns (columns): relations are solved for the cells that they determine."""
    matrix = np.zeros((len(problem.relations), len(place)), dtype=np.int64)
    for i, relation in enumerate(problem.relations):
        for key, factor in relation.terms:
            matrix[i, place[key]] = factor % PRIME
    rows = np.eye(len(place), dtype=np.int64)
    lines: dict[int, int] = {}
    for i in range(len(matrix)):
        columns = np.flatnonzero(matrix[i])
        if not len(columns):
            continue
        pivot = int(columns[0])
        matrix[i] = matrix[i] * pow(int(matrix[i, pivot]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, pivot])
        for other in others[others != i]:
            matrix[other] = (matrix[other] - int(matrix[other, pivot]) * matrix[i]) % PRIME
        lines[pivot] = i
    for pivot, i in lines.items():
        rows[pivot] = (-matrix[i]) % PRIME
        rows[pivot, pivot] = 0
    return rows


def judged(problem: Problem, hidden: frozenset[str]) -> Audit:
    return audit(publication(problem, hidden), problem.demands(), seconds=600)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    print(f"{platform.machine()}, Python {platform.python_version()}; seconds of one processor\n")
    print("| release | cells | sensitive | alone: exact / narrow | Gauss-like: more hidden, exact / narrow, s | "
          "protector: more hidden, gap, s | audit: passed, s |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for count, k, municipalities, k_below in RELEASES:
        pairs = PAIRS[:3] + PAIRS[3:4] + PAIRS[6:] if municipalities else PAIRS
        problem = linked(count, SEED, k, pairs, municipalities, k_below)
        sensitive = frozenset(cell.key for cell in problem.cells if cell.sensitive)
        alone = judged(problem, sensitive)
        started = time.process_time()
        gauss = gauss_like(problem)
        spent = time.process_time() - started
        seen = judged(problem, gauss)
        told = f"{len(gauss - sensitive)}, {len(seen.exact)} / {len(seen.narrow)}, {spent:.1f}"
        pattern = protect(problem, b"benchmark", seconds)
        said = judged(problem, pattern.hidden)
        what = "7 tables + municipalities" if municipalities else "9 tables"
        gap = "optimal" if pattern.optimal else f"{100 * pattern.gap:.1f} %"
        below = "" if k_below is None else f" ({k_below} and zeros hidden below)"
        print(f"| {what}, N={count}, k={k}{below} | {len(problem.cells)} | {len(sensitive)} | "
              f"{len(alone.exact)} / {len(alone.narrow)} | {told} | "
              f"{len(pattern.secondary)}, {gap}, {pattern.seconds:.1f} | "
              f"{'yes' if said.passed else 'NO'}, {said.seconds:.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

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
RELEASES = [(n, k, False) for n in (150, 600, 3000) for k in (5, 11)] + [(600, 5, True), (600, 11, True)]


def gauss_like(problem: Problem) -> frozenset[str]:
    """Hide cells until no sensitive one is a linear combination of what is printed; no interval is looked at.

    After GaussSuppression (Langsrud): every cell is a row of the innermost cells it sums; printed cells are eliminated
    in the order of their size, and a cell whose elimination would determine a sensitive one is hidden instead.
    """
    rows, place = _innermost(problem)
    sensitive = [cell.key for cell in problem.cells if cell.sensitive]
    wanted = np.array([rows[key] for key in sensitive], dtype=np.int64)
    hidden = set(sensitive)
    shown = sorted((c for c in problem.cells if not c.sensitive and c.value > 0), key=lambda c: -c.value)
    zero = [place[c.key] for c in problem.cells if c.value == 0 and c.key in place]
    wanted[:, zero] = 0
    for cell in shown:
        row = rows[cell.key].copy()
        row[zero] = 0
        pivots = np.flatnonzero(row)
        if not len(pivots):
            continue
        trial = _eliminated(wanted, row, int(pivots[0]))
        if (~trial.any(axis=1)).any():
            hidden.add(cell.key)
        else:
            wanted = trial
            for key in rows:
                rows[key] = _eliminated(rows[key][np.newaxis], row, int(pivots[0]))[0]
    return frozenset(hidden)


def _eliminated(matrix: np.ndarray, row: np.ndarray, pivot: int) -> np.ndarray:
    factor = matrix[:, pivot] * pow(int(row[pivot]), -1, PRIME) % PRIME
    return (matrix - factor[:, np.newaxis] * row % PRIME) % PRIME


def _innermost(problem: Problem) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """Each cell as a sum of unknowns: relations are solved for the cells that they determine."""
    free = [cell.key for cell in problem.cells]
    place = {key: i for i, key in enumerate(free)}
    matrix = np.zeros((len(problem.relations), len(free)), dtype=np.int64)
    for i, relation in enumerate(problem.relations):
        for key, factor in relation.terms:
            matrix[i, place[key]] = factor % PRIME
    rows = dict(zip(free, np.eye(len(free), dtype=np.int64), strict=True))
    pivot_of: dict[int, np.ndarray] = {}
    for i in range(len(matrix)):
        columns = np.flatnonzero(matrix[i])
        if not len(columns):
            continue
        pivot = int(columns[0])
        matrix[i] = matrix[i] * pow(int(matrix[i, pivot]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, pivot])
        for other in others[others != i]:
            matrix[other] = (matrix[other] - int(matrix[other, pivot]) * matrix[i]) % PRIME
        pivot_of[pivot] = matrix[i]
    for pivot in pivot_of:
        row = next(m for m in matrix if m[pivot] == 1 and np.flatnonzero(m)[0] == pivot)
        solved = (-row) % PRIME
        solved[pivot] = 0
        rows[free[pivot]] = solved
    return rows, place


def judged(problem: Problem, hidden: frozenset[str]) -> Audit:
    return audit(publication(problem, hidden), problem.demands(), seconds=600)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    print(f"{platform.machine()}, Python {platform.python_version()}; seconds of one processor\n")
    print("| release | cells | sensitive | alone: exact / narrow | Gauss-like: more hidden, exact / narrow, s | "
          "protector: more hidden, gap, s | audit: passed, s |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for count, k, municipalities in RELEASES:
        pairs = PAIRS[:3] + PAIRS[3:4] + PAIRS[6:] if municipalities else PAIRS
        problem = linked(count, SEED, k, pairs, municipalities)
        sensitive = frozenset(cell.key for cell in problem.cells if cell.sensitive)
        alone = judged(problem, sensitive)
        told = "not run"
        if not municipalities:
            started = time.process_time()
            gauss = gauss_like(problem)
            spent = time.process_time() - started
            seen = judged(problem, gauss)
            told = f"{len(gauss - sensitive)}, {len(seen.exact)} / {len(seen.narrow)}, {spent:.1f}"
        pattern = protect(problem, b"benchmark", seconds)
        said = judged(problem, pattern.hidden)
        what = "7 tables + municipalities" if municipalities else "9 tables"
        gap = "optimal" if pattern.optimal else f"{100 * pattern.gap:.1f} %"
        print(f"| {what}, N={count}, k={k} | {len(problem.cells)} | {len(sensitive)} | "
              f"{len(alone.exact)} / {len(alone.narrow)} | {told} | "
              f"{len(pattern.secondary)}, {gap}, {pattern.seconds:.1f} | "
              f"{'yes' if said.passed else 'NO'}, {said.seconds:.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

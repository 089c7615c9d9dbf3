"""How many spoilt releases the auditor notices: synthetic tables, one line per kind of mutation.

    python benchmarks/disclosure_mutations.py

Un-hide: one secondary cell of an optimal pattern is printed. Drop: one of the nine tables is left out when protecting,
and its cells are printed all the same. Flip: two codes of one dimension are exchanged in the marks of one table.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from cpc_pipeline.disclosure.auditing import audit
from cpc_pipeline.disclosure.problem import Problem, publication
from cpc_pipeline.disclosure.protecting import protect
from disclosure_tables import DIMENSIONS, PAIRS, linked


def noticed(problem: Problem, hidden: frozenset[str]) -> bool:
    return not audit(publication(problem, hidden), problem.demands()).passed


def flipped(hidden: frozenset[str], first: str, second: str, table: str) -> frozenset[str]:
    """The marks of one table with two codes exchanged."""
    swap = {first: second, second: first}

    def other(key: str) -> str:
        return " | ".join(sorted((swap.get(part, part) for part in key.split(" | ")), key=lambda p: (p == "all", p)))

    return frozenset(other(key) if table in key else key for key in hidden)


def main() -> None:
    for count in (150, 600):
        problem = linked(count, 1)
        pattern = protect(problem, b"benchmark")
        assert pattern.optimal
        assert not noticed(problem, pattern.hidden)
        unhidden = [noticed(problem, pattern.hidden - {key}) for key in sorted(pattern.secondary)]
        dropped = [noticed(problem, _without(problem, count, pair)) for pair in PAIRS]
        flips = []
        for first, second in combinations([f"form={code}" for code in DIMENSIONS["form"]], 2):
            spoilt = flipped(pattern.hidden, first, second, "department=")
            if spoilt != pattern.hidden:
                flips.append(noticed(problem, spoilt))
        for name, found in (("un-hide", unhidden), ("drop a table", dropped), ("flip a code", flips)):
            print(f"N={count} {name}: {sum(found)} of {len(found)} noticed", flush=True)


def _without(problem: Problem, count: int, pair: tuple[str, str]) -> frozenset[str]:
    """What is hidden when one table is forgotten while protecting."""
    rest = linked(count, 1, pairs=[other for other in PAIRS if other != pair])
    known = {cell.key for cell in problem.cells}
    pattern = protect(replace(rest, cells=tuple(c for c in rest.cells if c.key in known)), b"benchmark", seconds=20)
    forgotten = {c.key for c in problem.cells if c.sensitive} - {c.key for c in rest.cells}
    return pattern.hidden | forgotten


if __name__ == "__main__":
    main()

"""A second opinion on suppression: tau-argus, the programme of the statistical offices, on the same invented children.

It protects each small count x by +-100 %, that is [0, 2x]; the project asks for [0, x + k], which is more (x < k).
So the primaries agree, and its pattern must pass the auditor at its own demand, and need not at the project's.
"""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline.disclosure.auditing import audit
from cpc_pipeline.disclosure.problem import Cell, Problem, publication, total
from cpc_pipeline.disclosure.protecting import protect

from tests.victims import children

ALL = "T"


def second_opinion(seed: int, tmp_path: Path) -> list[dict[str, Any]]:
    """Rows of tau-argus: place, form, freq, status (S safe, E empty, U unsafe, M hidden to protect those)."""
    import pytauargus

    frame = pl.DataFrame([{**child, "one": 1} for child in children(120, seed)]).select("place", "form", "one")
    # Its solver leaves logs in the current folder, whatever workdir says.
    with chdir(tmp_path):
        done = pytauargus.protect(
            frame,
            ["place", "form"],
            "one",
            safety_rules="FREQ(5,100)",
            suppress="OPT(1)",
            totcode=ALL,
            workdir=str(tmp_path),
        )
    return [row | {"place": row["place"].strip(), "form": row["form"].strip()} for row in done.tables[0].rows]


def problem_of(rows: list[dict[str, Any]]) -> Problem:
    values = {(row["place"], row["form"]): int(row["freq"]) for row in rows}
    places, forms = ({key[i] for key in values} - {ALL} for i in (0, 1))
    name = "{} {}".format
    cells = tuple(Cell(name(*key), value, sensitive=0 < value < 5) for key, value in values.items())
    sums = [total(f"place {f}", name(ALL, f), [name(p, f) for p in sorted(places)]) for f in [*sorted(forms), ALL]]
    sums += [total(f"form {p}", name(p, ALL), [name(p, f) for f in sorted(forms)]) for p in [*sorted(places), ALL]]
    return Problem(cells, tuple(sums))


@pytest.mark.parametrize("seed", [4, 7, 11])
def test_the_second_opinion_agrees_where_it_can_be_compared(seed: int, tmp_path: Path) -> None:
    rows = second_opinion(seed, tmp_path)
    problem = problem_of(rows)
    unsafe = {f"{r['place']} {r['form']}" for r in rows if r["status"] == "U"}
    hidden = unsafe | {f"{r['place']} {r['form']}" for r in rows if r["status"] == "M"}
    assert unsafe == {cell.key for cell in problem.cells if cell.sensitive}
    seen = audit(publication(problem, hidden), problem.demands(), intervals=True)
    truth = {cell.key: cell.value for cell in problem.cells}
    for key in unsafe:
        interval = seen.intervals[key]
        assert interval.lower == 0, key
        assert interval.upper is None or interval.upper >= 2 * truth[key], key
    ours = protect(problem, seconds=5)
    assert ours.optimal
    assert audit(publication(problem, ours.hidden), problem.demands()).passed
    assert ours.primary == unsafe

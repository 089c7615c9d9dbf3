"""Laws of protector and auditor: mutations are noticed, more knowledge never helps, one key gives one pattern."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from cpc_pipeline.disclosure.auditing import Certificate, audit, confirmed
from cpc_pipeline.disclosure.derived import Derived, must_be_hidden, possible_numerators
from cpc_pipeline.disclosure.problem import (
    INTERVAL_RULE,
    Cell,
    Demand,
    Fate,
    Problem,
    Publication,
    Requirement,
    Rule,
    publication,
    total,
)
from cpc_pipeline.disclosure.protecting import protect
from cpc_pipeline.disclosure.sensitivity import BelowFloorError, groups_hidden, threshold
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure_cases import random_case, random_hidden


def two_way(inner: list[list[int]], k: int = 5, requirement: Requirement = INTERVAL_RULE) -> Problem:
    """A table with its margins; keys are row,column with + for a total."""
    rows, columns = len(inner), len(inner[0])
    full = [[*row, sum(row)] for row in inner]
    full.append([sum(row[j] for row in full) for j in range(columns + 1)])
    name = [*map(str, range(max(rows, columns)))]
    r, c = [*name[:rows], "+"], [*name[:columns], "+"]
    cells = [Cell(f"{a},{b}", full[i][j], 0 < full[i][j] < k, k=k) for i, a in enumerate(r) for j, b in enumerate(c)]
    relations = [total(f"row {a}", f"{a},+", [f"{a},{b}" for b in c[:-1]]) for a in r]
    relations += [total(f"column {b}", f"+,{b}", [f"{a},{b}" for a in r[:-1]]) for b in c]
    return Problem(tuple(cells), tuple(relations), requirement)


def test_two_small_cells_in_a_row_do_not_hide_each_other() -> None:
    problem = two_way([[1, 2, 30], [20, 25, 40], [22, 31, 37]])
    alone = audit(publication(problem, {"0,0", "0,1", "1,0", "1,1"}), problem.demands())
    assert not alone.passed
    assert set(alone.narrow) == {"0,0", "0,1"}  # each is somewhere in 0..3: certainly fewer than 5
    assert audit(publication(problem, protect(problem).hidden), problem.demands()).passed


def test_a_textbook_table_has_its_known_intervals() -> None:
    """Fischetti and Salazar-Gonzalez (2000), figure 1: investments by activity and region, four cells hidden."""
    problem = two_way([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    view = publication(problem, {"0,0", "0,2", "1,0", "1,2"})
    seen = audit(view, [], intervals=True).intervals
    assert {key: (i.lower, i.upper) for key, i in seen.items()} == {
        "0,0": (0, 28), "0,2": (2, 30), "1,0": (0, 28), "1,2": (2, 30),
    }  # fmt: skip


def test_the_classical_rules_ask_for_less_than_the_interval() -> None:
    inner = [[3, 22, 9], [9, 6, 14], [12, 8, 30]]
    prices = {
        rule: protect(two_way(inner, requirement=Requirement(rule, 2 if rule is Rule.WIDTH else 0))).price
        for rule in Rule
    }
    assert prices[Rule.WIDTH] <= prices[Rule.MINIMUM] <= prices[Rule.INTERVAL]


@pytest.mark.parametrize("seed", [0, 2, 3, 6, 8, 12, 14, 18, 20, 24])
def test_no_secondary_cell_of_an_optimal_pattern_can_be_printed(seed: int) -> None:
    problem = random_case(seed)
    pattern = protect(problem)
    assert pattern.optimal
    for key in pattern.secondary - {c.key for c in problem.cells if c.fate is Fate.HIDDEN}:
        if not pattern.unattainable:
            assert not audit(publication(problem, pattern.hidden - {key}), problem.demands()).passed


def test_a_table_that_was_left_out_of_the_problem_is_noticed() -> None:
    problem = two_way([[1, 9, 8], [7, 6, 12], [10, 8, 30]])
    one_way = replace(problem, relations=tuple(r for r in problem.relations if r.name.startswith("row")))
    hidden = protect(one_way).hidden
    assert audit(publication(one_way, hidden), one_way.demands()).passed
    assert not audit(publication(problem, hidden), problem.demands()).passed


def test_a_printed_number_that_is_not_the_true_one_is_a_contradiction_or_no_certificate() -> None:
    problem = two_way([[1, 9], [7, 6]])
    view = publication(problem, protect(problem).hidden)
    changed = Publication({**view.printed, next(iter(view.printed)): 1234}, view.unknown, view.relations)
    assert not audit(changed, problem.demands()).passed


def test_without_time_nothing_is_proved() -> None:
    problem = two_way([[1, 9], [7, 6]])
    late = audit(publication(problem, protect(problem).hidden), problem.demands(), seconds=0.0)
    assert not late.passed
    assert late.unproved


@pytest.mark.parametrize("spoil", ["number", "half", "column", "all_alike"])
def test_a_spoilt_certificate_is_not_confirmed(spoil: str) -> None:
    problem = two_way([[1, 9], [7, 6]])
    view = publication(problem, protect(problem).hidden)
    made = audit(view, problem.demands()).certificate
    assert made is not None
    assert confirmed(made, view, problem.demands())
    tables = made.tables.copy()
    if spoil == "number":
        tables[0, 0] += 1
    spoilt = {
        "number": Certificate(made.keys, tables),
        "half": Certificate(made.keys, tables.astype(np.float64)),  # type: ignore[arg-type]
        "column": Certificate(made.keys[1:], tables[:, 1:]),
        "all_alike": Certificate(made.keys, np.tile(tables[:1], (3, 1))),
    }[spoil]
    assert not confirmed(spoilt, view, problem.demands())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 500), which=st.integers(0, 50))
def test_one_more_relation_never_widens_an_interval(seed: int, which: int) -> None:
    problem = random_case(seed)
    hidden = random_hidden(problem, seed)
    if not problem.relations:
        return
    left = list(problem.relations)
    left.pop(which % len(left))
    fewer = audit(publication(replace(problem, relations=tuple(left)), hidden), [], intervals=True).intervals
    for key, interval in audit(publication(problem, hidden), [], intervals=True).intervals.items():
        assert fewer[key].lower is None or (interval.lower is not None and interval.lower >= fewer[key].lower)
        assert fewer[key].upper is None or (interval.upper is not None and interval.upper <= fewer[key].upper)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 500), order=st.randoms(use_true_random=False))
def test_the_order_of_cells_and_relations_changes_nothing(seed: int, order: object) -> None:
    problem = random_case(seed)
    cells, relations = list(problem.cells), list(problem.relations)
    order.shuffle(cells)  # type: ignore[attr-defined]
    order.shuffle(relations)  # type: ignore[attr-defined]
    mixed = replace(problem, cells=tuple(cells), relations=tuple(relations))
    assert protect(mixed, b"key").hidden == protect(problem, b"key").hidden


def test_the_same_key_gives_the_same_pattern_and_another_key_may_not() -> None:
    problem = two_way([[1, 9, 9, 9], [9, 9, 9, 9], [9, 9, 9, 9]])
    assert protect(problem, b"one").hidden == protect(problem, b"one").hidden
    assert len({protect(problem, bytes([n])).hidden for n in range(8)}) > 1


def test_the_best_pattern_that_the_auditor_approves_is_kept() -> None:
    problem = two_way([[1, 9], [7, 6]])
    asked: list[frozenset[str]] = []
    refused = protect(problem, approve=lambda hidden: bool(asked.append(hidden)))
    assert asked
    assert refused.approved is False


def test_what_is_known_elsewhere_can_make_a_cell_unprotectable_and_that_is_said() -> None:
    cells = [Cell("a", 2, sensitive=True), Cell("b", 9, fate=Fate.KNOWN), Cell("t", 11, fate=Fate.KNOWN)]
    problem = Problem(tuple(cells), (total("t", "t", ["a", "b"]),))
    pattern = protect(problem)
    assert pattern.unattainable == ("a",)
    assert audit(publication(problem, pattern.hidden), problem.demands()).exact == ("a",)


def test_a_row_all_of_one_kind_is_hidden_and_the_kind_stays_open() -> None:
    inner = two_way([[20, 0, 0], [30, 15, 25], [18, 17, 16]])
    rows = [(f"{a},+", [f"{a},{b}" for b in range(3)]) for a in range(3)]
    problem = replace(inner, cells=groups_hidden(inner.cells, rows))
    assert problem.demands() == (Demand("0,0", 15, None),)
    pattern = protect(problem)
    assert {"0,0", "0,1", "0,2"} <= pattern.hidden
    assert audit(publication(problem, pattern.hidden), problem.demands()).passed


def test_the_floor_of_k_is_in_the_code() -> None:
    assert threshold(11) == 11
    with pytest.raises(BelowFloorError):
        threshold(4)


@pytest.mark.parametrize(
    ("shown", "of", "possible"), [("12.5", 16, (2,)), ("33", 90, (30,)), ("33", 300, (98, 99, 100))]
)
def test_a_rounded_percentage_gives_its_numerator_away(shown: str, of: int, possible: tuple[int, ...]) -> None:
    assert possible_numerators(Decimal(shown), of) == possible
    assert all(abs(100 * n / of - float(shown)) <= 0.5 for n in possible)


def test_a_percentage_of_a_hidden_number_or_complement_is_hidden() -> None:
    derived = [Derived("p", "f", "all", Decimal("40"), complement="m"), Derived("q", "x", "y", Decimal("1"))]
    assert must_be_hidden(derived, {"m"}) == {"p"}

"""The problem as data: what a relation says, what a rule demands, what earlier editions leave."""

from __future__ import annotations

import pytest
from cpc_pipeline.disclosure.earlier import Change, Edition, FrozenChangedError, joint
from cpc_pipeline.disclosure.problem import (
    Cell,
    Demand,
    Fate,
    Floor,
    Relation,
    Requirement,
    Rule,
    Sense,
    demand,
    floor_of,
    printed_ratio,
    publication,
)


def holds(relation: Relation, values: dict[str, int]) -> bool:
    left = sum(factor * values[key] for key, factor in relation.terms)
    return left == relation.bound if relation.sense is Sense.EQUAL else left <= relation.bound


@pytest.mark.parametrize(("part", "possible"), [(1, False), (2, True), (3, False)])
def test_a_printed_percentage_leaves_the_numerators_that_round_to_it(part: int, possible: bool) -> None:
    relations = printed_ratio("r", "part", "whole", shown=12)  # 2 of 16 is 12.5: on the edge; 2 of 17 is 11.8
    assert all(holds(r, {"part": part, "whole": 17}) for r in relations) is possible


def test_the_interval_rule_asks_for_zero_and_for_k_more_than_the_truth() -> None:
    cell = Cell("x", 3, sensitive=True, k=5)
    assert demand(cell, Requirement()) == Demand("x", 0, 8, wary=True)
    assert demand(cell, Requirement(Rule.MINIMUM)) == Demand("x", 0, 5)
    assert demand(cell, Requirement(Rule.WIDTH, 4)) == Demand("x", None, None, width=4)


def test_a_marker_says_at_least_one_only_where_zeros_are_shown() -> None:
    assert floor_of(Cell("x", 3)) == Floor(0, 1)
    assert floor_of(Cell("x", 3, zeros_hidden=True)) == Floor(0, 0)
    assert floor_of(Cell("x", 0, fate=Fate.HIDDEN)) == Floor(0, 0)
    assert floor_of(Cell("x", -2, fate=Fate.LATENT, signed=True)) == Floor(None, None)


def test_what_was_hidden_stays_hidden_and_what_was_printed_is_known() -> None:
    before = Edition("2024", printed={"total": 9}, hidden={"a": 2}, sensitive=frozenset({"a"}))
    problem = joint([Cell("total", 9), Cell("a", 2, sensitive=True), Cell("b", 7)], [], [before])
    fates = {cell.key: cell.fate for cell in problem.cells}
    assert fates["total"] is Fate.KNOWN
    assert fates["a"] is Fate.HIDDEN
    assert fates["b"] is Fate.OPEN
    assert fates["a @ 2024"] is Fate.HIDDEN
    assert {d.key for d in problem.demands()} == {"a", "a @ 2024"}
    assert set(publication(problem, []).unknown) == {"a", "a @ 2024"}


def test_a_small_cell_that_was_printed_before_is_for_people_to_look_at() -> None:
    before = Edition("2024", printed={"a": 2})
    problem = joint([Cell("a", 2, sensitive=True)], [], [before])
    assert problem.review() == ("a",)
    assert problem.demands() == ()


def test_a_closed_period_that_changed_is_refused_without_telling_its_value() -> None:
    with pytest.raises(FrozenChangedError) as refused:
        joint([Cell("a", 97531)], [], [Edition("2024", printed={"a": 97530})])
    assert "9753" not in str(refused.value)


@pytest.mark.parametrize(("now", "small"), [(20, False), (21, True), (24, True), (25, False), (18, True)])
def test_a_small_change_is_a_small_count(now: int, small: bool) -> None:
    before = Edition("2024", printed={"a": 20}, change=Change.CORRECTIONS)
    problem = joint([Cell("a", now)], [], [before])
    assert bool(problem.demands()) is small
    assert not joint([Cell("a", now)], [], [before], changes_shown=frozenset({"a"})).demands()

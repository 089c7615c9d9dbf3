"""Protector and auditor against every table of whole numbers, on small random cases."""

from __future__ import annotations

import pytest
from cpc_pipeline.disclosure.auditing import audit, confirmed
from cpc_pipeline.disclosure.problem import publication
from cpc_pipeline.disclosure.protecting import protect
from cpc_pipeline.disclosure.protecting.costs import costs

from tests.disclosure_cases import cheapest, random_case, random_hidden, smallest_and_largest, truly_safe

SOME = range(60)
MANY = range(60, 600)


def agree(seed: int) -> None:
    """The auditor says of each sensitive cell what trying all tables says, and leaves a certificate that holds."""
    problem = random_case(seed)
    view, demands = publication(problem, random_hidden(problem, seed)), problem.demands()
    said = audit(view, demands)
    safe = {d.key for d in demands} - {*said.exact, *said.narrow, *said.unproved}
    assert safe == truly_safe(problem, random_hidden(problem, seed))
    assert not said.unproved
    assert said.passed is (len(safe) == len(demands))
    if said.passed:
        assert said.certificate is not None
        assert confirmed(said.certificate, view, demands)


def never_leak(seed: int) -> None:
    """What the protector lets out discloses nothing, except what it says that nothing can protect."""
    problem = random_case(seed)
    pattern = protect(problem)
    assert {d.key for d in problem.demands()} - truly_safe(problem, pattern.hidden) == set(pattern.unattainable)
    assert pattern.optimal


def is_cheapest(seed: int) -> None:
    """Where the protector claims an optimum, trying all patterns finds none that is cheaper."""
    problem = random_case(seed)
    pattern = protect(problem, b"a secret")
    if not pattern.unattainable:
        assert cheapest(problem, costs(problem, b"a secret")) == pytest.approx(pattern.price)


@pytest.mark.parametrize("seed", SOME)
def test_auditor_and_enumeration_never_disagree(seed: int) -> None:
    agree(seed)


@pytest.mark.parametrize("seed", SOME)
def test_the_protector_never_leaks(seed: int) -> None:
    never_leak(seed)


@pytest.mark.parametrize("seed", [0, 6, 2, 8, 3, 9, 4, 10, 5, 11])
def test_the_protector_finds_the_cheapest_pattern_there_is(seed: int) -> None:
    is_cheapest(seed)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_the_interval_of_each_hidden_cell_is_the_true_one(seed: int) -> None:
    problem = random_case(seed)
    view = publication(problem, random_hidden(problem, seed))
    for key, interval in audit(view, problem.demands(), intervals=True).intervals.items():
        lower, upper = smallest_and_largest(problem, view, key)
        tried = {cell.key: cell.value for cell in problem.cells}[key] + 8
        assert interval.lower == lower
        assert upper == tried if interval.upper is None or interval.upper > tried else upper == interval.upper


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_auditor_and_enumeration_never_disagree_on_many_cases(seed: int) -> None:
    agree(seed)
    never_leak(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", [s for s in range(12, 180) if s % 6 != 1])
def test_the_protector_finds_the_cheapest_pattern_on_many_cases(seed: int) -> None:
    is_cheapest(seed)

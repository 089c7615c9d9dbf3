"""How many different people: the range is exact, whatever is known, and it always holds the truth."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from cpc_pipeline import measures
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.measures.overlap import OverlapsContradict, Range, union_range
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.observed import observed

QUICK = settings(max_examples=30, deadline=None, derandomize=True)


def met(**counts: float) -> dict[str, tuple[float, float | None]]:
    return {name: (n, n) for name, n in counts.items()}


def test_forty_and_thirty_five_children_are_at_least_forty_and_at_most_seventy_five() -> None:
    assert union_range(met(a=40, b=35)) == Range(40, 75)


def test_of_forty_and_thirty_five_with_twenty_two_in_common_there_are_fifty_three() -> None:
    assert union_range(met(a=40, b=35), {frozenset("ab"): 22}) == Range(53, 53)


def test_one_pair_that_was_compared_narrows_the_range_of_three_registers() -> None:
    # 100 and 104 share 100: 104 people. The 124 of the third may hold all of them, or none.
    known = {frozenset({"interior", "unodc"}): 100.0}
    assert union_range(met(interior=100, prosecution=124, unodc=104), known) == Range(124, 228)


def test_more_people_in_common_than_one_of_them_met_is_a_contradiction() -> None:
    with pytest.raises(OverlapsContradict):
        union_range(met(a=10, b=5), {frozenset("ab"): 7})


def test_an_organisation_that_met_more_than_some_number_leaves_the_upper_end_open() -> None:
    assert union_range({"a": (40, 40), "b": (30, None)}) == Range(40, None)


@QUICK
@given(st.lists(st.sets(st.integers(0, 30)), min_size=2, max_size=4), st.data())
def test_the_truth_of_simulated_registers_lies_in_the_range_whichever_lists_were_compared(
    registers: list[set[int]], data: st.DataObject
) -> None:
    names = "abcd"[: len(registers)]
    people = dict(zip(names, registers, strict=True))
    groups = [g for size in range(2, len(names) + 1) for g in combinations(names, size)]
    compared = data.draw(st.sets(st.sampled_from(groups)))
    overlaps = {frozenset(g): float(len(set.intersection(*(people[n] for n in g)))) for g in compared}
    found = union_range(met(**{n: len(p) for n, p in people.items()}), overlaps)
    assert found.upper is not None
    assert found.lower <= len(set.union(*registers)) <= found.upper
    if set(groups) == compared:
        assert found.lower == found.upper


@QUICK
@given(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), st.data())
def test_the_range_is_that_of_all_ways_in_which_the_people_can_be_divided(
    counts: tuple[int, int, int], data: st.DataObject
) -> None:
    shared = data.draw(st.integers(0, min(counts[:2])))
    totals = [
        sum(cells)
        for cells in product(range(4), repeat=7)
        if sum(cells) <= sum(counts)
        and [sum(c for i, c in enumerate(cells, 1) if i >> p & 1) for p in range(3)] == list(counts)
        and sum(c for i, c in enumerate(cells, 1) if i & 3 == 3) == shared
    ]
    found = union_range(dict(zip("abc", ((c, c) for c in counts), strict=True)), {frozenset("ab"): float(shared)})
    assert (found.lower, found.upper) == (min(totals), max(totals))


def test_who_repeats_a_register_is_no_register_of_its_own(colombia: Catalogue) -> None:
    """The registers of 2020 are a range; the government that publishes the same number adds no people to it."""
    said = [f"2020@00={n} age=child org={o}" for o, n in (("mininterior", 100), ("fiscalia", 124), ("gobierno", 104))]
    made = measures.compute(observed(said, colombia, "PROT-1"), colombia).measures
    row = made.filter(indicator="PROT-1", series="together", calendar="calendar").to_dicts()
    assert [(r["lower"], r["upper"], r["status"]) for r in row] == [(124, 224, "upper_bound")]
    record = made.filter(indicator="PROT-1", year=2020, calendar="calendar", series="record", place="00")
    assert record["actual"].to_list() == [100]

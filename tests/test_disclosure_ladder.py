"""A table that is too crowded with small counts is shown coarser, as was declared for it, and then not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, load
from cpc_pipeline.catalogue.ladders import Ladder
from cpc_pipeline.disclosure.ladder import left_out, share_of_small
from cpc_pipeline.disclosure.policy import Policy, policy_of

from tests.conftest import COMPACTS

AGES = ("child", "adult", "child_0_11", "child_12_17")


def row(arcadia: Catalogue, age: str, actual: int, **more: str) -> dict[str, Any]:
    """An invented count of the whole country."""
    groups = dict.fromkeys(arcadia.dimension_ids, "all") | {"age": age} | more
    where = {"indicator": "PRO-3", "calendar": arcadia.default_calendar, "year": 2024, "place": "00"}
    return where | groups | {"organisation": "x", "unit": "people", "actual": float(actual)}


def table(arcadia: Catalogue, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [row(arcadia, age, value) for age, value in counts.items()]


def shown(rows: list[dict[str, Any]], arcadia: Catalogue, policy: Policy) -> set[str]:
    gone = left_out(rows, arcadia, policy)
    return {r["age"] for r in rows if not any(f"|{r['age']}|" in key for key in gone)}


@pytest.fixture
def policy(arcadia: Catalogue) -> Policy:
    found = policy_of(arcadia)
    assert found is not None
    return found


def with_ladder(arcadia: Catalogue, *steps: tuple[str, int], **more: Any) -> Catalogue:
    said = [{"dimension": dimension, "finest": finest} for dimension, finest in steps]
    return arcadia.model_copy(update={"ladders": (Ladder.model_validate({"id": "l", "steps": said, **more}),)})


def test_a_table_with_few_small_counts_is_shown_as_it_is(arcadia: Catalogue, policy: Policy) -> None:
    rows = table(arcadia, {"child": 30, "adult": 40, "child_0_11": 2, "child_12_17": 28})
    assert share_of_small(rows, arcadia, policy) == 0.25
    assert shown(rows, with_ladder(arcadia, ("age", 0)), policy) == set(AGES)


def test_a_crowded_table_is_shown_in_its_first_declared_version_that_is_not(arcadia: Catalogue, policy: Policy) -> None:
    rows = table(arcadia, {"child": 6, "adult": 40, "child_0_11": 2, "child_12_17": 4})
    assert shown(rows, with_ladder(arcadia, ("age", 1)), policy) == {"child", "adult"}


def test_a_table_that_is_crowded_in_every_declared_version_is_left_out(arcadia: Catalogue, policy: Policy) -> None:
    rows = table(arcadia, {"child": 4, "adult": 3, "child_0_11": 2, "child_12_17": 2})
    assert shown(rows, with_ladder(arcadia, ("age", 1)), policy) == set()


def test_without_a_ladder_the_finest_groups_go_first(arcadia: Catalogue, policy: Policy) -> None:
    rows = table(arcadia, {"child": 6, "adult": 40, "child_0_11": 2, "child_12_17": 4})
    assert shown(rows, arcadia.model_copy(update={"ladders": ()}), policy) == {"child", "adult"}


def test_the_first_ladder_that_fits_the_table_is_the_one(arcadia: Catalogue, policy: Policy) -> None:
    rows = table(arcadia, {"child": 6, "adult": 40, "child_0_11": 2, "child_12_17": 4})
    other = with_ladder(arcadia, ("age", 0), by=["sex", "age"])
    assert shown(rows, other, policy) == {"child", "adult"}, "it is a ladder of other tables"
    own = with_ladder(arcadia, ("age", 0), by=["age"])
    assert shown(rows, own, policy) == set()


def test_each_kind_of_table_has_its_own_threshold(arcadia: Catalogue, policy: Policy) -> None:
    """Nine children in a municipality are few; in the country they are not."""
    assert policy.k == 5
    rows = table(arcadia, {"child": 9, "adult": 9})
    assert shown(rows, arcadia, policy) == {"child", "adult"}
    assert shown(rows, arcadia, replace(policy, k=10)) == set()


def test_a_ladder_of_something_that_is_not_there_is_a_fault_with_its_line(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(COMPACTS / "arcadia", tmp_path / "arcadia")
    said = "- id: wrong\n  indicators: [PRO-99]\n  by: [agee]\n  steps: [{dimension: form, finest: 1}]\n"
    (tmp_path / "arcadia" / "ladders.yaml").write_text(said)
    with pytest.raises(CatalogueFaults) as caught:
        load("arcadia", extra=[tmp_path])
    told = [(f.file, f.line, f.message) for f in caught.value.faults]
    assert ("arcadia/ladders.yaml", 1, "wrong: dimension: there is no 'agee'") in told
    assert ("arcadia/ladders.yaml", 1, "wrong: indicators: there is no 'PRO-99'") in told

"""Files read beside the judging of others: asked for in order, a few at a time, each mistake at its own turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import contracts, intake
from cpc_pipeline.folders import Folders
from cpc_pipeline.pipeline import reading_along as along
from cpc_pipeline.project import Project

MANY = 3 * along.MOST


def arrival(number: int) -> intake.Arrival:
    return intake.Arrival(Path(f"{number}.xlsx"), f"2025/works/{number}.xlsx", "works", 2025, f"{number:064}")


@pytest.fixture
def project(arcadia: Any, tmp_path: Path) -> Project:
    return Project(Folders(tmp_path, arcadia.id), arcadia)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the files that were opened, each of which says its own name; the fourth cannot be read."""
    opened: list[str] = []
    lock = threading.Lock()

    def reads(one: intake.Arrival, *_: Any) -> intake.Intake:
        with lock:
            opened.append(one.name)
        if one.name == "3.xlsx":
            raise LookupError(one.name)
        return intake.Intake(pl.DataFrame({"name": [one.name]}), contracts.empty(contracts.FINDINGS), "annual")

    monkeypatch.setattr(intake, "take_in_arrival", reads)
    return opened


def test_each_file_gets_its_own_reading_and_is_opened_once(project: Project, read: list[str]) -> None:
    wanted = [arrival(number) for number in range(MANY) if number != 3]
    with along.reading_along(project, wanted) as beside:
        said = [beside.ahead(one).observations["name"].item() for one in wanted]
    assert said == [one.name for one in wanted]
    assert sorted(read) == sorted(said)


def test_no_more_are_read_ahead_than_may_wait(project: Project, read: list[str]) -> None:
    with along.reading_along(project, map(arrival, range(MANY))) as beside:
        beside.ahead(arrival(0))
    assert 1 <= len(read) <= along.MOST + 1


def test_what_reading_a_file_raises_is_raised_where_it_is_asked_for_and_the_next_is_read(
    project: Project, read: list[str]
) -> None:
    with along.reading_along(project, map(arrival, range(5))) as beside:
        assert all(beside.ahead(arrival(number)) is not None for number in range(3))
        with pytest.raises(LookupError):
            beside.ahead(arrival(3))
        assert beside.ahead(arrival(4)).observations["name"].item() == "4.xlsx"


def test_of_a_file_that_was_not_named_nothing_was_read(project: Project, read: list[str]) -> None:
    with along.reading_along(project, [arrival(0)]) as beside:
        assert beside.ahead(arrival(7)) is None

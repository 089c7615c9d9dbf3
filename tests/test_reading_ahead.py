"""Workbooks read ahead by others are taken in as if they had been read by whoever loads them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import intake, pipeline
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import Send

NOW = datetime(2026, 4, 10, 9, 0)  # noqa: DTZ001
# Invented, and put together here so that no list of identities lies in the repository.
NUMBER = "10" + "45" + "123" + "987"
KEYS = [("icbf", 2023), ("icbf", 2024), ("fiscalia", 2023)]


@pytest.fixture
def arrived(project: Project, send: Send) -> Project:
    """A workbook with a question, one about a child, and one that nobody can read."""
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}, {"indicator": "PROT-9", "value": "many"}])
    send("icbf", 2024, [{"indicator": "PROT-1", "value": 12, "note": f"La niña Yuliana Riascos, T.I. {NUMBER}"}])
    broken = project.folders.raw / "2023" / "fiscalia" / "x.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not a workbook")
    return replace(project, clock=lambda: NOW)


def taken_in(project: Project) -> dict[str, Any]:
    pipeline.take_in(project, KEYS)
    with project.open_warehouse() as warehouse:
        read = {n: warehouse.read(n, stored=True) for n in ("submissions", "observations", "findings", "receipts")}
    # A refused file is named by a secret of its installation.
    told = {n: f.filter(~pl.col("submission_id").str.contains("/refused-")) for n, f in read.items()}
    return {n: f.drop([c for c in f.columns if c.startswith("recorded_")]).rows() for n, f in told.items()}


@pytest.mark.slow
def test_what_was_read_ahead_is_loaded_as_what_was_not_and_is_not_read_again(
    arrived: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Folders(arrived.folders.root.with_name("elsewhere"), arrived.catalogue.id)
    shutil.copytree(arrived.folders.root, elsewhere.root, copy_function=shutil.copy2)
    alone = taken_in(replace(arrived, folders=elsewhere))
    assert pipeline.read_ahead(arrived, KEYS[:1]) + pipeline.read_ahead(arrived, KEYS[1:]) == 2
    real, read = intake.take_in_arrival, []

    def told(arrival: intake.Arrival, *more: Any, **named: Any) -> intake.Intake:
        read.append((arrival.organisation, arrival.year))
        return real(arrival, *more, **named)

    monkeypatch.setattr(intake, "take_in_arrival", told)
    together = taken_in(replace(arrived, ahead=pipeline.Ahead(arrived)))
    assert together["observations"] and together == alone
    assert read == [("icbf", 2024)], "only what the guard refuses, by the one that puts it away"


def test_nothing_of_a_file_with_personal_data_is_kept_ahead_and_the_rest_for_its_owner_only(arrived: Project) -> None:
    assert pipeline.read_ahead(arrived, KEYS) == 2
    kept = [path for path in arrived.folders.ahead.rglob("*") if path.is_file()]
    assert not any(NUMBER.encode() in path.read_bytes() for path in kept)
    (one,) = intake.arrivals(arrived.folders.raw, None, [KEYS[1]])
    assert pipeline.Ahead(arrived)(one) is None
    assert kept and not any(path.stat().st_mode & 0o077 for path in kept)


def test_a_file_that_changed_since_it_was_read_ahead_is_read_again(arrived: Project, send: Send) -> None:
    pipeline.read_ahead(arrived, KEYS)
    ahead = pipeline.Ahead(arrived)
    (before,) = intake.arrivals(arrived.folders.raw, None, [KEYS[0]])
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 31}])
    (after,) = intake.arrivals(arrived.folders.raw, None, [KEYS[0]])
    assert (ahead(before) is None, ahead(after) is None) == (False, True)
    pipeline.forget_ahead(arrived)
    assert pipeline.Ahead(arrived)(before) is None

"""Messy files: read rightly, or refused with a reason; there is no third outcome. And every cell is accounted for."""

from __future__ import annotations

import os
from collections import Counter

import polars as pl
import pytest
from cpc_pipeline import intake, validation
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.tidying import Intake

from tests.conftest import ROOT
from tests.messy.kinds import CASES, KINDS, Case, Values

SLOW = {c.name for c in CASES if "10,000" in c.name or "too much" in c.name}
READ: dict[str, Intake] = {}
each_case = pytest.mark.parametrize(
    "case",
    # A list of ten thousand rows and a zip of two hundred megabytes take seconds for each test.
    [pytest.param(c, marks=pytest.mark.long) if c.name in SLOW else c for c in CASES],
    ids=[f"{c.kind}-{c.name}" for c in CASES],
)


def taken(case: Case, catalogue: Catalogue) -> Intake:
    """The case, read once for all tests of a process."""
    if case.name not in READ:
        READ[case.name] = _taken(case, catalogue)
    return READ[case.name]


def _taken(case: Case, catalogue: Catalogue) -> Intake:
    return intake.take_in(
        case.make(),
        name="tabla.xlsx",
        submission_id="s",
        organisation=case.organisation,
        year=case.year,
        catalogue=catalogue,
    )


def values_of(read: Intake) -> Values:
    """Place and year -> number (categories that are no total added up where the total is not there), or status."""
    found: Values = {}
    rows = read.observations
    for (place, start), own in rows.group_by(["place", "period_start"], maintain_order=True):
        whole = own.filter(pl.col("sex") == "all") if (own["sex"] == "all").any() else own
        key = (str(place), start.year)  # type: ignore[attr-defined]
        reported = whole.filter(pl.col("status") == "reported")
        found[key] = float(reported["value"].sum()) if reported.height == whole.height else str(whole["status"][0])
    return found


@each_case
def test_a_messy_file_is_read_rightly_or_refused_with_a_reason(case: Case, arcadia: Catalogue) -> None:
    read = taken(case, arcadia)
    codes, severities = set(read.findings["code"]), set(read.findings["severity"])
    refused = read.observations.is_empty() and severities & {"return", "reject"}
    if case.values is None:
        assert refused, codes
        assert case.codes  # for this reason, and no other
    else:
        assert values_of(read) == case.values, codes
    assert set(case.codes) <= codes, codes
    for language in arcadia.languages:
        words = validation.render(read.findings, arcadia, language)
        said = [*words["message"], *words["expected"], *words["action"]]
        assert not [text for text in said if "{" in text]


@each_case
def test_every_cell_is_loaded_refused_or_reported(case: Case, arcadia: Catalogue) -> None:
    for reading in taken(case, arcadia).readings:
        assert not reading.account.open
        assert set(reading.account.fates) == set(reading.grid.cells)
        if reading.read:
            loaded = {at for at, role in reading.account.roles.items() if role == "value"}
            assert bool(loaded) == bool(reading.observations)


def test_every_kind_of_the_taxonomy_has_at_least_two_files() -> None:
    assert {kind: n for kind, n in Counter(c.kind for c in CASES).items() if n < 2} == {}
    assert set(range(1, 34)) == {c.kind for c in CASES}


DOC = ROOT / "docs" / "tables-of-others.md"
MARK = "<!-- table: tests/test_messy.py -->\n"


def documented() -> str:
    """The table of the docs: each kind, its files, and what comes of them."""
    lines = ["| # | kind | files, and what comes of each |", "|--:|---|---|"]
    for number, kind in enumerate(KINDS, start=1):
        told = [
            f"{c.name}: {'refused' if c.values is None else 'read'}" + (f" ({', '.join(c.codes)})" if c.codes else "")
            for c in CASES
            if c.kind == number
        ]
        lines.append(f"| {number} | {kind} | {'; '.join(told)} |")
    return "\n".join(lines) + "\n"


def test_the_docs_name_every_file_of_every_kind_and_what_comes_of_it() -> None:
    head, _, rest = DOC.read_text(encoding="utf-8").partition(MARK)
    table = documented()
    if os.environ.get("CPC_RENEW_GOLDEN"):
        DOC.write_text(head + MARK + table + "\n" + rest[rest.index("## What is not read") :], encoding="utf-8")
        return
    assert rest.startswith(table)

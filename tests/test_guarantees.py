"""docs/guarantees.md names the tests that show the guarantees: each of them is there, and each guarantee has one."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "guarantees.md").read_text(encoding="utf-8")
ROWS = {m[1]: m[0] for m in re.finditer(r"^\| (G\d+) \|.*$", PAGE, re.MULTILINE)}


def test_every_test_that_the_page_names_is_there() -> None:
    there = {
        n for path in HERE.glob("test_*.py") for n in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    assert not set(re.findall(r"`(test_\w+)`", PAGE)) - there


def test_every_guarantee_has_a_test_or_is_measured() -> None:
    assert list(ROWS) == [f"G{n}" for n in range(1, 11)]
    assert all("`test_" in row or "benchmarks" in row for row in ROWS.values())

"""A whole edition of an invented country, byte for byte, and numbers in it that were computed by hand.

Renew after a meant change: CPC_RENEW_GOLDEN=1 make test; then read the difference in git, line by line.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import send_all

GOLDEN = Path(__file__).parent / "golden" / "arcadia" / "2024"
TEXT = (".csv", ".txt")
NEVER_MEASURES = {
    Status.NOT_ADDITIVE,  # waits for rules that forbid adding (national totals from places)
    Status.HIDDEN,  # waits for the wider editions
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Path:
    project = Project(Folders(tmp_path_factory.mktemp("golden"), "arcadia"), arcadia)
    send_all(project)
    pipeline.publish_year(project, 2024)
    return project.folders.edition(2024, "internal")


def texts(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.suffix in TEXT}


def test_the_edition_is_byte_for_byte_the_one_that_was_read_and_approved(edition: Path) -> None:
    if os.environ.get("CPC_RENEW_GOLDEN"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        for name, content in texts(edition).items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(content)
    made, approved = texts(edition), texts(GOLDEN)
    assert made.keys() == approved.keys()
    for name, content in made.items():
        lines, due = content.decode().splitlines(), approved[name].decode().splitlines()
        assert lines == due, f"{name}: if the change is meant, CPC_RENEW_GOLDEN=1 make test"
        assert content == approved[name]


def of(edition: Path, indicator: str, **where: str) -> dict[str, str | None]:
    """The row of an indicator: the system of record, national, in no group but those named."""
    table = pl.read_csv(edition / "tables" / "performance.csv", infer_schema=False)
    chosen = {"series": "record", "calendar": "calendar", "place": "00", "sex": "all", "form": "all"} | where
    rows = table.filter(pl.col("indicator") == indicator, *[pl.col(k) == v for k, v in chosen.items()])
    assert rows.height == 1, rows
    return rows.to_dicts()[0]


def test_numbers_of_the_edition_are_those_computed_by_hand(edition: Path) -> None:
    talks = of(edition, "PRE-1", age="child")
    # 300 + 290 + 310 + 320 = 1220; target 1200: 101.7 %, deviation +1.7 %, within 10 %; baseline 800 declared for 2021.
    assert (talks["actual"], talks["target"], talks["achievement_pct"]) == ("1220", "1200", "101.7")
    assert (talks["rating"], talks["explanation_required"], talks["baseline"]) == ("on_target", "false", "800")
    girls = of(edition, "PRE-1", age="child", sex="female")
    assert (girls["actual"], girls["target"], girls["deviation_pct"]) == ("640", "600", "6.7")  # 40 / 600
    assert of(edition, "PRE-2")["actual"] == "7"  # the largest of 3, 7, 5, 2
    assert of(edition, "PRE-3")["actual"] == "65.8"  # (61.5 + 70) / 2 = 65.75, half away from zero
    victims = of(edition, "PRO-1", age="child")
    # People met in two quarters: at least the larger (40), at most both (75), and no number in between is claimed.
    assert (victims["actual"], victims["lower"], victims["upper"]) == (None, "40", "75")
    share = of(edition, "PRO-2")
    assert (share["actual"], share["numerator"], share["denominator"]) == ("60", "45", "75")  # never (75 + 42.9) / 2
    assert of(edition, "PRO-3")["actual"] == "36"  # a stock: the last of 30, 34, 38, 36
    days = of(edition, "PRO-4")
    # (480 + 280) / (40 + 35) = 10.1333; the way from 20 down to 10 is 98.7 % gone: (20 - 10.1333) / (20 - 10).
    assert (days["actual"], days["achievement_pct"]) == ("10.1", "98.7")
    assert (of(edition, "JUS-2")["actual"], of(edition, "JUS-3")["actual"]) == ("22", "40")  # 22 of 55
    old = of(edition, "JUS-4")
    assert (old["status"], old["lower"], old["upper"], old["rating"]) == ("conflicting", "25", "27", "no_value")
    assert of(edition, "PAR-1")["deviation_pct"] == "25.0"  # 25 000.5 / 100 000
    assert of(edition, "PAR-1")["explanation_required"] == "true"
    law = of(edition, "PRE-4")
    assert (law["actual"], law["target"], law["achievement_pct"]) == ("3", "4", "75.0")


def test_every_status_a_cell_can_have_is_in_the_edition_and_none_is_a_zero(edition: Path) -> None:
    table = pl.read_csv(edition / "tables" / "performance.csv", infer_schema=False)
    told = set(table["status"]) | set(pl.read_csv(edition / "tables" / "context.csv", infer_schema=False)["status"])
    assert {str(s) for s in Status} - told <= {str(s) for s in NEVER_MEASURES}
    zero = table.filter(pl.col("place") == "04")
    assert zero.select("actual", "status").row(0) == ("0", "reported")
    without = table.filter(~pl.col("status").is_in(["reported", "partial"]))
    assert without["actual"].null_count() == without.height

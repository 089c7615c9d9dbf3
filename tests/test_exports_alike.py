"""Every format of the open data says the same numbers, and the same edition gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline.contracts import Status
from cpc_pipeline.export import FORMATS, read
from cpc_pipeline.export.sdmx import OBS_STATUS
from cpc_pipeline.project import Project
from lxml import etree

from tests.exported import YEAR, files, numbers, observations, printed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("to", ["csv", "datapackage", "parquet", "xlsx", "sdmx-csv", "duckdb"])
def test_every_format_says_what_the_performance_table_says(
    issued_arcadia: Project, tmp_path: Path, to: str, edition: str
) -> None:
    made = files(issued_arcadia, to, edition)
    due = printed(issued_arcadia, edition)
    assert len(due) > 15
    assert numbers(to, made, issued_arcadia.catalogue, tmp_path) == due


def test_iati_says_of_the_system_of_record_what_the_performance_table_says(issued_arcadia: Project) -> None:
    document = etree.fromstring(files(issued_arcadia, "iati")["iati-results.xml"])
    said = []
    for indicator in document.iter("indicator"):
        for period in indicator.iter("period"):
            if period.find("period-start").get("iso-date") == f"{YEAR}-01-01":
                said += [
                    (indicator.find("reference").get("code"), float(a.get("value"))) for a in period.iter("actual")
                ]
    table = pl.read_csv(
        issued_arcadia.folders.edition(YEAR, "public") / "tables" / "performance.csv", infer_schema=False
    )
    own = table.filter(pl.col("actual").is_not_null(), series="record", calendar="calendar")
    assert sorted(said) == sorted((r["indicator"], float(r["actual"])) for r in own.iter_rows(named=True))


def test_no_kind_of_missing_becomes_another(issued_arcadia: Project) -> None:
    rows = read(issued_arcadia.folders.edition(YEAR, "public")).rows
    kinds = set(rows.filter(pl.col("actual").is_null())["status"])
    assert len(kinds) >= 9
    told = [o for o in observations(files(issued_arcadia, "sdmx-csv")) if not o.value]
    assert {o.attached_attribute["STATUS"].value for o in told} == kinds
    for o in told:
        status = o.attached_attribute["STATUS"].value
        assert o.attached_attribute["OBS_STATUS"].value == OBS_STATUS.get(Status(status), "O")
        assert (o.attached_attribute["CONF_STATUS"].value == "C") == (status in ("hidden", "suppressed_by_source"))
    own = rows.filter(pl.col("actual").is_null(), series="record", calendar="calendar")
    document = etree.fromstring(files(issued_arcadia, "iati")["iati-results.xml"])
    left = document.xpath("//cpc:no-value/@status", namespaces={"cpc": "urn:cpc:iati-extension"})
    assert sorted(left) == sorted(own["status"])


@pytest.mark.parametrize("to", sorted(FORMATS))
def test_the_same_edition_gives_the_same_bytes(issued_arcadia: Project, to: str) -> None:
    assert files(issued_arcadia, to) == files(issued_arcadia, to)

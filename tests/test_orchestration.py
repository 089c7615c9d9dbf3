"""Dagster's door: it loads, it runs in process, and it keeps the history without keeping what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dagster as dg
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.lineage import of_measures, of_table
from cpc_pipeline.orchestration.metadata import matrix
from cpc_pipeline.orchestration.refresh import refresh
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import tables

pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_every_organisation_of_the_catalogue_is_a_partition(project: Project) -> None:
    assets = build(project).resolve_asset_graph()
    partitions = assets.get(dg.AssetKey(["colombia", "submissions"])).partitions_def
    assert isinstance(partitions, dg.MultiPartitionsDefinition)
    keys = {str(key) for key in partitions.get_partition_keys()}
    assert {f"{o}|2023" for o in project.catalogue.organisations} <= keys


def test_a_check_on_a_partitioned_asset_is_partitioned_too(project: Project) -> None:
    graph = build(project).resolve_asset_graph()
    for key in graph.asset_check_keys:
        asset, check = graph.get(key.asset_key), graph.get(key)
        assert check.partitions_def == asset.partitions_def


@pytest.mark.slow
def test_a_returned_workbook_stops_nobody_and_what_was_typed_stays_out_of_the_history(
    project: Project, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "DAGSTER_REDACT_USER_CODE_ERRORS", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, "")  # so that what the refresh sets is undone after the test
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}, {"indicator": "PROT-9", "value": "CANARIO7391 Perez"}])
    broken = project.folders.raw / "2023" / "fiscalia" / "x.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"not a workbook")
    done = refresh(project, years=[2023], progress=lambda *_, **__: None)
    assert (done.returned, done.years) == (1, 1)
    written = (project.folders.edition(2023, "internal") / "tables" / "performance.csv").read_text(encoding="utf-8-sig")
    assert any(",30," in line and line.startswith("PROT-11") for line in written.splitlines())
    home = project.folders.root / ".dagster"
    leaks = [p for p in home.rglob("*") if p.is_file() and b"CANARIO7391" in p.read_bytes()]
    assert leaks == []
    assert not list(home.rglob(".telemetry"))
    with dg.DagsterInstance.get() as instance:
        sent = instance.get_materialized_partitions(dg.AssetKey(["colombia", "submissions"]))
        records = instance.get_event_records(dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION))
        said = [r.event_log_entry.dagster_event.asset_check_evaluation_data for r in records]
        made = instance.get_latest_materialization_event(dg.AssetKey(["colombia", "performance_tables"]))
        assert made is not None
        assert made.asset_materialization is not None
        table = made.asset_materialization.metadata
    assert {str(key) for key in sent} == {"icbf|2023", "fiscalia|2023"}
    checks = {str(c.partition): (c.passed, c.description) for c in said if c.check_name == "submission_verdict"}
    assert checks == {"icbf|2023": (False, "partly accepted"), "fiscalia|2023": (False, "returned")}
    told = table["dagster/column_lineage"].value
    assert isinstance(told, dg.TableColumnLineage)
    assert [(d.asset_key.to_user_string(), d.column_name) for d in told.deps_by_column["actual"]] == [
        ("colombia/measures", "actual")
    ]
    assert "PROT-11/2023" in str(table["preview"].value)  # a reference that `cpc trace` takes
    assert "not received" in str(table["preview"].value)  # in words, and not as the file has it for machines
    columns = {column.name: column.description or "" for column in table["dagster/column_schema"].value.columns}
    assert "Made of measures.actual." in columns["actual"]


def test_before_the_last_day_nobody_is_missing_in_the_matrix(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.settle(project)
    last, words = project.catalogue.header.closing(2023), Words(project)
    status = questions.status(project).filter(pl.col("year") == 2023)
    before, after = (str(matrix(status, words, last + timedelta(days=n)).value) for n in (0, 1))
    assert words("says.in_time") in before and words.of("cli", "verdict.missing") not in before
    assert words("says.in_time") not in after and words.of("cli", "verdict.missing") in after


def test_the_lineage_of_columns_names_columns_that_there_are(project: Project) -> None:
    there = tables(project.catalogue.dimension_ids)
    measured, said = there["measures"].columns, there["observations"].columns
    of_rows = of_measures(project.catalogue.dimension_ids)
    assert set(of_rows) <= set(measured)
    assert {column for sources in of_rows.values() for _, column in sources} <= set(said)
    assert {"actual", "lower", "upper", "numerator", "denominator", "baseline"} <= set(of_rows)
    of_print = of_table(["indicator", "actual", "name_en", "trace"], measured)
    assert set(of_print) == {"indicator", "actual", "trace"}

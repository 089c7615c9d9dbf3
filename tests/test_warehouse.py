"""The memory: whole submissions, killed processes, one writer."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import weakref
from itertools import combinations, product
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse, WarehouseBusy
from cpc_pipeline.warehouse.reading import FEW, lineage_of_parts

TAKE_IN = """
import sys
from pathlib import Path
from cpc_pipeline import pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
project = Project(Folders(Path(sys.argv[1]), "colombia"), load("colombia"))
print("ready", flush=True)
pipeline.take_in(project, pipeline.todo(project).submissions)
pipeline.compute_measures(project)
"""


def contents(project: Project) -> list[Any]:
    with Warehouse(project.folders.warehouse, project.catalogue.dimension_ids) as warehouse:
        frames = [warehouse.observations(), warehouse.findings(), warehouse.measures(), warehouse.lineage()]
        return [frame.to_dicts() for frame in frames]


def run_all(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


def test_running_twice_equals_running_once(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    once = contents(project)
    left = pipeline.todo(project, years=())
    assert not (left.submissions or left.measures)
    pipeline.take_in(project, [("icbf", 2023)])
    pipeline.compute_measures(project)
    assert contents(project) == once


def test_what_a_killed_process_had_laid_aside_is_gone_once_the_warehouse_is_opened(project: Project) -> None:
    path = project.folders.warehouse
    aside = path.with_name(f"{path.name}.tmp")
    with Warehouse(path, project.catalogue.dimension_ids) as warehouse:
        used = warehouse._all("SELECT current_setting('temp_directory')")
    assert used == [(str(aside),)], "DuckDB lays it elsewhere by now"
    aside.mkdir()
    (aside / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"data about children")
    with Warehouse(path, project.catalogue.dimension_ids):
        assert not aside.exists()


def test_the_lineage_of_some_parts_is_found_whole_and_no_other_though_names_begin_alike() -> None:
    organisations = ["", "x", "xx", "x-1", "y"]
    there = list(product(["A", "A-1", "A-10"], organisations))
    ids = {part: f"{part[0]}|calendar|2021|x|A|all|{part[1]}|children" for part in there}
    database = duckdb.connect()
    database.execute("CREATE TABLE lineage AS SELECT unnest(?) AS measure_id", [list(ids.values())])
    assert len(organisations) > FEW
    for parts in [[], *combinations(there, 1), *combinations(there, 2), there[3:9], there]:
        frame = pl.DataFrame(parts, schema={"indicator": pl.String, "organisation": pl.String}, orient="row")
        database.register("parts", frame.to_arrow())
        where, asked = lineage_of_parts(frame)
        found = database.execute(f"SELECT measure_id FROM lineage WHERE {where}", asked).fetchall()
        assert sorted(found) == sorted((ids[part],) for part in parts)


def test_a_corrected_workbook_replaces_the_first_one_whole(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}, {"indicator": "PROT-9", "value": 1}])
    run_all(project)
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 31}])
    run_all(project)
    observations = contents(project)[0]
    assert [o["value"] for o in observations] == [31]


def test_a_file_that_is_gone_is_kept_and_no_longer_counts(project: Project, send: Any) -> None:
    path = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    path.unlink()
    run_all(project)
    observations, _, measures, _ = contents(project)
    assert len(observations) == 1
    assert [m for m in measures if m["actual"] is not None] == []


def test_a_second_writer_is_told_to_wait_and_readers_are_not(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    hold = "import duckdb,sys,time\nc=duckdb.connect(sys.argv[1])\nprint('held',flush=True)\ntime.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(project.folders.warehouse)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert questions.status(project).filter(organisation="icbf", year=2023)["verdict"][0] == "accepted"
        with (
            pytest.raises(WarehouseBusy),
            Warehouse(project.folders.warehouse, project.catalogue.dimension_ids, patience=0.1),
        ):
            pass
        other.kill()


def test_a_warehouse_that_this_process_has_open_is_waited_for_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "it's one.duckdb"
    with Warehouse(path, ()), pytest.raises(WarehouseBusy), Warehouse(path, (), patience=0):
        pass
    with Warehouse(path, ()) as warehouse:
        assert warehouse.receipts().is_empty()


def test_a_warehouse_that_was_laid_down_in_larger_groups_of_rows_can_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with Warehouse(path, ()):
        pass
    with duckdb.connect(str(path)) as plain:
        plain.execute("INSERT INTO memory SELECT 'k' || i, 'before' FROM range(50000) r(i)")
    with Warehouse(path, ()) as warehouse:
        warehouse.remember("k7", "after")
        warehouse.remember("new", "after")
    with Warehouse(path, ()) as warehouse:
        assert [warehouse.recall(key) for key in ("k6", "k7", "k49999", "new")] == [
            "before",
            "after",
            "before",
            "after",
        ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "after", [0.1, *(pytest.param(after, marks=pytest.mark.long) for after in (0.0, 0.05, 0.2, 0.4))]
)
def test_a_killed_run_is_completed_by_the_next_and_nothing_is_doubled(
    project: Project, send: Any, after: float
) -> None:
    for year in range(2016, 2026):
        for organisation in ("icbf", "mininterior", "fiscalia"):
            send(organisation, year, [{"indicator": "PREV-1", "age": "child", "value": year % 17}])
    with subprocess.Popen(
        [sys.executable, "-c", TAKE_IN, str(project.folders.root)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(after)
        run.send_signal(signal.SIGKILL)
    run_all(project)
    whole = contents(project)
    Path(project.folders.warehouse).unlink()
    run_all(project)
    assert contents(project) == whole
    assert len(whole[0]) == 30


def test_what_has_been_written_is_not_held_in_memory_until_the_transaction_ends(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[weakref.ref[Any]] = []
    to_arrow = pl.DataFrame.to_arrow

    def seen(frame: pl.DataFrame, **how: Any) -> Any:
        table = to_arrow(frame, **how)
        handed.append(weakref.ref(table))
        return table

    with project.open_warehouse() as warehouse:
        columns = {"path": "a.xlsx", "size": 1, "mtime_ns": 1, "inode": 1, "hashed_ns": 1, "sha256": "0"}

        def write() -> None:
            monkeypatch.setattr(pl.DataFrame, "to_arrow", seen)
            warehouse._insert("files", pl.DataFrame([columns]))
            assert handed
            assert not [table for table in handed if table() is not None]

        warehouse._together(write)
        assert warehouse.files().height == 1

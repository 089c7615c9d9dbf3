"""Nothing that was known is lost: revisions, two times, migrations, and what must hold in every row ever recorded."""

from __future__ import annotations

import dataclasses
import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse, changed, describing, faults, find, tables

ROOT = Path(__file__).parent.parent
SCHEMA_1 = Path(__file__).parent / "fixtures" / "warehouse_schema_1.sql"


def run_all(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.compute_measures(project)


def at(project: Project, moment: datetime) -> Project:
    """The same project by another clock."""
    return dataclasses.replace(project, clock=lambda: moment)


def utc(*parts: int) -> datetime:
    """A moment as the warehouse keeps it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


JUNE, JULY = utc(2025, 6, 1, 12), utc(2025, 7, 1, 12)


def values(warehouse: Warehouse, as_of: datetime | None = None) -> list[Any]:
    return warehouse.observations(as_of)["value"].to_list()


def test_docs_say_what_the_tables_are() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == describing.text(), (
        "python -m cpc_pipeline.warehouse.describing > docs/tables.md"
    )


def test_every_read_can_be_asked_for_what_was_known_then(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(at(project, JUNE))
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 31}])
    run_all(at(project, JULY))
    before, between = JUNE - timedelta(days=1), JULY - timedelta(days=1)
    with project.open_warehouse() as warehouse:
        assert [values(warehouse, moment) for moment in (before, between, None)] == [[], [30], [31]]
        actual = pl.col("actual").is_not_null()
        assert warehouse.measures(between).filter(actual)["actual"].to_list() == [30]
        assert warehouse.measures().filter(actual)["actual"].to_list() == [31]
        assert warehouse.submissions(between)["revision"].to_list() == [1]
        assert warehouse.receipts(between).height == 1
        assert warehouse.read("observations", between, stored=True)["recorded_to"][0] >= JULY
        assert faults(warehouse) == []


def test_what_did_not_change_keeps_the_time_at_which_it_was_recorded(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    send("fiscalia", 2023, [{"indicator": "PREV-7", "value": 4}])
    run_all(at(project, JUNE))
    with project.open_warehouse() as warehouse:
        first = warehouse.history("observations")
        measures = warehouse.history("measures").height
    send("fiscalia", 2023, [{"indicator": "PREV-7", "value": 5}])
    run_all(at(project, JULY))
    with project.open_warehouse() as warehouse:
        now = warehouse.history("observations")
        own = pl.col("submission_id") == "icbf/2023/annual.xlsx"
        assert now.filter(own).equals(first.filter(own))
        assert now.filter(~own)["submission_revision"].to_list() == [1, 2]
        assert warehouse.history("measures").height == measures + 1


def test_an_original_is_kept_for_ever_under_its_hash_and_cannot_be_written(project: Project, send: Any) -> None:
    path = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    first = path.read_bytes()
    run_all(project)
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 31}])
    run_all(project)
    with project.open_warehouse() as warehouse:
        hashes = warehouse.receipts()["sha256"].to_list()
    kept = [find(project.folders.originals, h) for h in hashes]
    assert kept[0] is not None and kept[0].read_bytes() == first and kept[0].suffix == ".xlsx"
    assert kept[0].stat().st_mode & 0o777 == 0o400
    assert project.folders.originals.stat().st_mode & 0o777 == 0o700
    assert changed(project.folders.originals) == []
    kept[0].chmod(0o600)
    kept[0].write_bytes(b"something else")
    assert changed(project.folders.originals) == [kept[0].name]


def test_a_clock_that_goes_back_gives_no_receipt_before_an_earlier_one(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(at(project, JULY))
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 31}])
    run_all(at(project, JUNE))
    with project.open_warehouse() as warehouse:
        first, second = warehouse.receipts().iter_rows(named=True)
        assert faults(warehouse) == []
    assert second["received_at"] > first["received_at"] >= JULY
    assert (first["clock_at"], second["clock_at"]) == (JULY, JUNE)
    said = (project.folders.receipts / "2023" / f"{second['receipt_id']}.txt").read_text(encoding="utf-8")
    assert "The clock of the receiving machine said 2025-06-01 12:00:00" in said
    assert "El reloj del equipo que recibe marcaba 2025-06-01 12:00:00" in said


# --- schemas ---


@pytest.fixture
def written_by_the_first_schema(tmp_path: Path, arcadia: Catalogue) -> Project:
    """A warehouse of three invented submissions, as the first version of this program wrote it."""
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    project.folders.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(project.folders.warehouse)) as connection:
        for statement in SCHEMA_1.read_text(encoding="utf-8").strip().removesuffix(";").split(";\n"):
            connection.execute(statement).fetchall()
    return project


def test_a_warehouse_of_the_first_schema_is_migrated_with_every_row(written_by_the_first_schema: Project) -> None:
    project = written_by_the_first_schema
    with duckdb.connect(str(project.folders.warehouse)) as connection:
        names = ("submissions", "observations", "findings", "measures", "lineage")
        before = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchall()[0][0] for n in names}
    with project.open_warehouse() as warehouse:
        assert {n: warehouse.read(n).height for n in names} == before
        assert before["observations"] == 11
        first = warehouse.read("observations", stored=True).row(0, named=True)
        assert (first["value"], first["submission_revision"]) == (55, 1)
        assert first["recorded_from"] == utc(2025, 3, 2, 10)
        assert warehouse.observations(utc(2025, 3, 1)).is_empty()
        receipts = warehouse.receipts().select("receipt_id", "status", "revision").rows()
        assert ("courts-2024-001", "accepted_with_queries", 1) in receipts and len(receipts) == 3
        # Of the fixture's measures only some were kept, and its lineage whole: the laws are about the rest.
        assert faults(warehouse) == []
    assert sorted(p.name for p in project.folders.warehouse.parent.iterdir()) == ["arcadia.duckdb"]


def test_a_dimension_or_column_that_comes_later_is_added_and_no_row_is_lost(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    more = (*project.catalogue.dimension_ids, "colour")
    with Warehouse(project.folders.warehouse, more) as warehouse:
        assert warehouse.observations().select("value", "colour").rows() == [(30, "all")]
    with Warehouse(project.folders.warehouse, project.catalogue.dimension_ids) as warehouse:
        assert values(warehouse) == [30]
    with Warehouse(project.folders.warehouse, more) as warehouse:
        assert warehouse.observations()["colour"].to_list() == ["all"]


def test_a_warehouse_of_a_later_version_is_left_alone(project: Project, send: Any) -> None:
    from cpc_pipeline.warehouse.migrations import TooNew

    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    with duckdb.connect(str(project.folders.warehouse)) as connection:
        connection.execute("UPDATE memory SET value = '99' WHERE key = 'schema_version'").fetchall()
    before = project.folders.warehouse.read_bytes()
    with pytest.raises(TooNew), project.open_warehouse():
        pass
    assert project.folders.warehouse.read_bytes() == before


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("observations", "status = 'not_available'"),
        ("submissions", "verdict = 'perhaps'"),
        ("submissions", "revision = 0"),
        ("receipts", "sha256 = 'short'"),
        ("measures", "status = 'not_received', actual = 7"),
        ("findings", "recorded_to = recorded_from"),
    ],
)
def test_what_the_specification_forbids_the_database_refuses(
    project: Project, send: Any, table: str, change: str
) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}, {"indicator": "PROT-9", "value": "what"}])
    run_all(project)
    with (
        duckdb.connect(str(project.folders.warehouse)) as connection,
        pytest.raises(duckdb.ConstraintException),
    ):
        connection.execute(f"UPDATE {table} SET {change}").fetchall()


@pytest.mark.parametrize(
    ("sql", "law"),
    [
        ("INSERT INTO lineage (measure_id, observation_id, recorded_from) VALUES ('m', 'x', now())", "lineage"),
        ("UPDATE observations SET submission_revision = 9", "observations: a row without"),
        (
            "INSERT INTO measures SELECT * REPLACE (recorded_from + INTERVAL 1 SECOND AS recorded_from) FROM measures",
            "measures",
        ),
        ("DELETE FROM receipts", "submissions: a revision without"),
    ],
)
def test_what_no_constraint_can_say_is_checked(project: Project, send: Any, sql: str, law: str) -> None:
    send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    run_all(project)
    with project.open_warehouse() as warehouse:
        assert faults(warehouse) == []
    with duckdb.connect(str(project.folders.warehouse)) as connection:
        connection.execute(sql).fetchall()
    with project.open_warehouse() as warehouse:
        assert [f for f in faults(warehouse) if f.startswith(law)]


def test_every_table_says_what_a_row_is_and_what_its_columns_mean(project: Project) -> None:
    with project.open_warehouse():
        pass
    with duckdb.connect(str(project.folders.warehouse)) as connection:
        known = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        silent = connection.execute("SELECT column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal")
        assert silent.fetchall() == []
    assert known == {t.name: t.grain for t in tables(project.catalogue.dimension_ids).values()}


# --- readers ---


def _reads(root: str, stop: Any, told: Any) -> None:
    from cpc_pipeline.catalogue import load

    project = Project(Folders(Path(root), "colombia"), load("colombia"))
    seen = []
    while not stop.is_set():
        with project.read_warehouse() as warehouse:
            reported = set(values(warehouse))
            actual = warehouse.measures().filter(pl.col("actual").is_not_null())["actual"].to_list()
        seen.append((reported, set(actual)))
        if len(seen) == 1:
            told.put("reading")
    told.put(seen)


def test_many_readers_are_never_locked_out_and_never_see_half_a_load(project: Project, send: Any) -> None:
    def load(value: int) -> None:
        for organisation in ("icbf", "fiscalia", "mininterior"):
            send(organisation, 2023, [{"indicator": "PROT-11", "value": value}])
        run_all(project)

    load(0)
    spawn = multiprocessing.get_context("spawn")
    told, stop = spawn.Queue(), spawn.Event()
    readers = [spawn.Process(target=_reads, args=(str(project.folders.root), stop, told)) for _ in range(2)]
    for reader in readers:
        reader.start()
    assert [told.get(timeout=60) for _ in readers] == ["reading"] * len(readers)
    for value in range(1, 4):
        load(value)
    stop.set()
    seen = [one for _ in readers for one in told.get(timeout=60)]
    for reader in readers:
        reader.join()
    for reported, actual in seen:
        assert len(reported) == 1, "the three submissions of one run are seen together"
        assert actual == reported
    assert len({next(iter(reported)) for reported, _ in seen}) > 1, "readers saw the runs go by"
    assert questions.status(project).filter(organisation="icbf", year=2023)["verdict"][0] == "accepted"

"""Dagster's records in a real PostgreSQL by one setting: the same results, and a history that outlives a restart."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS, quarter, write_submission
from tests.servers import Postgres, needs_postgres, postgres, run

pytestmark = [pytest.mark.long, needs_postgres]

RUNS = """
import json, os, sys
from pathlib import Path
from cpc_pipeline.orchestration.home import prepare
os.environ.update(prepare(Path(sys.argv[1])))
import dagster as dg
with dg.DagsterInstance.get() as instance:
    sent = instance.get_materialized_partitions(dg.AssetKey(["utopia", "submissions"]))
    print(json.dumps([sorted((r.job_name, str(r.status.value)) for r in instance.get_runs()), sorted(map(str, sent))]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def history(root: Path, url: str) -> list[Any]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("DAGSTER_")} | {"CPC_DAGSTER_POSTGRES_URL": url}
    said = subprocess.run(
        [sys.executable, "-c", RUNS, str(root)], env=env, capture_output=True, text=True, check=True, timeout=120
    )
    return list(json.loads(said.stdout.splitlines()[-1]))


def editions(root: Path) -> dict[str, str]:
    place = root / "data" / "published"
    files = sorted(p for p in place.rglob("*") if p.is_file())
    return {str(p.relative_to(place)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def small(tmp_path: Path, utopia: Catalogue) -> Project:
    """A country of two organisations, one of which has sent a workbook."""
    made = Project(Folders(tmp_path / "a project", "utopia"), utopia)
    rows = [{"indicator": "U-1", "age": "child", "value": 40 + n, **quarter(2024, n)} for n in (1, 2, 3, 4)]
    write_submission(made, "moon", 2024, rows)
    return made


def of_utopia(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run(root, *arguments, "--compact", "utopia", CPC_COMPACTS=str(COMPACTS), **more)


def test_one_setting_keeps_the_history_in_postgresql_and_changes_no_result(
    server: Postgres, small: Project, tmp_path: Path
) -> None:
    root, plain = small.folders.root, tmp_path / "plain"
    shutil.copytree(root, plain)
    url = tmp_path / "url"
    url.write_text(server.url())
    url.chmod(0o600)
    done = of_utopia(root, "refresh", CPC_DAGSTER_POSTGRES_URL_FILE=str(url))
    assert done.returncode == 0, done.stdout + done.stderr
    runs, sent = history(root, server.url())
    assert ["intake", "SUCCESS"] in runs
    assert ["results", "SUCCESS"] in runs
    assert sent == ["moon|2024"]
    home = root / ".dagster"
    assert not list(home.rglob("*.db")), "nothing is kept in SQLite beside it"
    assert server.password not in (home / "dagster.yaml").read_text()

    server.stop()
    server.start()
    assert history(root, server.url()) == [runs, sent]

    assert of_utopia(plain, "refresh").returncode == 0
    assert editions(root) == editions(plain) != {}

    at = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "dagster"]
    server.program("pg_dump", *at, "-Fc", "-f", "dump", "dagster")
    server.program("createdb", *at, "restored")
    server.program("pg_restore", *at, "-d", "restored", "dump")
    assert history(root, server.url("restored")) == [runs, sent], "the records come back from a dump"


def test_a_server_that_does_not_answer_is_told_without_its_password(small: Project) -> None:
    away = "postgresql://dagster:secret7391@127.0.0.1:1/dagster"
    done = of_utopia(small.folders.root, "refresh", CPC_DAGSTER_POSTGRES_URL=away)
    assert done.returncode == 2
    assert "secret7391" not in done.stdout + done.stderr
    assert "PostgreSQL" in done.stdout

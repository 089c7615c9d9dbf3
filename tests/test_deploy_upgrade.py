"""An upgrade of Dagster: what its previous minor version wrote down is still there, and runs go on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import dagster
import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS, quarter, write_submission
from tests.servers import POSTGRES, postgres, run
from tests.test_deploy_postgres import history

pytestmark = pytest.mark.long

WRITES = """
import dagster as dg

years = dg.MultiPartitionsDefinition({"organisation": dg.StaticPartitionsDefinition(["sun"]),
                                      "year": dg.StaticPartitionsDefinition(["2023", "2024"])})

@dg.asset(key_prefix="utopia", partitions_def=years, pool="warehouse", output_required=False)
def submissions():
    yield dg.Output(None)

with dg.DagsterInstance.get() as instance:
    for year in ("2023", "2024"):
        key = dg.MultiPartitionKey({"organisation": "sun", "year": year})
        dg.materialize([submissions], instance=instance, partition_key=key)
"""


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python with the newest release of the minor version before ours, in an environment of its own."""
    major, minor = map(int, dagster.__version__.split(".")[:2])
    place = tmp_path_factory.mktemp("previous") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, timeout=300)
    python = place / "bin" / "python"
    # Its own releases of that time did not say that they need an older SQLAlchemy than today's.
    wanted = [f"dagster=={major}.{minor - 1}.*", "dagster-postgres", "psycopg2-binary", "sqlalchemy<2.1"]
    uv = Path(sys.executable).with_name("uv")
    ours = [str(uv), "pip", "install", "-q", "--python", str(python)]
    install = ours if uv.exists() else [str(python), "-m", "pip", "install", "-q"]
    done = subprocess.run([*install, *wanted], check=False, capture_output=True, text=True, timeout=600)
    if done.returncode:
        pytest.skip(f"the previous minor version of Dagster cannot be installed here: {done.stderr[-300:]}")
    return python


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """An address of PostgreSQL, or nothing."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield ""
        elif POSTGRES is None or find_spec("dagster_postgres") is None:
            pytest.skip("needs PostgreSQL from the system's packages, and make setup-server")
        else:
            yield stack.enter_context(postgres()).url()


def test_the_history_of_the_previous_version_is_there_and_runs_go_on(
    previous: Path, database: str, tmp_path: Path, utopia: Catalogue
) -> None:
    project = Project(Folders(tmp_path / "a project", "utopia"), utopia)
    home = project.folders.root / ".dagster"
    home.mkdir(parents=True)
    storage = "storage: {postgres: {postgres_url: {env: THERE}}}\n" if database else ""
    (home / "dagster.yaml").write_text(storage + "telemetry: {enabled: false}\n")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CPC_", "DAGSTER_"))}
    env |= {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "yes", "THERE": database}
    done = subprocess.run(
        [str(previous), "-c", WRITES], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]

    rows = [{"indicator": "U-1", "age": "child", "value": 40 + n, **quarter(2024, n)} for n in (1, 2, 3, 4)]
    write_submission(project, "moon", 2024, rows)
    told = {"CPC_COMPACTS": str(COMPACTS), "CPC_COMPACT": "utopia"}
    if database:
        told["CPC_DAGSTER_POSTGRES_URL"] = database
    root = project.folders.root
    migrated = run(root, "service", "migrate", **told)
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    runs, sent = history(root, database)
    assert len(runs) == 2
    assert sent == ["sun|2023", "sun|2024"]
    went_on = run(root, "refresh", **told)
    assert went_on.returncode == 0, went_on.stdout + went_on.stderr
    runs, sent = history(root, database)
    assert ["intake", "SUCCESS"] in runs
    assert sent == ["moon|2024", "sun|2023", "sun|2024"]

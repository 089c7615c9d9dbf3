"""DAGSTER_HOME inside the project, prepared once, with telemetry off and nobody else reading it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from cpc_pipeline.orchestration import settings

POOL = "warehouse"
"""One writer at a time: every asset that opens the warehouse is in this pool (limit 1 in dagster.yaml)."""

OWNERS = ["team:cpc-secretariat"]


def prepare(root: Path) -> dict[str, str]:
    """Create the folder with its settings and return the environment that Dagster must run in.

    Raises SettingsRefused where this installation was told something that cannot be.
    """
    home = root / ".dagster"
    text, variables = settings.chosen(os.environ)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.write(home, text)
    return variables | {
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # Libraries print the values they choke on; Dagster would keep them.
        "DAGSTER_REDACT_USER_CODE_ERRORS": "1",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(home / "matplotlib")),
    }


def migrate(home: Path, environment: Mapping[str, str]) -> None:
    """Bring the records to what this version of Dagster reads, alone and before anything else opens them.

    Of SQLite once for each version: that takes as long as starting Dagster. The note of it lies in the folder of the
    records, so that other records (a backup of an older version, none at all) are migrated. What a database at the
    other end of an address holds is not known here.
    """
    note = home / "history" / "migrated"
    if not environment.get(settings.POSTGRES) and _said(note) == dg.__version__:
        return
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "instance", "migrate"], env=environment, check=False, capture_output=True
    )
    if done.returncode == 0 and note.parent.is_dir():
        note.write_text(dg.__version__)


def _said(note: Path) -> str:
    try:
        return note.read_text()
    except OSError:
        return ""


@contextmanager
def history() -> Iterator[dg.DagsterInstance]:
    """Dagster's records of this project, opened; `prepare` has said where they are.

    Raises SettingsRefused where the database does not answer.
    """
    try:
        instance = dg.DagsterInstance.get()
    except Exception as error:
        # Its text names the database; its class is of a library that a plain installation does not have.
        if type(error).__module__.startswith("dagster_postgres"):
            raise settings.SettingsRefused("database_silent", variable=settings.POSTGRES) from None
        raise
    with instance:
        yield instance

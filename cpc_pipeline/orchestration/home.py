"""DAGSTER_HOME inside the project, prepared once, with telemetry off and nobody else reading it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

POOL = "warehouse"
"""One writer at a time: every asset that opens the warehouse is in this pool (limit 1 in dagster.yaml)."""

OWNERS = ["team:cpc-secretariat"]


def prepare(root: Path) -> dict[str, str]:
    """Create the folder with its settings and return the environment that Dagster must run in."""
    home = root / ".dagster"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = Path(__file__).with_name("dagster.yaml")
    if not (home / "dagster.yaml").exists() or (home / "dagster.yaml").read_bytes() != settings.read_bytes():
        shutil.copyfile(settings, home / "dagster.yaml")
    return {
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # Libraries print the values they choke on; Dagster would keep them.
        "DAGSTER_REDACT_USER_CODE_ERRORS": "1",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(home / "matplotlib")),
    }

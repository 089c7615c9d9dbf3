"""Start Dagster's UI on this machine: loopback only, telemetry off, below a path other pages cannot guess."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from cpc_pipeline.orchestration.files import start
from cpc_pipeline.orchestration.healing import UI, bury_the_dead, door
from cpc_pipeline.orchestration.home import history, migrate, prepare
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project


def serve(project: Project, port: int) -> int:
    """Run `dagster dev` until it is stopped; returns its exit code.

    Any web page that is open in the same browser could drive an unprotected local Dagster; the random path keeps
    it from finding the address.
    """
    environment = os.environ | prepare(project.folders.root) | {"CPC_COMPACT": project.catalogue.id}
    environment["CPC_HOME"] = str(project.folders.root)
    prefix = environment.setdefault("DAGSTER_WEBSERVER_PATH_PREFIX", f"/{secrets.token_hex(8)}")
    migrate(project.folders.root / ".dagster", environment)
    os.environ.update(environment)
    with door(project.folders.root / ".dagster", UI) as ours:
        if ours:  # a second UI on the same project leaves the runs of the first alone
            with history() as instance:
                bury_the_dead(instance, UI, Words(project)("says.killed"))
        start(project.folders, port + 1)  # the links to results that stand in the metadata
        print(f"http://127.0.0.1:{port}{prefix}", flush=True)  # noqa: T201  (what the person waits for)
        workspace = Path(__file__).parents[2] / "workspace.yaml"
        command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
        with subprocess.Popen(command, env=environment, cwd=project.folders.root) as dagster:
            # Whoever ends this process ends Dagster with it: its daemon must not go on without anybody knowing.
            signal.signal(signal.SIGTERM, lambda *_: dagster.send_signal(signal.SIGINT))
            try:
                return dagster.wait()
            except KeyboardInterrupt:
                return 0  # the terminal has told Dagster too; leaving the block waits for it

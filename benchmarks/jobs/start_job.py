"""Seconds from `cpc ui` to a page of the UI that shows the assets.

python jobs/start_job.py FOLDER
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from cpc_pipeline.sample import COMPACT
from spent import tell

QUERY = b'{"query": "{ assetsOrError { __typename ... on AssetConnection { nodes { key { path } } } } }"}'
PATIENCE = 180


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ui(folder: Path) -> float:
    """Until the server answers which assets there are, which is what its first page asks."""
    port = free_port()
    env = os.environ | {"CPC_HOME": str(folder), "CPC_COMPACTS": str(folder / "compacts")}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "cpc_pipeline.cli", "ui", "--compact", COMPACT, "--port", str(port)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            while time.perf_counter() - started < PATIENCE:
                try:
                    request = urllib.request.Request(
                        f"{address}/graphql", data=QUERY, headers={"Content-Type": "application/json"}
                    )
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        nodes = json.load(answer)["data"]["assetsOrError"].get("nodes", [])
                    if nodes:
                        return time.perf_counter() - started
                except OSError:
                    pass
                time.sleep(0.2)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
    raise SystemExit("the UI did not answer")


if __name__ == "__main__":
    tell(seconds=ui(Path(sys.argv[1])))

"""The parts that a server keeps running, each as one command: what `cpc service NAME` becomes.

Every part gets the same environment and the same settings from here, whoever starts it (systemd, a container, a test),
so that nothing safe depends on how a unit file was written. All of them listen on this machine only; people come in
through the proxy (deploy/). The server of definitions has no password: its socket lies in a folder of the owner's.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from cpc_pipeline.orchestration.healing import UI, bury_the_dead
from cpc_pipeline.orchestration.home import history, prepare
from cpc_pipeline.orchestration.settings import BROKER, SettingsRefused
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project

LOOPBACK = "127.0.0.1"
PORT = 3000
"""The first of three neighbouring ports: the UI, the files that its metadata links to, the UI for readers."""
LONGEST_SOCKET = 100
"""Bytes of the path of a socket; the operating system takes few more."""


def command(name: str, project: Project, port: int = PORT) -> list[str]:
    """What runs as the service of this name."""
    home = project.folders.root / ".dagster"
    web = [*_python("dagster_webserver"), "-h", LOOPBACK, "-w", str(home / "workspace.yaml"), "-p"]
    celery = [*_python("celery"), "-A", WORKERS, "worker"]
    made: dict[str, Callable[[], list[str]]] = {
        "migrate": lambda: [*_python("dagster"), "instance", "migrate"],
        "code": lambda: [*_python("dagster"), "code-server", "start", "-s", str(_socket(home)), *_DEFINITIONS],
        "web": lambda: [*web, str(port)],
        "reader": lambda: [*web, str(port + 2), "--read-only"],
        "worker": lambda: [*celery, "-Q", "dagster", *_ALONE, "-n", f"{_worker()}@%h"],
        "steps": lambda: [*celery, "-Q", QUEUE, *_ALONE, "-n", f"{_worker()}@%h"],
        "daemon": lambda: [*_python("dagster._daemon"), "run", "-w", str(home / "workspace.yaml")],
    }
    return made[name]()


NAMES = ("migrate", "code", "web", "reader", "files", "daemon", "worker", "steps")
WORKERS, QUEUE = "cpc_pipeline.orchestration.workers", "steps"
_ALONE = ["--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
_DEFINITIONS = ["-m", "cpc_pipeline.definitions", "--location-name", "cpc_pipeline"]


def become(name: str, project: Project, port: int = PORT) -> None:
    """Turn this process into a service; returns only where the service is one of our own and has ended.

    Raises SettingsRefused where this installation was told something that cannot be.
    """
    root = project.folders.root
    os.environ.update(prepare(root) | {"CPC_COMPACT": project.catalogue.id, "CPC_HOME": str(root)})
    home = root / ".dagster"
    if len(os.fsencode(_socket(home))) > LONGEST_SOCKET:
        raise SettingsRefused("path_too_long", path=_socket(home), most=LONGEST_SOCKET)
    _write_workspace(home)
    if name == "files":
        _serve_files(project, port + 1)
        return
    workers = BROKER in os.environ
    if name in ("worker", "steps") and not workers:
        raise SettingsRefused("no_broker", variable=BROKER)
    if name == "code":
        _socket(home).unlink(missing_ok=True)  # a killed server leaves it behind
        if not workers:
            _bury(home, Words(project)("says.killed"))
    line = command(name, project, port)
    os.chdir(root)
    os.execv(line[0], line)


def _worker() -> str:
    """Several may run on one machine."""
    return f"cpc-{secrets.token_hex(4)}"


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _socket(home: Path) -> Path:
    return home / "code.sock"


def _write_workspace(home: Path) -> None:
    place = {"grpc_server": {"socket": str(_socket(home)), "location_name": "cpc_pipeline"}}
    text = yaml.safe_dump({"load_from": [place]})
    part = home / f".workspace.yaml.{os.getpid()}"
    part.write_text(text, encoding="utf-8")
    part.replace(home / "workspace.yaml")


def _bury(home: Path, killed: str) -> None:
    """Declare failed what an earlier server was running when it was killed: runs are its children and ended with it.

    The lock is held open on purpose, and handed on to what this process becomes: it ends with the server.
    """
    lock = os.open(home / f"{UI}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)  # `cpc ui` is open on the same project, or another server: its runs live
        return
    os.set_inheritable(lock, True)
    with history() as instance:
        bury_the_dead(instance, UI, killed)


def _serve_files(project: Project, port: int) -> None:
    from cpc_pipeline.orchestration.files import start

    if start(project.folders, port) is None:
        raise SettingsRefused("port_taken", port=port)
    signal.pause()

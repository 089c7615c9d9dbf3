"""Real servers from the system's packages, started in a temporary folder and stopped again."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


def free_port(neighbours: int = 1) -> int:
    """The first of some neighbouring ports that nothing listens on."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            first = int(s.getsockname()[1])
        if first + neighbours < 65_000 and not any(listens(first + n) for n in range(neighbours)):
            return first


def listens(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def wait_for(what: Callable[[], Any], seconds: float, else_say: Callable[[], str] = lambda: "") -> Any:
    """What `what` gives as soon as it is true; fails with the words of `else_say` where it never is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.3)
    raise AssertionError(f"waited {seconds} s in vain. {else_say()[-3000:]}")


@contextmanager
def process(command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[Any]]:
    """A program in a process group of its own, which is gone afterwards."""
    with log.open("a") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)
        try:
            yield running
        finally:
            end(running)


def end(running: subprocess.Popen[Any], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the whole group to end; kill what is left of it after ten seconds."""
    for sign in (how, signal.SIGKILL):
        try:
            os.killpg(running.pid, sign)
        except ProcessLookupError:
            break
        for _ in range(100):
            running.poll()
            try:
                os.killpg(running.pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.1)
    running.wait(10)


def cpc(root: Path, *arguments: str, **more: str) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment of `cpc` in a project folder."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CPC_", "DAGSTER_"))}
    return [sys.executable, "-m", "cpc_pipeline.cli", *arguments], env | {"CPC_HOME": str(root)} | more


def run(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command, env = cpc(root, *arguments, **more)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=900)


# --- PostgreSQL ---


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    where = shutil.which("initdb")
    return found[-1].parent if found else Path(where).parent if where else None


POSTGRES = _postgres_programs()
needs_postgres = pytest.mark.skipif(
    POSTGRES is None or find_spec("dagster_postgres") is None,
    reason="needs PostgreSQL from the system's packages, and make setup-server",
)


@dataclass
class Postgres:
    """One server of PostgreSQL with one user, who is asked for a password."""

    folder: Path
    port: int
    password: str

    def url(self, database: str = "dagster") -> str:
        return f"postgresql://dagster:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.program("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.program("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def program(self, name: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, as its user: it refuses to run as root."""
        assert POSTGRES is not None
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        env = {"PATH": os.environ["PATH"], "PGPASSWORD": self.password, "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [*as_user, str(POSTGRES / name), *arguments],
            cwd=self.folder,
            env=env,
            check=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would be held open by the server that pg_ctl leaves behind
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A new server on a free port of this machine; its folder is gone afterwards."""
    folder = Path(f"/tmp/cpc-postgres-{secrets.token_hex(4)}")  # short: the path of a socket may not be long
    folder.mkdir(mode=0o700)
    made = Postgres(folder, free_port(), secrets.token_hex(12))
    try:
        (folder / "password").write_text(made.password)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres")
        login = ["-U", "dagster", "--pwfile=password", "-A", "scram-sha-256"]
        made.program("initdb", "-D", "data", "-E", "UTF8", *login)
        made.start()
        try:
            made.program("createdb", "-h", "127.0.0.1", "-p", str(made.port), "-U", "dagster", "dagster")
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- a broker ---

RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
needs_broker = pytest.mark.skipif(
    not RABBIT.exists() or find_spec("dagster_celery") is None,
    reason="needs rabbitmq-server from the system's packages, and make setup-distributed",
)


@contextmanager
def rabbit(settings: Path) -> Iterator[str]:
    """A broker on this machine alone, with the settings of deploy/; gives its address."""
    with tempfile.TemporaryDirectory(prefix="cpc-rabbit-") as name:
        folder, port, distribution, names = Path(name), free_port(), free_port(), free_port()
        (folder / "plugins").write_text("[].\n")
        own = folder / "own.conf"
        own.write_text(settings.read_text().replace("5672", str(port)))
        env = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "RABBITMQ_NODENAME": f"cpc{port}@localhost",
            "RABBITMQ_MNESIA_BASE": name,
            "RABBITMQ_LOG_BASE": name,
            "RABBITMQ_CONFIG_FILE": str(own),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        log = folder / "log"
        epmd = ["epmd", "-port", str(names), "-address", "127.0.0.1"]  # or the broker leaves one behind
        with process(epmd, log, env), process([str(RABBIT)], log, env):
            wait_for(lambda: listens(port), 120, log.read_text)
            yield f"amqp://guest:guest@127.0.0.1:{port}//"

"""The one way in which benchmarks measure: a job in a process of its own, with everything it starts.

CPU seconds are those of the process and of all that it waited for (wait4); they grow far less than the clock when other
work shares the machine. Peak memory is that of the whole tree: the proportional share (PSS) of every process in it,
looked at four times a second, so that pages which a reader shares with its parent count once. A job says what it did
in its last line, as JSON: `ready`, the CPU seconds after which its libraries and the catalogue were there, is taken
off where the cost of work is compared.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

LOOK = 0.25
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Spent:
    """cpu, wall: seconds. work: CPU seconds without the start. peak: MiB of the tree. said: the job's last line."""

    cpu: float
    wall: float
    peak: float
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def work(self) -> float:
        return self.cpu - float(self.said.get("ready", 0.0))


class JobFailed(Exception):
    """A job ended with an error: what it wrote last."""


UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where this is set, as on machines that test, every process compiles every library again; nobody's machine does."""


@dataclass
class Limits:
    """What a job may take before it is ended: minutes by the clock and MiB of its tree; no other is hurt by it."""

    minutes: float = 60.0
    mib: float = 12_000.0


LIMITS = Limits()


def measure(command: Sequence[str | Path], env: Mapping[str, str] | None = None, *, says: bool = True) -> Spent:
    """Run a command to its end and give what it cost. says: its last line is JSON. Raises JobFailed."""
    with subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env={name: value for name, value in os.environ.items() if name != UNCOMPILED} | dict(env or {}),
    ) as process:
        peak, ending = [0.0], list[str]()
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, ended, peak, ending))
        errors: list[str] = []
        listen = threading.Thread(target=lambda: errors.append(process.stderr.read() if process.stderr else ""))
        started = time.perf_counter()
        watch.start()
        listen.start()
        out = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watch.join()
        listen.join()
    if ending:
        raise JobFailed(f"{command}: ended after {wall:.0f} s with {max(peak):.0f} MiB: {ending[0]}")
    if says and process.returncode:
        raise JobFailed(f"{command}: exit {process.returncode}\n{errors[0][-3000:]}")
    said = json.loads(out.splitlines()[-1]) if says else {}
    return Spent(used.ru_utime + used.ru_stime, wall, max(peak[0], used.ru_maxrss / 1024), said)


def _watch(pid: int, ended: threading.Event, peak: list[float], ending: list[str]) -> None:
    started = time.perf_counter()
    while not ended.wait(LOOK):
        tree = [pid, *_below(pid)]
        peak[0] = max(peak[0], sum(_share(one) for one in tree))
        minutes = (time.perf_counter() - started) / 60
        if peak[0] > LIMITS.mib or minutes > LIMITS.minutes:
            ending.append("too much memory" if peak[0] > LIMITS.mib else "too long")
            for one in tree:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            return


def _below(pid: int) -> list[int]:
    """Every process below this one that lives now."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_below(child)]
    return found


def _share(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


# --- inside a job ---------------------------------------------------------------------------------------------


def cpu() -> float:
    """CPU seconds of this process and its ended children; readers that wait are ended first, so that they count."""
    if workers := sys.modules.get("cpc_pipeline.intake.reading.workers"):
        workers.POOL.close()
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


@contextmanager
def counted(into: dict[str, float], name: str) -> Iterator[None]:
    before = cpu()
    yield
    into[name] = into.get(name, 0.0) + cpu() - before


def tell(**said: Any) -> None:
    """The last line of a job."""
    print(json.dumps(said), flush=True)


def conditions() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def machine(*packages: str) -> dict[str, str]:
    """What was measured on, and with which versions."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((int(line.split()[1]) >> 20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    told = {"processor": model, "cores": str(os.cpu_count()), "memory": f"{memory} GiB", "system": platform.system()}
    return told | {"python": platform.python_version()} | {name: version(name) for name in packages}


def _lines(path: str) -> list[str]:
    there = Path(path)
    return there.read_text(encoding="utf-8").splitlines() if there.exists() else []

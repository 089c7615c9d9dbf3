"""Two workers with homes of their own, one broker, one history: one is killed in the middle, and nothing shows it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import ROOT
from tests.servers import cpc, end, needs_broker, needs_postgres, postgres, process, rabbit, run, wait_for

pytestmark = [pytest.mark.long, needs_postgres, needs_broker]
WORKING = ("one", "two")
COUNTRY = ("--organisations", "4", "--years", "2024", "--rows", "60")

ASKS = """
import json, os, sys
from pathlib import Path
from cpc_pipeline.orchestration.home import prepare
os.environ.update(prepare(Path(sys.argv[1])))
import dagster as dg
from cpc_pipeline.orchestration.home import history
with history() as instance:
    for _ in sys.stdin:
        records = instance.get_run_records()
        runs = [
            {"id": r.dagster_run.run_id, "job": r.dagster_run.job_name, "status": r.dagster_run.status.value,
             "parent": r.dagster_run.parent_run_id, "tags": dict(r.dagster_run.tags)}
            for r in records
        ]
        held = [slot.run_id for key in instance.event_log_storage.get_concurrency_keys()
                for slot in instance.event_log_storage.get_concurrency_info(key).claimed_slots]
        print(json.dumps({"runs": runs, "held": held}), flush=True)
"""


@dataclass
class Several:
    """A machine that steers, two that work, and the folder that they share."""

    folder: Path
    told: dict[str, str]
    compact: str
    stack: ExitStack
    started: dict[str, list[subprocess.Popen[Any]]] = field(default_factory=dict)

    def home(self, name: str) -> Path:
        """A machine's own folder, in which only data/ is everybody's."""
        made = self.folder / name
        if not made.exists():
            made.mkdir()
            (made / "data").symlink_to(self.folder / "shared" / "data")
        return made

    def start(self, service: str, machine: str) -> subprocess.Popen[Any]:
        command, env = cpc(self.home(machine), "service", service, **self.told)
        begun = self.stack.enter_context(process(command, self.log(machine), env))
        self.started.setdefault(machine, []).append(begun)
        return begun

    def log(self, machine: str) -> Path:
        return self.folder / f"{machine}.log"

    def kill(self, machine: str) -> None:
        """Everything that runs on a machine, at once, as when its power fails."""
        for running in self.started.pop(machine):
            end(running, signal.SIGKILL)

    def logs(self) -> str:
        return "\n".join(p.read_text()[-1500:] for p in self.folder.glob("*.log"))

    def asking(self) -> Any:
        """What the history says, from one process that stays: starting Dagster costs more than the question."""
        env = cpc(self.home("steering"), **self.told)[1]
        asked = self.stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", ASKS, str(self.home("steering"))],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self.stack.callback(asked.kill)

        def ask() -> dict[str, Any]:
            assert asked.stdin is not None
            assert asked.stdout is not None
            asked.stdin.write("\n")
            asked.stdin.flush()
            return dict(json.loads(asked.stdout.readline()))

        return ask


@pytest.fixture
def several() -> Iterator[Several]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cpc-two-")))
        assert run(folder, "sample", str(folder / "shared"), *COUNTRY).returncode == 0
        shutil.copytree(folder / "shared", folder / "alone")
        compacts = next(p.parent for p in (folder / "shared").rglob("compact.yaml")).parent
        database = stack.enter_context(postgres())
        broker = stack.enter_context(rabbit(ROOT / "deploy" / "rabbitmq.conf"))
        compact = next(compacts.iterdir()).name
        told = {
            "CPC_COMPACT": compact,
            "CPC_COMPACTS": str(compacts),
            "CPC_DAGSTER_POSTGRES_URL": database.url(),
            "CPC_BROKER_URL": broker,
        }
        yield Several(folder, told, compact, stack)


def results(data: Path) -> dict[str, str]:
    """Every table and figure of every edition, by content."""
    place = data / "published"
    files = [p for kind in ("tables", "figures") for p in place.rglob(f"{kind}/*") if p.is_file()]
    return {str(p.relative_to(place)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}


def on_record(root: Path, compact: str, compacts: str) -> dict[str, Any]:
    """What the warehouse holds, but for when it was written."""
    project = Project(Folders(root, compact), load(compact, extra=[Path(compacts)]))
    with project.open_warehouse() as warehouse:
        read = {t: warehouse.read(t, stored=True) for t in ("submissions", "observations", "findings", "measures")}
        receipts = warehouse.receipts()
    when = ("recorded_from", "recorded_to", "received_at", "receipt_id")
    told = {t: f.drop([c for c in when if c in f.columns]) for t, f in read.items()}
    return {t: f.sort(f.columns).rows() for t, f in told.items()} | {
        "receipts": sorted(receipts.select("organisation", "year", "sha256", "status").rows())
    }


def begin(several: Several, *services: str) -> Any:
    """Start the machine that steers and two that work; gives what asks the history."""
    assert run(several.home("steering"), "service", "migrate", **several.told).returncode == 0
    ask = several.asking()
    for name in WORKING:
        for service in services:
            several.start(service, name)
    several.start("code", "steering")
    several.start("daemon", "steering")
    return ask


def rest(several: Several, ask: Any, job: str) -> dict[str, Any]:
    """Wait until that job has ended well and nothing has run for three looks of the sensors; what the history says."""

    def at_rest(said: dict[str, Any]) -> bool:
        ended = all(r["status"] in ("SUCCESS", "FAILURE", "CANCELED") for r in said["runs"])
        done = [r for r in said["runs"] if r["status"] == "SUCCESS" and r["job"] == job]
        # The automation makes measures, tables, figures and quality when the last workbook is in.
        return ended and bool(done) and bool(results(several.folder / "shared" / "data"))

    settled, until = 0, time.monotonic() + 900
    while settled < 3:
        settled = settled + 1 if at_rest(ask()) else 0
        assert time.monotonic() < until, several.logs() + json.dumps(ask())[-2000:]
        time.sleep(15)
    return dict(ask())


def nothing_shows(several: Several) -> None:
    """One process makes the same of the same workbooks: every table, every figure, every row."""
    alone = several.folder / "alone"
    told = {k: several.told[k] for k in ("CPC_COMPACT", "CPC_COMPACTS")}
    assert run(alone, "refresh", **told).returncode in (0, 1)
    ours, theirs = results(several.folder / "shared" / "data"), results(alone / "data")
    assert ours == theirs != {}
    compacts = several.told["CPC_COMPACTS"]
    steering = several.home("steering")
    assert on_record(steering, several.compact, compacts) == on_record(alone, several.compact, compacts)


def test_a_worker_is_killed_in_the_middle_and_nothing_is_lost_doubled_or_different(several: Several) -> None:
    ask = begin(several, "worker")

    def writing() -> str:
        """The machine whose run has the one place among the writers and has begun to write, by what it logged."""
        held = ask()["held"]
        return next((n for n in WORKING for run_id in held if run_id in several.log(n).read_text()), "")

    several.kill(wait_for(writing, 420, several.logs))
    said = rest(several, ask, "intake")
    ((survivor, running),) = ((n, several.started[n]) for n in WORKING if n in several.started)
    assert running[0].poll() is None
    lost = [r for r in said["runs"] if r["status"] == "FAILURE"]
    assert len(lost) == 1, said
    again = [r for r in said["runs"] if r["parent"] == lost[0]["id"]]
    assert [r["status"] for r in again] == ["SUCCESS"]
    assert said["held"] == [], "what the dead worker held in the pool was given back"
    nothing_shows(several)
    assert not os.path.exists(several.home(survivor) / ".dagster" / "history"), "no worker keeps a history of its own"


def test_workers_read_portions_together_and_when_one_is_killed_another_reads_them(several: Several) -> None:
    several.told["CPC_SPREAD_FROM"] = "4"  # of four workbooks, so that each is a portion
    ask = begin(several, "worker", "steps")
    begun = re.compile(r"(read_portion\[\w+\]) - STEP_START")

    def reading() -> str:
        """The first machine that was given a portion: it reads it, or is about to read the next."""
        return next((n for n in WORKING if begun.search(several.log(n).read_text())), "")

    victim = wait_for(reading, 420, several.logs)
    several.kill(victim)
    said = rest(several, ask, "spread_intake")
    spread = [r for r in said["runs"] if r["job"] == "spread_intake"]
    assert [r for r in said["runs"] if r["job"] == "intake"] == [], "what is spread is not taken in a second time"
    failed = [r for r in spread if r["status"] == "FAILURE"]
    assert {r["parent"] for r in spread if r["status"] == "SUCCESS"} >= {r["id"] for r in failed}
    (survivor,) = (n for n in WORKING if n in several.started)
    read = set(begun.findall(several.log(survivor).read_text()))
    assert read, "what the dead machine had was read by the other"
    assert said["held"] == []
    ahead = Folders(several.home("steering"), several.compact).ahead
    assert not ahead.exists(), "what was taken in is not kept a second time"
    nothing_shows(several)

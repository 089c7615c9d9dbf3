"""The processes that open files: started when first needed, reused, watched, and replaced after an accident.

One file at a time is in the hands of a process, so that an accident is always that file's, and stops no other.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading.limits import MAX_RESIDENT, PATIENCE, seconds

_CHILD = Path(__file__).with_name("child.py")
_LOOK_EVERY = 0.02  # seconds; a file that takes less is never looked at
_RETIRE_AFTER = 1_000  # files, so that nothing that leaks can grow for ever
_RETIRE_ABOVE = 300 * 2**20  # resident bytes after a file: memory that a large one left behind
_MAX_REPLY = 2**30
_PIECE = 2**16
_SYSTEM_TELLS, _PAGE = Path("/proc/self/statm").exists(), os.sysconf("SC_PAGE_SIZE")


class _Died(Exception):
    """The process ended without an answer."""


class Worker:
    """One process that opens files."""

    def __init__(self) -> None:
        self.files = 0
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},  # no secret of ours, no proxy, no preload
            cwd="/",
            umask=0o077,
            start_new_session=True,  # Ctrl+C is for the parent, which then ends its children in order
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.source, self.target = self.process.stdout, self.process.stdin
        os.set_blocking(self.target.fileno(), False)

    def ask(self, content: bytes) -> bytes:
        """Whether the process ends, and its answer (wire); raises Refused for too much, _Died where it had ended."""
        self.files += 1
        limit = seconds(len(content))
        began, worked = time.monotonic(), working(self.process.pid)
        outgoing = memoryview(len(content).to_bytes(8, "big") + content)
        incoming = bytearray()
        while True:
            ready, free, _ = select.select([self.source], [self.target] if outgoing else [], [], _LOOK_EVERY)
            if free:
                outgoing = outgoing[self._send(outgoing) :]
            if ready:
                piece = os.read(self.source.fileno(), 2**20)
                if not piece:
                    raise _Died
                incoming += piece
                if len(incoming) >= 8:
                    length = int.from_bytes(incoming[:8], "big")
                    if length > _MAX_REPLY:
                        raise Refused("reader_memory", size=len(content))
                    if len(incoming) >= length + 8:
                        return bytes(incoming[8:])
            elif not free:
                worked_now = None if worked is None else working(self.process.pid)
                taken = time.monotonic() - began
                # A machine with much to do is no reason to refuse a file: what counts is the work, while it is known.
                work = taken if worked is None or worked_now is None else max(worked_now - worked, taken / PATIENCE)
                self._watch(work, limit, len(content))

    def _send(self, outgoing: memoryview) -> int:
        try:
            return os.write(self.target.fileno(), outgoing[: 2**20])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            raise _Died from None

    def _watch(self, work: float, limit: float, size: int) -> None:
        if work > limit:
            raise Refused("reader_time", size=size, seconds=int(limit))
        if resident(self.process.pid) > MAX_RESIDENT:
            raise Refused("reader_memory", size=size)

    @property
    def spent(self) -> bool:
        return self.files >= _RETIRE_AFTER or resident(self.process.pid) > _RETIRE_ABOVE

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.source.close()
        with contextlib.suppress(BrokenPipeError):  # what it did not take any more
            self.target.close()


def working(pid: int) -> float | None:
    """Seconds of the processor that a process has had; None where the system does not tell."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return None


def resident(pid: int) -> int:
    """Resident bytes of a process; 0 where it is gone."""
    if _SYSTEM_TELLS:
        try:
            return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return int(told) * 1024 if told.strip().isdigit() else 0


class Pool:
    """Idle processes; as many are made as there are threads that ask at the same time."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.idle: list[Worker] = []
        self.lock = threading.Lock()

    def ask(self, content: bytes) -> bytes:
        """The answer about one file (wire); raises Refused where its process took too much or ended.

        A process that ends is asked once more as a fresh one, if it had read other files before: what an earlier file
        left behind is not this one's fault, and the same bytes get the same verdict.
        """
        while True:
            worker = self._take()
            fresh = worker.files == 0
            try:
                reply = worker.ask(content)
            except _Died:
                worker.end()
                if not fresh:
                    continue
                raise Refused("reader_stopped", size=len(content), where="") from None
            except BaseException:
                worker.end()
                raise
            if worker.spent or reply[:1] == b"\1":  # the process has ended, or should
                worker.end()
            else:
                with self.lock:
                    self.idle.append(worker)
            return reply[1:]

    def _take(self) -> Worker:
        with self.lock:
            if os.getpid() != self.owner:  # after a fork the pipes are the parent's
                self.owner, self.idle = os.getpid(), []
            while self.idle:
                worker = self.idle.pop()
                if worker.process.poll() is None:
                    return worker
                worker.end()
        return Worker()

    def close(self) -> None:
        """End the idle processes, where they are this process's own."""
        with self.lock:
            if os.getpid() == self.owner:
                for worker in self.idle:
                    worker.end()
            self.idle = []


POOL = Pool()
atexit.register(POOL.close)

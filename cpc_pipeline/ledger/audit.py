"""Who ran, received, waived, corrected, signed what, and when: append-only, each entry bound to the one before it.

One JSON object per line: n, at (UTC), actor, action, subject, previous, hash. `hash` is the SHA-256 of the other
fields, `previous` the hash of the entry before. Changing, dropping or moving an entry breaks the chain from there on
(Schneier and Kelsey 1999, Secure Audit Logs to Support Computer Forensics, ACM TISSEC 2(2)). A cut at the end leaves
a sound chain: signatures and manifests keep the hash of the last entry they knew, and `check` is given those.

No entry holds a value that somebody reported.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

START = "0" * 64
Entry = dict[str, str | int]


@dataclass(frozen=True)
class Broken:
    """One thing that is wrong with the log: line (1 is the first) and what (a wording key)."""

    line: int
    what: str


class AuditLog:
    """The log of one compact. A process that is killed while writing leaves at most a torn last line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, actor: str, action: str, subject: str, at: datetime | None = None) -> str:
        """Add an entry and give its hash; on disk when this returns."""
        return self.extend([(actor, action, subject)], at)

    def extend(self, events: Iterable[tuple[str, str, str]], at: datetime | None = None) -> str:
        """Add entries (actor, action, subject) in one write; gives the last hash. A torn end is cut and said so."""
        moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        with self._locked() as file:
            last, torn = _last(file)
            told = list(events)
            if torn is not None:
                file.truncate(torn)
                told.insert(0, ("cpc", "repaired", "a torn last line was cut"))
            lines = []
            for actor, action, subject in told:
                last = _next(last, {"at": moment, "actor": actor, "action": action, "subject": subject})
                lines.append(_line(last) + b"\n")
            file.seek(0, os.SEEK_END)
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
            return str(last["hash"]) if last else START

    def entries(self) -> list[Entry]:
        """Every whole entry, in order."""
        if not self.path.exists():
            return []
        whole = self.path.read_bytes().rpartition(b"\n")[0]
        return [entry for line in whole.split(b"\n") if line and (entry := _entry(line)) is not None]

    @property
    def head(self) -> str:
        """Hash of the last entry; START for an empty log."""
        if not self.path.exists():
            return START
        with self.path.open("rb") as file:
            last, _ = _last(file)
        return str(last["hash"]) if last else START

    def check(self, known: Iterable[str] = ()) -> list[Broken]:
        """What is wrong: changed, missing or moved entries, a torn end, and hashes known elsewhere that are gone."""
        if not self.path.exists():
            return [Broken(0, "audit_gone")] if set(known) - {START, ""} else []
        broken, previous, seen = [], START, {START, ""}
        lines = self.path.read_bytes().split(b"\n")
        if lines[-1]:
            broken.append(Broken(len(lines), "audit_torn"))
        for number, line in enumerate(lines[:-1], start=1):
            entry = _entry(line)
            if entry is None or entry["hash"] != _hash(entry) or line != _line(entry):
                broken.append(Broken(number, "audit_changed"))
            elif entry["previous"] != previous or entry["n"] != number:
                broken.append(Broken(number, "audit_out_of_order"))
            previous = str(entry["hash"]) if entry else previous
            seen.add(previous)
        gone = set(known) - seen
        return [*broken, *(Broken(len(lines), "audit_cut") for _ in gone)]

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _last(file: BinaryIO) -> tuple[Entry | None, int | None]:
    """The last whole entry, and where a torn line after it begins, if there is one. Reads the end of the file only."""
    size = file.seek(0, os.SEEK_END)
    tail = 4096
    while True:
        start = max(0, size - tail)
        file.seek(start)
        content = file.read()
        whole, newline, rest = content.rpartition(b"\n")
        line = whole.rpartition(b"\n")[2]
        if start == 0 or b"\n" in whole:
            return _entry(line) if newline else None, size - len(rest) if rest else None
        tail *= 16


def _next(last: Entry | None, body: Entry) -> Entry:
    """The entry that follows."""
    entry: Entry = {"n": int(last["n"]) + 1 if last else 1, **body, "previous": last["hash"] if last else START}
    return entry | {"hash": _hash(entry)}


def _entry(line: bytes) -> Entry | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and {"n", "previous", "hash"} <= entry.keys() else None


def _line(entry: Entry) -> bytes:
    """The only form in which an entry is written: not a space of the file may change."""
    return json.dumps(entry, ensure_ascii=False).encode()


def _hash(entry: Entry) -> str:
    body = {k: v for k, v in entry.items() if k != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

"""Where a file lies that was refused for personal data, until it is deleted: moved, sealed, and told of by rule alone.

Below data/quarantine (or CPC_QUARANTINE): a folder per file, 0700, with the file in it, 0600; `register.jsonl`, to
which lines are only ever added; `secret`, which binds a release to the content that two people looked at. A file is
encrypted to the data officer's public key (age) where CPC_QUARANTINE_RECIPIENT or `recipient.txt` names one; no key
that opens it is on this machine. The register holds rule, sheet, address and count, who did what and when: no value,
no name of the file, and of its content only a keyed code that says nothing to who has not the secret.

What does not belong here: finding personal data (intake), judging a submission (validation).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PLAIN, SEALED = "held", "held.age"
DAYS = 15
"""A file is deleted at the latest so many days after its sender was told."""
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv"}


class CannotRelease(Exception):
    """`reason` is the key of the words that say why; nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Held:
    """One refused file. hits: rule, code, severity, sheet, cell, count of each; state: the last thing that happened."""

    id: str
    compact: str
    organisation: str
    year: int
    on: date
    at: int  # nanoseconds, as of file times
    suffix: str
    mac: str
    hits: list[dict[str, Any]]
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def submission_id(self) -> str:
        """A name of our own: the file's as sent may hold a child's."""
        return f"{self.organisation}/{self.year}/refused-{self.id[:8]}"

    @property
    def path(self) -> str:
        """Where the records say that it came, in the same neutral words."""
        return f"{self.year}/{self.organisation}/refused-{self.id[:8]}"

    @property
    def told(self) -> date | None:
        days = [date.fromisoformat(e["on"]) for e in self.events if e["event"] == "told"]
        return max(days, default=None)

    @property
    def due(self) -> date | None:
        """The day on which the file must be gone."""
        return self.told + timedelta(days=DAYS) if self.told else None

    @property
    def state(self) -> str:
        happened = {e["event"] for e in self.events}
        return next((name for name in ("released", "purged", "answered") if name in happened), "held")

    @property
    def open(self) -> bool:
        """Whether the sender still owes a corrected file."""
        return not {"released", "answered"} & {e["event"] for e in self.events}


class Quarantine:
    """The folder of one project; `compact` chooses whose files are told of."""

    def __init__(self, folder: Path, compact: str) -> None:
        self.folder, self.compact = folder, compact
        self.register = folder / "register.jsonl"

    # --- putting away ---

    def hold(self, path: Path, organisation: str, year: int, hits: Iterable[Mapping[str, Any]], on: date) -> Held:
        """Move a file out of the submissions, first noting the rules and addresses that refused it."""
        self._prepare()
        suffix = path.suffix.lower() if path.suffix.lower() in SUFFIXES else ""
        key, mac = secrets.token_hex(16), self._mac(path.read_bytes())
        made = Held(key, self.compact, organisation, year, on, time.time_ns(), suffix, mac, [dict(hit) for hit in hits])
        place = self.folder / key
        place.mkdir(mode=0o700)
        self._write(
            key,
            "held",
            on,
            compact=self.compact,
            organisation=organisation,
            year=year,
            at=made.at,
            suffix=suffix,
            mac=mac,
            hits=made.hits,
        )
        _move(path, place / PLAIN)
        self._seal(place)
        return made

    def _seal(self, place: Path) -> None:
        """Encrypt to the data officer; where no sound key is configured the file stays as it is, for its owner only."""
        import pyrage

        if not self.can_seal():
            return
        recipient = pyrage.x25519.Recipient.from_str(self.recipient() or "")
        sealed = pyrage.encrypt((place / PLAIN).read_bytes(), [recipient])
        _write_private(place / SEALED, sealed)
        (place / PLAIN).unlink()

    def recipient(self) -> str | None:
        """The data officer's public key (age1...), if one is configured."""
        file = self.folder / "recipient.txt"
        named = os.environ.get("CPC_QUARANTINE_RECIPIENT") or (file.read_text("utf-8") if file.exists() else "")
        return named.strip() or None

    def can_seal(self) -> bool:
        """Whether the key that is configured is one."""
        import pyrage

        try:
            return bool(pyrage.x25519.Recipient.from_str(self.recipient() or ""))
        except pyrage.RecipientError:
            return False

    def sealed(self, held: Held) -> bool | None:
        """None where the file is no longer there."""
        if (self.folder / held.id / SEALED).exists():
            return True
        return False if (self.folder / held.id / PLAIN).exists() else None

    # --- looking ---

    def records(self) -> list[Held]:
        """Every file of the compact that was ever held, oldest first."""
        found: dict[str, Held] = {}
        for line in self.register.read_text("utf-8").splitlines() if self.register.exists() else ():
            event = json.loads(line)
            if event["event"] == "held":
                facts = {k: event[k] for k in ("id", "compact", "organisation", "year", "at", "suffix", "mac", "hits")}
                found[event["id"]] = Held(on=date.fromisoformat(event["on"]), **facts)
            elif event["id"] in found:
                found[event["id"]].events.append(event)
        return [held for held in found.values() if held.compact == self.compact]

    def find(self, key: str) -> Held | None:
        """By the number or its beginning, if that is of one file only."""
        found = [held for held in self.records() if key and held.id.startswith(key)]
        return found[0] if len(found) == 1 else None

    def allows(self, content: bytes) -> bool:
        """Whether two people released this very content."""
        released = [held.mac for held in self.records() if held.state == "released"]
        return bool(released) and any(hmac.compare_digest(mac, self._mac(content)) for mac in released)

    # --- what people do ---

    def tell(self, held: Held, by: str, on: date) -> None:
        self._write(held.id, "told", on, by=by)

    def release(self, held: Held, by: tuple[str, str], reason: str, on: date, raw: Path, file: Path | None) -> Path:
        """Give a false positive back to the submissions under a neutral name; raises CannotRelease.

        file: what the data officer decrypted, where the file is sealed; it must be the very content that was held.
        """
        names = {" ".join(name.split()).casefold() for name in by}
        if len(names) < 2 or "" in names:
            raise CannotRelease("two_people")
        plain = self.folder / held.id / PLAIN
        if held.state == "released" or self.sealed(held) is None:
            raise CannotRelease("not_held")
        if file is None and not plain.exists():
            raise CannotRelease("sealed_needs")
        content = (file or plain).read_bytes()
        if not hmac.compare_digest(held.mac, self._mac(content)):
            raise CannotRelease("other_content")
        target = raw / str(held.year) / held.organisation / f"released-{held.id[:8]}{held.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        self._write(held.id, "released", on, by=list(by), reason=reason)
        _write_private(target, content)
        self._delete(held)
        return target

    def purge(self, on: date, only: Held | None = None) -> list[Held]:
        """Delete the files whose time is over on a day, or one file now whose sender was told; the record stays."""
        told = [h for h in self.records() if h.due is not None and self.sealed(h) is not None]
        gone = [h for h in told if (h.id == only.id if only else h.due and h.due <= on)]
        for held in gone:
            self._delete(held)
            self._write(held.id, "purged", on)
        return gone

    def answer(self, held: Iterable[Held], on: date) -> None:
        """A corrected file has come: nothing is owed any more."""
        for one in held:
            self._write(one.id, "answered", on)

    # --- inside ---

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    def _delete(self, held: Held) -> None:
        shutil.rmtree(self.folder / held.id, ignore_errors=True)

    def _write(self, key: str, event: str, on: date, **facts: object) -> None:
        line = json.dumps({"id": key, "event": event, "on": on.isoformat(), **facts}, sort_keys=True) + "\n"
        handle = os.open(self.register, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _mac(self, content: bytes) -> str:
        """A hash that nobody can guess the content from who has not the secret of this machine."""
        return hmac.new(self._secret(), content, hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        path = self.folder / "secret"
        if not path.exists():
            self._prepare()
            _write_private(path, secrets.token_bytes(32))
        return path.read_bytes()


def _write_private(path: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner only from the first byte."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
        target.chmod(0o600)
    except OSError:  # another file system
        _write_private(target, source.read_bytes())
        source.unlink()

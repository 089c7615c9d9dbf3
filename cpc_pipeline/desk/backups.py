"""Everything that cannot be made again, in one file that only the holder of a key can read; and back, checked.

The file is a tar (gzip) of regular files under their paths below the project, then `backup.json`: format, compact,
moment, and the SHA-256 of each. Encrypted it is an age file (age-encryption.org/v1, X25519) of that. The plain tar is
never on the disk: it goes to the encryption, and comes from it, through a pipe. Quarantine, logs of runs and the copy
for readers are not in it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyrage

from cpc_pipeline import agreements
from cpc_pipeline.desk.sealing import BackupRefused, identities_of, new_key, piped, recipients_of
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Warehouse

LIST = "backup.json"
FORMAT = 1
AGE = b"age-encryption.org/v1"

__all__ = ["BackupRefused", "back_up", "new_key", "restore"]


def back_up(project: Project, target: Path, recipients: str = "", *, plain: bool = False) -> int:
    """Write the backup, readable by its owner only; returns how many files are in it.

    recipients: age public keys, with spaces or commas between them; without one only with `plain`.
    Raises BackupRefused.
    """
    keys = recipients_of(recipients)
    if not keys and not plain:
        raise BackupRefused("no_recipient")
    if target.exists():
        raise BackupRefused("there", path=target)
    agreements.record(project, "backed up", target.name)
    count: list[int] = []
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            if keys and not plain:
                with piped(lambda into: count.append(_pack(project, into))) as source:
                    pyrage.encrypt_io(source, file, keys)
            else:
                count.append(_pack(project, file))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count[0]


def restore(project: Project, source: Path, into: Path, identity: Path | None = None) -> int:
    """Put a backup in place below `into`; returns how many files. Raises BackupRefused, with nothing put in place.

    identity: file with the private key. A file that is already there must be that of the backup, so that a restore
    that was killed can be run again.
    """
    folders = replace(project.folders, root=into.resolve())
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=into) as name:
        aside = Path(name)
        said, found = _unpacked(source, aside, identity)
        if said.get("format") != FORMAT or said["files"] != found:
            raise BackupRefused("broken")
        if said["compact"] != folders.compact:
            raise BackupRefused("other_compact", compact=said["compact"])
        _refuse_what_is_there(folders, found)
        for path in found:
            target = folders.root / path
            _folder(target.parent)
            (aside / path).replace(target)
    agreements.record(replace(project, folders=folders), "restored", str(said["made_at"]))
    return len(found)


# --- packing ---


def _places(folders: Folders) -> list[Path]:
    """In an order that is sound while others work: what refers to something comes before what it refers to."""
    first = [folders.published, folders.printed, folders.agreements, folders.agreed, folders.narratives, folders.audit]
    # The book of sent messages: without it everybody would be written to again.
    return [*first, folders.notices, folders.contacts, folders.receipts, folders.originals, folders.raw]


def _files(place: Path) -> list[Path]:
    found = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file() and not p.is_symlink())
    return [p for p in found if not (p.name.startswith(".") and p.name.endswith(".part"))]


def _pack(project: Project, into: BinaryIO) -> int:
    folders = project.folders
    hashes: dict[str, str] = {}
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=into, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        if folders.warehouse.exists():
            with _snapshot(project) as copy:
                hashes |= _add(tar, copy, folders.warehouse.relative_to(folders.root).as_posix())
        for place in _places(folders):
            for path in _files(place):
                hashes |= _add(tar, path, path.relative_to(folders.root).as_posix())
        moment = project.clock().isoformat(timespec="seconds")
        said = {"format": FORMAT, "compact": folders.compact, "made_at": moment, "files": hashes}
        content = json.dumps(said, ensure_ascii=False, indent=1).encode()
        information = tarfile.TarInfo(LIST)
        information.size, information.mode = len(content), 0o600
        tar.addfile(information, io.BytesIO(content))
    return len(hashes)


@contextmanager
def _snapshot(project: Project) -> Iterator[Path]:
    """The warehouse as it is now, copied by DuckDB while no one else writes, beside it because it is as restricted.

    Not read as bytes: closing the file would end DuckDB's own lock on it, which is of the process.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=project.folders.warehouse.parent) as name:
        copy = Path(name) / project.folders.warehouse.name
        with project.open_warehouse() as warehouse:
            warehouse.publish(copy)
        with Warehouse(copy, project.catalogue.dimension_ids) as copied:
            copied.forget_files()
        yield copy


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._digest.update(content)
        return content

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> dict[str, str]:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        information = tarfile.TarInfo(name)  # no owner, no name of an account
        information.size, information.mode, information.mtime = status.st_size, status.st_mode & 0o600, status.st_mtime
        hashed = _Hashed(file)
        tar.addfile(information, hashed)
    return {name: hashed.sha256}


# --- unpacking ---


def _unpacked(source: Path, aside: Path, identity: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The list in the backup, and the hash of each file as unpacked."""
    try:
        with source.open("rb") as file:
            encrypted = file.read(len(AGE)) == AGE
            file.seek(0)
            if not encrypted:
                return _extract(file, aside)
            if identity is None:
                raise BackupRefused("no_key")
            keys = identities_of(identity)
            with piped(lambda into: pyrage.decrypt_io(file, into, keys)) as plain:
                return _extract(plain, aside)
    except pyrage.DecryptError:
        raise BackupRefused("wrong_key") from None
    except (tarfile.TarError, EOFError, KeyError, ValueError, zlib.error):
        raise BackupRefused("broken") from None
    except OSError as error:
        # Of the machine (a full disk): as it is. A damaged gzip or age file has no number.
        if error.errno is not None:
            raise
        raise BackupRefused("broken") from None


def _extract(stream: BinaryIO, aside: Path) -> tuple[dict[str, Any], dict[str, str]]:
    said: dict[str, Any] = {}
    found: dict[str, str] = {}
    with tarfile.open(fileobj=stream, mode="r|gz") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            parts = PurePosixPath(member.name).parts
            if content is None or said or ".." in parts or member.name in found:
                raise BackupRefused("broken")
            if member.name == LIST:
                said = json.load(content)
                continue
            if parts[0] != "data":
                raise BackupRefused("broken")
            found[member.name] = _write(aside / member.name, content, member)
    return {"format": None, "files": None} | said, found


def _write(target: Path, content: Any, member: tarfile.TarInfo) -> str:
    _folder(target.parent)
    hashed = _Hashed(content)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(hashed, file)
        file.flush()
        os.fsync(file.fileno())
    os.utime(target, (member.mtime, member.mtime))
    target.chmod(member.mode & 0o600)
    return hashed.sha256


def _folder(path: Path) -> None:
    """Make it and those above it, each for the owner only: mkdir gives its mode to the last one alone."""
    for folder in [*reversed(path.parents), path]:
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def _refuse_what_is_there(folders: Folders, found: dict[str, str]) -> None:
    """Nothing is overwritten: what is there must be what is put there."""
    for place in (folders.warehouse, folders.copy, *_places(folders)):
        for path in _files(place):
            name = path.relative_to(folders.root).as_posix()
            if found.get(name) != hashlib.sha256(path.read_bytes()).hexdigest():
                raise BackupRefused("not_empty", path=name)

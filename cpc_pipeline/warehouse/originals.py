"""Files as received, kept for ever: read-only, named by their hash, so that no later arrival can change them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

_HARMLESS = re.compile(r"\.[a-z0-9]{1,5}")


def keep(folder: Path, content: bytes, sha256: str, name: str) -> Path:
    """Keep the content under its hash, with the ending of its name so that it can be opened; returns where.

    Written aside, flushed to the disk and moved: a killed run leaves no half of a file under a hash.
    """
    target = folder / f"{sha256}{_ending(name)}"
    if target.exists():
        return target
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{sha256}.{os.getpid()}.part"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o400)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def find(folder: Path, sha256: str) -> Path | None:
    """The file with this hash, None where it was never kept."""
    return next(iter(sorted(folder.glob(f"{sha256}*"))), None) if folder.is_dir() else None


def changed(folder: Path) -> list[str]:
    """Names of kept files whose content is no longer that of their hash."""
    kept = sorted(p for p in folder.glob("*") if not p.name.startswith(".")) if folder.is_dir() else []
    return [p.name for p in kept if hashlib.sha256(p.read_bytes()).hexdigest() != p.name.partition(".")[0]]


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if _HARMLESS.fullmatch(ending) else ""

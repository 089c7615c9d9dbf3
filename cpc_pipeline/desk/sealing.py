"""Keys of backups, and the pipe through which a backup is encrypted without ever lying on the disk in the clear."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage


class BackupRefused(Exception):
    """Why nothing was backed up or restored. `code` is the key of the sentence, `params` what it needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def new_key(path: Path) -> str:
    """Make a key for backups, never over another file; returns the public one. Raises FileExistsError."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


def recipients_of(text: str) -> list[pyrage.x25519.Recipient]:
    """Public keys from a text with spaces or commas between them; raises BackupRefused."""
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in text.replace(",", " ").split()]
    except pyrage.RecipientError:
        raise BackupRefused("bad_recipient") from None


def identities_of(path: Path) -> list[pyrage.x25519.Identity]:
    """Private keys from a file, a line each; raises BackupRefused where there is none."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError):
        keys = []
    if not keys:
        raise BackupRefused("bad_key", path=path)
    return keys


@contextmanager
def piped(fill: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """What `fill` writes, to be read while it writes; what it raises comes first."""
    ends = os.pipe()
    source, sink = os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")

    def filled() -> None:
        with sink:
            fill(sink)

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(filled)
        try:
            yield source
            source.read()  # to its end, so that an error there is seen
        except Exception:
            source.close()  # whoever still writes is told so
            failed = work.exception()
            if failed is not None and not isinstance(failed, BrokenPipeError):
                raise failed from None
            raise
        finally:
            source.close()
        work.result()
